"""Signing in with a password, and the brake on guessing.

An attempt is counted before the password is looked at, in a transaction of its own, and taken back when the password was
right: guesses that run beside one another are counted like guesses in a row. No connection is held while the hash is
computed. A name that is no account, a disabled account and a locked one get the same answer, after a hash as costly.
"""

import ipaddress

import sqlalchemy as sa

from boundaries.accounts.lockout import OF_ACCOUNT, OF_ORIGIN, ORIGIN_FORGETS
from boundaries.accounts.names import account_name
from boundaries.accounts.passwords import hash_password, is_outdated, verify_password
from boundaries.clock import now
from boundaries.store import audit
from boundaries.store.sessions import open_session
from gis.errors import Refusal

ORIGIN_LOCK = sa.text("SELECT locked_until FROM sign_in_origin WHERE origin = :origin AND locked_until > now()")
FORGET = sa.text("DELETE FROM sign_in_origin WHERE last_failed_at < now() - CAST(:forgets AS interval)")
ORIGIN_FAILED = sa.text("""
    INSERT INTO sign_in_origin AS o (origin, failures, last_failed_at) VALUES (:origin, 1, now())
    ON CONFLICT (origin) DO UPDATE SET failures = o.failures + 1, last_failed_at = now() RETURNING failures""")
LOCK_ORIGIN = sa.text("UPDATE sign_in_origin SET locked_until = now() + CAST(:wait AS interval) WHERE origin = :origin")
ATTEMPT = sa.text("""
    UPDATE account SET failed_logins = failed_logins + 1
    WHERE name = :name AND disabled_at IS NULL AND (locked_until IS NULL OR locked_until <= now())
    RETURNING id, name, password_hash, failed_logins""")
LOCK = sa.text("UPDATE account SET locked_until = now() + CAST(:wait AS interval) WHERE id = :id")
SUCCEEDED = sa.text("UPDATE account SET failed_logins = 0, locked_until = NULL WHERE id = :id")
STATE = sa.text("SELECT name, failed_logins, locked_until > now() AS locked FROM account WHERE name = :name")
NAME = sa.text("SELECT name FROM account WHERE id = :id")
REHASH = sa.text("UPDATE account SET password_hash = :new WHERE id = :id AND password_hash = :old")


def sign_in(engine, name, password, *, origin, lasts):
    """Sign in with a name and a password.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    name, password : str
    origin : str
        Network address.
    lasts : timedelta
        How long the session may last.

    Returns
    -------
    str
        The secret of a new session.

    Raises
    ------
    Refusal
        As :func:`prove_password`.
    """
    account_id = prove_password(engine, name, password, origin=origin)
    with engine.begin() as connection:
        return begin_session(connection, account_id, way="password", origin=origin, lasts=lasts)


def prove_password(engine, name, password, *, origin):
    """Hold a password against an account's.

    Returns
    -------
    int
        Number of the account.

    Raises
    ------
    Refusal
        ``sign_in_failed``, which does not say why; ``too_many_attempts`` for the whole origin; ``too_busy``.
    """
    place = origin_of(origin)
    _refuse_locked(engine, place)
    attempt = _begin_attempt(engine, name)
    hashed = attempt.password_hash if attempt else None
    if not verify_password(password, hashed):
        _failed(engine, name, place, origin)
        raise Refusal(
            "sign_in_failed",
            "The name and the password do not belong together, or the account is locked; "
            "after several attempts wait up to a quarter of an hour.",
        )
    _succeeded(engine, attempt, hash_password(password) if is_outdated(hashed) else None)
    return attempt.id


def begin_session(connection, account_id, *, way, origin, lasts):
    """Open a session for whoever has proved who they are, and write it down; `way` is ``password`` or ``oidc``."""
    name = connection.execute(NAME, {"id": account_id}).scalar_one()
    line = {"account_id": account_id, "action": "session.open", "record": f"account:{name}", "origin": origin}
    audit.record(connection, **line, detail={"way": way})
    return open_session(connection, account_id, lasts=lasts)


def origin_of(address):
    """The place that guesses are counted for: an address, of IPv6 the network of a subscriber.

    Examples
    --------
    >>> origin_of("192.0.2.7"), origin_of("2001:db8:1:2:3:4:5:6"), origin_of("::ffff:192.0.2.7"), origin_of("testclient")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7', 'testclient')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def _refuse_locked(engine, place):
    with engine.connect() as connection:
        until = connection.execute(ORIGIN_LOCK, {"origin": place}).scalar()
    if until is not None:
        wait_s = max(1, round((until - now()).total_seconds()))
        sentence = f"Too many wrong passwords came from your address; wait {wait_s} seconds."
        raise Refusal("too_many_attempts", sentence, wait_s=wait_s)


def _begin_attempt(engine, name):
    with engine.begin() as connection:
        attempt = connection.execute(ATTEMPT, {"name": _known_spelling(name)}).first()
        wait = attempt and OF_ACCOUNT.wait(attempt.failed_logins)
        if wait:
            connection.execute(LOCK, {"id": attempt.id, "wait": wait})
    return attempt


def _known_spelling(name):
    try:
        return account_name(name)
    except Refusal:
        return ""


def _failed(engine, name, place, origin):
    with engine.begin() as connection:
        connection.execute(FORGET, {"forgets": ORIGIN_FORGETS})
        failures = connection.execute(ORIGIN_FAILED, {"origin": place}).scalar_one()
        wait = OF_ORIGIN.wait(failures)
        if wait:
            connection.execute(LOCK_ORIGIN, {"origin": place, "wait": wait})
            _note(connection, "session.lock", f"origin:{place}", origin, wait_s=wait.seconds)
        _note_failure(connection, _known_spelling(name), origin)


def _note_failure(connection, name, origin):
    """A name that is no account is not written down: it may be a password in the wrong field."""
    held = connection.execute(STATE, {"name": name}).first()
    record = f"account:{held.name}" if held else "account:unknown"
    _note(connection, "session.refuse", record, origin, attempts=held.failed_logins if held else None)
    if held and held.locked:
        _note(connection, "session.lock", record, origin, attempts=held.failed_logins)


def _succeeded(engine, attempt, rehashed):
    with engine.begin() as connection:
        connection.execute(SUCCEEDED, {"id": attempt.id})
        if rehashed:
            connection.execute(REHASH, {"id": attempt.id, "old": attempt.password_hash, "new": rehashed})


def _note(connection, action, record, origin, **detail):
    audit.record(connection, account_id=None, action=action, record=record, origin=origin, detail=detail)
