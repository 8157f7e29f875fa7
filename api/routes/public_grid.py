"""My grid: what Art. 10 of the regulation has published of each grid, for everybody, as it is this instant."""

from typing import Annotated

import shapely
from fastapi import APIRouter, Depends, Query

from api.answers import PROBLEMS, unstored
from api.json_text import moment
from api.models import Problem
from api.parameters import PRINTABLE, require_lonlat
from api.public_models import PublicGrid
from api.resources import Resources, resources
from api.routes.locate import DatumName, on_lattice
from boundaries.clock import now
from boundaries.store.places import place_at
from boundaries.store.publication import require_grid
from gis.datum import require_datum
from gis.errors import Refusal

router = APIRouter(tags=["publication"], responses=PROBLEMS)
Held = Annotated[Resources, Depends(resources)]
RETIRED = {410: {"model": Problem, "description": "The grid is no longer in force; `successors` have its land."}}


@router.get("/public/grid", response_model=PublicGrid, responses=RETIRED, summary="My grid")
def public_grid(
    held: Held,
    lon: Annotated[float | None, Query(allow_inf_nan=False, description="Longitude in degrees.", examples=[105.44])] = None,
    lat: Annotated[float | None, Query(allow_inf_nan=False, description="Latitude in degrees.", examples=[28.88])] = None,
    datum: Annotated[DatumName, Query(description="The datum that the coordinates are in.")] = "cgcs2000",
    code: Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])] = None,
):
    """Of the place, or of the code: name, extent, who is on duty with the work contact, supervision phone, how to report.
    Nothing is kept of who asks, and no copy of the answer: a contact that changes is seen at once."""
    if (code is None) == (lon is None and lat is None) or (lon is None) != (lat is None):
        raise Refusal("missing_parameter", "Give either 'lon' and 'lat', or 'code'.")
    on_border = False
    if code is None:
        code, on_border = _grid_at(held, lon, lat, datum)
    at = now()
    with held.reading_once() as connection:
        contents = require_grid(connection, code, at)
    return unstored(_shown(contents) | {"as_of": moment(at), "on_border": on_border})


def _grid_at(held, lon, lat, datum):
    require_datum(datum)
    require_lonlat(lon, lat, name="lon, lat")
    place = place_at(held.snapshots.at(now()), on_lattice([[lon, lat]], datum)[0])
    grid = place.units["grid"]
    if grid is not None:
        return grid.code, place.on_border
    nearest = {"code": place.nearest.code, "name": place.nearest.name, "distance_m": round(place.distance_m, 2)}
    sentence = f"The place lies in no grid; the nearest is {place.nearest.name}, {place.distance_m:,.0f} m away."
    raise Refusal("no_grid_here", sentence, nearest=nearest)


def _shown(contents):
    grid = {name: getattr(contents, name) for name in ("code", "name", "kind", "exclusive_kind", "area_m2")}
    grid |= {
        "place": {level: _named(*contents.place[level]) for level in ("village", "town", "county")},
        "micro_grids": [_named(each.code, each.name) for each in contents.micro_grids],
        "extent": contents.sides,
        "geometry": shapely.geometry.mapping(contents.geometry),
        "bbox": list(contents.geometry.bounds),
    }
    names = ("name", "kind", "role", "work_phone", "substitutes_for")
    return {
        "grid": grid,
        "workers": [{name: getattr(each, name) for name in names} for each in contents.workers],
        "supervision_phone": contents.supervision_phone,
        "how_to_report": contents.how_to_report,
        "review_number": contents.review_number,
        "synthetic": contents.synthetic,
    }


def _named(code, name):
    return {"code": code, "name": name}
