"""What a query may say: instants, periods and boxes, read into values or refused."""

import math
import re
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Query

from api.instants import parse_as_of, parse_instant
from boundaries.clock import now
from gis.errors import Refusal

LONGEST_TEXT = 100
# A NUL cannot be stored by PostgreSQL, and no name or code holds a control character.
PRINTABLE = r"^[^\p{Cc}]*$"


class Box(NamedTuple):
    """A box in degrees."""

    west: float
    south: float
    east: float
    north: float


class Period(NamedTuple):
    """From the first instant, included, to the second, excluded; None is open."""

    since: datetime | None
    until: datetime | None


async def instant(
    at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="The register as of this date (as the day left it) or RFC 3339 instant; default now.",
            openapi_examples={"a date": {"value": "2026-05-01"}, "an instant": {"value": "2026-05-01T08:30:00+08:00"}},
        ),
    ] = None,
) -> datetime:
    """The instant of the parameter ``at``; now where it is not given."""
    return now() if at is None else parse_as_of(at, "at")


async def period(
    since: Annotated[
        str | None,
        Query(alias="from", max_length=40, description="Reported at or after this date (its first instant) or instant."),
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", max_length=40, description="Reported before this date (its first instant) or instant.")
    ] = None,
) -> Period:
    """The period of the parameters ``from`` and ``to``."""
    found = Period(*(None if text is None else parse_instant(text, name) for text, name in ((since, "from"), (until, "to"))))
    if found.since and found.until and found.since >= found.until:
        raise Refusal("empty_period", "The period ends before it begins: 'from' has to be earlier than 'to'.")
    return found


BoxText = Annotated[
    str | None,
    Query(
        max_length=200,
        description="West, south, east, north in degrees, separated by commas.",
        openapi_examples={"the middle of Luzhou": {"value": "105.40,28.85,105.48,28.92"}},
    ),
]


async def optional_box(bbox: BoxText = None) -> Box | None:
    """The box of the parameter ``bbox``, if there is one."""
    return None if bbox is None else parse_box(bbox)


async def required_box(bbox: BoxText = None) -> Box:
    """The box of the parameter ``bbox``."""
    if bbox is None:
        raise Refusal("missing_parameter", "The parameter 'bbox' is missing; give west,south,east,north in degrees.")
    return parse_box(bbox)


def parse_box(text):
    """A box out of four numbers.

    Parameters
    ----------
    text : str

    Returns
    -------
    Box

    Raises
    ------
    Refusal
        ``bad_bbox``, ``swapped_bbox``, ``swapped_lonlat``.

    Examples
    --------
    >>> parse_box("105.4,28.8,105.5,28.9")
    Box(west=105.4, south=28.8, east=105.5, north=28.9)
    """
    numbers = parse_numbers(text)
    if numbers is None or len(numbers) != 4:
        raise Refusal("bad_bbox", "The parameter 'bbox' has to be four numbers: west,south,east,north in degrees.")
    box = Box(*numbers)
    require_lonlat(box.west, box.south, name="bbox")
    require_lonlat(box.east, box.north, name="bbox")
    if box.west >= box.east or box.south >= box.north:
        raise Refusal("swapped_bbox", "The parameter 'bbox' is empty: west has to be less than east, south less than north.")
    return box


def parse_numbers(text):
    """Finite numbers separated by commas; None where the text is anything else.

    Examples
    --------
    >>> parse_numbers("105.44, 28.88"), parse_numbers("105,nan")
    ((105.44, 28.88), None)
    """
    if not re.fullmatch(r"[\d.,+\- eE]+", text, re.ASCII):
        return None
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def require_lonlat(lon, lat, *, name):
    """Refuse what is no longitude and latitude; numbers that would be with their places changed get their own code.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    name : str
        Of the parameter.

    Raises
    ------
    Refusal
        ``not_finite``, ``swapped_lonlat``, ``outside_lonlat``.

    Examples
    --------
    >>> require_lonlat(28.88, 105.44, name="lon")
    Traceback (most recent call last):
    gis.errors.Refusal: 28.88, 105.44 in 'lon' seems to be latitude first; the longitude comes first.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Refusal("not_finite", f"The position in '{name}' is not a finite number.", parameter=name)
    if abs(lon) <= 180 and abs(lat) <= 90:
        return
    if abs(lon) <= 90 and abs(lat) <= 180:
        message = f"{lon:g}, {lat:g} in '{name}' seems to be latitude first; the longitude comes first."
        raise Refusal("swapped_lonlat", message, parameter=name)
    raise Refusal("outside_lonlat", f"{lon:g}, {lat:g} in '{name}' is not a longitude and latitude in degrees.", parameter=name)
