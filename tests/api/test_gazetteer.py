"""GET /gazetteer, the outside geocoder, and `wangge gazetteer`."""

import csv
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import geopandas
import openpyxl
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.gazetteer_models import OutsidePlaces, PlacesFound
from api.settings import Settings
from boundaries.store import city_settings
from incidents.store.gazetteer import bring_in
from tests import people
from tests.api import town
from tests.incidents.store.test_gazetteer import small
from tests.registers import register_of_module

pytestmark = pytest.mark.database

KEY = "s3cr3t/key"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "gazetteer_http") as engine:
        town.store(engine)
        with engine.begin() as connection:
            bring_in(connection, "survey", small())
        yield engine


@pytest.fixture(scope="module")
def url(engine):
    return engine.url.render_as_string(False)


@pytest.fixture(scope="module")
def client(url, front_end):
    with TestClient(create_app(Settings(database_url=url, web_dist=front_end))) as client:
        yield client


@pytest.fixture
def find(client):
    def found(text, **query):
        answer = client.get("/api/v1/gazetteer", params={"q": text, **query})
        assert answer.status_code == 200, answer.text
        return PlacesFound.model_validate_json(answer.text)

    return found


class TestOverHttp:
    def test_a_sure_place_comes_with_its_grid_and_its_reasons(self, find):
        answer = find("江阳区江阳中路五号")
        best = answer.candidates[0]
        assert (answer.confirm, best.confirm, best.name, best.grid) == (False, False, "江阳中路5号", town.WEST_GRID)
        assert best.path == "江阳区 / 南城街道 / 大山坪社区 / 大山坪社区第一网格"
        assert [each.code for each in best.why] == ["name_is", "number_is", "kind", "county_agrees"]
        assert answer.divisions.county == ["510502"]

    def test_what_is_not_sure_is_for_a_person_to_confirm(self, find):
        for text in ("江阳中路7号", "和平药店", "佳乐世纪城附近", "江阳中路", "nowhere"):
            answer = find(text)
            assert answer.confirm and all(each.confirm for each in answer.candidates), text
        assert find("江阳中路7号").candidates[0].is_interpolated

    def test_the_city_says_from_which_confidence_on_nobody_is_asked(self, find, engine):
        with engine.begin() as connection:
            city_settings.put(connection, "gazetteer.confirm_below", 0.7, scope="510502")
        assert (find("江阳中路7号", within="510502").confirm, find("江阳中路7号").confirm) == (False, True)

    def test_near_and_within_choose_among_namesakes(self, find):
        assert find("前进路3号", within="510503").candidates[0].grid == town.EAST_GRID
        assert find("前进路3号", near="105.4509,28.8151").candidates[0].grid == town.EAST_GRID
        assert find("和平药店", limit=1).candidates[0].confidence == 0.45

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"q": ""}, "empty_query"),
            ({"q": " 　 "}, "empty_query"),
            ({"q": "😀🎉"}, "empty_query"),
            ({"q": "x" * 10_000}, "invalid_parameter"),
            ({"q": "a\x00b"}, "invalid_parameter"),
            ({}, "invalid_parameter"),
            ({"q": "x", "near": "x"}, "bad_position"),
            ({"q": "x", "near": "28.8,105.4"}, "swapped_lonlat"),
            ({"q": "x", "within": "51x"}, "bad_code"),
            ({"q": "x", "limit": 0}, "invalid_parameter"),
        ],
    )
    def test_what_cannot_be_asked_is_told(self, client, query, code):
        answer = client.get("/api/v1/gazetteer", params=query)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    @pytest.mark.parametrize(
        "text", ["'; DROP TABLE gazetteer_entry; --", "<script>alert(1)</script>", "\u202e路中阳江", "a%_b", "𠮷" * 50, "1" * 200]
    )
    def test_hostile_text_is_a_text_like_any(self, find, text):
        assert find(text).candidates == []


class StandIn(BaseHTTPRequestHandler):
    """A geocoder: each test says how it answers."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, body = self.server.says
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


def told(lon=105.41, lat=28.805, score=90, **changes):
    location = {"lon": lon, "lat": lat, "score": score, "level": "门址", "keyWord": "江阳中路7号"} | changes
    return 200, json.dumps({"msg": "ok", "status": "0", "location": location}).encode()


@pytest.fixture(scope="module")
def standing():
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def service(standing):
    standing.asked, standing.says = [], told()
    return standing


@pytest.fixture(scope="module")
def outside(standing, url, front_end, engine):
    """Ask the outside geocoder as a dispatcher; the answer."""
    address = f"http://127.0.0.1:{standing.server_port}/geocoder"
    settings = Settings(database_url=url, web_dist=front_end, geocoder_key=KEY, geocoder_url=address)
    headers = people.as_role(engine, "dispatcher")
    with TestClient(create_app(settings)) as client:

        def ask(text, headers=headers):
            return client.get("/api/v1/gazetteer/outside", params={"q": text}, headers=headers)

        yield ask


class TestTheOutsideGeocoder:
    def test_it_is_off_by_default(self, client, engine):
        answer = client.get("/api/v1/gazetteer/outside", params={"q": "x"}, headers=people.as_role(engine, "dispatcher"))
        assert (answer.status_code, answer.json()["code"]) == (404, "no_geocoder")

    def test_its_answer_is_located_and_always_to_be_confirmed(self, outside, service):
        answer = OutsidePlaces.model_validate_json(outside("江阳区江阳中路7号").text)
        (place,) = answer.candidates
        assert (place.grid, place.confidence, place.confirm) == (town.WEST_GRID, 0.63, True)
        asked = parse_qs(urlsplit(service.asked[0]).query)
        assert (json.loads(asked["ds"][0]), asked["tk"]) == ({"keyWord": "江阳区江阳中路7号"}, [KEY])

    def test_a_place_in_another_county_than_said_loses_and_one_outside_the_city_is_left_out(self, outside, service):
        assert outside("纳溪区江阳中路7号").json()["candidates"][0]["confidence"] < 0.2
        service.says = told(lon=116.4, lat=39.9)
        assert outside("江阳中路7号").json()["candidates"] == []

    @pytest.mark.parametrize(
        "says",
        [
            (500, b""),
            (302, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b'{"status": "0"}'),
            told(lon="x"),
            told(lat=None),
            told(lon=float("nan")),
            told(lat=91),
            (200, b" " * 70_000),
            (200, b"[" * 60_000),
        ],
    )
    def test_what_is_no_answer_is_refused_and_tells_neither_key_nor_address(self, outside, service, says, caplog):
        caplog.set_level(logging.DEBUG)
        service.says = says
        answer = outside("江阳中路7号")
        assert (answer.status_code, answer.json()["code"]) == (502, "geocoder_unavailable")
        assert "s3cr3t" not in answer.text + caplog.text and str(service.server_port) not in answer.text

    def test_what_it_does_not_know_is_no_candidate(self, outside, service):
        service.says = (200, json.dumps({"status": "404", "msg": "none"}).encode())
        assert outside("江阳中路7号").json()["candidates"] == []

    def test_the_public_cannot_make_the_server_ask(self, outside, service):
        assert outside("江阳中路7号", headers={}).json()["code"] == "not_signed_in"
        assert service.asked == []


@pytest.fixture
def commanded(wangge, database_url, register, monkeypatch):
    """Run `wangge gazetteer` on a register of one's own."""
    town.store(register)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: wangge("gazetteer", *arguments)


HEADER = ["kind", "name", "aliases", "road", "number", "lon", "lat"]
ROWS = [
    ["poi", "市民广场", "广场;中心广场", "", "", "105.41", "28.81"],
    ["门牌", "", "", "江阳中路", "十二号", "105.412", "28.811"],
    ["door", "", "", "江阳中路", "16", "105.413", "28.811"],
    ["小区", "世纪城", "", "", "", "105.42", "28.81"],
    ["moon", "x", "", "", "", "105.42", "28.81"],
    ["poi", "", "", "", "", "105.42", "28.81"],
    ["poi", "没有位置", "", "", "", "", ""],
    ["poi", "很远", "", "", "", "116.4", "39.9"],
    ["poi", "颠倒", "", "", "", "28.81", "105.42"],
    ["door", "", "", "江阳中路", "无", "105.42", "28.81"],
    ["poi", "市民广场", "中心广场;广场", "", "", "105.41", "28.81"],
]
REFUSED = {"unknown_kind", "bad_name", "no_position", "far_away", "bad_position", "bad_door"}


def written(path, rows, header=HEADER):
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in [header, *rows]:
            book.active.append([each or None for each in row])
        book.save(path)
    else:
        points = [shapely.Point(float(row[5]), float(row[6])) if row[5] else None for row in rows]
        frame = geopandas.GeoDataFrame([row[:5] for row in rows], columns=header[:5], geometry=points, crs=4490)
        frame.to_file(path)
    return path


class TestTheCommand:
    @pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.geojson", "a.gpkg"])
    def test_a_file_is_brought_in_and_its_bad_rows_are_told(self, commanded, tmp_path, name):
        file, bad = written(tmp_path / name, ROWS), tmp_path / "bad.csv"
        options = ("--datum", "cgcs2000", "--refused", bad, "--format", "json")
        dry = json.loads(commanded("import", file, *options)[1])
        assert (dry["committed"], dry["begun"]) == (False, 4)
        status, out, _ = commanded("import", file, *options, "--commit")
        told = json.loads(out)
        assert status == 1
        assert (told["rows"], told["begun"], told["doubled"], told["refused"]) == (11, 4, 1, 6)
        assert {row["code"] for row in told["refused_rows"]} == REFUSED
        assert len(list(csv.reader(bad.open(encoding="utf-8")))) == 7
        again = json.loads(commanded("import", written(tmp_path / name, ROWS[3::-1]), *options, "--commit")[1])
        assert (again["begun"], again["ended"], again["unchanged"]) == (0, 0, 4)
        assert commanded("import", written(tmp_path / name, ROWS[:4]), "--datum", "cgcs2000")[0] == 0
        assert "江阳中路14号" in commanded("find", "江阳中路十四号")[1]

    def test_roads_are_lines_and_columns_may_be_called_otherwise(self, commanded, tmp_path):
        file = tmp_path / "roads.geojson"
        line = shapely.LineString([(105.40, 28.81), (105.42, 28.81)])
        geopandas.GeoDataFrame({"路": ["忠山路"]}, geometry=[line], crs=4326).to_file(file)
        status, _, said = commanded("import", file, "--kind", "road", "--column", "name=路", "--commit", "--generated")
        assert (status, said) == (0, "")
        found = json.loads(commanded("find", "忠山路", "--format", "json")[1])["candidates"][0]
        assert (found["kind"], found["lon"], found["is_generated"], found["source"]) == ("road", 105.41, True, "roads")
        assert json.loads(commanded("list", "--format", "json")[1])[0]["count"] == 1
        assert "roads" in commanded("list")[1]

    @pytest.mark.parametrize(
        ("options", "word"),
        [
            ((), "datum"),
            (("--datum", "cgcs2000", "--column", "name"), "--column name lacks the name"),
            (("--datum", "cgcs2000", "--column", "colour=x"), "no column 'colour'"),
            (("--datum", "cgcs2000", "--column", "name=x"), "has no column 'x'"),
            (("--datum", "cgcs2000", "--source", " "), "name of a source"),
        ],
    )
    def test_what_cannot_be_brought_in_is_told(self, commanded, tmp_path, options, word):
        status, _, said = commanded("import", written(tmp_path / "a.csv", ROWS), *options)
        assert status == 2 and word in said

    def test_a_file_without_a_usable_row_ends_nothing(self, commanded, tmp_path):
        status, _, said = commanded("import", written(tmp_path / "a.csv", ROWS[4:6]), "--datum", "wgs84", "--commit")
        assert status == 2 and "No row of" in said

    @pytest.mark.parametrize("name", ["missing.csv", "missing.xlsx", "a.doc"])
    def test_a_file_that_is_none_is_told(self, commanded, tmp_path, name):
        assert commanded("import", tmp_path / name, "--datum", "wgs84")[0] == 2

    def test_a_spreadsheet_that_is_none_is_told(self, commanded, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
        assert commanded("import", tmp_path / "a.xlsx", "--datum", "wgs84")[0] == 2


def test_the_search_of_the_page_finds_units_first_and_then_roads_doors_and_places(client):
    def search(text, **query):
        answer = client.get("/api/v1/search", params={"q": text, **query})
        assert answer.status_code == 200, answer.text
        return [(found["type"], found["name"], found["code"]) for found in answer.json()["results"]], answer.json()["results"]

    for entry in small():
        kinds, results = search(entry.name, limit=50)
        assert (entry.kind, entry.name, None) in kinds, entry.name
        found = results[kinds.index((entry.kind, entry.name, None))]
        place = client.get("/api/v1/locate", params={"lon": found["lon"], "lat": found["lat"]}).json()
        assert place["grid"] is None or place["grid"]["name"] in found["path"]
        units = [kind in ("county", "town", "village", "grid", "micro_grid") for kind, _, _ in kinds]
        assert units == sorted(units, reverse=True)
    assert all(code for _, _, code in search("510502")[0]), "a code is no address"
    assert len(search(small()[0].name, limit=1)[0]) == 1
