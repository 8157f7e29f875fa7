"""Logging: one line an event, time, level, logger, then key=value; no query, no body, no personal data."""

import logging
import re
import sys

LINE = "time=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"
TOKEN = re.compile(r"^(/open311/[^/]*/(?:requests|tokens)/\d*-)[^/.]+")  # of who reported: it shows how the report goes


def told_path(path):
    """An address as the log may have it: the token that Open311 puts there is left out.

    Parameters
    ----------
    path : str

    Returns
    -------
    str

    Examples
    --------
    >>> told_path("/open311/v2/requests/5105022026050200017-Zm9v_-Jh.json"), told_path("/api/v1/filings/5-6")
    ('/open311/v2/requests/5105022026050200017-….json', '/api/v1/filings/5-6')
    """
    return TOKEN.sub(r"\1…", path)


def log_to_stderr(level):
    """Send the product's and the server's log to the standard error stream.

    Parameters
    ----------
    level : {"debug", "info", "warning", "error"}
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S%z"))
    for name in ("wangge", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    for name in ("procrastinate", "psycopg.pool"):  # api/jobs.py says in one line what these tell in pages
        logging.getLogger(name).setLevel(logging.CRITICAL)
