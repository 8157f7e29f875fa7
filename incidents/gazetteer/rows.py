"""Rows that somebody wants in the gazetteer, tried one by one: what an entry needs, and what is refused and why."""

import hashlib
import re
from dataclasses import dataclass

import shapely

from boundaries.names import LONGEST, checked_name
from gis.lattice import quantise
from incidents.gazetteer.entries import KINDS, door_name
from incidents.gazetteer.normal import normal
from incidents.gazetteer.parts import Divisions, parse

MOST_ALIASES = 20
SEPARATORS = re.compile("[;；、|\n]")
KINDS_SAID = {
    "道路": "road",
    "街巷": "road",
    "门牌": "door",
    "门牌号": "door",
    "门楼牌": "door",
    "小区": "community",
    "楼栋": "building",
    "楼幢": "building",
    "兴趣点": "poi",
    "单位": "poi",
    "地名": "place",
}
NOWHERE = Divisions(
    {level: {} for level in ("city", "county", "town", "village")}, {"county": {}, "town": {}, "village": {}, "city": {}}
)


@dataclass(frozen=True, slots=True)
class Said:
    """A row of a file, as it is said there.

    Attributes
    ----------
    row : int
        From 1; for sentences alone.
    kind, name, aliases, road, number : str
        Empty where the file has nothing; aliases separated by ``;``, ``；``, ``、`` or ``|``.
    geometry : shapely.Geometry or None
        Degrees in CGCS2000.
    """

    row: int
    kind: str
    name: str
    aliases: str
    road: str
    number: str
    geometry: shapely.Geometry | None


@dataclass(frozen=True, slots=True)
class Row:
    """An entry to be stored.

    Attributes
    ----------
    kind, name, road : str
        The road in its normal form.
    number : int or None
    sub : str
    names : tuple of (str, str, bool)
        Normal form, as written, whether it is an alias.
    geometry : shapely.Geometry
        On the lattice.
    """

    kind: str
    name: str
    road: str
    number: int | None
    sub: str
    names: tuple[tuple[str, str, bool], ...]
    geometry: shapely.Geometry

    def digest(self, *, is_generated):
        """SHA-256 of all that is said: two entries of one digest are one entry."""
        said = (self.kind, self.name, self.road, self.number, self.sub, sorted(self.names), is_generated)
        return hashlib.sha256(repr(said).encode() + self.geometry.wkb).digest()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be an entry.

    Attributes
    ----------
    row : int
    code : str
    sentence : str
    """

    row: int
    code: str
    sentence: str


def taken(said, *, box=None):
    """The entry of a row.

    Parameters
    ----------
    said : Said
    box : tuple of float, optional
        West, south, east, north in degrees: what lies outside is refused.

    Returns
    -------
    Row or RefusedRow

    Examples
    --------
    >>> row = taken(Said(1, "门牌", "", "", "江阳中路", "十二号", shapely.Point(105.44, 28.88)))
    >>> row.name, row.road, row.number
    ('江阳中路12号', '江阳中路', 12)
    >>> taken(Said(2, "moon", "x", "", "", "", shapely.Point(105.44, 28.88))).code
    'unknown_kind'
    """
    try:
        return _taken(said, box)
    except _Fault as fault:
        return RefusedRow(said.row, *fault.args)


class _Fault(Exception):
    """Code and sentence."""


def _taken(said, box):
    kind = KINDS_SAID.get(said.kind.strip(), said.kind.strip().lower())
    if kind not in KINDS:
        raise _Fault("unknown_kind", f"the kind {said.kind[:40]!r} is none of {', '.join(KINDS)}")
    geometry = _geometry(said.geometry, kind, box)
    road, number, sub = _door(said) if kind == "door" else ("", None, "")
    name = _name(
        said.name or (f"{said.road.strip()}{number}号{f'附{sub}号' if sub else ''}" if kind == "door" else said.road), "name"
    )
    if kind == "road":
        road = normal(name)
    return Row(
        kind, name, road, number, sub, _names(said, name, door_name(road, number, sub) if kind == "door" else ""), geometry
    )


def _name(text, what):
    try:
        name = checked_name(text)
    except ValueError as error:
        raise _Fault("bad_name", f"the {what} {error}") from error
    if not 1 <= len(normal(name)) <= 2 * LONGEST:
        raise _Fault("bad_name", f"the {what} {name[:40]!r} has no letter and no digit")
    return name


def _names(said, name, door):
    """Every name once, the official one first; a door is found by road and number without any."""
    aliases = [each for each in SEPARATORS.split(said.aliases) if each.strip()]
    if len(aliases) > MOST_ALIASES:
        raise _Fault("bad_name", f"there are {len(aliases)} aliases, over {MOST_ALIASES}")
    found = {}
    for text, is_alias in [(name, False), *((_name(each, "alias"), True) for each in sorted(aliases))]:
        found.setdefault(normal(text), (text, is_alias))
    found.pop(door, None)
    return tuple((key, *value) for key, value in found.items())


def _door(said):
    """Road, number and number behind it, out of the columns or out of the name; as an address with it will be taken apart."""
    text = f"{said.road}{said.number.strip().removesuffix('号')}号" if said.number.strip() else said.name
    door = parse(text, NOWHERE).door
    road = door and door.roads[0]
    if not road or len(road) > LONGEST or parse(door_name(road, door.number, door.sub), NOWHERE).door != door:
        sentence = f"{text[:60]!r} is no door; give road and number, such as 江阳中路 and 12 or 12号附3号"
        raise _Fault("bad_door", sentence)
    return road, door.number, door.sub


def _geometry(shape, kind, box):
    if shape is None or shape.is_empty:
        raise _Fault("no_position", "there is no position")
    wanted = ("LineString", "MultiLineString", "Point") if kind == "road" else ("Point",)
    if shape.geom_type not in wanted:
        raise _Fault("wrong_geometry", f"a {kind} cannot be a {shape.geom_type}; it is {' or '.join(wanted)}")
    west, south, east, north = shape.bounds
    if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):  # not a number neither
        raise _Fault("bad_position", f"{west:g}, {south:g} is no longitude and latitude in degrees")
    if box and not (box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]):
        raise _Fault("far_away", f"{west:g}, {south:g} is far from the city; are the datum and the order of the columns right?")
    shape = quantise([shape])[0]
    if shape.is_empty:
        raise _Fault("bad_position", "the line has no length")
    return shape
