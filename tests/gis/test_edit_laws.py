"""Laws that every edit keeps, whatever it is given."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.editing.change import apply, invert
from gis.editing.merge import dissolve_level
from gis.editing.split import split
from gis.editing.transfer import carve
from gis.editing.vertices import insert_nodes
from gis.tiling import prove
from tests.gis.edits import area_within, edits, named_coverages, outline_of, overlap, shuffled, total_area, tried


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_an_edit_keeps_the_outline_and_the_area_to_the_last_unit(data):
    coverage = data.draw(named_coverages())
    edit = tried(data.draw(edits(coverage)), coverage)
    assume(not isinstance(edit, str))
    outline = outline_of(coverage, edit.outline_nodes)
    assert outline_of(edit.coverage) == outline and total_area(edit.coverage) == area_within(outline)
    assert len(edit.outline_nodes) or total_area(edit.coverage) == total_area(coverage)
    assert shapely.is_valid(edit.coverage.faces).all() and overlap(edit.coverage) <= 1e-18


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_undo_is_the_inverse_change(data):
    coverage = data.draw(named_coverages())
    edit = tried(data.draw(edits(coverage)), coverage)
    assume(not isinstance(edit, str))
    assert apply(edit.change, coverage) == edit.coverage
    assert apply(invert(edit.change), edit.coverage) == coverage
    assert invert(invert(edit.change)) == edit.change


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_faces_that_are_not_touched_are_the_very_same_and_touched_ones_differ(data):
    coverage = data.draw(named_coverages())
    edit = tried(data.draw(edits(coverage)), coverage)
    assume(not isinstance(edit, str))
    for name in set(coverage.ids.tolist()) | set(edit.coverage.ids.tolist()):
        before = shapely.to_wkb(coverage.face(name)) if name in coverage else None
        after = shapely.to_wkb(edit.coverage.face(name)) if name in edit.coverage else None
        assert (before == after) == (name not in edit.touched)


@settings(deadline=None, max_examples=40)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_faces_never_changes_the_result(data, random):
    coverage = data.draw(named_coverages())
    edit = data.draw(edits(coverage))
    first, second = tried(edit, coverage), tried(edit, shuffled(coverage, random))
    assert first == second if isinstance(first, str) else first.coverage == second.coverage


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_sequence_of_edits_keeps_the_tiling_and_can_be_undone_step_by_step(data):
    coverage = start = data.draw(named_coverages())
    done = []
    for _ in range(6):
        edit = tried(data.draw(edits(coverage)), coverage)
        if not isinstance(edit, str):
            done.append(edit.change)
            coverage = edit.coverage
            assert shapely.is_valid(coverage.faces).all() and overlap(coverage) <= 1e-18
    for change in reversed(done):
        coverage = apply(invert(change), coverage)
    assert coverage == start


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_parent_is_tiled_again_once_it_has_the_nodes(data):
    coverage = data.draw(named_coverages())
    edit = tried(data.draw(edits(coverage)), coverage)
    assume(not isinstance(edit, str))
    parent = dissolve_level(coverage, lambda name: "parent").coverage
    carried = tried(lambda level: insert_nodes([level], edit.outline_nodes)[0], parent)
    assume(not isinstance(carried, str))
    assert prove(edit.coverage.faces, np.zeros(len(edit.coverage), int), carried.coverage.faces).ok


NUMBERS = st.sampled_from([105.4, 105.4000002, 28.8, 28.8000002, 180, -90])
WILD = st.floats(allow_nan=True, allow_infinity=True) | NUMBERS


@settings(deadline=None, max_examples=50)
@given(named_coverages(largest=3), st.lists(st.tuples(WILD, WILD), min_size=2, max_size=6), st.booleans())
@pytest.mark.filterwarnings("ignore:invalid value")
def test_any_numbers_for_a_line_or_polygon_give_a_tiling_or_a_refusal(coverage, points, closed):
    if closed and len(points) > 2:
        assume(not np.isnan(points[0]).any())  # a ring that begins at NaN is never closed: shapely makes no polygon of it
        drawn = shapely.Polygon(points)
        edit = tried(lambda c: carve(c, drawn, into="new"), coverage)
    else:
        drawn = shapely.LineString(points)
        edit = tried(lambda c: split(c, "f0" if "f0" in c else str(c.ids[0]), drawn), coverage)
    assert isinstance(edit, str) or outline_of(edit.coverage) == outline_of(coverage, edit.outline_nodes)
