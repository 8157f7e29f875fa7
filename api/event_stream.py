"""Server-sent events as an answer: the messages of a listener, until it leaves, is too slow, or has been here long enough.

Plain ASGI: sse-starlette runs four tasks a stream and makes each event into bytes for each listener anew, and Starlette's own
streaming answer cannot be cut off while it waits for a listener that does not read.
"""

import random
from contextlib import suppress

import anyio
from starlette.responses import Response

# Rights are looked at when a stream begins. The browser comes back by itself, so that a right that was taken away ends here.
LASTS_S = 600
SPREAD = 0.2  # streams that began together, after a restart, do not all come back together
LAST_WORD_S = 1


class EventStream(Response):
    """The messages of a listener as ``text/event-stream``.

    Parameters
    ----------
    live : Live
    listener : Listener
        Who has joined; left when the stream ends, however it ends.
    first : bytes
        What is sent at once.
    lasts_s : float
    """

    media_type = "text/event-stream"

    def __init__(self, live, listener, first, *, lasts_s=LASTS_S):
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._live, self._listener, self._first = live, listener, first
        self._lasts_s = lasts_s * random.uniform(1 - SPREAD, 1 + SPREAD)

    async def __call__(self, scope, receive, send):
        """Answer a request."""
        try:
            with anyio.move_on_after(self._lasts_s):
                await self._stream(receive, send)
        finally:
            self._live.leave(self._listener)
        with anyio.move_on_after(LAST_WORD_S), suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stream(self, receive, send):
        async with anyio.create_task_group() as group:
            self._listener.cut = group.cancel_scope.cancel
            group.start_soon(self._until_gone, receive, group.cancel_scope)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self._first, "more_body": True})
            async for message in self._listener.messages():
                await send({"type": "http.response.body", "body": message, "more_body": True})
            group.cancel_scope.cancel()

    @staticmethod
    async def _until_gone(receive, scope):
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()
