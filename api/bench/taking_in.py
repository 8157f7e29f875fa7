"""Benchmark `intake`: reports over HTTP against a bare route of the same server, and a million of a file against bare COPY."""

import csv
import json
import multiprocessing
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import numpy as np
import psycopg
import sqlalchemy as sa
import uvicorn
from fastapi import Depends, Request
from fastapi.routing import APIRoute
from rich.console import Console

from api.app import create_app
from api.authorising import COOKIE
from api.bench.clusters import private_register
from api.bench.timing import Ratio, Report, in_turns, require_agreement, seconds
from api.cli.demo import fill
from api.settings import Settings
from boundaries.accounts.secrets import csrf_token
from boundaries.store import accounts
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.connecting import engine_for
from boundaries.store.sessions import open_session
from boundaries.store.snapshots import Snapshots
from boundaries.store.units import units_of_level
from incidents.report_files import Wish
from incidents.store.bulk_files import take_in_file
from incidents.synthetic import generate

SIZE = {"scale": "county", "requests": 400, "rows": 1_000_000}
SENDERS = 4
AT_LEAST_SINGLE, AT_MOST_BULK = 1 / 3, 3
YEAR = timedelta(days=365)
BARE = "/bare"
BARE_TABLE = (
    "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL); GRANT INSERT ON bare TO wangge"
)
INSERT = sa.text("INSERT INTO bare (body) VALUES (:body)")
STORED = "SELECT count(*) FROM incident WHERE source = 'file'"


def run(size=None):
    """Measure on a private cluster as it runs by default, which waits for the disk at every commit.

    Parameters
    ----------
    size : int, optional
        Rows of the file; a million where it is not said.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    with private_register(durable=True) as cluster:
        return _measured(cluster, size or SIZE["rows"])


def _measured(cluster, rows):
    owner = engine_for(cluster.url(owner=True))
    engine = engine_for(cluster.url())
    fill(engine, scale=SIZE["scale"], seed=2024, console=Console(quiet=True))
    with owner.begin() as connection:
        connection.execute(sa.text(BARE_TABLE))
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with engine.connect() as connection:
        homes = units_of_level(connection, "micro_grid", at=end)
    single = _single(cluster, engine, homes, end)
    bulk = _bulk(
        cluster, engine, cluster.home.parent / "reports.csv", generate(homes, count=rows, seed=3, start=end - YEAR, end=end)
    )
    engine.dispose()
    owner.dispose()
    ours, bare = (SIZE["requests"] / taken_s for taken_s in single[:2])
    remarks = (
        f"{ours:.0f} reports a second by {SENDERS} senders against {bare:.0f} bare inserts. A report is session and rights, "
        "position, grid, micro-grid and worker, matter, number, event, key against doubles, of what is urgent the dispatch too.",
        f"{rows / bulk[0]:,.0f} rows a second against {rows / bulk[1]:,.0f} by COPY into a table with the same indexes and rules "
        "but without triggers. A row is read and looked at twice, located, numbered and stored with its events.",
        "PostgreSQL runs as it does by default and waits for the disk.",
    )
    work = f"{SIZE['requests']} reports over HTTP", f"a file of {rows:,} reports located and stored"
    ratios = (
        Ratio(work[0], "a bare route with one INSERT and commit", *single, at_least=AT_LEAST_SINGLE),
        Ratio(work[1], "COPY of the same rows", *bulk, 1, 1, at_most=AT_MOST_BULK),
    )
    return Report("intake", ratios, remarks)


# ---------------------------------------------------------------------------------------------------------------------
# One by one, over HTTP.


def _single(cluster, engine, homes, end):
    bodies = _bodies(homes, end)
    before = _count(cluster, "SELECT count(*) FROM incident WHERE source = 'desk'")
    with _server(cluster) as port, _Senders(port) as senders:
        headers = _headers(engine)
        times = in_turns(
            lambda: senders.send("/api/v1/incidents", bodies, headers),
            lambda: senders.send(BARE, bodies, {}),
        )
    runs = times[2] + 1  # one to warm up
    stored = _count(cluster, "SELECT count(*) FROM incident WHERE source = 'desk'") - before
    require_agreement(stored == runs * len(bodies), "Some reports were not stored")
    require_agreement(_count(cluster, "SELECT count(*) FROM bare") == runs * len(bodies), "Some rows were not stored")
    return times


def _bodies(homes, end):
    reports = generate(homes, count=SIZE["requests"], seed=5, start=end - YEAR, end=end)
    columns = zip(reports.matter_code.tolist(), reports.lonlat.tolist(), reports.datum.tolist(), strict=True)
    return [
        json.dumps({"matter": matter, "lon": lon, "lat": lat, "datum": datum, "description": f"路面塌陷，第{nth}处"})
        for nth, (matter, (lon, lat), datum) in enumerate(columns)
    ]


def _headers(engine):
    with engine.begin() as connection:
        accounts.create_account(connection, "bench", display_name="bench", password=None, by=BY_OPERATOR)
        accounts.grant_role(connection, "bench", role="dispatcher", scope="", by=BY_OPERATOR)
        account_id = accounts.account(connection, "bench").id
        secret = open_session(connection, account_id, lasts=timedelta(hours=1))
    return {"cookie": f"{COOKIE}={secret}", "x-csrf-token": csrf_token(secret)}


class _Senders:
    """Connections that are kept open, each in a thread of its own."""

    def __init__(self, port):
        self._port = port

    def __enter__(self):
        self._pool = ThreadPoolExecutor(SENDERS)
        self._connections = [HTTPConnection("127.0.0.1", self._port, timeout=60) for _ in range(SENDERS)]
        return self

    def __exit__(self, *_):
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def send(self, path, bodies, headers):
        """Send them all, shared out; every one has to be taken."""
        shares = [bodies[nth::SENDERS] for nth in range(SENDERS)]
        list(self._pool.map(lambda share: _send(share[0], path, share[1], headers), zip(self._connections, shares, strict=True)))


def _send(connection, path, bodies, headers):
    for body in bodies:
        sent = headers | {"idempotency-key": str(uuid.uuid4()), "content-type": "application/json"}
        connection.request("POST", path, body.encode(), sent)
        answer = connection.getresponse()
        said = answer.read()
        require_agreement(answer.status == 201, f"{path} answered {answer.status}, {said[:200]!r}")


@contextmanager
def _server(cluster):
    """A server in a process of its own; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(home=cluster.home, database_url=cluster.url(), log_level="error")
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(settings, listener), daemon=True)
        process.start()
        try:
            yield listener.getsockname()[1]
        finally:
            process.terminate()
            process.join()


def _serve(settings, listener):
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    app = create_app(settings)
    app.state.resources.warm()
    app.router.routes.insert(0, APIRoute(BARE, _bare, methods=["POST"], status_code=201))
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listener])


async def _body(request: Request):
    return await request.body()


def _bare(request: Request, body: bytes = Depends(_body)):
    """One INSERT and commit, and a short answer; no rights are asked for."""
    with request.app.state.resources.engine.begin() as connection:
        connection.execute(INSERT, {"body": body.decode()})
    return {"stored": True}


# ---------------------------------------------------------------------------------------------------------------------
# By the million, from a file.


def _bulk(cluster, engine, path, reports):
    """Seconds of ours and of the peer, each once: a table is only once as small as it is before."""
    _write(path, reports)
    snapshot = Snapshots(engine, index_folder=cluster.indexes).at(datetime.now(UTC))
    snapshot.require("grid"), snapshot.index("micro_grid")
    by = {"by": BY_OPERATOR, "actor": "operator"}
    outcomes = []
    ours_s = seconds(lambda: outcomes.append(take_in_file(engine, path, Wish(), snapshot=snapshot, **by)))
    require_agreement(not outcomes[0].faults and outcomes[0].stored == len(reports), "Some rows were not taken")
    require_agreement(_count(cluster, STORED) == len(reports), "Some rows were not stored")
    return ours_s, _copy_s(cluster)


def _copy_s(cluster):
    """COPY of the very rows into a table of the same columns, indexes and rules."""
    with psycopg.connect(cluster.url(owner=True), autocommit=True) as connection:
        connection.execute("CREATE TABLE copied (LIKE incident INCLUDING ALL)")
        with connection.cursor().copy("COPY (SELECT * FROM incident WHERE source = 'file') TO STDOUT (FORMAT csv)") as copy:
            data = b"".join(copy)
        connection.execute("CHECKPOINT")

        def peer():
            with connection.cursor().copy("COPY copied FROM STDIN (FORMAT csv)") as copy:
                copy.write(data)

        return seconds(peer)


def _write(path, reports):
    times = np.datetime_as_string(reports.reported_at.astype("datetime64[s]")).tolist()
    columns = zip(reports.matter_code.tolist(), reports.lonlat.tolist(), reports.datum.tolist(), times, strict=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("matter", "lon", "lat", "datum", "reported_at", "description"))
        lines.writerows((m, *place, datum, f"{at}Z", f"路面塌陷，第{nth}处") for nth, (m, place, datum, at) in enumerate(columns))


def _count(cluster, query):
    with psycopg.connect(cluster.url(owner=True)) as connection:
        return connection.execute(query).fetchone()[0]
