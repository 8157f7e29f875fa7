"""Contacts of those who report, encrypted; and the token by which the public follows a report."""

import base64
import hashlib
import hmac
import os
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gis.errors import Refusal

KEY_BYTES, NONCE_BYTES, TOKEN_BYTES = 32, 12, 18


class Seal:
    """What is done with one secret key: AES-256-GCM for contacts (NIST SP 800-38D), HMAC-SHA-256 for tokens.

    Parameters
    ----------
    key : bytes
        32 random bytes.

    Examples
    --------
    >>> seal = Seal(bytes(32))
    >>> seal.opened(seal.sealed("139 0000 0000", "5105022026050200017"), "5105022026050200017")
    '139 0000 0000'
    >>> seal.fits(seal.token("5105022026050200017"), "5105022026050200018")
    False
    """

    def __init__(self, key):
        if len(key) != KEY_BYTES:
            raise Refusal("bad_key", f"The key of the contacts has {len(key)} bytes, not {KEY_BYTES}; restore its file.")
        self._key = key

    @cached_property
    def _cipher(self):
        return AESGCM(self._derived(b"contact"))

    def _derived(self, use):
        """A key for each use, so that none tells anything of another."""
        return hmac.digest(self._key, b"wangge " + use, hashlib.sha256)

    def sealed(self, text, no):
        """A text encrypted for one incident: moved to another it cannot be opened."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), no.encode())

    def opened(self, sealed, no):
        """The text.

        Raises
        ------
        Refusal
            ``contact_unreadable``: another key was in use, or the bytes were changed.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], no.encode()).decode()
        except InvalidTag as error:
            sentence = "The contact was sealed with another key; put the key file of that time back."
            raise Refusal("contact_unreadable", sentence) from error

    def token(self, no):
        """What the public shows to see how a report goes."""
        digest = hmac.digest(self._derived(b"follow"), no.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()

    def blinded(self, text):
        """What a text is compared by: without the key nobody finds it by trying, as a telephone number soon is."""
        return hmac.digest(self._derived(b"compare"), text.encode(), hashlib.sha256).hex()

    def fits(self, token, no):
        """Whether a token is that of an incident."""
        return hmac.compare_digest(token.encode(), self.token(no).encode())
