"""Incidents as points."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import PROBLEMS, collection
from api.json_text import dumps, feature, moment
from api.models import IncidentCollection
from api.parameters import PRINTABLE, Box, Period, optional_box, period
from api.resources import Resources, resources
from boundaries.codes import level_of
from gis.errors import Refusal
from incidents.states import STATES
from incidents.store.filters import Filter
from incidents.store.reading import incidents, require_known

router = APIRouter(tags=["incidents"], responses=PROBLEMS)

Matter = Annotated[str | None, Query(max_length=40, pattern=PRINTABLE, description="Code of a matter.")]
Family = Annotated[
    str | None, Query(max_length=40, pattern=PRINTABLE, description="Code of a family of matters; /api/v1/meta tells them.")
]
State = Annotated[str | None, Query(max_length=40, pattern=PRINTABLE, json_schema_extra={"enum": list(STATES)})]
Held = Annotated[Resources, Depends(resources)]
Reported = Annotated[Period, Depends(period)]


@router.get("/incidents", response_model=IncidentCollection, summary="Incidents")
def list_incidents(
    held: Held,
    bbox: Annotated[Box | None, Depends(optional_box)],
    reported: Reported,
    matter: Matter = None,
    family: Family = None,
    state: State = None,
    grid: Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="A grid, or any unit above it.")] = None,
    limit: Annotated[int, Query(ge=1, le=5000, description="Most features returned; 'total' counts them all.")] = 500,
):
    """The latest reported first. An incident keeps the grid it was assigned to; outside every grid ``grid_code`` is null
    and ``distance_m`` says how far the nearest one is."""
    wanted = filter_for(reported, matter=matter, family=family, state=state, grid=grid)
    with held.reading() as connection:
        require_known(connection, wanted)
        rows, total = incidents(connection, wanted, box=bbox, limit=limit)
    return collection([_feature(row) for row in rows], total=total, limit=limit)


def filter_for(reported, *, matter=None, family=None, state=None, grid=None):
    """The filter of a query.

    Raises
    ------
    Refusal
        ``unknown_state``, ``bad_code``.
    """
    if state is not None and state not in STATES:
        raise Refusal("unknown_state", f"The state is not known; give one of {', '.join(STATES)}.")
    if grid is not None and level_of(grid) == "micro_grid":
        raise Refusal("bad_code", "The parameter 'grid' takes a grid or a unit above it, not a micro-grid.")
    return Filter(since=reported.since, until=reported.until, matter=matter, family=family, state=state, grid=grid)


def _feature(row):
    geometry = dumps({"type": "Point", "coordinates": [row.lon, row.lat]})
    properties = {
        "no": row.no,
        "matter": row.matter,
        "family": row.family,
        "state": row.state,
        "reported_at": moment(row.reported_at),
        "grid_code": row.grid_code,
        "on_border": row.on_border,
        "distance_m": round(row.distance_m, 2),
    }
    return feature(row.no, geometry, properties)
