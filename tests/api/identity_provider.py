"""A small identity provider that speaks OpenID Connect over a real port: it lets one person in and can be told to err."""

import base64
import hashlib
import secrets
import threading
import time
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from api.cli.serve import address, listen

CLIENT_ID, CLIENT_SECRET = "wangge", "a secret that two of them know and a third does not"
KEY = RSAKey.generate_key(2048, {"kid": "1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"})
SHARED_KEY = OctKey.import_key(CLIENT_SECRET)


class IdentityProvider:
    """Runs in a thread of its own.

    Attributes
    ----------
    person : dict
        Claims of whoever signs in.
    wrong : dict
        Claims that the ID token shall state in place of the right ones; None leaves one out.
    signed_by
        Key and algorithm.
    """

    def __init__(self):
        self.behave()
        self._asked = {}
        self._listener = listen("127.0.0.1", 0)
        self.issuer = address(self._listener)
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()

    def behave(self):
        """Let person 17 in, and err in nothing."""
        self.person, self.wrong, self.signed_by = {"sub": "17"}, {}, (KEY, "RS256")

    def _app(self):
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self._discovery)
        app.get("/jwks")(self._keys)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        return app

    async def _discovery(self):
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in places.items()}

    async def _keys(self):
        return {"keys": [KEY.as_dict(private=False)]}

    async def _authorize(self, request: Request):
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID and "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._asked[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request):
        sent = dict(parse_qsl((await request.body()).decode()))
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers["authorization"] != f"Basic {basic}":
            raise HTTPException(401, "invalid_client")
        asked = self._asked.pop(sent["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        granted = sent["grant_type"] == "authorization_code" and asked and asked["redirect_uri"] == sent["redirect_uri"]
        if not granted or asked["code_challenge"] != challenge:
            raise HTTPException(400, "invalid_grant")
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": nonce} | self.person | self.wrong
        key, algorithm = self.signed_by
        stated = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": "1"}, stated, key, algorithms=[algorithm])
