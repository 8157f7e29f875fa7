"""From the claims of an identity provider to an account."""

from boundaries.store.accounts import account, link_account, linked_account
from gis.errors import Refusal


def account_of(connection, claims, *, name_claim, origin):
    """The account of who signed in at the identity provider.

    Linked by issuer and subject, which a provider never gives to another person; or, where a claim is trusted to name
    accounts, by that name, once: from then on by the link.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    claims : dict
        Of a token that was verified; ``iss`` and ``sub``.
    name_claim : str or None
    origin : str

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``oidc_refused``.
    """
    # OpenID Connect Core 1.0, 2: at most 255 ASCII characters; anything else could not be stored as it is.
    sound = isinstance(claims["sub"], str) and len(claims["sub"]) <= 255 and claims["sub"].isprintable()
    held = linked_account(connection, claims["iss"], claims["sub"]) if sound else None
    if held is None and sound:
        held = _by_name(connection, claims, str(claims.get(name_claim, "")) if name_claim else "", origin)
    if held is None or held.disabled_at is not None:
        raise Refusal("oidc_refused", "No account here belongs to you that can be used; ask an administrator to link one.")
    return held.id


def _by_name(connection, claims, name, origin):
    """A name that is linked to another person already is not given to this one."""
    try:
        held = account(connection, name)
    except Refusal:
        return None
    if held.oidc_subject is not None or held.disabled_at is not None:
        return None
    link_account(connection, held.name, issuer=claims["iss"], subject=claims["sub"], by=(held.id, origin))
    return held
