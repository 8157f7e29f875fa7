"""The worked story of the documentation, told over HTTP: from a faulty layer to a recorded division and three changes."""

import json
from datetime import datetime, timedelta

import numpy as np
import psycopg
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.imports.layers import read_layer
from boundaries.store.writing import begin_versions, open_change_set
from boundaries.units import units_from
from gis.checking.check import check
from gis.conforming.conform import conform
from tests import people

pytestmark = pytest.mark.database

VILLAGE, COUNTY = "510502001001", "510502"
STREETS = ["7aee16475d10", "e6b4c8d43409"]  # two gaps as wide as a street, looked at and accepted


@pytest.fixture(scope="module")
def parcels(real_data):
    """A layer that nobody here drew, 22 overlaps and 87 gaps in it, made an exact tiling."""
    layer = read_layer(f"{real_data / 'faulty' / 'bubenec_momepy.gpkg'}::plots")
    return conform(layer.geometries, layer.ids, gap_width_m=3, accept=STREETS)


@pytest.fixture
def desk(register, database_url, front_end, parcels):
    """The village with its outline and nothing in it, and a county's officer who works over HTTP."""
    codes = ["5105", COUNTY, "510502001", VILLAGE]
    outline = [parcels.parent] * len(codes)
    day = datetime.now(CITY_ZONE).date() - timedelta(days=30)
    with register.begin() as connection:
        number = open_change_set(connection, title="village", reason="other", effective_on=day)
        units = units_from(code=codes, name=codes, geometry=outline, divided=np.array([True] * 3 + [False]))
        begin_versions(connection, units, begin=start_of_day(day), source="survey", change_set_id=number)
    with TestClient(create_app(Settings(database_url=database_url, web_dist=front_end, stamp_seconds=0))) as client:
        client.headers.update(people.as_role(register, "county_officer", COUNTY))
        yield client


def asked(client, method, path, **how):
    answer = client.request(method, f"/api/v1{path}", **how)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def decided(client, title, *commands, reason, on):
    wish = {"title": title, "reason": reason, "scope": VILLAGE, "commands": list(commands)}
    number = asked(client, "POST", "/change-sets", json=wish)["id"]
    assert asked(client, "POST", f"/change-sets/{number}/check")["ok"]
    return asked(client, "POST", f"/change-sets/{number}/decide", json={"effective_on": on.isoformat()})


def level(client, layer, day):
    found = asked(client, "GET", f"/export/{layer}", params={"format": "geojson", "at": day.isoformat()})["features"]
    shapes = np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in found], dtype=object)
    return [feature["properties"]["code"] for feature in found], shapes


def geojson(shape):
    return json.loads(shapely.to_geojson(shape))


def test_a_faulty_layer_becomes_a_recorded_division_and_every_day_after_three_changes_is_proven(desk, register, cluster, parcels):
    today = datetime.now(CITY_ZONE).date()
    office = people.as_role(register, "city_office")
    faces = [{"geometry": geojson(face)} for face in parcels.faces]
    decided(desk, "首次划分", {"op": "divide", "parent": VILLAGE, "faces": faces}, reason="first_division", on=today)
    (filing,) = asked(desk, "GET", "/filings")["filings"]
    asked(desk, "POST", f"/filings/{filing['no']}/submit", json={})
    asked(desk, "POST", f"/filings/{filing['no']}/receive", json={}, headers=office)
    words = {"document_no": "泸网格备〔1〕号"}
    assert asked(desk, "POST", f"/filings/{filing['no']}/record", json=words, headers=office)["state"] == "recorded"

    codes, shapes = level(desk, "grids", today)
    by_size = [codes[k] for k in np.argsort(-shapely.area(shapes))]
    shape = dict(zip(codes, shapes, strict=True))
    west, south, east, north = shape[by_size[0]].bounds
    middle = {"type": "LineString", "coordinates": [[(west + east) / 2, south - 0.001], [(west + east) / 2, north + 0.001]]}
    split = {"op": "split", "unit": by_size[0], "lines": middle}
    pair = next((a, b) for a in by_size[5:] for b in codes if is_beside(shape, a, b))
    free = [code for code in by_size[20:] if code not in pair]
    other = next((a, b) for a in free for b in free if is_beside(shape, a, b))
    corner = shapely.intersection(shape[other[0]], shape[other[1]]).interpolate(0.3, normalized=True).buffer(5e-5).envelope
    days = [today + timedelta(days=7 * week) for week in (1, 2, 3)]
    decided(desk, "分设", split, reason="population_change", on=days[0])
    decided(desk, "合并", {"op": "merge", "units": list(pair)}, reason="village_resized", on=days[1])
    decided(desk, "划转", {"op": "transfer", "piece": geojson(corner), "to": other[0]}, reason="correction", on=days[2])

    counts = []
    for day in (today, *days):
        _, (village,) = level(desk, "villages", day)
        names, faces = level(desk, "grids", day)
        assert check(faces, names, parent=village).tiles_parent
        counts.append(len(names))
    assert counts == [407, 408, 407, 407]

    assert asked(desk, "GET", "/filings/verify", headers=office)["ok"]
    tamper(cluster.url(owner=True, database=register.url.database))
    proof = asked(desk, "GET", "/filings/verify", headers=office)
    assert not proof["ok"]
    assert (proof["faults"][0]["filing"], proof["faults"][0]["rule"]) == (filing["no"], "entry_altered")


def is_beside(shape, one, other):
    return one != other and shapely.length(shapely.intersection(shape[one], shape[other])) > 1e-4


def tamper(owner_url):
    with psycopg.connect(owner_url) as connection:
        connection.execute("ALTER TABLE filing_entry DISABLE TRIGGER ALL")
        connection.execute("UPDATE filing_entry SET body = replace(body, '首次划分', '首次瓜分') WHERE seq = 1")
