"""Compiled loops, loops in NumPy and the look-up of single points: three ways to the same answers."""

import os
import subprocess
import sys
from contextlib import contextmanager
from itertools import chain

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import engine
from gis.chain import edges, signature_and_simple
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.locating.locate import FEW, Locator
from tests.gis.coverages import coverages
from tests.gis.test_locate import any_polygons, codes_for, degrees, points_for, spans, tiling

pytest.importorskip("numba")
seeds = st.integers(0, 2**32 - 1)


@contextmanager
def loops(which):
    """Have loops run compiled ("numba") or not ("numpy")."""
    before = os.environ.get(engine.SETTING)
    os.environ[engine.SETTING] = which
    try:
        yield
    finally:
        os.environ.pop(engine.SETTING)
        if before is not None:
            os.environ[engine.SETTING] = before


def in_both(work):
    answers = []
    for which in ("numpy", "numba"):
        with loops(which):
            answers.append(work())
    return answers


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


@given(coverages())
@settings(max_examples=40, deadline=None)
def test_signatures_are_the_same(coverage):
    faces = np.append(coverage[0], [coverage[1], shapely.reverse(coverage[1])])
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(faces))
    assert (one == other).all()
    assert shapely.is_valid(faces[simple]).all()


@given(seeds, st.sampled_from((2, 3, 6, 30, 1000, 2_000_000)))
@settings(max_examples=150, deadline=None)
def test_a_ring_called_simple_is_valid_and_any_ring_has_the_same_signature(seed, span):
    rng = np.random.default_rng(seed)
    rings = [degrees(rng.integers(0, span + 1, (rng.integers(3, 9), 2))) for _ in range(20)]
    faces = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(faces))
    assert (one == other).all()
    assert shapely.is_valid(faces[simple]).all()
    if span == 1000:  # nothing touches by chance: all that is valid is seen to be
        assert (simple == shapely.is_valid(faces)).all()


@given(coverages(), seeds)
@settings(max_examples=40, deadline=None)
def test_edges_are_the_same_and_in_the_same_order(coverage, seed):
    rng = np.random.default_rng(seed)
    others = [None, shapely.Point(105, 28), shapely.LineString(shapely.box(105, 28, 106, 29).exterior)]
    faces = np.array([*coverage[0], shapely.reverse(coverage[1]), *any_polygons(40, rng), *others], dtype=object)
    rng.shuffle(faces)
    one, other = in_both(lambda: edges(faces))
    for name in ("face", "start", "end"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_rings_off_the_lattice_are_left_to_geometry():
    # on the lattice the dent is gone; as it stands the ring crosses itself
    crossing = shapely.Polygon([(105, 28), (105.1, 28), (105.1, 28.1), (105.05, 28 - 2e-8), (105, 28.1)])
    with loops("numba"):
        assert signature_and_simple([crossing])[1].tolist() == [False]


def test_whatever_is_no_polygon_has_no_signature_and_is_not_simple():
    square = shapely.box(105, 28, 106, 29)
    others = [None, shapely.Point(105, 28), shapely.LineString(square.exterior), square.exterior, shapely.Polygon()]
    column = np.array([*others, shapely.GeometryCollection([square])], dtype=object)
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(column))
    assert (one == other).all() and not simple.any()
    assert not one[: len(others)].any()


def test_holes_parts_and_rings_that_touch_themselves_are_left_to_geometry():
    ring = from_lattice(np.array([[0, 0], [40, 0], [20, 20], [40, 40], [0, 40], [20, 20], [0, 0]]) + 10**9 // 2)
    square = shapely.box(105, 28, 106, 29)
    faces = [square - shapely.box(105.2, 28.2, 105.4, 28.4), shapely.MultiPolygon([square, shapely.box(1, 1, 2, 2)])]
    with loops("numba"):
        assert not signature_and_simple([*faces, shapely.Polygon(ring)])[1].any()
    with loops("numba"):
        small = shapely.box(105, 28, 105.01, 28.01)
        assert signature_and_simple([small, shapely.MultiPolygon([small])])[1].all()


@pytest.mark.parametrize("which", ["numpy", "numba"])
@pytest.mark.parametrize("count", [1, FEW + 1, 5000])
def test_the_row_of_a_point_without_a_position_is_named(which, count):
    lonlat = np.full((count, 2), (105.5, 28.5))
    lonlat[-1] = np.nan, 28.5
    with loops(which), pytest.raises(Refusal) as refusal:
        Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(lonlat)
    assert (refusal.value.code, refusal.value.details["row"]) == ("not_finite", count - 1)


@pytest.mark.parametrize("which", ["numpy", "numba"])
def test_a_vertex_without_a_position_is_refused(which):
    with loops(which), pytest.raises(Refusal) as refusal:
        signature_and_simple([shapely.Polygon([(105, 28), (500, 28), (106, 29)])])
    assert refusal.value.code == "outside_lonlat"


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


def test_a_layer_without_the_compiler_is_answered_in_numpy(monkeypatch):
    monkeypatch.setenv(engine.SETTING, "auto")
    monkeypatch.setattr(engine, "_loaded", {})
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "gis.kernels", raising=False)
    assert engine.warm() is False
    found = Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(np.full((100, 2), (105.5, 28.5)))
    assert not found.face.any()


def test_neither_the_command_line_nor_a_request_loads_the_compiler():
    code = """
import sys, numpy, shapely, api.cli.main
from gis.locating.locate import Locator
from gis.tiling import prove_change
Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(numpy.full((10_000, 2), (105.5, 28.5)))
prove_change([shapely.box(105, 28, 106, 29)], [shapely.box(105, 28, 106, 29)])
print("numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
