"""A narrow neck is found where two wide parts hang together by a passage, and nowhere else."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.checking.check import check
from gis.checking.faces import Faces
from gis.checking.necks import NECK_M, WIDE_M, may_have_necks, narrow_necks
from gis.checking.plane import plane_of
from gis.crs import METRIC_EPSG, Frame
from gis.lattice import quantise
from tests.gis.coverages import coverages

EAST_M, NORTH_M = 500_000.0, 3_196_000.0
ORIGIN, NEXT = np.array([EAST_M, NORTH_M]), np.array([60.0, 0.0])
METRIC = Frame(METRIC_EPSG)


def metres(*corners):
    """A polygon in metres, somewhere in the city."""
    return shapely.Polygon(np.array(corners, dtype=float) + ORIGIN)


def dumb_bell(width_m, length_m=20.0, side_m=40.0):
    """Two squares with a corridor between their middles.

    +----+      +----+
    |    +------+    |
    |    +------+    |
    +----+      +----+
    """
    low, high, east = (side_m - width_m) / 2, (side_m + width_m) / 2, side_m + length_m
    west_half = [(0, 0), (side_m, 0), (side_m, low), (east, low), (east, 0), (east + side_m, 0)]
    return metres(
        *west_half, (east + side_m, side_m), (east, side_m), (east, high), (side_m, high), (side_m, side_m), (0, side_m)
    )


def necks_of(*faces):
    return [
        f for f in check(np.array(faces, dtype=object), [f"{k}" for k in range(len(faces))], frame=METRIC).findings if is_neck(f)
    ]


def is_neck(finding):
    return finding.code == "narrow_neck"


class TestWidth:
    @settings(deadline=None, max_examples=40)
    @given(st.floats(0.01, 3.0), st.floats(0.5, 80.0))
    def test_a_corridor_is_a_neck_as_wide_as_it_is_when_it_is_under_two_metres(self, width_m, length_m):
        assume(abs(width_m - NECK_M) > 0.02)
        found = necks_of(dumb_bell(width_m, length_m))
        assert [f.faces for f in found] == ([("0",)] if width_m < NECK_M else [])
        for finding in found:
            assert finding.width_m == pytest.approx(width_m, rel=0.05, abs=0.002)
            assert shapely.length(METRIC.from_storage([finding.geometry]))[0] == pytest.approx(width_m, rel=0.1, abs=0.01)

    def test_its_place_is_on_the_passage(self):
        (finding,) = necks_of(dumb_bell(1.0))
        (across,) = METRIC.from_storage([finding.geometry])
        assert shapely.box(EAST_M + 39, NORTH_M + 18, EAST_M + 61, NORTH_M + 22).contains(across)
        assert across.intersects(METRIC.from_storage([shapely.Point(finding.lon, finding.lat)])[0].buffer(0.01))

    @pytest.mark.parametrize(("side_m", "count"), [(WIDE_M - 1, 0), (WIDE_M + 1, 1)])
    def test_the_parts_on_both_sides_must_be_wide(self, side_m, count):
        assert len(necks_of(dumb_bell(1.0, side_m=side_m))) == count

    def test_three_parts_in_a_row_have_two_necks_with_different_ids(self):
        row = shapely.union_all([dumb_bell(1.0), shapely.transform(dumb_bell(0.5), lambda xy: xy + NEXT)])
        found = necks_of(row)
        assert sorted(round(f.width_m, 1) for f in found) == [0.5, 1.0]
        assert len({f.id for f in found}) == 2

    def test_a_ring_that_is_thin_on_both_sides_has_one(self):
        # two squares joined by two passages around a hole: every way is narrow
        outer = shapely.union_all([dumb_bell(22.0), dumb_bell(1.0)])
        hole = metres((40, 10), (60, 10), (60, 30), (40, 30))
        assert len(necks_of(outer.difference(hole))) == 1
        assert necks_of(outer) == []


class TestNoFalseAlarm:
    def test_spikes_slivers_tips_and_notches_are_none(self):
        spike = metres((0, 0), (100, 0), (100, 49.9), (300, 50), (100, 50.1), (100, 100), (0, 100))
        sliver = metres((0, 200), (500, 200), (500, 201), (0, 201))
        tip = metres((0, 300), (400, 300), (0, 310))
        notch = metres((0, 400), (100, 400), (100, 450), (50, 400.5), (49, 450), (0, 450))
        assert necks_of(spike, sliver, tip) == []
        assert len(necks_of(notch)) == 1  # the notch leaves half a metre under it

    def test_a_hole_that_touches_the_shell_at_a_vertex_is_none(self):
        around = metres((0, 0), (100, 0), (100, 100), (0, 100))
        touching = metres((50, 0), (80, 40), (20, 40))
        assert necks_of(around.difference(touching)) == []

    def test_parts_that_touch_at_a_vertex_are_two_parts_and_no_neck(self):
        corner = shapely.MultiPolygon(
            [metres((0, 0), (50, 0), (50, 50), (0, 50)), metres((50, 50), (99, 50), (99, 99), (50, 99))]
        )
        assert necks_of(corner) == []

    def test_voronoi_cells_have_none(self):
        seeds = np.random.default_rng(11).uniform(0, 3000, (300, 2)) + ORIGIN
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds)))
        assert necks_of(*cells) == []


class TestFirstLook:
    """What is not looked at closely has no neck."""

    @settings(deadline=None)
    @given(st.integers(0, 2**32), st.integers(3, 60), st.floats(0.02, 0.9), st.booleans(), st.booleans())
    def test_it_leaves_out_no_neck_of_a_bent_ring(self, seed, count, jag, clockwise, on_lattice):
        rng = np.random.default_rng(seed)
        turn = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(-jag, jag, count) * 3 / count
        reach = 2e-4 * (1 + jag * rng.uniform(-1, 1, count))
        ring = shapely.Polygon(np.column_stack([105 + reach * np.cos(turn), 28 + reach * np.sin(turn)]))
        ring = quantise([ring])[0] if on_lattice else ring
        assume(ring.is_valid and not ring.is_empty)
        self.agrees(np.array([shapely.reverse(ring) if clockwise else ring]), Frame(4490))

    @settings(deadline=None)
    @given(coverages().filter(lambda drawn: len(drawn[0]) > 0))
    def test_it_leaves_out_none_of_a_coverage(self, drawn):
        self.agrees(drawn[0], Frame(4490))

    @settings(deadline=None, max_examples=30)
    @given(st.floats(0.05, 1.9), st.floats(11.0, 300.0), st.floats(0.1, 300.0))
    def test_it_leaves_out_no_dumb_bell(self, width_m, side_m, length_m):
        self.agrees(METRIC.to_storage([dumb_bell(width_m, length_m, side_m)]), Frame(4490))

    def agrees(self, faces, frame):
        kept = may_have_necks(Faces(faces, np.zeros(len(faces), dtype=bool), plane_of(faces, frame)))
        assert set(narrow_necks(faces)[0].tolist()) <= set(kept.tolist())

    def test_it_looks_closely_at_few_of_the_faces_of_a_bent_coverage(self):
        # an ordinary coverage costs next to nothing
        angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        reach = 1e-3 * (1 + 0.03 * np.random.default_rng(5).uniform(-1, 1, (500, 30)))
        ring = np.stack([105 + reach * np.cos(angle), 28 + reach * np.sin(angle)], axis=-1)
        faces = shapely.polygons(ring)
        assert len(may_have_necks(Faces(faces, np.zeros(len(faces), dtype=bool), plane_of(faces, Frame(4490))))) < 10
