"""Compiled loops, loops in NumPy and the look-up of single points: three ways to the same answers."""

from itertools import chain

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import Refusal
from gis.locating.locate import FEW, Locator
from tests.gis.compiled import in_both, loops
from tests.gis.test_locate import any_polygons, codes_for, points_for, spans, tiling

pytest.importorskip("numba")
seeds = st.integers(0, 2**32 - 1)


def answers(found):
    return found.face.tolist(), found.on_border.tolist(), [further.tolist() for further in found.also]


@given(seeds, spans, st.booleans())
@settings(max_examples=40, deadline=None)
def test_points_have_the_same_owners_compiled_in_numpy_and_one_by_one(seed, span, sound):
    rng = np.random.default_rng(seed)
    faces = tiling(span, rng)[0] if sound else any_polygons(span, rng)
    lonlat = points_for(faces, span, rng)
    locator = Locator(faces, codes_for(faces, rng))
    in_numpy, compiled = in_both(lambda: answers(locator.locate(lonlat, distances=False)))
    singly = [answers(locator.locate(lonlat[i : i + FEW], distances=False)) for i in range(0, len(lonlat), FEW)]
    assert in_numpy == compiled == tuple(list(chain(*columns)) for columns in zip(*singly, strict=True))


@given(seeds, spans)
@settings(max_examples=25, deadline=None)
def test_the_index_is_the_same_to_the_last_bit(seed, span):
    faces = any_polygons(span, np.random.default_rng(seed))
    codes = codes_for(faces, np.random.default_rng(seed))
    one, other = in_both(lambda: Locator(faces, codes)._index.cells)
    assert one.raster == other.raster
    for name in ("owner", "head", "piece", "corner_first", "corner_face"):
        assert (getattr(one, name) == getattr(other, name)).all()


@pytest.mark.parametrize("which", ["numpy", "numba"])
@pytest.mark.parametrize("count", [1, FEW + 1, 5000])
def test_the_row_of_a_point_without_a_position_is_named(which, count):
    lonlat = np.full((count, 2), (105.5, 28.5))
    lonlat[-1] = np.nan, 28.5
    with loops(which), pytest.raises(Refusal) as refusal:
        Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(lonlat)
    assert (refusal.value.code, refusal.value.details["row"]) == ("not_finite", count - 1)


def test_edges_too_long_for_the_table_of_pieces_are_decided_all_the_same():
    lonlat = np.column_stack([np.linspace(-180, 180, 101), np.linspace(-90, 90, 101)])
    locator = Locator([shapely.box(-180, -90, 180, 90)], ["1"])
    one, other = in_both(lambda: answers(locator.locate(lonlat)))
    assert one == other == ([0] * 101, [True] + [False] * 99 + [True], [[]] * 101)


def test_many_points_in_several_threads_come_back_in_their_order():
    locator = Locator([shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)], ["1", "2"])
    lonlat = np.column_stack([np.linspace(104.5, 107.5, 1_200_001), np.full(1_200_001, 28.5)])
    with loops("numba"):
        found = locator.locate(lonlat, distances=False)
    lon = lonlat[:, 0]
    assert (found.face == np.select([(lon < 105) | (lon > 107), lon > 106], [-1, 1], 0)).all()
    assert found.on_border.sum() == 3
