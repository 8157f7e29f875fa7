"""Commands carried out: each takes a land and returns another, through the exact edits of ``gis.editing``."""

from dataclasses import replace
from functools import partial
from itertools import chain

import shapely

from boundaries.changes.commands import parents_of
from boundaries.changes.descend import descend
from boundaries.changes.drawing import divide, redraw, require_kind, shape_of
from boundaries.changes.land import NOT_COUNTED, Unit, faces, level_of_id, new_id, parent_of_id
from boundaries.changes.noding import noded
from boundaries.changes.positions import nodes_by_edge
from boundaries.changes.proving import differences, prove_differences
from boundaries.codes import LEVELS
from gis.editing.balance import split_balanced
from gis.editing.cutting import union
from gis.editing.drawn import drawn_point
from gis.editing.merge import merge
from gis.editing.reshape import move_border
from gis.editing.snap import snap_border
from gis.editing.split import by_size, split
from gis.editing.transfer import carve, draw_face, transfer
from gis.editing.vertices import insert_vertex, move_vertex, remove_vertex
from gis.errors import Refusal


def perform(land, command, *, position):
    """Carry out one command.

    Parameters
    ----------
    land : boundaries.changes.land.Land
    command : dict
        As :func:`boundaries.changes.commands.checked` returns it.
    position : int
        Of the command in its change set, from 1: new units are called after it.

    Returns
    -------
    boundaries.changes.land.Land
        In which every unit that was tiled exactly by those below it still is.

    Raises
    ------
    Refusal
        ``unknown_unit``, ``not_siblings``, ``no_siblings``, ``wrong_kind``, ``wrong_level``, ``not_divided``, ``not_tiled``,
        ``bad_command``, ``invalid_polygon``, ``no_edge``, ``edit_breaks_coverage`` and others of the edits in ``gis.editing``.
    """
    for parent in sorted(parents_of(command)):
        land[parent]
    changed = PERFORM[command["op"]](_with_its_nodes(land, command), command, position)
    prove_differences(land, changed, *differences(land, changed))
    return changed


def _with_its_nodes(land, command):
    """The land with the vertices that the command brings along, among whose lowest units it works."""
    if not command.get("nodes"):
        return land
    parent = command["parent"] if "parent" in command else _parent_of_siblings(land, command)
    if command["op"] != "divide":  # whose unit may be undivided yet, and is the lowest then
        _siblings(land, parent)
    return noded(land, parent, command["nodes"])


def _parent_of_siblings(land, command):
    names = command["units"] if "units" in command else [command.get("unit", command.get("to"))]
    return _common_parent([land[name] for name in names])


def _split(land, command, position):
    unit = land[command["unit"]]

    def cut(coverage, names):
        return split(coverage, unit.id, shape_of(command["lines"]), into=names)

    return _parted(land, unit, cut, command, position)


def _split_balanced(land, command, position):
    unit = land[command["unit"]]
    points, weights = _where_households_are(land, unit)

    def cut(coverage, names):
        return split_balanced(coverage, unit.id, parts=command["parts"], points=points, weights=weights, into=names)

    return _parted(land, unit, cut, command, position)


def _parted(land, unit, cut, command, position):
    """Split a unit; the largest piece keeps its code unless told otherwise."""
    coverage = _siblings(land, parent_of_id(unit.id))
    pieces = sorted(cut(coverage, None).created, key=lambda name: int(name.rpartition("-")[2]))
    names = [new_id(parent_of_id(unit.id), position, place) for place in range(1, len(pieces) + 1)]
    if command.get("keep", True):
        names = [unit.id, *names[:-1]]
    edit = cut(coverage, names)
    return _settled(land, edit, dict.fromkeys(names, unit), position)


def _where_households_are(land, unit):
    """A point in every unit below with households, and how many; nothing where none are known."""
    leaves = [land[path[-1]] for path in land.paths(unit.id) if path]
    if not leaves or any(leaf.households is None for leaf in leaves) or not sum(leaf.households for leaf in leaves):
        return None, None
    middles = shapely.get_coordinates(shapely.point_on_surface(faces(leaves)))
    return middles, [leaf.households for leaf in leaves]


def _merge(land, command, position):
    units = [land[name] for name in command["units"]]
    parent = _common_parent(units)
    largest = by_size(faces(units).tolist())[0]
    into = command.get("into") or next(unit.id for unit in units if unit.geometry is largest)
    if into not in command["units"]:
        raise Refusal("bad_command", f"{into} is none of the units that are merged; merge into one of them.", unit=into)
    edit = merge(_siblings(land, parent), command["units"], into=into)
    return _settled(land, edit, {}, position)


def _transfer(land, command, position):
    to = land[command["to"]]
    edit = transfer(_siblings(land, parent_of_id(to.id)), shape_of(command["piece"]), to=to.id)
    return _settled(land, edit, {}, position)


def _move_border(land, command, position):
    first, second = (land[name] for name in command["units"])
    coverage = _siblings(land, _common_parent([first, second]))
    reach = {"reach_m": command["reach_m"]} if "reach_m" in command else {}
    edit = move_border(coverage, first.id, second.id, line=shape_of(command["line"]), **reach)
    return _settled(land, edit, {}, position)


def _snap_border(land, command, position):
    first, second = (land[name] for name in command["units"])
    coverage = _siblings(land, _common_parent([first, second]))
    edit = snap_border(coverage, first.id, second.id, line=shape_of(command["line"]), within_m=command["within_m"])
    return _settled(land, edit, {}, position)


def _draw(land, command, position):
    return _drawn(land, command, position, draw_face, "comprehensive")


def _carve(land, command, position):
    return _drawn(land, command, position, carve, "exclusive")


def _drawn(land, command, position, edit_of, usual):
    parent = command["parent"]
    _require_children(land, parent)
    name = new_id(parent, position, 1)
    level = level_of_id(name)
    kind = command.get("kind", {"grid": usual, "micro_grid": "micro"}.get(level))
    require_kind(level, kind)
    edit = edit_of(_siblings(land, parent), shape_of(command["polygon"]), into=name)
    unit = Unit(name, command["name"], kind, None, False, edit.coverage.face(name))
    return _settled(land, edit, {name: unit}, position)


def _move_vertex(land, command, position):
    return _on_leaves(land, command["parent"], lambda leaves: move_vertex(leaves, command["at"], to=command["to"]))


def _insert_vertex(land, command, position):
    if command.get("nodes"):  # they are there already
        return _require_among(land, command)
    reach = {"reach_m": command["reach_m"]} if "reach_m" in command else {}
    return _on_leaves(land, command["parent"], lambda leaves: insert_vertex(leaves, command["at"], **reach))


def _require_among(land, command):
    """The land, if the place of a vertex is one of those that the command put on edges."""
    if drawn_point(command["at"]) not in chain(*nodes_by_edge(command["nodes"]).values()):
        raise Refusal("bad_command", "The place 'at' is none of the points in 'nodes'; name the vertex that is put there.")
    return land


def _remove_vertex(land, command, position):
    return _on_leaves(land, command["parent"], lambda leaves: remove_vertex(leaves, command["at"]))


def _on_leaves(land, parent, edit_of):
    """A vertex stands in the lowest units and in all above them: those are edited, and these united anew."""
    _require_children(land, parent)
    edit = edit_of(land.coverage([path[-1] for path in land.paths(parent)]))
    after = edit.change.after
    moved = {name: replace(land[name], geometry=after.face(name), **NOT_COUNTED) for name in after.ids.tolist()}
    edited = land.with_units(placed=moved.values())
    for level in LEVELS[::-1]:
        above = {parent_of_id(name) for name in moved} - {parent}
        united = [name for name in sorted(above) if level_of_id(name) == level]
        again = {name: replace(land[name], geometry=_union_of(edited, name), **NOT_COUNTED) for name in united}
        edited, moved = edited.with_units(placed=again.values()), moved | again
    return edited.with_nodes(edit.change.inserted, apart_from=moved)


def _union_of(land, name):
    return union(faces([land[child] for child in land.children(name)]))


def _dissolve(land, command, position):
    unit = land[command["unit"]]
    below = land.subtree(unit.id)[1:]
    if not below:
        raise Refusal("not_divided", f"{unit.id} has no units below it that could be dissolved.", unit=unit.id)
    if unit.level not in ("village", "grid"):
        raise Refusal("wrong_level", f"{unit.id} is a {unit.level}; only villages and grids can be dissolved.", unit=unit.id)
    return land.with_units(gone=below, placed=[replace(unit, divided=False)])


def _rename(land, command, position):
    return land.with_units(placed=[replace(land[command["unit"]], name=command["name"])])


def _convert(land, command, position):
    unit = land[command["unit"]]
    require_kind(unit.level, command["kind"])
    return land.with_units(placed=[replace(unit, kind=command["kind"])])


def _count(land, command, position, *, of):
    """Counting a micro-grid anew counts its grid anew."""
    unit, count = land[command["unit"]], command[of]
    counted = [replace(unit, **{of: count})]
    above = land.get(parent_of_id(unit.id)) if unit.level == "micro_grid" else None
    known = None if above is None else (getattr(above, of), getattr(unit, of))
    if known and None not in known:
        counted.append(replace(above, **{of: max(known[0] + count - known[1], 0)}))
    return land.with_units(placed=counted)


PERFORM = {
    "split": _split,
    "split_balanced": _split_balanced,
    "merge": _merge,
    "transfer": _transfer,
    "move_border": _move_border,
    "snap_border": _snap_border,
    "move_vertex": _move_vertex,
    "insert_vertex": _insert_vertex,
    "remove_vertex": _remove_vertex,
    "draw": _draw,
    "carve": _carve,
    "divide": divide,
    "redraw": redraw,
    "dissolve": _dissolve,
    "rename": _rename,
    "convert": _convert,
    "count_households": partial(_count, of="households"),
    "count_population": partial(_count, of="population"),
}


def _settled(land, edit, fresh, position):
    """The land after an edit of one level: its units in place, all below following, its nodes wherever they belong."""
    change = edit.change
    placed = {}
    for name in change.after.ids.tolist():
        model = fresh.get(name) or land[name]
        placed[name] = replace(model, id=name, geometry=change.after.face(name), **NOT_COUNTED)
    touched = [name for each in change.before.ids.tolist() for name in land.subtree(each)]
    settled = descend(land, change, placed, position=position)
    made = {name for each in placed for name in settled.subtree(each)}
    return settled.with_nodes(change.inserted, apart_from=made | set(touched))


def _siblings(land, parent):
    if parent is None:
        raise Refusal("no_siblings", "The city has no neighbours to share land with; change the counties in it.")
    _require_children(land, parent)
    return land.coverage(land.children(parent))


def _require_children(land, parent):
    if level_of_id(parent) == LEVELS[-1]:
        raise Refusal("wrong_level", f"{parent} is a micro-grid, and nothing lies below one; name its grid.", unit=parent)
    if not land.children(land[parent].id):
        raise Refusal("not_divided", f"{parent} has no units below it; divide it first.", unit=parent)


def _common_parent(units):
    parents = {parent_of_id(unit.id) for unit in units}
    if len(parents) > 1 or len({unit.level for unit in units}) > 1:
        named = ", ".join(unit.id for unit in units[:5])
        raise Refusal("not_siblings", f"{named} do not lie in one unit above; change the border of those units instead.")
    return parents.pop()
