"""The application on a small register, asked through ASGI."""

import os
import tempfile

import numpy as np
import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from boundaries.clock import now
from boundaries.store import tiles
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from incidents.reports import Reports
from incidents.store.writing import load
from tests.api import town


@pytest.fixture(scope="session")
def town_url(cluster, _template):
    """Address of a database with the small register, its tile shapes and 600 incidents."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE api_town TEMPLATE {_template}")
    url = cluster.url(database="api_town")
    engine = engine_for(url)
    town.store(engine)
    with engine.begin() as connection:
        tiles.rebuild(connection)
        load(connection, reports(), Snapshots(engine).at(now()))
    engine.dispose()
    return url


def reports():
    """600 reports from January to June 2026, some on borders, one in ten outside the city."""
    count = 600
    random = np.random.default_rng(7)
    lonlat = town.places(count, seed=7)
    lonlat[:3] = [(105.44, 28.81), (105.4, 28.8), (105.421, 28.81)]
    reported = np.datetime64("2026-01-01T00:00:00") + random.integers(0, 180 * 86400, count).astype("timedelta64[s]")
    return Reports(
        matter_code=np.array(["0406", "0401", "0502"])[random.integers(0, 3, count)],
        state=np.where(random.random(count) < 0.7, "closed", "handling"),
        reported_at=reported,
        closed_at=np.full(count, np.datetime64("NaT", "s")),
        lonlat=lonlat,
        datum=np.full(count, "cgcs2000"),
        source="synthetic",
    )


@pytest.fixture(scope="session")
def front_end(tmp_path_factory):
    """A built front end of two files."""
    folder = tmp_path_factory.mktemp("dist")
    (folder / "index.html").write_text("<!doctype html><title>Wangge</title>", encoding="utf-8")
    (folder / "assets").mkdir()
    (folder / "assets" / "index-abc123.js").write_text("export {};", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data directory of the module's own: what is sealed with its key is opened by the same."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def app(town_url, front_end, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return create_app(Settings(home=home, database_url=town_url, web_dist=front_end, stamp_seconds=0))


@pytest.fixture(scope="session")
def client(app):
    """What a browser would be; an error inside the application is an answer here, not an exception."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def get(client):
    """Ask an address under /api/v1; the answer's JSON."""

    def ask(path, **query):
        answer = client.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def refused(client):
    """Ask an address under /api/v1 for something it has to refuse; status and code."""

    def ask(path, **query):
        answer = client.get(f"/api/v1{path}", params=query)
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == answer.status_code
        assert body["instance"] == f"/api/v1{path}"
        assert body["detail"].endswith(".")
        return answer.status_code, body["code"]

    return ask


@pytest.fixture
def temporary(tmp_path_factory, monkeypatch):
    """A folder for temporary files, which has to be empty afterwards."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert os.listdir(folder) == []
