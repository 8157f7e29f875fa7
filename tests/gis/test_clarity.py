"""Boundary clarity against buffers, and its shape measures on shapes whose value is known."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import Frame, metric_crs_for
from gis.errors import Refusal
from gis.measures import boundary_length_m
from gis.measuring.along import uncovered, within_distance
from gis.measuring.clarity import clarity
from gis.measuring.compactness import hull_ratio, polsby_popper, reock
from tests.gis.coverages import coverages

few = settings(max_examples=50, deadline=None)
numbers = st.integers(-20, 20).map(lambda k: k / 2)
points = st.tuples(numbers, numbers)
GRID = shapely.box(105.44, 28.88, 105.45, 28.89)


@few
@given(points, points, points, points, st.sampled_from([0.5, 1.0, 3.0, 50.0]))
def test_the_part_of_a_segment_near_another_is_what_a_buffer_cuts_out_of_it(start, end, one, other, distance):
    if start == end:
        return
    columns = [np.array([point], dtype=float) for point in (start, end, one, other)]
    low, high = within_distance(*columns, distance=distance)
    segment = shapely.LineString([start, end])
    capsule = shapely.buffer(shapely.LineString([one, other]) if one != other else shapely.Point(one), distance, quad_segs=256)
    expected = shapely.length(shapely.intersection(segment, capsule))
    assert max(high[0] - low[0], 0.0) * segment.length == pytest.approx(expected, abs=1e-2 * distance)
    if low[0] <= high[0]:
        ends = shapely.line_interpolate_point(segment, [low[0], high[0]], normalized=True)
        assert (shapely.distance(ends, shapely.LineString([one, other])) <= distance + 1e-9).all()


@few
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 16), st.integers(0, 16)), max_size=12))
def test_what_intervals_leave_is_the_rest_of_their_union(rows):
    rows = [(group, min(a, b) / 16, max(a, b) / 16) for group, a, b in rows]
    columns = np.array(rows, dtype=float).reshape(-1, 3).T
    group, low, high = uncovered(columns[0].astype(int), columns[1], columns[2], count=4)
    for k in range(4):
        taken = shapely.union_all([shapely.LineString([(a, 0), (b, 0)]) for g, a, b in rows if g == k and a < b])
        rest = shapely.difference(shapely.LineString([(0, 0), (1, 0)]), taken)
        left = [shapely.LineString([(a, 0), (b, 0)]) for g, a, b in zip(group, low, high, strict=True) if g == k]
        assert shapely.equals(shapely.union_all(left), rest) or (not left and rest.is_empty)


@few
@given(coverages(), coverages(), st.sampled_from([0.01, 2.0, 300.0]))
def test_clear_and_unclear_border_make_the_border_and_the_share_is_that_of_buffers(coverage, other, tolerance_m):
    (faces, _), (lines, _) = coverage, other
    found = clarity(faces, shapely.boundary(lines), ["road"] * len(lines), tolerance_m=tolerance_m)
    assert found.border_m == pytest.approx(boundary_length_m(faces))
    assert boundary_length_m(found.unclear) == pytest.approx((1 - found.share) * found.border_m, rel=1e-5, abs=1e-5)
    if not len(faces) or not len(lines):
        return
    #  where a line runs almost along the border at almost the tolerance, a hair of it decides over much border
    hair_m = 1e-3 * tolerance_m + 1e-5
    less, more = (_share_by_buffers(faces, lines, tolerance_m + each) for each in (-hair_m, hair_m))
    assert ((less - 1e-4 <= found.share) & (found.share <= more + 1e-4)).all()


def _share_by_buffers(faces, lines, tolerance_m):
    """Edges are straight in degrees, and bend by a centimetre a kilometre in a projection: they are cut into short ones."""
    frame = Frame(metric_crs_for(shapely.total_bounds(faces)))
    outlines, roads = (frame.from_storage(shapely.segmentize(shapely.boundary(each), 1e-4)) for each in (faces, lines))
    near = shapely.union_all(shapely.buffer(roads, tolerance_m, quad_segs=64))
    return shapely.length(shapely.intersection(outlines, near)) / shapely.length(outlines)


def test_a_border_along_its_own_reference_is_clear():
    found = clarity([GRID], [GRID], ["administrative"], tolerance_m=0.1)
    assert found.share.tolist() == [1.0] and found.unclear[0].is_empty


def test_kinds_are_counted_apart_and_together():
    #  the road runs along the south, the river along the south and the east; the wall is far away
    west, south, east, north = GRID.bounds
    road = shapely.LineString([(west, south), (east, south)])
    river = shapely.LineString([(west, south), (east, south), (east, north)])
    wall = shapely.LineString([(west, south - 1), (east, south - 1)])
    found = clarity([GRID], [road, river, wall], ["road", "river", "wall"], tolerance_m=1)
    width_m, height_m = boundary_length_m([road])[0], boundary_length_m([river])[0] - boundary_length_m([road])[0]
    around_m = found.border_m[0]
    assert found.kinds == ("river", "road", "wall")
    expected = [(width_m + height_m + 2) / around_m, (width_m + 2) / around_m, 0]  # a metre more round each end
    assert found.share_by_kind[0] == pytest.approx(expected, abs=1e-6)
    assert found.share[0] == pytest.approx((width_m + height_m + 2) / around_m, abs=1e-6)


def test_the_unclear_border_is_one_line_where_it_is_in_one_piece():
    west, south, east, _ = GRID.bounds
    found = clarity([GRID], [shapely.LineString([(west, south), (east, south)])], ["road"], tolerance_m=1)
    assert found.unclear[0].geom_type == "LineString"
    assert len(found.unclear[0].coords) == 4


def test_without_any_line_nothing_is_clear():
    for lines in ([], [None], [shapely.LineString()]):
        found = clarity([GRID], lines, ["road"] * len(lines), tolerance_m=5)
        assert found.share.tolist() == [0.0] and found.unclear[0].length == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("faces", "lines", "kinds", "tolerance_m", "code"),
    [
        ([None], [], [], 5, "not_a_polygon"),
        ([GRID], [shapely.Point(105, 28)], ["road"], 5, "not_a_line"),
        ([GRID], [GRID.boundary], [], 5, "kinds_do_not_match"),
        ([GRID], [shapely.LineString([(105, 28), (np.inf, 28)])], ["road"], 5, "not_finite"),
        ([GRID], [], [], 0, "bad_tolerance"),
        ([GRID], [], [], np.inf, "bad_tolerance"),
    ],
)
def test_bad_input_is_refused_by_name(faces, lines, kinds, tolerance_m, code):
    with pytest.raises(Refusal) as refused:
        clarity(faces, lines, kinds, tolerance_m=tolerance_m)
    assert refused.value.code == code


class TestCompactness:
    DISC = Frame(metric_crs_for((105, 28, 106, 29))).to_storage([shapely.buffer(shapely.Point(0, 0), 500, quad_segs=64)])

    @pytest.mark.parametrize("measure", [polsby_popper, reock, hull_ratio])
    def test_it_is_1_for_a_disc_and_no_shape_has_more(self, measure):
        assert measure(self.DISC)[0] == pytest.approx(1, abs=1e-3)

    @few
    @given(coverages())
    def test_every_measure_lies_between_0_and_1_and_a_hull_holds_less_than_its_circle(self, coverage):
        faces, _ = coverage
        values = np.stack([polsby_popper(faces), reock(faces), hull_ratio(faces)])
        assert ((values > 0) & (values <= 1 + 1e-6)).all()
        assert (values[1] <= values[2] + 1e-9).all()

    def test_a_face_without_extent_has_none(self):
        for measure in (polsby_popper, reock, hull_ratio):
            assert np.isnan(measure([shapely.Polygon()])).tolist() == [True]
            assert len(measure([])) == 0
