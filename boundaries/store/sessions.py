"""Sessions of browsers and tokens of programs: opaque secrets of which the database keeps the digests."""

from datetime import timedelta

import sqlalchemy as sa

from boundaries.accounts.names import label, scope_of
from boundaries.accounts.secrets import digest, new_session, new_token
from boundaries.rights import RIGHTS, Actor, Grant, narrowed
from boundaries.store import audit
from boundaries.store.accounts import ROLES_OF, account
from boundaries.store.statements import prepared
from gis.errors import Refusal

MOST_TOKENS = 50
LONGEST_DAYS = 366
# Not at every request: a page asks for dozens of things at once.
SEEN_AGAIN = timedelta(minutes=1)

DROP_STALE = sa.text("DELETE FROM session WHERE expires_at < now()")
OPEN = sa.text("""
    INSERT INTO session (token_hash, account_id, expires_at) VALUES (:digest, :id, now() + CAST(:lasts AS interval))""")
CLOSE = sa.text("DELETE FROM session WHERE token_hash = :digest")
CLOSE_ALL = sa.text("DELETE FROM session WHERE account_id = :id")
OF_SESSION = sa.text(f"""
    SELECT a.id, a.name, a.display_name, a.department, {ROLES_OF}, now() - s.last_seen_at > CAST(:again AS interval) AS stale
    FROM session AS s JOIN account AS a ON a.id = s.account_id
    WHERE s.token_hash = :digest AND s.expires_at > now() AND s.last_seen_at > now() - CAST(:idle AS interval)
      AND a.disabled_at IS NULL""")
SEEN = sa.text("UPDATE session SET last_seen_at = now() WHERE token_hash = :digest")

OF_TOKEN = sa.text(f"""
    SELECT a.id, a.name, a.department, t.rights, t.scope, {ROLES_OF}
    FROM api_token AS t JOIN account AS a ON a.id = t.account_id
    WHERE t.token_hash = :digest AND t.revoked_at IS NULL AND t.expires_at > now() AND a.disabled_at IS NULL""")
MAKE_TOKEN = sa.text("""
    INSERT INTO api_token (token_hash, account_id, name, rights, scope, expires_at)
    VALUES (:digest, :id, :name, :rights, :scope, now() + CAST(:lasts AS interval)) RETURNING id, expires_at""")
TOKENS = sa.text("""
    SELECT id, name, rights, scope, created_at, expires_at FROM api_token
    WHERE account_id = :id AND revoked_at IS NULL AND expires_at > now() ORDER BY id""")
REVOKE_TOKEN = sa.text("""
    UPDATE api_token SET revoked_at = now() WHERE id = :token AND account_id = :id AND revoked_at IS NULL""")


def open_session(connection, account_id, *, lasts):
    """Begin a session.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    account_id : int
    lasts : timedelta
        After which it ends however busy it is.

    Returns
    -------
    str
        What the browser keeps; the database keeps its digest.
    """
    secret = new_session()
    connection.execute(DROP_STALE)
    connection.execute(OPEN, {"digest": digest(secret), "id": account_id, "lasts": lasts})
    return secret


def close_session(connection, secret):
    """End a session; nothing happens where there is none."""
    connection.execute(CLOSE, {"digest": digest(secret)})


def close_sessions(connection, account_id):
    """End every session of an account."""
    connection.execute(CLOSE_ALL, {"id": account_id})


def actor_of_session(connection, secret, *, idle):
    """Who a session stands for, and the name that people know; None where it has ended.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    secret : str
    idle : timedelta
        Without a request for so long, it has ended.

    Returns
    -------
    (Actor, str) or None
    """
    values = {"digest": digest(secret), "idle": idle, "again": SEEN_AGAIN}
    found = prepared(connection, OF_SESSION, values)
    if found is None:
        return None
    if found.stale:
        connection.execute(SEEN, {"digest": values["digest"]})
    return Actor(found.id, found.name, _grants(found), department=found.department), found.display_name


def make_token(connection, actor, *, name, rights, scope, days, origin):
    """Make a program's token that carries some of an account's rights within a scope.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    actor : Actor
        The account whose token it is.
    name : str
    rights : iterable of str
        Names of `boundaries.rights.RIGHTS`, which the account has at this time.
    scope : str
    days : int
        Until it expires.
    origin : str

    Returns
    -------
    (str, Row)
        The token, which cannot be shown again, and its ``id`` and ``expires_at``.

    Raises
    ------
    Refusal
        ``unknown_right``, ``right_not_held``, ``bad_scope``, ``bad_label``, ``bad_lifetime``, ``too_many_tokens``.
    """
    rights, scope, name = sorted(set(rights)), scope_of(scope), label(name, what="name of the token")
    _require_carriable(actor, rights, scope)
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal("bad_lifetime", f"A token lasts 1 to {LONGEST_DAYS} days; make a new one before it expires.")
    if len(tokens(connection, actor.account_id)) >= MOST_TOKENS:
        raise Refusal("too_many_tokens", f"The account has {MOST_TOKENS} tokens; revoke one first.")
    secret = new_token()
    values = {"digest": digest(secret), "id": actor.account_id, "name": name, "rights": rights, "scope": scope}
    made = connection.execute(MAKE_TOKEN, values | {"lasts": timedelta(days=days)}).one()
    _note(connection, actor, "token.make", made.id, origin, rights=rights, scope=scope)
    return secret, made


def actor_named(connection, name):
    """An account with its roles, for the operator who makes a token for it.

    Raises
    ------
    Refusal
        ``unknown_account``.
    """
    held = account(connection, name)
    return Actor(held.id, held.name, _grants(held), department=held.department)


def tokens(connection, account_id):
    """The tokens of an account that can be used: ``id name rights scope created_at expires_at``."""
    return connection.execute(TOKENS, {"id": account_id}).all()


def revoke_token(connection, actor, token_id, *, origin):
    """Make one of an account's own tokens useless.

    Raises
    ------
    Refusal
        ``unknown_token``.
    """
    if not connection.execute(REVOKE_TOKEN, {"token": token_id, "id": actor.account_id}).rowcount:
        raise Refusal("unknown_token", f"The account has no token {token_id} that could be revoked.")
    _note(connection, actor, "token.revoke", token_id, origin)


def actor_of_token(connection, secret):
    """Who a token stands for, with no more than it carries; None where it is of no use."""
    found = prepared(connection, OF_TOKEN, {"digest": digest(secret)})
    if found is None:
        return None
    grants = narrowed(_grants(found), found.scope)
    return Actor(found.id, found.name, grants, frozenset(found.rights), found.department)


def _grants(row):
    return tuple(Grant(grant["role"], grant["scope"]) for grant in row.grants)


def _require_carriable(actor, rights, scope):
    unknown = [right for right in rights if right not in RIGHTS or not RIGHTS[right].by_token]
    if unknown or not rights:
        raise Refusal("unknown_right", "Name one right or more that a token can carry; docs/rights.md lists them.")
    inside = Actor(actor.account_id, actor.name, narrowed(actor.grants, scope))
    missing = [right for right in rights if not inside.may(right)]
    if missing:
        raise Refusal("right_not_held", f"The account has no right {missing[0]} there; a token cannot carry it.")


def _note(connection, actor, action, token_id, origin, **detail):
    account_id = None if origin == audit.AT_THE_MACHINE else actor.account_id
    line = {"account_id": account_id, "action": action, "record": f"token:{token_id}", "origin": origin}
    audit.record(connection, **line, detail={"account": actor.name} | detail)
