"""Secrets that are handed out once and kept as digests: sessions, tokens of programs, tokens against forged requests."""

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "wg_"
SECRET_BYTES = 32


def new_session():
    """An opaque name of a session: 256 random bits.

    Examples
    --------
    >>> len(new_session())
    43
    """
    return secrets.token_urlsafe(SECRET_BYTES)


def new_token():
    """A program's token; its beginning lets scanners of code and logs find one that leaked.

    Examples
    --------
    >>> new_token()[:3], len(new_token())
    ('wg_', 46)
    """
    return TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest(secret):
    """What is stored of a secret. It has 256 random bits, so that one round of SHA-256 keeps it.

    Returns
    -------
    bytes
        32 of them.
    """
    return hashlib.sha256(secret.encode()).digest()


def csrf_token(session):
    """The token that a page of ours sends along and another site's page cannot know; bound to the session.

    Examples
    --------
    >>> csrf_token("a") == csrf_token("a") != csrf_token("b")
    True
    """
    return hmac.new(session.encode(), b"wangge csrf", hashlib.sha256).hexdigest()


def same(given, expected):
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())
