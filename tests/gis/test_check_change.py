"""A check of a change looks at the changed faces alone and tells what a check of everything would."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.checking.change import check_change
from gis.checking.check import check
from gis.errors import Refusal
from tests.gis.coverages import coverages
from tests.gis.faults import in_units, nudged

WEST, EAST = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)
BOTH = shapely.union(WEST, EAST)


def errors_of(report):
    return [(f.code, f.faces) for f in report.findings if f.severity == "error"]


@settings(deadline=None, max_examples=30)
@given(coverages().filter(lambda drawn: len(drawn[0]) > 1), st.data())
def test_it_finds_what_a_check_of_all_faces_finds_with_the_same_ids(drawn, data):
    faces, parent = drawn
    after, changed = data.draw(nudged(faces))
    assume(shapely.is_valid(in_units(after)).all())
    ids = [f"{k}" for k in range(len(faces))]
    whole, part = check(after, ids, parent=parent), check_change(faces, after, ids)
    assert {f.id for f in part.findings} == {f.id for f in whole.findings}
    alone = check_change(faces[[changed]], after[[changed]], [ids[changed]])
    assert alone.ok == whole.ok
    gaps = {f.id for f in whole.findings if f.code == "gap"}
    assert {f.id for f in alone.findings if f.code == "gap"} >= gaps or not gaps


class TestKinds:
    def test_a_merge_and_a_split_are_clean(self):
        assert check_change([WEST, EAST], [BOTH], ["M"]).findings == ()
        assert check_change([BOTH], [WEST, EAST], ["W", "E"]).tiles_parent

    def test_land_that_is_lost_is_a_gap_and_land_that_is_taken_lies_outside(self):
        assert errors_of(check_change([WEST, EAST], [WEST], ["W"])) == [("gap", ("W",))]
        assert errors_of(check_change([WEST], [BOTH], ["W"])) == [("outside_parent", ("W",))]

    def test_an_odd_shape_of_a_good_change_is_a_warning(self):
        strip, rest = (
            shapely.box(105, 28, 105.000004, 28.01),
            shapely.Polygon([(105.000004, 28), (105.01, 28), (105.01, 28.01), (105.000004, 28.01)]),
        )
        old = shapely.coverage_union(strip, rest)
        report = check_change([old], [strip, rest], ["S", "R"])
        assert [(f.code, f.faces) for f in report.findings] == [("sliver", ("S",))] and report.ok

    def test_the_parent_is_named_where_it_is_told(self):
        (finding,) = check_change([WEST, EAST], [WEST], ["W"], within="T").findings
        assert finding.within == "T" and "within T" in finding.sentence_en


class TestBadInput:
    def test_an_id_that_stands_twice_is_a_finding_of_a_good_change_too(self):
        assert errors_of(check_change([BOTH], [WEST, EAST], ["A", "A"])) == [("duplicate_id", ("A",))]

    @pytest.mark.parametrize(
        ("face", "code"),
        [
            (None, "null_geometry"),
            (shapely.Polygon(), "empty_geometry"),
            (shapely.Point(105, 28), "not_a_polygon"),
            (shapely.Polygon([(105, 28), (106, 29), (106, 28), (105, 29)]), "invalid_geometry"),
            (shapely.box(105, 28, 105.01, 128), "invalid_geometry"),
            (shapely.Polygon([(105, 28), (106, 28), (106, np.inf)]), "invalid_geometry"),
        ],
    )
    def test_a_face_that_is_none_is_named(self, face, code):
        report = check_change([WEST], [face], ["A"])
        assert (code, ("A",)) in errors_of(report) and report.tiles_parent is False

    def test_columns_of_different_length_and_no_old_face_are_refused(self):
        for old, ids, code in (([WEST], [], "ids_do_not_match"), ([], ["A"], "no_parent")):
            with pytest.raises(Refusal) as refusal:
                check_change(old, [WEST], ids)
            assert refusal.value.code == code
