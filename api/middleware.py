"""What every answer carries, and the line it leaves in the log."""

import logging
import re
import time

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.logs import told_path

# No outside host, no inline script or style. Leaflet sets styles through the CSSOM, which a policy does not touch;
# data: is for the images a canvas exports when a map is printed.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=()",
}

log = logging.getLogger("wangge.access")


class SecurityHeaders:
    """ASGI middleware that adds the security headers to every HTTP answer; one that an answer has already stays."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class AccessLog:
    """ASGI middleware: one line per request, without its query, which may say where a citizen stood, and without a token."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), [500]

        async def send_and_note(message):
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            elapsed_ms = (time.perf_counter() - started) * 1000
            log.info("method=%s path=%r status=%d ms=%.1f", scope["method"], told_path(scope["path"]), status[0], elapsed_ms)


class LastResort:
    """ASGI middleware: an error that nobody foresaw becomes a problem, inside the other middleware, not around it."""

    def __init__(self, app, *, answer):
        self.app = app
        self.answer = answer

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def send_and_note(message):
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if started:
                raise
            response = await self.answer(Request(scope), error)
            await response(scope, receive, send)


class BodyLimit:
    """ASGI middleware: a request body over the limit is refused before it is read into memory.

    Addresses that take files have a limit of their own: `larger` gives it by a pattern of the whole path.
    """

    def __init__(self, app, *, limit_bytes, larger=None):
        self.app = app
        self.limit_bytes = limit_bytes
        self.larger = {re.compile(path): limit for path, limit in (larger or {}).items()}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        received = 0
        limit_bytes = next((limit for path, limit in self.larger.items() if path.fullmatch(scope["path"])), self.limit_bytes)

        async def receive_counted():
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit_bytes:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)
