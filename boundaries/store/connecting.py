"""One pool of connections to the register's database."""

import sys

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from boundaries.clock import CITY_ZONE_NAME
from gis.errors import Refusal


def engine_for(url, *, pool_size=8, statement_timeout_s=0):
    """An engine for any spelling of a PostgreSQL address.

    Parameters
    ----------
    url : str
        ``postgresql://…``; a private cluster's socket stands in ``?host=``.
    pool_size : int
    statement_timeout_s : float
        A statement that runs longer is given up; 0 lets it run.

    Returns
    -------
    sqlalchemy.Engine
        Connects when first used.

    Raises
    ------
    Refusal
        ``bad_database_url``; the address is not repeated, for it may hold a password.

    Examples
    --------
    >>> engine_for("postgresql:///wangge?host=/run/wangge").dialect.driver
    'psycopg'
    """
    # A prepared statement's generic plan is blind to the box and the dates it is asked for, and those decide between a
    # scan of a hundred rows and one of a million: every statement is planned with its own values, but for look-ups by key,
    # which ask for it (boundaries/store/statements.py).
    options = f"-c TimeZone={CITY_ZONE_NAME} -c statement_timeout={round(statement_timeout_s * 1000)}"
    connect_args = {"prepare_threshold": sys.maxsize, "connect_timeout": 5, "application_name": "wangge", "options": options}
    return create_engine(
        _psycopg_url(url),
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args=connect_args,
        hide_parameters=True,
    )


def _psycopg_url(url):
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise Refusal("bad_database_url", "DATABASE_URL is not the address of a PostgreSQL; write postgresql://user@host/name.")
    return parsed.set(drivername="postgresql+psycopg")
