"""Several edits as one change: the same effect, the same proof, the same undoing."""

from functools import reduce

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.editing.change import apply, invert, prove_change
from gis.editing.composing import compose
from gis.editing.coverage import coverage_of
from gis.editing.insertion import with_nodes
from gis.editing.merge import dissolve_level, merge
from gis.editing.split import split
from gis.errors import Refusal
from tests.gis.edits import edits, named_coverages, outline_of, tried


def drawn_changes(data, coverage, count):
    """Changes one after the other, some of them undone again, and the coverage after each."""
    changes, states = [], [coverage]
    for _ in range(2 * count):
        if changes and data.draw(st.integers(0, 3)) == 0:
            changes.append(invert(changes[-1]))
            states.append(apply(changes[-1], states[-1]))
            continue
        edit = tried(data.draw(edits(states[-1])), states[-1])
        if not isinstance(edit, str):
            changes.append(edit.change)
            states.append(edit.coverage)
    assume(len(changes) >= count)
    return changes, states


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_composed_change_does_what_the_two_do_and_keeps_its_proof(data):
    start = data.draw(named_coverages())
    (one, two, *_), states = drawn_changes(data, start, 2)
    both = compose(one, two)
    assert apply(both, start) == states[2]
    prove_change(both)
    assert apply(invert(both), states[2]) == start
    prove_change(invert(both))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_its_inverse_is_composed_of_the_inverses(data):
    (one, two, *_), _ = drawn_changes(data, data.draw(named_coverages()), 2)
    assert invert(compose(one, two)) == compose(invert(two), invert(one))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_whole_list_becomes_one_change_however_it_is_bracketed(data):
    start = data.draw(named_coverages())
    changes, states = drawn_changes(data, start, 3)
    left = reduce(compose, changes)
    right = reduce(lambda later, earlier: compose(earlier, later), reversed(changes))
    prove_change(left)
    assert (left.before, left.after) == (right.before, right.after)
    assert apply(left, start) == states[-1] and apply(invert(left), states[-1]) == start


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_nodes_it_names_are_all_that_the_parent_needs(data):
    start = data.draw(named_coverages())
    changes, states = drawn_changes(data, start, 3)
    whole = reduce(compose, changes)
    parent = dissolve_level(start, lambda name: "parent").coverage.faces
    assume(not len(whole.removed))
    noded = with_nodes(parent, whole.inserted.take(whole.inserted.outer))
    table = outline_of(coverage_of(["parent"], noded)) if shapely.is_valid(noded).all() else None
    assert table is None or table == outline_of(states[-1])


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_change_and_its_inverse_make_nothing(data):
    (one, *_), _ = drawn_changes(data, data.draw(named_coverages()), 1)
    nothing = compose(one, invert(one))
    assert not len(nothing.before) and not len(nothing.after) and not len(nothing.inserted) and not len(nothing.removed)


def test_a_border_that_gets_a_node_in_each_of_two_splits_names_both_on_the_edge_as_it_was():
    square = coverage_of(["a"], [shapely.box(105, 28, 106, 29)])
    one = split(square, "a", shapely.LineString([(105.5, 27), (105.5, 30)]), into=["b", "c"])
    two = split(one.coverage, "b", shapely.LineString([(105.2, 27), (105.2, 30)]), into=["d", "e"])
    both = compose(one.change, two.change)
    assert (both.inserted.point[:2, 0] / 1e7).tolist() == [105.2, 105.5]
    assert both.inserted.start[:2].tolist() == [[1050000000, 280000000]] * 2 and both.inserted.outer.all()


def test_changes_that_do_not_follow_one_another_are_refused_by_name():
    row = coverage_of(["a", "b", "c"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(3)])
    one, two = merge(row, ["a", "b"], into="x").change, merge(row, ["b", "c"], into="y").change
    with pytest.raises(Refusal, match="Face b is not as") as refused:
        compose(one, two)
    assert (refused.value.code, refused.value.details["faces"]) == ("edit_conflict", ["b"])
    elsewhere = coverage_of(["c", "d"], [shapely.box(107, 28, 108, 29), shapely.box(108, 28, 109, 29)])
    with pytest.raises(Refusal, match="Face x is not as"):
        compose(one, merge(elsewhere, ["c", "d"], into="x").change)
