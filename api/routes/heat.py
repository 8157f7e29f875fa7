"""Incidents counted in the cells of the map."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import PROBLEMS, answer
from api.models import Heat
from api.parameters import Box, required_box
from api.routes.incidents import Family, Held, Matter, Reported, filter_for
from incidents.store.heat import DEEPEST_ZOOM, bins
from incidents.store.reading import require_matter

router = APIRouter(tags=["incidents"], responses=PROBLEMS)


@router.get("/heat", response_model=Heat, summary="Incidents by cell of the map")
def heat(
    held: Held,
    bbox: Annotated[Box, Depends(required_box)],
    zoom: Annotated[int, Query(ge=0, le=DEEPEST_ZOOM, description="Zoom of the map; a cell is 8 of its pixels wide.")],
    reported: Reported,
    matter: Matter = None,
    family: Family = None,
):
    """Real counts: the box is widened to whole cells, every count is that of a whole cell, and their sum, ``total``, is the
    number of incidents in the widened box. Nothing is sampled or smoothed."""
    wanted = filter_for(reported, matter=matter, family=family)
    with held.reading() as connection:
        require_matter(connection, matter)
        found = bins(connection, bbox, zoom, wanted)
    return answer({"zoom": zoom, "cell_px": found.cell_px, "bins": found.cells.tolist(), "total": found.total, "max": found.most})
