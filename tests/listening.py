"""Somebody who listens to server-sent events over HTTP, in a thread of their own."""

import json
import queue
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

PATIENCE_S = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """One message."""

    event: str
    id: str
    data: object


@dataclass(eq=False, slots=True)
class Ear:
    """What somebody hears, in order.

    Attributes
    ----------
    last : str or None
        Id of the last message taken.
    """

    last: str | None = None
    _heard: queue.Queue = field(default_factory=queue.Queue)

    def next(self, event=None):
        """The next message, or the next of a kind; None when the stream has ended."""
        while (heard := self._heard.get(timeout=PATIENCE_S)) is not None:
            self.last = heard.id
            if event in (None, heard.event):
                return heard
        return None

    def incidents(self, count):
        """The next events of incidents, as many as asked for or a few more where they came together."""
        found = []
        while len(found) < count:
            found += self.next("incidents").data
        return found

    def take_in(self, response):
        """Hear a stream to its end."""
        fields, position = {}, None
        try:
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                elif "event" in fields:
                    position = fields.get("id", position)  # a message without one leaves it as it is
                    self._heard.put(Heard(fields["event"], position, json.loads(fields["data"])))
                    fields = {}
        except httpx.TransportError as error:
            self._heard.put(error)
        finally:
            self._heard.put(None)


@contextmanager
def listening(base_url, headers=None, *, after=None, last=None, **query):
    """Listen to the events of a server; an :class:`Ear` that listens."""
    if not (after or last):
        _let_it_catch_up(base_url, headers)
    asked = {**query, **({"after": after} if after else {})}
    sent = {**(headers or {}), **({"Last-Event-ID": last} if last else {})}
    timeout = httpx.Timeout(PATIENCE_S, read=None)
    with httpx.stream("GET", f"{base_url}/api/v1/events", params=asked, headers=sent, timeout=timeout) as response:
        assert response.status_code == 200, response.read()
        ear = Ear()
        threading.Thread(target=ear.take_in, args=(response,), daemon=True).start()
        yield ear
        response.close()


def _let_it_catch_up(base_url, headers):
    """Whoever joins hears from where the server's reader is, which may still be a moment behind what the test wrote before."""
    desk = httpx.get(f"{base_url}/api/v1/desk", headers=headers, timeout=PATIENCE_S)
    while desk.is_success:
        with httpx.stream("GET", f"{base_url}/api/v1/events", headers=headers, timeout=PATIENCE_S) as response:
            ready = next(line for line in response.iter_lines() if line.startswith("id: "))
            if all(map(int.__ge__, _ends(ready), _ends(desk.json()["position"]))):
                return


def _ends(position):
    """The oldest transaction that was open, and the first that had not begun."""
    return [int(number) for number in position.split(":")[-3:-1]]
