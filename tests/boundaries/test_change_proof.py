"""The proof of a change cancels the edges themselves: no shape from outside gets past it by what it hashes to."""

import json

import pytest
import shapely

from boundaries.changes.commands import checked
from boundaries.changes.land import Land, Unit
from boundaries.changes.outcome import replay
from boundaries.changes.proving import is_same_chain
from gis.chain import signature
from gis.errors import Refusal
from tests.gis.collision import ring_without_signature

GRID = "510504001001001"
AROUND = shapely.box(105.45, 28.93, 105.46, 28.95)
HOLED = AROUND.difference(ring_without_signature())


@pytest.fixture
def land():
    """One grid, not divided, which is all there is of its village, town, county and city."""
    codes = [GRID[:length] for length in (4, 6, 9, 12)]
    above = [Unit(code, "x", None, None, True, AROUND) for code in codes]
    return Land([*above, Unit(GRID, "x", "comprehensive", None, False, AROUND)])


def test_a_hole_that_hashes_to_nothing_is_no_part_of_a_tiling():
    assert (signature([HOLED]) == signature([AROUND])).all()
    assert not is_same_chain([HOLED], [AROUND])
    assert is_same_chain([HOLED, ring_without_signature()], [AROUND])


def test_a_division_that_leaves_out_a_hole_that_hashes_to_nothing_is_refused(land):
    face = {"geometry": json.loads(shapely.to_geojson(HOLED)), "name": "holed"}
    with pytest.raises(Refusal) as caught:
        replay(land, [checked({"op": "divide", "parent": GRID, "faces": [face]})])
    assert caught.value.code == "edit_breaks_coverage"
