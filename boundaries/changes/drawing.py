"""Units drawn whole: the first division of a unit, another one in place of the old, and the way back to an old one."""

import json
from dataclasses import replace

import numpy as np
import shapely

from boundaries.changes.commands import is_below, kinds_of
from boundaries.changes.descend import descend
from boundaries.changes.land import Unit, faces, level_of_id, new_id, parent_of_id
from boundaries.codes import LEVELS
from boundaries.units import COUNTS
from gis.editing.change import conclude
from gis.editing.coverage import coverage_of
from gis.editing.insertion import NO_NODES
from gis.editing.renode import renoded
from gis.errors import Refusal
from gis.lattice import quantise
from gis.tiling import is_face, prove


def divide(land, command, position):
    """The children of a unit are drawn whole: its first division, or another one in place of the old."""
    parent = land[command["parent"]]
    if parent.level == LEVELS[-1]:
        raise Refusal("wrong_level", f"{parent.id} is a micro-grid, and nothing lies below one; divide its grid.", unit=parent.id)
    old = land.children(parent.id)
    current = faces([land[name] for name in old]) if old else faces([parent])
    placed = _placed(land, command["faces"], parent.id, position, current)
    drawn = coverage_of(list(placed), [unit.geometry for unit in placed.values()])
    placed = {name: replace(unit, geometry=drawn.face(name)) for name, unit in placed.items()}
    if not old:
        _require_tiled(parent, drawn)
        return land.with_units(placed=[*placed.values(), replace(parent, divided=True)])
    shapes = {name: unit.geometry for name, unit in placed.items()}
    edit = conclude(land.coverage(old), retired=set(old) - set(placed), placed=shapes, inserted=NO_NODES)
    drawn_anew = {name: placed.pop(name) for name in edit.change.after.ids.tolist()}
    divided = descend(land, edit.change, drawn_anew, position=position)
    return divided.with_units(placed=[_relabelled(land[name], unit) for name, unit in placed.items()])


def _relabelled(old, given):
    """A unit whose land stays, with the labels it was given."""
    counts = {count: getattr(given, count) for count in COUNTS if getattr(given, count) is not None}
    return replace(old, name=given.name, kind=given.kind, **counts)


def _require_tiled(parent, drawn):
    if not prove(drawn.faces, np.zeros(len(drawn), dtype=np.int64), [parent.geometry]).ok:
        raise Refusal(
            "not_tiled",
            f"The faces do not tile {parent.id} exactly; conform them to it first (`wangge conform --within`), or see "
            "`wangge check --within`.",
            unit=parent.id,
        )


def _placed(land, given, parent, position, current):
    """Units for faces as they came in, on the lattice and with the nodes that the land has."""
    shapes = renoded(_shapes_of(given), current)
    level = level_of_id(new_id(parent, position, 1))
    placed = {}
    for place, (face, shape) in enumerate(zip(given, shapes, strict=True), start=1):
        name = land[face["unit"]].id if "unit" in face else new_id(parent, position, place)
        if parent_of_id(name) != parent:
            raise Refusal("bad_command", f"{name} does not lie in {parent}; leave out its code.", unit=name)
        old = land.get(name)
        kind = face.get("kind") or (old.kind if old else (kinds_of(level) or (None,))[0])
        require_kind(level, kind)
        title = face.get("name") or (old.name if old else f"{land[parent].name}{place:02}")
        placed[name] = Unit(name, title, kind, face.get("households"), False, shape, face.get("population"))
    return placed


def redraw(land, command, position):
    """Take units out and put others in their place, exactly as given; what lies below and is not named stays."""
    parent, given = command["parent"], sorted(command["faces"], key=lambda face: LEVELS.index(level_of_id(face["unit"])))
    gone = {land[name].id for name in command["gone"]}
    _require_inside(parent, [*gone, *(face["unit"] for face in given)])
    shapes = renoded(_shapes_of(given), faces([unit for unit in land if is_below(unit.id, parent)]))
    names, placed = {}, []
    for place, (face, shape) in enumerate(zip(given, shapes, strict=True), start=1):
        old = face["unit"]
        above = names.get(parent_of_id(old), parent_of_id(old))
        names[old] = old if old in gone and above == parent_of_id(old) else new_id(above, position, place)
        require_kind(level_of_id(old), face.get("kind"))
        counts = {count: face.get(count) for count in COUNTS}
        placed.append(Unit(names[old], face["name"], face.get("kind"), divided=False, geometry=shape, **counts))
    return _with_flags(land.with_units(gone=gone, placed=placed), {*gone, *names.values()})


def _require_inside(parent, names):
    outside = [name for name in names if name == parent or not is_below(name, parent)]
    if outside:
        raise Refusal(
            "bad_command", f"{min(outside)} does not lie in {parent}; name a parent in which all lie.", unit=min(outside)
        )


def _with_flags(land, touched):
    """The land with units said to be divided where there are others in them, and none left without the unit it lies in."""
    above = {parent_of_id(name) for name in touched}
    lost = sorted(name for name in above - {None} if name not in land and land.children(name))
    lost += sorted(name for name in touched if name not in land and land.children(name))
    if lost:
        raise Refusal("bad_command", f"{lost[0]} would be gone and what lies in it not; name that too.", unit=lost[0])
    units = [land[name] for name in sorted(above | touched, key=str) if name in land]
    return land.with_units(placed=[replace(unit, divided=bool(land.children(unit.id))) for unit in units])


def require_kind(level, kind):
    """Refuse a kind that a level does not know.

    Raises
    ------
    Refusal
        ``wrong_kind``.

    Examples
    --------
    >>> require_kind("grid", "exclusive")
    >>> require_kind("town", None)
    """
    kinds = kinds_of(level)
    if kind not in (kinds or (None,)):
        said = "of no kind" if kind is None else kind
        raise Refusal("wrong_kind", f"A {level} cannot be {said}; it is {' or '.join(kinds) or 'of no kind'}.")


def shape_of(value):
    """The shape of a GeoJSON geometry."""
    return shapely.from_geojson(json.dumps(value))


def _shapes_of(given):
    """Shapes of faces as they came in, on the lattice; a shape that is no valid polygon there is refused."""
    shapes = quantise(_column([shape_of(face["geometry"]) for face in given]))
    bad = np.flatnonzero(~is_face(shapes))
    if len(bad):
        number = int(bad[0]) + 1
        raise Refusal("invalid_polygon", f"Face {number} crosses itself or has no area; check and mend the layer.", face=number)
    return shapes


def _column(shapes):
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return column
