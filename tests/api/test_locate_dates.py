"""Every date's points are answered by that date's faces, in Python, in SQL, over HTTP and by the command.

    begin              split                merged               moved
+------+------+    +---+---+------+    +---+----------+    +----+---------+
| 001  | 002  |    |003|004| 002  |    |003|   005    |    |003/   005    |
+------+------+    +---+---+------+    +---+----------+    +---+----------+
"""

import csv
from datetime import timedelta

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
import typer
from fastapi.testclient import TestClient
from geoalchemy2.shape import from_shape
from typer.testing import CliRunner

from api.app import create_app
from api.cli.locate import locate
from api.settings import Settings
from boundaries.clock import start_of_day
from boundaries.store.snapshots import Snapshots
from boundaries.store.statements import HERE, statement
from boundaries.store.tables import unit, unit_version
from boundaries.store.writing import open_change_set
from gis.lattice import to_lattice
from tests.api.test_locate_agreement import places_on_borders
from tests.api.town import shapes

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
DAYS = [np.datetime64(day).item() for day in ("2024-10-01", "2025-03-01", "2025-09-01", "2026-02-01")]
BEGINS = [start_of_day(day) for day in DAYS]
SECOND = timedelta(seconds=1)
INSTANTS = [(era, at) for era, begin in enumerate(BEGINS) for at in (begin, begin + timedelta(days=40))]
INSTANTS += [(era - 1, BEGINS[era] - SECOND) for era in (1, 2, 3)]


def _face(*corners):
    return shapely.Polygon([(105.4 + east / 1000, 28.8 + north / 1000) for east, north in corners])


def _between(west, east, *, lean_west=0):
    return _face((west, 0), (east, 0), (east, 20), (west + lean_west, 20))


ERAS = [
    {"001": _between(0, 20), "002": _between(20, 40)},
    {"003": _between(0, 10), "004": _between(10, 20), "002": _between(20, 40)},
    {"003": _between(0, 10), "005": _between(10, 40)},
    {"003": _face((0, 0), (10, 0), (13, 20), (0, 20)), "005": _between(10, 40, lean_west=3)},
]
GRIDS = [{VILLAGE + number: face for number, face in faces.items()} for faces in ERAS]


def store(engine):
    """Each unit has one version for each run of eras in which its shape is the same."""
    held = [shapes(grids) for grids in GRIDS]
    codes = sorted({code for era in held for code in era}, key=lambda code: (len(code), code))
    with engine.begin() as connection:
        connection.execute(sa.insert(unit), [{"code": code} for code in codes])
        changes = [open_change_set(connection, title="变更", reason="correction", effective_on=day) for day in DAYS]
        for code in codes:
            for first, end in runs([era.get(code) for era in held]):
                insert(
                    connection, code, held[first][code], BEGINS[first], BEGINS[end] if end < len(held) else None, changes[first]
                )


def runs(values):
    """Where each run of equal shapes begins and ends; None is no shape."""
    first = 0
    for end in range(1, len(values) + 1):
        if end == len(values) or values[end] != values[first]:
            if values[first] is not None:
                yield first, end
            first = end


def insert(connection, code, shape, begin, end, change):
    multi = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    row = {"code": code, "name": code, "kind": "comprehensive" if len(code) == 15 else None, "divided": len(code) < 15}
    lifespan = sa.func.tstzrange(begin, end)
    shown = {"geom": from_shape(multi, srid=4490), "lifespan": lifespan, "source": "test", "change_set_id": change}
    connection.execute(sa.insert(unit_version).values(**row, **shown))


def brute_force(grids, lonlat):
    """Owner, on the border, the others: one point and one face at a time, in lattice units, which doubles hold exactly."""
    codes = sorted(grids)
    faces = [shapely.transform(shapely.geometry.Polygon(grids[code]), lambda xy: to_lattice(xy).astype(float)) for code in codes]
    answers = []
    for point in shapely.points(to_lattice(lonlat).astype(float)):
        holders = [(code, face.contains(point)) for code, face in zip(codes, faces, strict=True) if face.intersects(point)]
        also = [code for code, _ in holders[1:]]
        answers.append((holders[0][0], not holders[0][1], also) if holders else (None, False, []))
    return answers


@pytest.fixture(scope="module")
def lonlat():
    """Places anywhere, and on and beside the borders of every era."""
    borders = places_on_borders(np.array([face for grids in GRIDS for face in grids.values()]))
    return np.concatenate([np.random.default_rng(2).uniform((105.395, 28.795), (105.445, 28.825), (200, 2)), borders])


@pytest.fixture
def dated(register, database_url, tmp_path):
    store(register)
    return register, Settings(home=tmp_path, database_url=database_url, stamp_seconds=0)


def in_python(snapshots, at, lonlat):
    index = snapshots.at(at).index("grid")
    found = index.locate(lonlat)
    codes = index.codes_of(found.face).tolist()
    also = [index.codes[faces].tolist() for faces in found.also]
    return [(code or None, *rest) for code, *rest in zip(codes, found.on_border.tolist(), also, strict=True)]


def in_sql(connection, at, lonlat):
    parameters = {"lons": lonlat[:, 0].tolist(), "lats": lonlat[:, 1].tolist(), "level": "grid", "at": at}
    rows = connection.execute(statement(HERE, "locate"), parameters)
    return [(row.owner, bool(row.on_border), row.also or []) for row in rows]


def over_http(client, at, lonlat):
    points = [{"lon": lon, "lat": lat} for lon, lat in lonlat.tolist()]
    body = client.post("/api/v1/locate", json={"points": points, "at": at.isoformat()}).json()
    return [(found["grid"], found["on_border"], found["also"]) for found in body["results"]]


def test_every_instant_is_answered_by_the_faces_of_its_era(dated, lonlat):
    engine, settings = dated
    snapshots = Snapshots(engine, index_folder=settings.home / "indexes")
    with TestClient(create_app(settings)) as client, engine.connect() as connection:
        for era, at in INSTANTS:
            expected = brute_force(GRIDS[era], lonlat)
            assert in_python(snapshots, at, lonlat) == expected
            assert in_sql(connection, at, lonlat) == expected
            assert over_http(client, at, lonlat) == expected
            assert sum(on_border for _, on_border, _ in expected) > 20


def test_one_place_is_answered_by_its_date(dated):
    with TestClient(create_app(dated[1])) as client:
        place = {"lon": 105.41, "lat": 28.81}
        for era, at in INSTANTS:
            (expected,) = brute_force(GRIDS[era], [[105.41, 28.81]])
            found = client.get("/api/v1/locate", params={**place, "at": at.isoformat()}).json()
            also = [label["code"] for label in found["also"]]
            assert (found["grid"]["code"], found["on_border"], also) == expected


def test_the_command_answers_by_its_day(dated, tmp_path, lonlat, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dated[1].database_url)
    monkeypatch.setenv("WANGGE_HOME", str(tmp_path))
    command = typer.Typer()
    command.command()(locate)
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("lon", "lat"), *lonlat.tolist()])
    for grids, day in zip(GRIDS, DAYS, strict=True):
        options = ["-o", str(tmp_path / "out.csv"), "--datum", "cgcs2000", "--at", str(day)]
        assert CliRunner().invoke(command, [str(tmp_path / "in.csv"), *options]).exit_code == 0
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            found = [
                (row["grid"] or None, row["on_border"] == "true", [*filter(None, row["also"].split(";"))])
                for row in csv.DictReader(file)
            ]
        assert found == brute_force(grids, lonlat)
