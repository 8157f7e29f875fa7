"""What a gazetteer holds, as matching sees it."""

from dataclasses import dataclass
from typing import Literal

import shapely

from incidents.gazetteer.normal import normal

KINDS = ("road", "door", "community", "building", "poi", "place")
Kind = Literal["road", "door", "community", "building", "poi", "place"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the gazetteer, found by one of its names.

    Attributes
    ----------
    id : int or None
        None for a place between two doors.
    kind : str
        One of `KINDS`: road 道路, door 门牌, community 小区, building 楼栋, poi 兴趣点, place 地名.
    name : str
        As it is written officially.
    found_by : str
        The name by which it was found, in its normal form.
    is_alias : bool
        Whether that is not the official one.
    geometry : shapely.Point, LineString or MultiLineString
        Degrees in CGCS2000, on the lattice; a line for a road.
    source : str
    is_generated : bool
    road : str
        Of a door, in its normal form.
    number : int or None
        Of a door.
    sub : str
        Of a door 12号附3号 the 3.
    """

    id: int | None
    kind: Kind
    name: str
    found_by: str
    is_alias: bool
    geometry: shapely.Geometry
    source: str
    is_generated: bool
    road: str = ""
    number: int | None = None
    sub: str = ""


def door_name(road, number, sub=""):
    """The normal form of a door.

    Examples
    --------
    >>> door_name("江阳中路", 12), door_name("江阳中路", 12, "3")
    ('江阳中路12号', '江阳中路12号附3号')
    """
    return normal(f"{road}{number}号{f'附{sub}号' if sub else ''}")
