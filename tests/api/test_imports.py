"""Faces of a file over HTTP: what conforming would do, the answers of a person, and the command that divides the unit."""

import json

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.change_models import ChangeSetAnswer
from api.import_models import ImportPreview
from api.routes.imports import APART, CONFORMING
from api.settings import Settings
from boundaries.clock import CITY_ZONE, now
from boundaries.store.units import units_at
from gis.datum import from_wgs84
from gis.tiling import prove
from tests import files, people
from tests.api import town
from tests.boundaries.filings.change_sets import VILLAGE
from tests.registers import register_of_module

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("temporary")]

BARE = town.BARE_VILLAGE


def polygon(*corners):
    """Thousandths of a degree from the corner of the city."""
    return shapely.Polygon([(105.4 + east / 1000, 28.8 + north / 1000) for east, north in corners])


# The bare village, whose lower border leans at (22, 20):
#   (0,40)--------(40,40)
#     |    LEFT  /   |
#     |        / RIGHT
#   (0,20)--(22,20)-(40,20)
LEFT, RIGHT = polygon((0, 20), (22, 20), (40, 40), (0, 40)), polygon((22, 20), (40, 20), (40, 40))
OVERLAP = polygon((22, 20), (22.004, 20), (40, 39.996), (40, 40))  # some 40 cm wide
WIDE = polygon((22, 20), (40, 40), (40, 39), (22.9, 20))  # a gap of some 60 m
LABELS = {"NAME": ["西网格", "东网格"], "HS": [312, 240]}
COLUMNS = {"name_field": "NAME", "households_field": "HS"}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "http_imports") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def planner(engine, front_end):
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end, stamp_seconds=0))
    with TestClient(app, base_url="http://testserver/api/v1/", raise_server_exceptions=False) as client:
        client.headers.update(people.as_role(engine, "county_officer", "510502"))
        yield client


@pytest.fixture
def drafted(planner):
    """The number of a new change set in a village."""

    def draft(scope=BARE, commands=()):
        wish = {"title": "首次划分", "reason": "first_division", "scope": scope, "commands": list(commands)}
        answer = planner.post("change-sets", json=wish)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return draft


def post(planner, number, shapes, *, to="", name="grids.geojson", labels=LABELS, **fields):
    content = shapes if isinstance(shapes, bytes) else files.as_geojson(shapes, **labels)
    said = {key: json.dumps(value) if key == "answers" else value for key, value in ({"parent": BARE} | fields).items()}
    return planner.post(f"change-sets/{number}/imports{to}", files=files.sent(name, content), data=said)


def preview(planner, number, shapes, **fields):
    answer = post(planner, number, shapes, **fields)
    assert answer.status_code == 200, answer.text
    return ImportPreview(**answer.json())


def applied(planner, number, shapes, *, digest, **fields):
    answer = post(planner, number, shapes, to="/apply", digest=digest, **fields)
    assert answer.status_code == 201, answer.text
    return ChangeSetAnswer(**answer.json())


def refused(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert "wangge-upload" not in answer.text
    return answer.status_code, answer.json()["code"]


def faces(shown):
    return {feature["id"]: feature for feature in shown.faces["features"]}


def tiles(engine, parent):
    """Whether the units of a unit tile it, by the identity, as the database holds them."""
    with engine.connect() as connection:
        found = units_at(connection, codes=[parent], children_of=[parent], at=now())
    below = np.array([code != parent for code in found.code])
    return prove(found.geometry[below], np.zeros(below.sum(), dtype=np.int64), found.geometry[~below]).ok


class TestASoundFile:
    def test_it_is_shown_and_then_divides_the_village(self, planner, drafted, engine):
        number = drafted()
        shown = preview(planner, number, [LEFT, RIGHT], **COLUMNS)
        assert (shown.ok, shown.tiles, shown.mends, shown.findings, shown.nodes) == (True, True, [], [], 0)
        left = faces(shown)["0"]["properties"]
        assert (left["name"], left["households"], left["unit"], left["touched"]) == ("西网格", 312, None, False)
        held = applied(planner, number, [LEFT, RIGHT], digest=shown.digest, revision=shown.revision, **COLUMNS)
        assert (held.revision, [command["op"] for command in held.commands]) == (shown.revision + 1, ["divide"])
        assert planner.post(f"change-sets/{number}/check").json()["ok"]
        today = now().astimezone(CITY_ZONE).date().isoformat()
        decided = planner.post(f"change-sets/{number}/decide", json={"effective_on": today})
        assert decided.json().get("state") == "in_force", decided.text
        assert tiles(engine, BARE)
        assert [each["properties"]["name"] for each in planner.get("grids", params={"village": BARE}).json()["features"]] == [
            "西网格",
            "东网格",
        ]

    @pytest.mark.parametrize("name", ["grids.gpkg", "grids.zip", "grids.kml"])
    def test_each_format_is_shown_alike(self, planner, drafted, tmp_path, name):
        number = drafted(VILLAGE)
        west, middle = _of_village()
        labels = {"TITLE": ["西", "中"]}
        if name.endswith(".zip"):
            content = files.zipped(tmp_path, [west, middle], **labels)
        else:
            content = files.written(tmp_path, name, [west, middle], crs=4326 if name.endswith("kml") else 4490, **labels)
        shown = preview(planner, number, content, name=name, parent=VILLAGE, name_field="TITLE")
        assert shown.ok and [each["properties"]["name"] for each in shown.faces["features"]] == ["西", "中"]


def _of_village():
    made = town.shapes(town.finest(lean=2))
    return made[town.WEST_GRID], made[town.MIDDLE_GRID]


class TestKeptUnits:
    def test_a_face_keeps_the_unit_whose_land_it_mostly_is_and_the_others_are_gone(self, planner, drafted):
        west, middle = _of_village()
        thirds = [
            shapely.intersection(middle, polygon((a, 0), (b, 0), (b, 20), (a, 20))) for a, b in ((20, 27), (27, 34), (34, 40))
        ]
        number = drafted(VILLAGE)
        shown = preview(planner, number, [west, *thirds], labels={}, parent=VILLAGE)
        assert [each["properties"]["unit"] for each in shown.faces["features"]] == [town.WEST_GRID, None, None, None]
        assert shown.units_gone == [town.MIDDLE_GRID]
        assert faces(shown)["0"]["properties"]["name"] == town.NAMES[town.WEST_GRID]

    def test_a_column_says_it_else(self, planner, drafted):
        number = drafted(VILLAGE)
        shapes, labels = _of_village(), {"CODE": [town.MIDDLE_GRID, None]}
        shown = preview(planner, number, shapes, labels=labels, parent=VILLAGE, unit_field="CODE")
        assert [each["properties"]["unit"] for each in shown.faces["features"]] == [town.MIDDLE_GRID, None]
        assert shown.units_gone == [town.WEST_GRID]

    @pytest.mark.parametrize(
        ("codes", "code"),
        [([town.EAST_GRID, None], "unknown_unit"), ([town.WEST_GRID, town.WEST_GRID], "duplicate_unit")],
    )
    def test_a_column_that_names_no_unit_or_one_twice_is_refused(self, planner, drafted, codes, code):
        answer = post(planner, drafted(VILLAGE), _of_village(), labels={"C": codes}, parent=VILLAGE, unit_field="C")
        assert refused(answer)[1] == code

    def test_a_village_is_divided_anew_with_its_units_kept(self, planner, drafted):
        number, shapes = drafted(VILLAGE), _of_village()
        shown = preview(planner, number, shapes, labels={}, parent=VILLAGE)
        held = applied(planner, number, shapes, labels={}, parent=VILLAGE, digest=shown.digest)
        assert [face["unit"] for face in held.commands[0]["faces"]] == [town.WEST_GRID, town.MIDDLE_GRID]


class TestMends:
    def test_each_has_a_sentence_in_both_languages_its_land_and_who_could_get_it(self, planner, drafted):
        shown = preview(planner, drafted(), [shapely.union(LEFT, OVERLAP), RIGHT], snap_m="0")
        (mend,) = shown.mends
        assert (mend.kind, mend.faces, mend.accepted, mend.question) == ("overlap", ["0", "1"], True, "")
        assert {candidate["face"] for candidate in mend.candidates} == {"0", "1"}
        assert mend.sentence_en.startswith("Faces 0 and 1 overlap by") and mend.sentence_zh.startswith("面 0 与 1 重叠")
        assert mend.geometry["type"] == "Polygon"
        assert shown.summary["overlap"]["count"] == 1 and shown.findings[0]["sentence_zh"]

    def test_it_can_be_given_to_the_other_face(self, planner, drafted):
        number, shapes = drafted(), [shapely.union(LEFT, OVERLAP), RIGHT]
        (mend,) = preview(planner, number, shapes, snap_m="0").mends
        other = "1" if mend.to == "0" else "0"
        given = {"snap_m": "0", "answers": {mend.id: {"give": other}}}
        again = preview(planner, number, shapes, **given)
        assert again.ok and again.mends[0].to == other
        held = applied(planner, number, shapes, digest=again.digest, **given)
        drawn = [shapely.from_geojson(json.dumps(face["geometry"])) for face in held.commands[0]["faces"]]
        share = [shapely.intersection(face, OVERLAP).area for face in drawn]
        assert share[int(other)] == pytest.approx(OVERLAP.area) and min(share) == pytest.approx(0, abs=1e-14)

    def test_what_needs_a_person_keeps_it_from_being_applied_until_it_is_answered(self, planner, drafted):
        number, shapes = drafted(), [LEFT, shapely.difference(RIGHT, WIDE)]
        shown = preview(planner, number, shapes)
        (mend,) = shown.mends
        assert (shown.ok, mend.question, shown.needs_a_person) == (False, "wide_gap", [mend.id])
        answer = post(planner, number, shapes, to="/apply", digest=shown.digest)
        assert refused(answer) == (409, "mends_open") and answer.json()["details"]["mends"] == [mend.id]
        assert refused(post(planner, number, shapes, to="/apply", digest=shown.digest, answers={mend.id: "refuse"})) == (
            409,
            "mends_open",
        )
        held = applied(planner, number, shapes, digest=shown.digest, answers={mend.id: "accept"})
        assert len(held.commands[0]["faces"]) == 2

    def test_a_snap_can_be_refused(self, planner, drafted):
        apart = polygon((22.002, 20), (40, 20), (40, 39.998))  # 20 cm from the other
        number, shapes = drafted(), [LEFT, apart]
        snaps = [mend for mend in preview(planner, number, shapes).mends if mend.kind in ("snap", "bend")]
        assert snaps and snaps[0].geometry["type"] == "Point"
        again = preview(planner, number, shapes, answers={mend.id: "refuse" for mend in snaps})
        assert not {mend.id for mend in again.mends} & {mend.id for mend in snaps}

    @pytest.mark.parametrize(
        ("answers", "code"),
        [
            ({"0" * 12: "accept"}, "unknown_mend"),
            ({"0" * 12: "refuse"}, "unknown_mend"),
            ({"0" * 12: {"take": "1"}}, "bad_answers"),
            ({"0" * 12: {"give": "7"}}, "unknown_id"),
            ({"0" * 12: "perhaps"}, "invalid_parameter"),
            ("x", "invalid_parameter"),
            ([], "invalid_parameter"),
        ],
    )
    def test_answers_that_are_none_are_refused(self, planner, drafted, answers, code):
        assert refused(post(planner, drafted(), [LEFT, RIGHT], answers=answers)) == (422, code)


class TestThePreviewHolds:
    @pytest.mark.parametrize("change", [{"snap_m": "0.4"}, {"strategy": "largest"}, {"name_field": "NAME"}])
    def test_other_fields_are_refused(self, planner, drafted, change):
        number = drafted()
        shown = preview(planner, number, [LEFT, RIGHT])
        answer = post(planner, number, [LEFT, RIGHT], to="/apply", digest=shown.digest, **change)
        assert refused(answer) == (409, "import_changed")

    def test_another_file_is_refused(self, planner, drafted):
        number = drafted()
        shown = preview(planner, number, [LEFT, RIGHT])
        answer = post(planner, number, [RIGHT, LEFT], to="/apply", digest=shown.digest)
        assert refused(answer) == (409, "import_changed")

    def test_land_that_has_changed_is_refused(self, planner, drafted):
        number, shapes = drafted(VILLAGE), _of_village()
        shown = preview(planner, number, shapes, labels={}, parent=VILLAGE)
        merge = {"op": "merge", "units": [town.WEST_GRID, town.MIDDLE_GRID]}
        assert planner.post(f"change-sets/{number}/commands", json={"commands": [merge]}).status_code == 200
        answer = post(planner, number, shapes, to="/apply", labels={}, parent=VILLAGE, digest=shown.digest)
        assert refused(answer) == (409, "import_changed")
        again = faces(preview(planner, number, shapes, labels={}, parent=VILLAGE))
        assert [again[name]["properties"]["unit"] for name in "01"] == [town.WEST_GRID, None]

    def test_a_set_edited_meanwhile_is_refused_and_nothing_is_added(self, planner, drafted):
        number = drafted()
        shown = preview(planner, number, [LEFT, RIGHT])
        planner.patch(f"change-sets/{number}", json={"title": "另一"})
        answer = post(planner, number, [LEFT, RIGHT], to="/apply", digest=shown.digest, revision=str(shown.revision))
        assert refused(answer) == (409, "stale_revision")
        assert planner.get(f"change-sets/{number}").json()["commands"] == []

    def test_a_command_that_cannot_be_stored_is_not_kept(self, planner, drafted):
        number, labels = drafted(), {"KIND": ["remainder", "comprehensive"]}
        shown = preview(planner, number, [LEFT, RIGHT], labels=labels, kind_field="KIND")
        answer = post(planner, number, [LEFT, RIGHT], to="/apply", digest=shown.digest, labels=labels, kind_field="KIND")
        assert refused(answer) == (422, "wrong_kind")
        assert planner.get(f"change-sets/{number}").json()["commands"] == []


def test_new_borders_that_end_on_the_border_of_the_village_put_nodes_there_on_every_level(planner, drafted):
    #  a border from (20, 20), within an edge, to (20, 40), within another
    west, east = polygon((0, 20), (20, 20), (20, 40), (0, 40)), polygon((20, 20), (22, 20), (40, 20), (40, 40), (20, 40))
    number = drafted()
    shown = preview(planner, number, [west, east])
    assert (shown.ok, shown.nodes) == (True, 2)
    held = applied(planner, number, [west, east], digest=shown.digest)
    assert sorted(place for entry in held.commands[0]["nodes"] for place in entry["at"]) == [[105.42, 28.82], [105.42, 28.84]]
    checked = planner.post(f"change-sets/{number}/check").json()
    assert checked["ok"], checked
    assert town.WEST_GRID in checked["technical"] and "5105" in checked["technical"]


def test_a_grid_is_divided_into_micro_grids_by_its_borders_with_nodes(planner, drafted):
    middle = _of_village()[1]
    halves = [shapely.intersection(middle, shapely.box(105.4, 28.8, 105.43, 29)), shapely.box(105.43, 28.8, 105.44, 28.82)]
    number = drafted(VILLAGE)
    shown = preview(planner, number, halves, labels={}, parent=town.MIDDLE_GRID)
    held = applied(planner, number, halves, labels={}, parent=town.MIDDLE_GRID, digest=shown.digest)
    assert len(held.commands[0]["nodes"]) == shown.nodes == 2


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.exe", b"MZ", "unknown_format"),
            ("a.gpkg", b"", "empty_file"),
            ("a.gpkg", b"SQLite format 3\x00" + bytes(5000), "unreadable_layer"),
            ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "unreadable_layer"),
            ("a.geojson", files.as_geojson([shapely.Point(105, 28)]), "no_polygons"),
            ("a.geojson", files.as_geojson([polygon((0, 0), (9, 0), (9, 9))]), "outside_parent"),
            ("a.zip", files.archive({"../layer.shp": b"x"}), "unreadable_layer"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_refused(self, planner, drafted, name, content, code):
        said = refused(post(planner, drafted(), content, name=name))
        assert (
            said[0] == 422 and said[1] in (code, "no_polygons", "empty_layer") and (code != "outside_parent" or said[1] == code)
        )

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"parent": "x"}, "invalid_parameter"),
            ({"parent": ""}, "invalid_parameter"),
            ({"parent": "510502001009"}, "out_of_scope"),
            ({"parent": f"{BARE}099"}, "unknown_unit"),
            ({"name_field": "nowhere"}, "unknown_column"),
            ({"households_field": "NAME"}, "bad_households"),
            ({"snap_m": "-1"}, "invalid_parameter"),
            ({"snap_m": "nan"}, "invalid_parameter"),
            ({"gap_width_m": "wide"}, "invalid_parameter"),
            ({"strategy": "priority"}, "invalid_parameter"),
            ({"datum": "mars"}, "unknown_datum"),
            ({"colour": "red"}, "invalid_parameter"),
        ],
    )
    def test_a_field_that_cannot_be_used_is_refused(self, planner, drafted, fields, code):
        assert refused(post(planner, drafted(), [LEFT, RIGHT], **fields)) == (404 if code == "unknown_unit" else 422, code)

    def test_a_micro_grid_is_not_divided(self, planner, drafted):
        answer = post(planner, drafted(VILLAGE), [LEFT], labels={}, parent="51050200100100101")
        assert refused(answer) == (422, "wrong_level")

    def test_a_file_in_another_datum_or_with_its_columns_swapped_is_named(self, planner, drafted):
        shifted = [shapely.transform(face, lambda xy: from_wgs84(xy, "bd09")) for face in (LEFT, RIGHT)]
        assert refused(post(planner, drafted(), shifted)) == (422, "datum_suspect")
        assert preview(planner, drafted(), shifted, datum="bd09").ok

    def test_features_elsewhere_are_left_out_and_told(self, planner, drafted):
        elsewhere = polygon((41, 20), (60, 20), (60, 40))
        shown = preview(planner, drafted(), [LEFT, elsewhere, RIGHT, None], labels={})
        assert shown.ok and list(faces(shown)) == ["0", "2"]
        assert shown.notes[0].startswith("2 features of grids.geojson lie for the most part elsewhere or have no polygon: 1, 3")

    def test_faces_that_make_for_too_much_work_are_given_up(self, planner, drafted, monkeypatch):
        monkeypatch.setattr(APART, "most_s", 0.0)
        assert refused(post(planner, drafted(), [LEFT, RIGHT])) == (422, "work_too_long")
        monkeypatch.undo()
        assert preview(planner, drafted(), [LEFT, RIGHT]).ok

    def test_a_set_that_is_there_no_more_or_decided_takes_none(self, planner, drafted):
        assert refused(post(planner, 2**40, [LEFT, RIGHT])) == (404, "unknown_change_set")
        number = drafted()
        shown = preview(planner, number, [LEFT, RIGHT])
        planner.post(f"change-sets/{number}/withdraw")
        answer = post(planner, number, [LEFT, RIGHT], to="/apply", digest=shown.digest)
        assert refused(answer) == (409, "illegal_transition")

    def test_who_may_not_edit_is_told_before_the_file_is_taken(self, planner, engine, drafted):
        number = drafted()
        other = people.as_role(engine, "town_planner", "510503001")
        answer = planner.post(f"change-sets/{number}/imports", content=b"no form at all", headers=other)
        assert refused(answer) == (403, "forbidden")

    def test_more_at_once_than_there_are_places_are_told_to_come_again(self, planner, drafted, monkeypatch):
        monkeypatch.setattr(CONFORMING, "patience_s", 0.01)
        number = drafted()
        with CONFORMING.one():
            assert refused(post(planner, number, [LEFT, RIGHT])) == (503, "busy")
