"""The commands of a change set as data: what each says, checked before it is stored or carried out."""

import re
from dataclasses import dataclass, field

from boundaries.changes.land import NEW, is_new, level_of_id, parent_of_id
from boundaries.changes.positions import checked_geometry, checked_nodes, checked_position
from boundaries.names import checked_name
from gis.errors import Refusal

MOST_COMMANDS = 500
MOST_UNITS = 2_000
KINDS = {"grid": ("comprehensive", "exclusive"), "micro_grid": ("micro", "remainder")}
ID = re.compile(r"\d{4,17}(?:\+\d{1,4}\.\d{1,5}){0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of command: what its members mean, and which may be left out."""

    members: dict
    optional: frozenset = field(default_factory=frozenset)


def _unit(value):
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("is not the code of a unit")
    level_of_id(value)
    return value


def _units(value):
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_UNITS:
        raise ValueError(f"must be a list of 2 to {MOST_UNITS} codes")
    return [_unit(each) for each in value]


def _codes(value):
    if not isinstance(value, list) or len(value) > MOST_UNITS:
        raise ValueError(f"must be a list of at most {MOST_UNITS} codes")
    return [_unit(each) for each in value]


def _pair(value):
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("must be a list of two codes")
    return [_unit(each) for each in value]


def _name(value):
    return checked_name(value)


def _kind(value):
    if not isinstance(value, str) or value not in (*KINDS["grid"], *KINDS["micro_grid"]):
        raise ValueError("must be comprehensive, exclusive, micro or remainder")
    return value


def _count(value):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("must be a whole number from 0 up")
    return value


def _metres(value):
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
        raise ValueError("must be a number of metres above 0, at most 1000")
    return float(value)


def _flag(value):
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _line(value):
    return checked_geometry(value, ("LineString", "MultiLineString"))


def _polygon(value):
    return checked_geometry(value, ("Polygon", "MultiPolygon"))


def _faces(value):
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_UNITS:
        raise ValueError(f"must be a list of 1 to {MOST_UNITS} faces")
    given = [_face(each) for each in value]
    units = [face["unit"] for face in given if "unit" in face]
    if len(set(units)) < len(units):
        raise ValueError("has two faces of one unit")
    return given


FACE = {"geometry": _polygon, "name": _name, "kind": _kind, "households": _count, "population": _count, "unit": _unit}


def _face(value):
    if not isinstance(value, dict) or "geometry" not in value:
        raise ValueError("must hold objects with a geometry")
    unknown = set(value) - set(FACE)
    if unknown:
        raise ValueError(f"has a face with the unknown member {min(map(str, unknown))[:40]!r}")
    return {key: FACE[key](each) for key, each in value.items() if each is not None}


def _redrawn(value):
    """Faces that say of which unit they are, and how it is called."""
    given = _faces(value)
    if any("unit" not in face or "name" not in face for face in given):
        raise ValueError("has a face without its unit or its name")
    return given


DRAWN = {"parent": _unit, "polygon": _polygon, "name": _name, "kind": _kind, "nodes": checked_nodes}
OPERATIONS = {
    "split": Operation({"unit": _unit, "lines": _line, "keep": _flag, "nodes": checked_nodes}, frozenset({"keep", "nodes"})),
    "split_balanced": Operation({"unit": _unit, "parts": _count, "keep": _flag}, frozenset({"keep"})),
    "merge": Operation({"units": _units, "into": _unit}, frozenset({"into"})),
    "transfer": Operation({"piece": _polygon, "to": _unit, "nodes": checked_nodes}, frozenset({"nodes"})),
    "move_border": Operation(
        {"units": _pair, "line": _line, "reach_m": _metres, "nodes": checked_nodes}, frozenset({"reach_m", "nodes"})
    ),
    "snap_border": Operation({"units": _pair, "line": _line, "within_m": _metres}),
    "move_vertex": Operation({"parent": _unit, "at": checked_position, "to": checked_position}),
    "insert_vertex": Operation(
        {"parent": _unit, "at": checked_position, "reach_m": _metres, "nodes": checked_nodes}, frozenset({"reach_m", "nodes"})
    ),
    "remove_vertex": Operation({"parent": _unit, "at": checked_position}),
    "draw": Operation(DRAWN, frozenset({"kind", "nodes"})),
    "carve": Operation(DRAWN, frozenset({"kind", "nodes"})),
    "divide": Operation({"parent": _unit, "faces": _faces, "nodes": checked_nodes}, frozenset({"nodes"})),
    "dissolve": Operation({"unit": _unit}),
    "rename": Operation({"unit": _unit, "name": _name}),
    "convert": Operation({"unit": _unit, "kind": _kind}),
    "count_households": Operation({"unit": _unit, "households": _count}),
    "count_population": Operation({"unit": _unit, "population": _count}),
    "redraw": Operation({"parent": _unit, "gone": _codes, "faces": _redrawn}),
}


def checked(command):
    """A command as it is stored: known operation, all members there and sound, none besides.

    Parameters
    ----------
    command : dict
        As it came in; see ``docs/changes.md`` for every operation.

    Returns
    -------
    dict

    Raises
    ------
    Refusal
        ``bad_command`` naming the member and what is wrong with it.

    Examples
    --------
    >>> checked({"op": "rename", "unit": "510502001001001", "name": " 第1网格 "})
    {'op': 'rename', 'unit': '510502001001001', 'name': '第1网格'}
    >>> checked({"op": "rename", "unit": "510502001001001"})
    Traceback (most recent call last):
    gis.errors.Refusal: The command rename lacks its member 'name'.
    """
    if not isinstance(command, dict) or not isinstance(command.get("op"), str) or command["op"] not in OPERATIONS:
        raise Refusal("bad_command", f"A command is an object whose op is one of {', '.join(OPERATIONS)}.")
    name = command["op"]
    operation = OPERATIONS[name]
    for member in operation.members:
        if member not in command and member not in operation.optional:
            raise Refusal("bad_command", f"The command {name} lacks its member {member!r}.", member=member)
    unknown = sorted(str(member)[:40] for member in set(command) - {"op"} - set(operation.members))
    if unknown:
        raise Refusal("bad_command", f"The command {name} has no member {unknown[0]!r}.", member=unknown[0])
    return {"op": name} | {member: _checked(name, member, command[member]) for member in operation.members if member in command}


def _checked(name, member, value):
    try:
        return OPERATIONS[name].members[member](value)
    except Refusal as refusal:
        sentence = f"The member {member!r} of the command {name}: {refusal.message}"
        raise Refusal("bad_command", sentence, member=member) from refusal
    except ValueError as error:
        raise Refusal("bad_command", f"The member {member!r} of the command {name} {error}.", member=member) from error


def parents_of(command):
    """Units of the register among whose children a command works: their land has to be known.

    Examples
    --------
    >>> sorted(parents_of({"op": "merge", "units": ["510502001001001", "510502001001002"]}))
    ['510502001001']
    """
    named = [command[key] for key in ("unit", "to", "into") if isinstance(command.get(key), str)]
    named += command.get("units", ())
    below = {_registered(parent_of_id(name) or name) for name in named}
    return below | ({_registered(command["parent"])} if "parent" in command else set())


def _registered(name):
    """The unit of the register in which a new one lies."""
    return _registered(parent_of_id(name)) if is_new(name) else name


def is_below(name, other):
    """Whether a unit is another or lies in it, by their ids.

    Examples
    --------
    >>> is_below("510502001001001", "510502"), is_below("510502001001+1.10", "510502001001+1.1")
    (True, False)
    """
    return name == other or name.startswith(other if NEW not in other else f"{other}{NEW}")


def kinds_of(level):
    """Kinds that a level knows; none for jurisdictions."""
    return KINDS.get(level, ())
