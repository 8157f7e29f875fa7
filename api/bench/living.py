"""Benchmark `live`: a thousand listeners and two hundred events a second, each committed by itself; none may be lost."""

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
import psycopg

from api.bench.clusters import private_register
from api.bench.timing import Ratio, Report, require_agreement

LISTENERS, EVENTS_PER_S, LASTS_S = 1000, 200, 15
INCIDENTS = 500
AT_MOST_S = 1.0
PATIENCE_S = 60
START = "from api.cli.main import run; run()"
MATTER = "INSERT INTO matter (code, family, name_zh, name_en) VALUES ('road', 'hazard', '道路破损', 'Damaged road')"
FILL = """
    INSERT INTO incident (no, matter_code, state, reported_at, geom, declared_datum, declared_lon, declared_lat, source, px, py,
                          address)
    SELECT '51050220260502' || to_char(n, 'FM00000'), 'road', 'reported', now(), ST_SetSRID(ST_MakePoint(105.4, 28.8), 4490),
           'cgcs2000', 105.4, 28.8, 'synthetic', 1, 1, '江阳区南城街道大山坪社区' || n || '号'
    FROM generate_series(1, %s) AS n RETURNING id"""
EVENT = """
    INSERT INTO incident_event (incident_id, action, from_state, to_state, actor)
    VALUES (%s, 'urge', 'reported', 'reported', 'li.na') RETURNING id"""
ID = re.compile(rb'\{"id" : (\d+),')


@dataclass(slots=True)
class Hearing:
    """What all listeners hear: the events of each different message, and when each message came to each."""

    listeners: int
    open: int = 0
    deliveries: int = 0
    heard: list = field(default_factory=list)
    events_of: dict = field(default_factory=dict)

    def take(self, listener, message):
        """Note a message; most are the same bytes for all listeners and are read once."""
        if message not in self.events_of:
            self.events_of[message] = tuple(map(int, ID.findall(message)))
        self.heard.append((listener, time.monotonic(), self.events_of[message]))
        self.deliveries += len(self.events_of[message])


def run():
    """Measure on a private cluster without fsync and a server in a process of its own.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree`` when an event is lost, told twice or told in another order to one than to another.
    """
    with private_register() as cluster:
        return _measured(cluster.url())


def _measured(url):
    with psycopg.connect(url) as connection:
        connection.execute(MATTER)
        incidents = [row[0] for row in connection.execute(FILL, (INCIDENTS,))]
    with _server(url) as address:
        hearing, written = asyncio.run(_play(url, address, incidents))
    delays = _delays(hearing, written)
    p50, p95, p99, most = (float(value) for value in np.percentile(delays, [50, 95, 99, 100]))
    work = f"an event reaches {LISTENERS:,} listeners at {EVENTS_PER_S} events/s, 95th percentile"
    remarks = (
        f"{len(written):,} events to {LISTENERS:,} listeners: {len(delays):,} deliveries, none lost, none twice; "
        f"median {p50:.2f} s, 99th percentile {p99:.2f} s, longest {most:.2f} s, from before the event is written.",
    )
    return Report("live", (Ratio(work, "one second", p95, AT_MOST_S, len(delays), 1, at_least=1),), remarks)


def _delays(hearing, written):
    """Seconds from writing to hearing of every event by every listener, once it is sure that each heard each once."""
    heard = [[] for _ in range(hearing.listeners)]
    delays = []
    for listener, at, events in hearing.heard:
        heard[listener] += events
        delays += [at - written[event] for event in events]
    require_agreement(all(sorted(events) == sorted(written) for events in heard), "Events were lost or told twice")
    require_agreement(all(events == heard[0] for events in heard), "Listeners hear events in different orders")
    return delays


@contextmanager
def _server(url):
    environment = os.environ | {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1", "WANGGE_LOG_LEVEL": "error"}
    process = subprocess.Popen([sys.executable, "-c", START, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE)
    try:
        yield re.search(r"http://\S+", process.stdout.readline().decode())[0]
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


async def _play(url, address, incidents):
    hearing, written = Hearing(LISTENERS), {}
    place = urlsplit(address)
    listening = [asyncio.create_task(_listen(place, hearing, number)) for number in range(LISTENERS)]
    await _until(lambda: hearing.open == LISTENERS)
    writer = threading.Thread(target=_write, args=(url, incidents, written), daemon=True)
    writer.start()
    await _until(lambda: not writer.is_alive())
    await _until(lambda: hearing.deliveries >= LISTENERS * len(written))
    for task in listening:
        task.cancel()
    return hearing, written


async def _until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        require_agreement(time.monotonic() < end, "Listeners wait in vain")
        await asyncio.sleep(0.05)


async def _listen(place, hearing, number):
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1 << 24)
    writer.write(b"GET /api/v1/events HTTP/1.1\r\nHost: " + place.netloc.encode() + b"\r\nAccept: text/event-stream\r\n\r\n")
    while not (await reader.readuntil(b"\n")).startswith(b"event: ready"):
        pass
    hearing.open += 1
    while True:
        line = await reader.readuntil(b"\n")
        if line.startswith(b"data: ["):
            hearing.take(number, line)


def _write(url, incidents, written):
    with psycopg.connect(url, autocommit=True) as connection:
        begin = time.monotonic()
        for number in range(EVENTS_PER_S * LASTS_S):
            time.sleep(max(0, begin + number / EVENTS_PER_S - time.monotonic()))
            at = time.monotonic()
            event = connection.execute(EVENT, (incidents[number % len(incidents)],)).fetchone()[0]
            written[event] = at
