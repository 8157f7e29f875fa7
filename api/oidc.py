"""An identity provider, as OpenID Connect Core 1.0 describes it: discovery, authorization code with PKCE, ID token."""

import json
import threading
import time
from dataclasses import asdict, dataclass

import httpx
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2 import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gis.errors import Refusal

SCOPE = "openid profile"
# Signatures with a public key only: with a shared one, whoever can verify can forge.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
TIMEOUT_S = 10
METADATA_LASTS_S = 3600
LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the browser keeps while its user is at the provider."""

    state: str
    nonce: str
    verifier: str
    to: str

    def as_text(self):
        return json.dumps(asdict(self)).encode().hex()

    @classmethod
    def from_text(cls, text):
        """An attempt out of its cookie.

        Raises
        ------
        Refusal
            ``oidc_refused`` where there is none.

        Examples
        --------
        >>> attempt = Attempt("s", "n", "v", "/")
        >>> Attempt.from_text(attempt.as_text()) == attempt
        True
        """
        try:
            fields = json.loads(bytes.fromhex(text))
            return cls(**{name: str(fields[name]) for name in cls.__slots__} | {"to": local_path(str(fields["to"]))})
        except (ValueError, KeyError, TypeError):
            raise _refused("this browser has not begun to sign in, or took over ten minutes") from None


def local_path(text):
    """A page of ours; anything that could lead to another host is the front page.

    Examples
    --------
    >>> local_path("/map#15/28.9/105.4"), local_path("//evil.example"), local_path("/\\\\evil.example")
    ('/map#15/28.9/105.4', '/', '/')
    """
    safe = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if safe else "/"


class Provider:
    """One identity provider and what Wangge is to it.

    Parameters
    ----------
    issuer, client_id, client_secret : str
    """

    def __init__(self, issuer, *, client_id, client_secret):
        self.issuer = issuer
        self.client_id = client_id
        self._client_secret = client_secret
        self._lock = threading.Lock()
        self._metadata, self._keys, self._until = None, None, 0.0

    def begin(self, callback, *, to):
        """Where to send the browser, and what it has to keep.

        Parameters
        ----------
        callback : str
            Address of ours that the provider sends it back to.
        to : str
            Page to show in the end.

        Returns
        -------
        (str, Attempt)

        Raises
        ------
        Refusal
            ``oidc_unavailable``.
        """
        attempt = Attempt(generate_token(43), generate_token(43), generate_token(64), to)
        endpoint = self._read_metadata()["authorization_endpoint"]
        with self._client(callback) as client:
            address, _ = client.create_authorization_url(
                endpoint, state=attempt.state, code_verifier=attempt.verifier, nonce=attempt.nonce
            )
        return address, attempt

    def finish(self, attempt, callback, *, state, code):
        """Exchange the code of the answer for an ID token, and verify that.

        Returns
        -------
        dict
            Its claims.

        Raises
        ------
        Refusal
            ``oidc_refused``, ``oidc_unavailable``.
        """
        if not code or state != attempt.state:
            raise _refused("the answer does not belong to this browser's question")
        endpoint = self._read_metadata()["token_endpoint"]
        try:
            with self._client(callback) as client:
                token = client.fetch_token(endpoint, code=code, code_verifier=attempt.verifier)
            return self._verified(token, attempt.nonce)
        except (OAuth2Error, JoseError, ValueError, KeyError) as error:
            raise _refused("its answer could not be verified") from error
        except httpx.HTTPError as error:
            raise _unavailable() from error

    def _client(self, callback):
        return OAuth2Client(
            self.client_id,
            self._client_secret or None,
            scope=SCOPE,
            redirect_uri=callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _verified(self, token, nonce):
        signed = jwt.decode(token["id_token"], self._key_set(), algorithms=ALGORITHMS)
        options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}}
        params = {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(leeway=LEEWAY_S)
        return dict(claims)

    def _key_set(self):
        self._read_metadata()
        return self._keys

    def _read_metadata(self):
        with self._lock:
            if self._metadata is None or time.monotonic() > self._until:
                self._metadata, self._keys = self._discovered()
                self._until = time.monotonic() + METADATA_LASTS_S
            return self._metadata

    def _discovered(self):
        """OpenID Connect Discovery 1.0, 4: the document has to name the issuer that it was asked of."""
        try:
            with httpx.Client(timeout=TIMEOUT_S) as client:
                metadata = _json(client, self.issuer.rstrip("/") + "/.well-known/openid-configuration")
                keys = KeySet.import_key_set(_json(client, metadata["jwks_uri"]))
        except (httpx.HTTPError, JoseError, ValueError, KeyError) as error:
            raise _unavailable() from error
        if metadata.get("issuer") != self.issuer:
            raise Refusal("oidc_unavailable", "The identity provider names another issuer; correct WANGGE_OIDC_ISSUER.")
        return metadata, keys


def provider_for(settings):
    """The identity provider of some settings, or None."""
    if settings.oidc_issuer is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(settings.oidc_issuer, client_id=settings.oidc_client_id, client_secret=secret)


def _json(client, address):
    answer = client.get(address)
    answer.raise_for_status()
    return answer.json()


def _refused(reason):
    return Refusal("oidc_refused", f"Signing in at the identity provider failed: {reason}. Begin again.")


def _unavailable():
    return Refusal("oidc_unavailable", "The identity provider does not answer as it should; try again, or use a password.")
