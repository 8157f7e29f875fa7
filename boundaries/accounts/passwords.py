"""Passwords: the rules for a new one, and Argon2id.

Rules after NIST SP 800-63B, 3.1.1: a least length, nothing about kinds of characters, no expiry.
"""

import threading
import unicodedata
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gis.errors import Refusal

SHORTEST, LONGEST = 12, 256
# RFC 9106's second recommendation (64 MiB, three passes) takes about a tenth of a second; with more than so many at once,
# guesses from anywhere would take the machine's memory.
MOST_AT_ONCE = 4
LONGEST_WAIT_S = 5

_hasher = PasswordHasher()
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def require_password(password, *, name):
    """Refuse a new password that is short or is the name.

    Parameters
    ----------
    password : str
    name : str
        Of the account.

    Raises
    ------
    Refusal
        ``weak_password``; the password is not repeated.
    """
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise Refusal("weak_password", f"The password has to have {SHORTEST} to {LONGEST} characters; a few words do well.")
    if _normal(password).casefold() == name.casefold():
        raise Refusal("weak_password", "The password is the name of the account; choose another.")


def hash_password(password):
    """Argon2id hash of a password, with its salt and cost.

    Examples
    --------
    >>> hash_password("correct horse battery")[:10]
    '$argon2id$'
    """
    with _place():
        return _hasher.hash(_normal(password))


def verify_password(password, hashed):
    """Whether a password belongs to a hash. Without a hash the answer is no, and takes as long.

    Parameters
    ----------
    password : str
    hashed : str or None

    Returns
    -------
    bool
    """
    with _place():
        try:
            return _hasher.verify(hashed or _nobody(), _normal(password)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(hashed):
    """Whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(hashed)


@cache
def _nobody():
    return _hasher.hash("the password of nobody")


def _normal(password):
    """One spelling for what keyboards write in several (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 2])


@contextmanager
def _place():
    if not _places.acquire(timeout=LONGEST_WAIT_S):
        raise Refusal("too_busy", "Too many are signing in at this moment; try again in a few seconds.")
    try:
        yield
    finally:
        _places.release()
