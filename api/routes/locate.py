"""Which grid a place lies in."""

from datetime import datetime
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers import PROBLEMS, answer
from api.instants import parse_as_of
from api.models import Place, Places
from api.parameters import instant, require_lonlat
from api.resources import Resources, resources
from boundaries.clock import now
from boundaries.store.places import codes_at, place_at
from gis.datum import DATUMS, require_datum, to_wgs84
from gis.lattice import from_lattice, to_lattice

router = APIRouter(tags=["locate"], responses=PROBLEMS)
MOST_POINTS = 10_000
DatumName = Annotated[str, Field(max_length=20, json_schema_extra={"enum": list(DATUMS)})]


class Point(BaseModel):
    """One point of a request for many."""

    model_config = ConfigDict(extra="forbid")

    lon: float = Field(allow_inf_nan=False, examples=[105.44])
    lat: float = Field(allow_inf_nan=False, examples=[28.88])
    datum: DatumName = "cgcs2000"


class Points(BaseModel):
    """A request for many points."""

    model_config = ConfigDict(extra="forbid")

    points: list[Point] = Field(min_length=1, max_length=MOST_POINTS)
    at: str | None = Field(default=None, max_length=40, examples=["2026-05-01"])


@router.get("/locate", response_model=Place, summary="The grid of a place")
def locate(
    lon: Annotated[float, Query(allow_inf_nan=False, description="Longitude in degrees.", examples=[105.44])],
    lat: Annotated[float, Query(allow_inf_nan=False, description="Latitude in degrees.", examples=[28.88])],
    at: Annotated[datetime, Depends(instant)],
    held: Annotated[Resources, Depends(resources)],
    datum: Annotated[DatumName, Query(description="The datum that the coordinates are in.")] = "cgcs2000",
):
    """The one grid that owns a place. On a border the grid with the smallest code owns it and the others are named;
    outside every grid the nearest one is named with its distance."""
    require_datum(datum)
    require_lonlat(lon, lat, name="lon, lat")
    position = on_lattice([[lon, lat]], datum)[0]
    return answer(place_answer(place_at(held.snapshots.at(at), position), position))


@router.post("/locate", response_model=Places, summary="The grids of up to 10,000 places")
def locate_many(body: Points, held: Annotated[Resources, Depends(resources)]):
    """As for one place, with codes only, in the order of the points."""
    at = now() if body.at is None else parse_as_of(body.at, "at")
    found = codes_at(held.snapshots.at(at), _positions(body.points))
    columns = zip(
        found.grid.tolist(),
        found.micro_grid.tolist(),
        found.on_border.tolist(),
        found.also,
        found.distance_m.round(2).tolist(),
        strict=True,
    )
    return answer(
        {
            "results": [
                {
                    "grid": grid or None,
                    "micro_grid": micro or None,
                    "on_border": on_border,
                    "also": also,
                    "distance_m": distance_m,
                }
                for grid, micro, on_border, also, distance_m in columns
            ]
        }
    )


def on_lattice(lonlat, datum):
    """Positions on the lattice in CGCS2000."""
    return from_lattice(to_lattice(to_wgs84(lonlat, datum)))


def place_answer(place, position):
    """A place as the interface shows it."""
    return {
        "lon": float(position[0]),
        "lat": float(position[1]),
        **{level: unit_answer(label) for level, label in place.units.items()},
        "on_border": place.on_border,
        "also": [unit_answer(label) for label in place.also],
        "distance_m": round(place.distance_m, 2),
        "nearest": unit_answer(place.nearest),
    }


def unit_answer(label):
    """A unit as the interface shows it; None stays None."""
    if label is None:
        return None
    return {"code": label.code, "level": label.level, "name": label.name, "kind": label.kind, "households": label.households}


def _positions(points):
    lonlat = np.array([(point.lon, point.lat) for point in points])
    datums = np.array([point.datum for point in points])
    beyond = np.flatnonzero((np.abs(lonlat) > (180, 90)).any(axis=1))
    if len(beyond):
        first = int(beyond[0])
        require_lonlat(*lonlat[first].tolist(), name=f"points.{first}")
    for datum in np.unique(datums).tolist():
        require_datum(datum)
        lonlat[datums == datum] = to_wgs84(lonlat[datums == datum], datum)
    return from_lattice(to_lattice(lonlat))
