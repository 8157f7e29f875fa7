"""Accounts and their roles. An account is disabled and a role revoked, never deleted: the audit trail names them."""

import sqlalchemy as sa

from boundaries.accounts.names import account_name, label, scope_of
from boundaries.accounts.passwords import hash_password, require_password
from boundaries.rights import require_role
from boundaries.store import audit
from gis.errors import Refusal

ROLES_OF = """
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'scope', g.scope) ORDER BY g.role, g.scope), '[]')
     FROM role_grant AS g WHERE g.account_id = a.id AND g.revoked_at IS NULL) AS grants"""
COLUMNS = f"""
    a.id, a.name, a.display_name, a.department, a.created_at, a.disabled_at, a.oidc_issuer, a.oidc_subject,
    a.password_hash IS NOT NULL AS has_password, {ROLES_OF}"""
LIST = sa.text(f"SELECT {COLUMNS} FROM account AS a ORDER BY a.name")
FIND = sa.text(f"SELECT {COLUMNS} FROM account AS a WHERE a.name = :name")
CREATE = sa.text("""
    INSERT INTO account (name, display_name) VALUES (:name, :display_name) ON CONFLICT (name) DO NOTHING RETURNING id""")
SET_PASSWORD = sa.text("""
    UPDATE account SET password_hash = :hashed, failed_logins = 0, locked_until = NULL WHERE id = :id""")
DISABLE = sa.text("UPDATE account SET disabled_at = CASE WHEN :disabled THEN coalesce(disabled_at, now()) END WHERE id = :id")
WORK_FOR = sa.text("UPDATE account SET department = :department WHERE id = :id")
DEPARTMENT = sa.text("SELECT code FROM department WHERE code = :code")
LINK = sa.text("UPDATE account SET oidc_issuer = :issuer, oidc_subject = :subject WHERE id = :id")
LINKED = sa.text("SELECT id, name, disabled_at FROM account WHERE (oidc_issuer, oidc_subject) = (:issuer, :subject)")
GRANT = sa.text("""
    INSERT INTO role_grant (account_id, role, scope) VALUES (:id, :role, :scope)
    ON CONFLICT (account_id, role, scope) WHERE revoked_at IS NULL DO NOTHING RETURNING id""")
REVOKE = sa.text("""
    UPDATE role_grant SET revoked_at = now()
    WHERE account_id = :id AND role = :role AND scope = :scope AND revoked_at IS NULL""")
SIGN_OUT = sa.text("DELETE FROM session WHERE account_id = :id AND token_hash IS DISTINCT FROM CAST(:but AS bytea)")


def accounts(connection):
    """All accounts by name, each with its ``grants`` as a list of ``{id, role, scope}``."""
    return connection.execute(LIST).all()


def account(connection, name):
    """One account.

    Raises
    ------
    Refusal
        ``unknown_account``, ``bad_account_name``.
    """
    found = connection.execute(FIND, {"name": account_name(name)}).first()
    if found is None:
        raise Refusal("unknown_account", f"There is no account {account_name(name)!r}; make it first.")
    return found


def create_account(connection, name, *, display_name, password=None, by):
    """Make an account without any role.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    name, display_name : str
    password : str, optional
        None for one that signs in elsewhere, or gets a password later.
    by : tuple of (int or None, str)
        Who makes it and from where, for the audit trail.

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``bad_account_name``, ``bad_label``, ``account_taken``, ``weak_password``.
    """
    name, display_name = account_name(name), label(display_name, what="display name")
    made = connection.execute(CREATE, {"name": name, "display_name": display_name}).scalar()
    if made is None:
        raise Refusal("account_taken", f"There is an account {name!r} already; choose another name.")
    _note(connection, by, "account.create", name)
    if password is not None:
        set_password(connection, name, password, by=by)
    return made


def set_password(connection, name, password, *, by, but=None):
    """Give an account a password, which ends its sessions but the one whose digest is `but`.

    Raises
    ------
    Refusal
        ``unknown_account``, ``weak_password``.
    """
    held = account(connection, name)
    require_password(password, name=held.name)
    connection.execute(SET_PASSWORD, {"id": held.id, "hashed": hash_password(password)})
    connection.execute(SIGN_OUT, {"id": held.id, "but": but})
    _note(connection, by, "account.password", held.name)


def disable_account(connection, name, *, disabled=True, by):
    """Close an account, which ends its sessions at once and makes its tokens useless; or open it again."""
    held = account(connection, name)
    connection.execute(DISABLE, {"id": held.id, "disabled": disabled})
    if disabled:
        connection.execute(SIGN_OUT, {"id": held.id, "but": None})
    _note(connection, by, "account.disable" if disabled else "account.enable", held.name)


def assign_department(connection, name, department, *, by):
    """Say which department an account works for, to which its role ``department`` is bound; None for no department.

    Raises
    ------
    Refusal
        ``unknown_account``, ``unknown_department``.
    """
    held = account(connection, name)
    if department is not None and connection.execute(DEPARTMENT, {"code": department}).first() is None:
        raise Refusal("unknown_department", f"There is no department {department[:40]!r}; take a code from the city's list.")
    connection.execute(WORK_FOR, {"id": held.id, "department": department})
    _note(connection, by, "account.department", held.name, department=department)


def link_account(connection, name, *, issuer, subject, by):
    """Tie an account to a person of an identity provider: its issuer and the subject it gives.

    Raises
    ------
    Refusal
        ``unknown_account``, ``link_taken``.
    """
    held = account(connection, name)
    other = linked_account(connection, issuer, subject)
    if other is not None and other.id != held.id:
        raise Refusal("link_taken", "Another account is linked to this person of the identity provider; unlink that first.")
    connection.execute(LINK, {"id": held.id, "issuer": issuer, "subject": subject})
    _note(connection, by, "account.link", held.name, issuer=issuer)


def unlink_account(connection, name, *, by):
    """Undo :func:`link_account`; sessions that are open stay."""
    held = account(connection, name)
    connection.execute(LINK, {"id": held.id, "issuer": None, "subject": None})
    _note(connection, by, "account.unlink", held.name)


def linked_account(connection, issuer, subject):
    """The account linked to a person of an identity provider, or None: ``id name disabled_at``."""
    return connection.execute(LINKED, {"issuer": issuer, "subject": subject}).first()


def grant_role(connection, name, *, role, scope, by):
    """Give an account a role for all codes that begin with a scope. Giving it twice changes nothing.

    Raises
    ------
    Refusal
        ``unknown_account``, ``unknown_role``, ``bad_scope``.
    """
    require_role(role)
    held = account(connection, name)
    granted = connection.execute(GRANT, {"id": held.id, "role": role, "scope": scope_of(scope)}).scalar()
    if granted is not None:
        _note(connection, by, "role.grant", held.name, role=role, scope=scope)


def revoke_role(connection, name, *, role, scope, by):
    """Take a role back, as it was given.

    Raises
    ------
    Refusal
        ``unknown_account``, ``no_such_grant``.
    """
    held = account(connection, name)
    if not connection.execute(REVOKE, {"id": held.id, "role": role, "scope": scope}).rowcount:
        raise Refusal("no_such_grant", f"{held.name} has no such role with this reach; the list of accounts shows what it has.")
    _note(connection, by, "role.revoke", held.name, role=role, scope=scope)


def _note(connection, by, action, name, **detail):
    account_id, origin = by
    audit.record(connection, account_id=account_id, action=action, record=f"account:{name}", origin=origin, detail=detail)
