"""Files of lines over HTTP: read, cut to a box, never kept; whatever is wrong with them is said."""

import tempfile
from contextlib import ExitStack

import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes import layers
from api.routes.layers import Lines
from api.settings import Settings
from gis.datum import from_wgs84
from tests import files, people

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("temporary")]

ROADS = [
    shapely.LineString([(105.40, 28.80), (105.44, 28.82)]),
    shapely.LineString([(105.50, 28.80), (105.51, 28.82)]),
    shapely.box(105.41, 28.805, 105.42, 28.81),
]
KINDS = ["road", "road", "building"]


@pytest.fixture(scope="module")
def planner(town_url, front_end, cluster):
    app = create_app(Settings(database_url=town_url, web_dist=front_end))
    with TestClient(app, base_url="http://testserver/api/v1/", raise_server_exceptions=False) as client:
        client.headers.update(people.as_role(app.state.resources.engine, "town_planner", "510502001"))
        yield client


def lines(planner, name, content, **fields):
    answer = planner.post("layers/lines", files=files.sent(name, content), data=fields)
    assert answer.status_code == 200, answer.text
    return Lines(**answer.json()).features


def refused(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert "wangge-upload" not in answer.text and tempfile.gettempdir() not in answer.text
    return answer.status_code, body["code"]


def sent(planner, name, content, **fields):
    return refused(planner.post("layers/lines", files=files.sent(name, content), data=fields))


def length(feature):
    return shapely.from_geojson(feature.geometry.model_dump_json()).length


class TestSoundFiles:
    @pytest.mark.parametrize("name", ["roads.gpkg", "道路 2026.geojson", "roads.zip", "roads.kml"])
    def test_each_format_gives_the_same_lines_with_outlines_of_polygons(self, planner, tmp_path, name):
        if name.endswith(".zip"):
            content = files.zipped(tmp_path, ROADS[:2], KIND=KINDS[:2])
        elif name.endswith(".kml"):
            content = files.written(tmp_path, name, ROADS[:2], crs=4326, KIND=KINDS[:2])
        else:
            content = files.written(tmp_path, name, ROADS[:2], crs=4326 if name.endswith("json") else 4490, KIND=KINDS[:2])
        found = lines(planner, name, content, kind_field="KIND")
        assert [feature.properties.kind for feature in found] == KINDS[:2]
        assert found[0].geometry.coordinates == [[[105.4, 28.8], [105.44, 28.82]]]

    def test_without_a_column_each_is_a_line_and_a_polygon_is_its_outline(self, planner):
        found = lines(planner, "roads.geojson", files.as_geojson(ROADS))
        assert [feature.properties.kind for feature in found] == ["line"] * 3
        assert length(found[2]) == pytest.approx(0.03)

    def test_a_box_cuts_away_what_lies_outside(self, planner):
        found = lines(planner, "roads.geojson", files.as_geojson(ROADS, k=KINDS), bbox="105.41,28.8,105.45,28.83", kind_field="k")
        assert [feature.properties.kind for feature in found] == ["road", "building"]
        assert found[0].geometry.coordinates == [[[105.41, 28.805], [105.44, 28.82]]]

    def test_a_declared_datum_is_undone(self, planner):
        shifted = shapely.transform(ROADS[0], lambda xy: from_wgs84(xy, "gcj02"))
        (found,) = lines(planner, "roads.geojson", files.as_geojson([shifted]), datum="gcj02")
        assert found.geometry.coordinates[0][0] == pytest.approx([105.4, 28.8], abs=2e-7)

    def test_they_are_taken_as_reference_lines_as_they_are(self, planner):
        from boundaries.changes.reference import reference_from  # noqa: PLC0415

        answer = planner.post("layers/lines", files=files.sent("a.geojson", files.as_geojson(ROADS)))
        assert len(reference_from(answer.json()["features"]).lines) == 3


class TestBadInput:
    def test_what_is_no_form_with_one_file_is_refused(self, planner):
        assert refused(planner.post("layers/lines", json={})) == (422, "bad_upload")
        assert refused(planner.post("layers/lines", data={"bbox": "1,2,3,4"})) == (422, "bad_upload")
        assert refused(planner.post("layers/lines", files={"roads": ("a.kml", b"x")})) == (422, "bad_upload")
        two = [("file", ("a.kml", b"x")), ("file", ("b.kml", b"x"))]
        assert refused(planner.post("layers/lines", files=two)) == (422, "bad_upload")
        boundary = {"content-type": "multipart/form-data; boundary=x"}
        assert refused(planner.post("layers/lines", content=b"--x\r\nbroken", headers=boundary)) == (422, "bad_upload")
        assert refused(planner.post("layers/lines", content=b"--x", headers={"content-type": "multipart/form-data"})) == (
            422,
            "bad_upload",
        )

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.exe", b"MZ", "unknown_format"),
            ("a.gpkg", b"", "empty_file"),
            ("a.gpkg", b"SQLite format 3\x00" + bytes(2000), "unreadable_layer"),
            ("a.geojson", b'{"type": "FeatureCollection", "features": [', "unreadable_layer"),
            ("a.geojson", files.as_geojson([shapely.Point(105, 28)]), "no_lines"),
            ("a.geojson", files.as_geojson([shapely.LineString([(105, 28), (105, 28)])]), "no_lines"),
            ("a.zip", files.archive({"../layer.shp": b"x"}), "unreadable_layer"),
            ("a.zip", files.archive({"layer.shp": b"x"}), "unreadable_layer"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_refused(self, planner, name, content, code):
        assert sent(planner, name, content) == (422, code)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"bbox": "1,2,3"}, "bad_bbox"),
            ({"bbox": "106,28,105,29"}, "swapped_bbox"),
            ({"bbox": "100,20,101,21"}, "no_lines"),
            ({"kind_field": "nowhere"}, "unknown_column"),
            ({"datum": "mars"}, "unknown_datum"),
            ({"colour": "red"}, "invalid_parameter"),
            ({"kind_field": "x" * 300}, "invalid_parameter"),
        ],
    )
    def test_a_field_that_cannot_be_used_is_refused(self, planner, fields, code):
        assert sent(planner, "a.geojson", files.as_geojson(ROADS), **fields) == (422, code)

    def test_too_many_lines_are_refused_with_what_to_do(self, planner):
        many = [shapely.LineString([(105 + k / 1e4, 28), (105 + k / 1e4, 28.001)]) for k in range(2001)]
        answer = planner.post("layers/lines", files=files.sent("a.geojson", files.as_geojson(many)))
        assert refused(answer) == (422, "too_many_lines")
        assert "2,001 lines" in answer.json()["detail"] and "bbox" in answer.json()["detail"]
        assert len(lines(planner, "a.geojson", files.as_geojson(many), bbox="104.99995,27,105.10005,29")) == 1001

    def test_too_many_vertices_and_too_long_a_kind_are_refused(self, planner):
        long = shapely.LineString([(105 + k / 1e6, 28 + (k % 2) / 1e4) for k in range(200_001)])
        assert sent(planner, "a.geojson", files.as_geojson([long])) == (422, "too_many_vertices")
        assert sent(planner, "a.geojson", files.as_geojson(ROADS[:1], k=["x" * 41]), kind_field="k") == (422, "bad_lines")

    def test_a_file_over_the_limit_is_refused_before_it_is_read_whole(self, planner, monkeypatch):
        monkeypatch.setattr("boundaries.imports.uploads.MOST_BYTES", 1000)
        assert sent(planner, "a.geojson", files.as_geojson(ROADS * 5)) == (413, "layer_too_large")

    def test_a_body_far_over_the_limit_is_cut_off(self, planner):
        def endless():
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.kml"\r\n\r\n'
            for _ in range(102):
                yield bytes(1 << 20)

        answer = planner.post("layers/lines", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"})
        assert refused(answer) == (413, "body_too_large")

    def test_more_at_once_than_there_are_places_are_told_to_come_again(self, planner, monkeypatch):
        monkeypatch.setattr(layers.READING, "patience_s", 0.01)
        with ExitStack() as taken:
            for _ in range(layers.READING.at_once):
                taken.enter_context(layers.READING.one())
            assert sent(planner, "a.geojson", files.as_geojson(ROADS)) == (503, "busy")
