"""What tests of workers do and ask, in the words of the register."""

import pytest

from boundaries.clock import now
from boundaries.store import duties
from gis.errors import Refusal
from tests.api import town

GRID, OTHER_GRID, FAR_GRID = town.WEST_GRID, town.MIDDLE_GRID, town.EAST_GRID
COUNTY, VILLAGE = "510502", "510502001001"
DATABASE = "workers"


def refused(connection, act, *arguments, **given):
    """The code by which an act is refused."""
    with pytest.raises(Refusal) as caught, connection.begin_nested():
        act(connection, *arguments, **given)
    return caught.value.code


def begin(connection, worker_id, grid=GRID, **given):
    return duties.begin_duty(connection, worker_id, grid, **{"role": "responsible"} | given)


def serves(connection, at=None):
    """Names of who serves the grid, and for whom."""
    return [(row.name, row.substitutes_for) for row in duties.duties_of(connection, [GRID], at or now())]


def responsible(connection, at=None):
    found = duties.responsible(connection, [GRID], at or now())
    return found[GRID].name if found else None


def bare(connection, **given):
    """Whether the grid is on the list of those that nobody serves, and why."""
    rows = duties.unstaffed(connection, [""], limit=100, **given)
    return {row.code: row.reason for row in rows}.get(GRID)
