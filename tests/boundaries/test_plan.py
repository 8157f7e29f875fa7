"""What an import would do, before it does it."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.imports.plan import make_plan
from boundaries.units import units_from
from gis.errors import Refusal

VILLAGE = "510502001001"
NOTHING = units_from(code=[], name=[], geometry=[])


def strip(count):
    """Grids side by side, from west to east."""
    shapes = [shapely.box(105 + k / 100, 28, 105 + (k + 1) / 100, 28.01) for k in range(count)]
    codes = [f"{VILLAGE}{k + 1:03d}" for k in range(count)]
    return units_from(code=codes, name=codes, geometry=shapes, kind=["comprehensive"] * count)


def test_parents_that_are_missing_are_made_by_uniting_their_children():
    plan = make_plan(strip(3), NOTHING, names={"510502": "江阳区"})
    assert plan.begin.code.tolist() == ["5105", "510502", "510502001", VILLAGE, *strip(3).code]
    assert plan.begin.name[1] == "江阳区" and plan.untiled == ()


@given(st.permutations(range(4)))
def test_the_order_of_the_features_does_not_matter(order):
    plan, shuffled = make_plan(strip(4), NOTHING), make_plan(strip(4).take(np.array(order)), NOTHING)
    assert plan.begin.code.tolist() == shuffled.begin.code.tolist()
    assert shapely.equals(plan.begin.geometry, shuffled.begin.geometry).all()


def test_importing_the_same_again_changes_nothing():
    held = make_plan(strip(3), NOTHING).begin
    assert make_plan(strip(3), held).is_empty


def test_a_layer_that_misses_land_leaves_its_village_untiled():
    held = make_plan(strip(3), NOTHING).begin
    assert make_plan(strip(2), held).untiled == (VILLAGE,)


def test_grids_that_the_layer_does_not_hold_are_retired():
    held = make_plan(strip(3), NOTHING).begin
    two = strip(2)
    united = shapely.union(strip(3).geometry[1], strip(3).geometry[2])
    plan = make_plan(units_from(code=two.code, name=two.code, geometry=[two.geometry[0], united]), held)
    assert plan.retired == (VILLAGE + "003",) and plan.replaced == (VILLAGE + "002",) and plan.untiled == ()
    assert plan.begin.kind.tolist() == ["comprehensive"]  # what the layer does not say stays as it was


@pytest.mark.parametrize(
    ("code", "reason"), [("51050200100100", "bad_code"), ("510502001001000", "bad_code"), ("5105020010010１1", "bad_code")]
)
def test_a_code_that_is_none_is_refused(code, reason):
    with pytest.raises(Refusal) as refused:
        make_plan(units_from(code=[code], name=["x"], geometry=[shapely.box(105, 28, 106, 29)]), NOTHING)
    assert refused.value.code == reason


def test_a_code_that_stands_twice_is_refused():
    twice = strip(2).take(np.array([0, 0]))
    with pytest.raises(Refusal, match="more than once"):
        make_plan(twice, NOTHING)


def test_a_polygon_that_crosses_itself_is_refused_by_name():
    bowtie = shapely.Polygon([(105, 28), (105.01, 28.01), (105.01, 28), (105, 28.01)])
    with pytest.raises(Refusal, match=VILLAGE + "001"):
        make_plan(units_from(code=[VILLAGE + "001"], name=["x"], geometry=[bowtie]), NOTHING)
