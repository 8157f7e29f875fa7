"""A whole tree of units is checked in one call, each child against its own parent."""

from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.checking.check import check
from gis.checking.nested import check_tree
from gis.crs import METRIC_EPSG, Frame
from gis.errors import Refusal
from tests.gis.coverages import coverages
from tests.gis.faults import nudged

LON, LAT, STEP = 105.44, 28.88, 0.001


def square(column, row, width=1, height=1):
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


def column_of(faces):
    column = np.empty(len(faces), dtype=object)
    column[:] = faces
    return column


def cut(unit, east_first=0.5):
    """Two halves of a square, side by side."""
    west, south, east, north = unit.bounds
    middle = round(west + (east - west) * east_first, 7)
    return shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)


def with_nodes(tree):
    """The squares of a tree, every one with all vertices of the others on its border."""
    points = shapely.points(shapely.get_coordinates(list(tree.values())))
    noded = {}
    for name, unit in tree.items():
        on_border = points[shapely.distance(unit.exterior, points) == 0]
        along = np.unique(shapely.line_locate_point(unit.exterior, on_border))
        noded[name] = shapely.Polygon(np.round(shapely.get_coordinates(shapely.line_interpolate_point(unit.exterior, along)), 7))
    return noded


def six_levels():
    """City, county, town, village, grid, micro-grid: each but the last is cut in two."""
    tree, parents = {"C": square(0, 0, 64, 64)}, {"C": None}
    level = ["C"]
    for _ in range(5):
        new = []
        for name in level:
            for half, digit in zip(cut(tree[name]), "12", strict=True):
                tree[name + digit], parents[name + digit] = half, name
                new.append(name + digit)
        level = new
    return with_nodes(tree), parents


def report_of(tree, parents, **options):
    return check_tree(list(tree.values()), list(tree), [parents[name] for name in tree], **options)


def errors_of(report):
    return [(f.code, f.faces, f.within) for f in report.findings if f.severity == "error"]


class TestNested:
    def test_six_levels_are_clean(self):
        report = report_of(*six_levels())
        assert report.ok and report.tiles_parent and report.findings == () and report.faces == 63

    def test_a_border_moved_by_one_unit_is_found_at_its_own_level_and_at_those_under_it_only(self):
        tree, parents = six_levels()
        west, south, east, north = tree["C11"].bounds
        tree["C11"] = shapely.box(west, south, east + 1e-7, north)
        found = errors_of(report_of(tree, parents))
        assert ("overlap", ("C11", "C12"), "C1") in found
        assert {within for _, _, within in found} == {"C1", "C11"}
        assert ("gap", ("C112",), "C11") in found

    @settings(deadline=None, max_examples=25)
    @given(coverages().filter(lambda drawn: len(drawn[0]) > 0), st.data())
    def test_a_tree_of_two_levels_has_the_findings_of_a_check_with_a_parent(self, drawn, data):
        faces, parent = drawn
        faces, _ = data.draw(nudged(faces))
        ids = [f"{k}" for k in range(len(faces))]
        flat = check(faces, ids, parent=parent)
        tree = check_tree(np.append(faces, parent), [*ids, "P"], ["P"] * len(ids) + [None])
        given_parent = check_tree(faces, ids, ["P"] * len(ids), parents=[parent], parent_names=["P"])
        told = Counter((f.code, f.faces, round(f.area_m2, 6)) for f in flat.findings)
        about_parent = ("datum_suspect",)
        for report in (tree, given_parent):
            own = [f for f in report.findings if f.faces != ("P",) and (f.within == "P" or f.faces)]
            assert Counter((f.code, f.faces, round(f.area_m2, 6)) for f in own if f.code not in about_parent) == told
            assert report.tiles_parent == flat.tiles_parent or "P" in {f.faces[0] for f in report.findings if f.faces}
        by_pair = {f.faces: f.id for f in flat.findings if f.code == "overlap"}
        assert by_pair == {f.faces: f.id for f in tree.findings if f.code == "overlap"}

    def test_the_order_of_the_units_does_not_matter(self):
        tree, parents = six_levels()
        tree["C121"] = square(0, 0, 3, 3)
        mixed = sorted(tree, key=lambda name: name[::-1])
        assert report_of({name: tree[name] for name in mixed}, parents) == report_of(tree, parents)

    def test_roots_are_checked_among_each_other(self):
        tree = {"A": square(0, 0, 2), "B": square(1, 0, 2)}
        assert errors_of(report_of(tree, dict.fromkeys(tree))) == [("overlap", ("A", "B"), "")]
        assert report_of(tree, dict.fromkeys(tree)).tiles_parent is None

    def test_children_of_different_parents_are_not_compared(self):
        # the towns overlap, and so do their villages; that is told once, of the towns
        tree = {"A": square(0, 0, 2), "B": square(1, 0, 2), "A1": square(0, 0, 2), "B1": square(1, 0, 2)}
        assert errors_of(report_of(tree, {"A": None, "B": None, "A1": "A", "B1": "B"})) == [("overlap", ("A", "B"), "")]

    def test_a_metric_tree_off_the_lattice_is_proven_as_it_is(self):
        tree = {"P": shapely.box(5e5, 3.1e6, 5e5 + 1 / 3, 3.1e6 + 100), "A": shapely.box(5e5, 3.1e6, 5e5 + 1 / 3, 3.1e6 + 100)}
        report = report_of(tree, {"P": None, "A": "P"}, frame=Frame(METRIC_EPSG))
        assert report.tiles_parent and errors_of(report) == []


class TestHolesOfParents:
    def test_a_hole_of_the_parent_is_no_gap_and_faces_in_it_are_outside(self):
        parent = square(0, 0, 5, 5).difference(square(1, 1, 3, 3)).union(square(2, 2))
        tree = {"P": parent, "A": square(0, 0, 5, 5).difference(square(1, 1, 3, 3)), "B": square(2, 2)}
        parents = {"P": None, "A": "P", "B": "P"}
        assert [(code, within) for code, _, within in errors_of(report_of(tree, parents))] == [("gap", "")]  # the root's own void
        tree["B"] = square(1, 2, 2, 1)
        assert ("outside_parent", ("B",), "P") in errors_of(report_of(tree, parents))


class TestBadTrees:
    TOWN = square(0, 0, 2)

    def test_an_unknown_parent_is_an_error_of_the_face(self):
        report = check_tree([self.TOWN, square(5, 5)], ["T", "A"], [None, "X"])
        assert [(f.code, f.faces, f.detail) for f in report.findings] == [("unknown_parent", ("A",), "X")]
        assert report.tiles_parent is False
        assert "X" in report.findings[0].sentence_zh and "X" in report.findings[0].sentence_en

    def test_a_face_that_is_its_own_parent_and_a_circle_are_errors_of_each_face(self):
        faces = [square(k, 0) for k in range(5)]
        report = check_tree(faces, ["A", "B", "C", "D", "E"], ["A", "C", "D", "B", "B"])
        found = [(f.faces[0], f.detail) for f in report.findings if f.code == "own_ancestor"]
        assert found == [("A", "A → A"), ("B", "B → C → D → B"), ("C", "B → C → D → B"), ("D", "B → C → D → B")]

    def test_a_unit_under_a_circle_is_still_held_against_its_parent(self):
        report = check_tree([square(0, 0), square(1, 0), square(1, 0)], ["A", "B", "C"], ["B", "A", "B"])
        assert [f.code for f in report.findings] == ["own_ancestor", "own_ancestor"]

    def test_ids_that_stand_twice_or_are_missing_are_findings_and_stay_with_their_own_parents(self):
        faces = [square(0, 0), square(1, 0), square(0, 0), square(1, 0), square(9, 9)]
        report = check_tree(faces, ["S", "T", "A", "A", None], [None, None, "S", "T", None])
        assert [(f.code, f.faces, f.detail) for f in report.findings] == [
            ("null_id", ("",), "1 features"),
            ("duplicate_id", ("A",), "2 features"),
        ]

    def test_a_parent_without_geometry_is_a_finding_and_its_children_are_compared_with_each_other(self):
        report = check_tree([None, square(0, 0), square(0.5, 0)], ["P", "A", "B"], [None, "P", "P"])
        assert errors_of(report) == [("overlap", ("A", "B"), "P"), ("null_geometry", ("P",), "")]

    def test_a_given_parent_that_is_not_valid_is_named(self):
        bow_tie = shapely.Polygon(np.array([(0, 0), (2, 2), (2, 0), (0, 2)]) * STEP + np.array([LON, LAT]))
        report = check_tree([square(0, 0)], ["A"], ["P"], parents=[bow_tie], parent_names=["P"])
        invalid = [f for f in report.findings if f.code == "invalid_parent"]
        assert [(f.within, f.detail) for f in invalid] == [("P", "self-intersection in the shell")]
        assert "P" in invalid[0].sentence_en and "P" in invalid[0].sentence_zh

    def test_a_face_without_a_parent_is_an_error_where_parents_are_given(self):
        report = check_tree([square(0, 0)], ["A"], [None], parents=[square(0, 0)], parent_names=["P"])
        assert errors_of(report) == [("unknown_parent", ("A",), "")]

    @pytest.mark.parametrize(("ids", "parents"), [(["A"], [None, None]), (["A", "B"], [None])])
    def test_columns_of_different_length_are_refused(self, ids, parents):
        with pytest.raises(Refusal) as refusal:
            check_tree([square(0, 0), square(1, 0)], ids, parents)
        assert refusal.value.code == "ids_do_not_match"


def test_a_clean_tree_of_many_families_needs_no_comparison():
    # 400 towns of 4 grids, off the lattice: proven, so that nothing has a finding
    towns = [shapely.box(x, y, x + 1 / 7, y + 1 / 7) for x in np.arange(20) / 7 for y in np.arange(20) / 7]
    towns = column_of(towns)
    report = check_tree(np.append(towns, towns), [f"{k}" for k in range(800)], [None] * 400 + [f"{k}" for k in range(400)])
    assert "T" not in report.summary and report.faces == 800
