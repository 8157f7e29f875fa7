"""Accounts for tests, signed in without the time that a password takes."""

import itertools
from datetime import timedelta

from api.authorising import COOKIE
from boundaries.accounts.secrets import csrf_token
from boundaries.store import accounts
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.sessions import open_session

PASSWORD = "correct horse battery"
_serial = itertools.count(1)


def someone(engine, *grants, name=None, password=None):
    """Make an account with some roles, given as ``(role, scope)``; its name."""
    with engine.begin() as connection:
        return account_with(connection, name or f"person.{next(_serial)}", *grants, password=password)


def account_with(connection, name, *grants, password=None):
    """The same within a transaction."""
    accounts.create_account(connection, name, display_name=f"Person {name}", password=password, by=BY_OPERATOR)
    for role, scope in grants:
        accounts.grant_role(connection, name, role=role, scope=scope, by=BY_OPERATOR)
    return name


def headers_of(engine, name):
    """What a browser of ours sends for an account: the cookie of a new session and the token against forged requests."""
    with engine.begin() as connection:
        account_id = accounts.account(connection, name).id
        secret = open_session(connection, account_id, lasts=timedelta(hours=1))
    return {"cookie": f"{COOKIE}={secret}", "x-csrf-token": csrf_token(secret)}


def let_in(context, headers, base_url):
    """Give a browser the session of `headers_of`, without the window, which takes the time of a password."""
    name, secret = headers["cookie"].split("=", 1)
    context.add_cookies([{"name": name, "value": secret, "url": base_url}])


def as_role(engine, role, scope=""):
    """Headers of a new account with one role."""
    return headers_of(engine, someone(engine, (role, scope)))
