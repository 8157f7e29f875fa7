"""What happens to incidents, told to everybody who listens: one reader of the database for all listeners of a process.

The reader looks four times a second while somebody listens. NOTIFY would not do: it makes all transactions that notify commit one
after another, which is what intake at full speed cannot have, and to look again would be needed all the same. Each event is made
into JSON once, by the database, and each message into bytes once for all listeners whose rights reach alike.
"""

import asyncio
import json
import logging
import threading
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from boundaries.clock import now
from boundaries.rights import WHOLE_CITY
from gis.errors import Refusal
from incidents.store.following import position, settle, since

LOOK_S = 0.25
BEAT_S = 15
RETRY_S = 1
WAIT_S = 10  # longest time to find out where the register is, for the first who listens
MOST_EVENTS = 5000  # in one message, and in a replay; beyond, the listener looks at the whole desk again
MOST_WAITING = 100  # messages for one listener: 25 s of a busy desk

log = logging.getLogger("wangge")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a listener may hear of.

    Attributes
    ----------
    scopes : tuple of str
        Beginnings of codes.
    unit : str
        Only in this unit.
    generated_only : bool
        The public of a demo: it hears of nothing that people have reported.
    department : str or None
        An account of a department hears, within these scopes, of what is given to it, or what it was asked about, alone.
    department_scopes : tuple of str
    """

    scopes: tuple = (WHOLE_CITY,)
    unit: str = WHOLE_CITY
    generated_only: bool = False
    department: str | None = None
    department_scopes: tuple = ()

    def hears(self, row):
        """Whether an event is for this audience."""
        return self._reaches(row, row.code, row.department)

    def loses(self, row):
        """Whether an event has taken an incident out of sight of this audience."""
        return row.was_code is not None and not self.hears(row) and self._reaches(row, row.was_code, row.was_department)

    def _reaches(self, row, code, department):
        given = self.department is not None and self.department in (department, *row.consulted)
        reached = code.startswith(self.scopes) or (given and code.startswith(self.department_scopes))
        return reached and code.startswith(self.unit) and (row.generated or not self.generated_only)


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who listens: what waits for them, and how they are cut off.

    Attributes
    ----------
    audience : Audience
    since : str
        Position from which on everything is put here.
    """

    audience: Audience
    since: str
    ended: bool = False
    cut: object = None
    _waiting: asyncio.Queue = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, message):
        """Hand a message over; who does not take what is there is cut off, and comes again where they were."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.end()
            if self.cut:
                self.cut()

    def end(self):
        """Let what waits go out, then no more."""
        self.ended = True
        if self._waiting.empty():
            self._waiting.put_nowait(b"")

    async def messages(self):
        """The messages, until the end."""
        while not (self.ended and self._waiting.empty()):
            message = await self._waiting.get()
            if message:
                yield message


class Live:
    """The listeners of one process, and the reader that runs while there are any.

    Parameters
    ----------
    open_connection : callable
        Gives a connection, to be used in a ``with``; the reader holds one.
    """

    def __init__(self, open_connection):
        self._open = open_connection
        self._listeners = set()
        self._reader = None
        self._closed = False

    def __len__(self):
        return len(self._listeners)

    async def join(self, audience):
        """Listen from now on.

        Parameters
        ----------
        audience : Audience

        Returns
        -------
        Listener
            To be given back to :meth:`leave`.

        Raises
        ------
        Refusal
            ``database_unavailable``.
        """
        if self._reader is None:
            self._reader = _Reader(self._open, self._tell)
        reader = self._reader
        try:
            await asyncio.wait_for(reader.began.wait(), WAIT_S)
        except TimeoutError:
            self._rest()
            raise Refusal("database_unavailable", "The database does not answer; try again in a moment.") from None
        if reader is not self._reader:  # all others left meanwhile
            return await self.join(audience)
        listener = Listener(audience, reader.told)
        self._listeners.add(listener)
        if self._closed:
            listener.end()
        return listener

    def leave(self, listener):
        """Listen no longer."""
        self._listeners.discard(listener)
        self._rest()

    def close(self):
        """End all streams and take no more: the server is stopping."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.end()

    def _rest(self):
        if self._reader and not self._listeners:
            self._reader.stop()
            self._reader = None

    def _tell(self, happenings):
        made = {}
        for listener in tuple(self._listeners):
            if listener.audience not in made:
                made[listener.audience] = message_for(happenings, listener.audience)
            if made[listener.audience]:
                listener.put(made[listener.audience])


class _Reader:
    """A thread with a connection of its own: a busy pool of threads or connections does not keep the desk waiting."""

    def __init__(self, open_connection, tell):
        self.began = asyncio.Event()
        self.told = None
        self._open, self._tell = open_connection, tell
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def stop(self):
        self._stopped.set()

    def _run(self):
        seen = None
        while not self._stopped.is_set():
            try:
                with self._open() as connection:
                    settle(connection)  # the database that is there now may be another one than before
                    seen = seen or self._begin(position(connection))
                    while not self._stopped.wait(LOOK_S):
                        seen = self._look(connection, seen)
            except (SQLAlchemyError, Refusal) as error:
                log.warning("live events wait for the database: %s", type(error).__name__)
                self._stopped.wait(RETRY_S)

    def _begin(self, seen):
        self._in_loop(self._began, seen)
        return seen

    def _look(self, connection, seen):
        happenings = since(connection, seen, limit=MOST_EVENTS)
        self._in_loop(self._pass_on, happenings)
        return happenings.position

    def _in_loop(self, act, value):
        try:
            self._loop.call_soon_threadsafe(act, value)
        except RuntimeError:  # the loop has ended before the thread
            self.stop()

    def _began(self, seen):
        self.told = self.beaten = seen
        self._next_beat = self._loop.time() + BEAT_S
        self.began.set()

    def _pass_on(self, happenings):
        if self._stopped.is_set():
            return
        self.told = happenings.position
        self._tell(happenings)
        if self._loop.time() >= self._next_beat:
            self._next_beat = self._loop.time() + BEAT_S
            self._tell(Beat(happenings.position))


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life, with the position reached: who hears of few events does not fall behind by it."""

    position: str


def message_for(happenings, audience):
    """The message of some happenings for an audience, or nothing where none is for it.

    Parameters
    ----------
    happenings : Happenings or Beat
    audience : Audience

    Returns
    -------
    bytes
        As server-sent events have it.

    Examples
    --------
    >>> from incidents.store.following import Happenings
    >>> message_for(Happenings("1.2:3:4:", [], too_many=True), Audience())
    b'event: reset\\nid: 1.2:3:4:\\ndata: {}\\n\\n'
    """
    if isinstance(happenings, Beat):
        return message("beat", happenings.position, json.dumps({"at": now().isoformat()}))
    if happenings.too_many:
        return message("reset", happenings.position, "{}")
    gone = sorted({row.no for row in happenings.rows if audience.loses(row)})
    heard = [row.value for row in happenings.rows if audience.hears(row)]
    said = message("incidents", happenings.position, f"[{','.join(heard)}]") if heard else b""
    if gone:  # the last of the two brings the position: a break in between would else lose the other
        said = message("gone", None if heard else happenings.position, json.dumps(gone)) + said
    return said


def message(event, reached, data):
    """One server-sent event; the data has no line break, as JSON of the database and of ours has none.

    Without a position it is a part of what the next message brings.

    Examples
    --------
    >>> message("beat", "1.2:3:4:", "{}")
    b'event: beat\\nid: 1.2:3:4:\\ndata: {}\\n\\n'
    """
    position = "" if reached is None else f"id: {reached}\n"
    return f"event: {event}\n{position}data: {data}\n\n".encode()
