"""Logging: one line an event, time, level, logger, then key=value; no query, no body, no personal data."""

import logging
import sys

LINE = "time=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"


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
