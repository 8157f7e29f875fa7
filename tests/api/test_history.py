"""One unit through time over HTTP: its shapes, who decided them, whom its land came from and went to."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.history import UnitHistory
from api.settings import Settings
from boundaries.store import tracing
from tests.api import town
from tests.boundaries.filings.change_sets import MERGE, SPLIT, decided, filed, tomorrow
from tests.registers import register_of_module

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "http_history") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def numbers(engine):
    """A grid is split tomorrow and filed, and made one with its neighbour a day later."""
    filing = filed(engine, SPLIT)
    with engine.begin() as connection:
        return filing, decided(connection, MERGE | {"into": town.MIDDLE_GRID}, on=tomorrow() + timedelta(days=1))


@pytest.fixture(scope="module")
def history(engine, numbers, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:

        def ask(code, **query):
            answer = client.get(f"/api/v1/units/{code}/history", params=query)
            return UnitHistory(**answer.json()) if answer.status_code == 200 else (answer.status_code, answer.json()["code"])

        yield ask


def test_it_tells_every_version_with_its_shape_the_oldest_first(history):
    found = history(town.WEST_GRID)
    assert (found.level, found.truncated) == ("grid", False)
    begins = [version.valid_from for version in found.versions]
    assert begins == sorted(begins)
    assert all(one.valid_to == following.valid_from for one, following in zip(found.versions, found.versions[1:], strict=False))
    rings = [version.geometry.coordinates[0][0] for version in found.versions]
    assert [105.422, 28.82] not in rings[0] and [105.422, 28.82] in rings[1]  # the border that leans


def test_it_tells_who_decided_and_filed_a_version_and_where_its_land_came_from_and_went(history, numbers):
    filing, merge = numbers
    versions = history(town.MIDDLE_GRID).versions
    split, merged = versions[-2:]
    assert (split.filing, split.technical) == (filing, False)
    assert merged.change_set_id == merge and merged.valid_to is None
    assert [relative.code for relative in merged.came_from] == [town.WEST_GRID]
    (young,) = versions[-3].became
    assert young.code.startswith("510502001001") and young.code not in (town.WEST_GRID, town.MIDDLE_GRID)
    west = history(town.WEST_GRID).versions[-1]
    assert [relative.code for relative in west.became] == [town.MIDDLE_GRID]
    assert west.became[0].area_m2 == merged.came_from[0].area_m2 > 0


def test_a_version_that_only_got_nodes_is_told_as_technical(history):
    assert [version.technical for version in history("510502").versions][-1] is True


def test_of_many_versions_the_newest_are_told(history):
    found = history(town.MIDDLE_GRID, limit=1)
    assert found.truncated and [version.valid_to for version in found.versions] == [None]


def test_old_shapes_are_left_out_where_there_are_too_many_vertices(history, monkeypatch):
    monkeypatch.setattr(tracing, "MOST_VERTICES", 1)
    shapes = [version.geometry for version in history(town.MIDDLE_GRID).versions]
    assert shapes[-1] is not None and set(shapes[:-1]) == {None}


@pytest.mark.parametrize(
    ("code", "query", "wanted"),
    [
        ("510502001001999", {}, (404, "unknown_unit")),
        ("51050", {}, (422, "bad_code")),
        ("x", {}, (422, "bad_code")),
        (town.WEST_GRID, {"limit": 0}, (422, "invalid_parameter")),
        ("5" * 30, {}, (422, "invalid_parameter")),
    ],
)
def test_what_is_no_unit_is_refused(history, code, query, wanted):
    assert history(code, **query) == wanted
