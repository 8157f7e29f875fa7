"""The way back: commands that undo an outcome, for a change set of their own."""

import json

import shapely

from boundaries.changes.land import level_of_id, parent_of_id
from boundaries.changes.proving import is_same_land
from boundaries.codes import LEVELS
from boundaries.units import COUNTS


def inverse_commands(outcome):
    """Commands that give a decided change set's land back, as far as nobody has changed it since.

    Where land has changed, one ``redraw`` a parent takes out what the outcome made and puts back what was before, to the
    last lattice unit. A first division is undone by ``dissolve``. Units that lasted keep their codes; those that were retired
    get new ones, for codes are never used again. Where only labels have changed, ``rename``, ``convert``, ``count_households``
    and ``count_population`` set them back. Nodes stay.

    Parameters
    ----------
    outcome : boundaries.changes.outcome.Outcome
        Decided: its units go by the codes they were given.

    Returns
    -------
    list of dict
        Checked commands; none for an empty outcome. A retired jurisdiction cannot be brought back in this way, as its
        code is not ours to issue: then they are refused with ``code_needed``.

    Examples
    --------
    >>> from boundaries.changes.land import Land, Unit
    >>> from boundaries.changes.outcome import outcome_of, replay
    >>> square = shapely.box(105, 28, 106, 29)
    >>> land = Land([Unit("510502", "江阳区", None, 9, False, square), Unit("5105", "泸州市", None, 9, True, square)])
    >>> renamed = replay(land, [{"op": "rename", "unit": "510502", "name": "江阳"}])
    >>> inverse_commands(outcome_of(land, renamed, used=lambda parent: ()))
    [{'op': 'rename', 'unit': '510502', 'name': '江阳区'}]
    """
    before = {unit.id: unit for unit in outcome.before if unit.id not in outcome.technical}
    after = {outcome.codes[unit.id]: unit for unit in outcome.after if unit.id not in outcome.technical}
    both = before.keys() & after.keys()
    relabelled = {name for name in both if _is_relabelled(before[name], after[name], both)}
    dissolved = {name for name in both if _is_first_divided(before[name], after[name])}
    below = {name for name in after.keys() - before.keys() if not dissolved.isdisjoint(_above(name))}
    relabelled |= dissolved
    redrawn = (before.keys() | after.keys()) - relabelled - below
    groups = {}
    for name in sorted(redrawn):
        groups.setdefault(parent_of_id(_topmost(name, redrawn)), set()).add(name)
    upward = sorted(relabelled, key=lambda name: (-len(name), name))  # counting a micro-grid counts its grid
    labels = [each for name in upward for each in _labels(before[name], after[name])]
    labels = [{"op": "dissolve", "unit": name} for name in sorted(dissolved)] + labels
    return labels + [_redraw(parent, names, before, after) for parent, names in sorted(groups.items(), key=str)]


def _is_relabelled(old, new, both):
    """Whether commands on labels lead back; a micro-grid that was counted apart from its grid is drawn anew instead."""
    is_counted = any(getattr(old, count) != getattr(new, count) for count in COUNTS)
    is_apart = old.level == LEVELS[-1] and is_counted and parent_of_id(old.id) not in both
    return old.divided == new.divided and is_same_land(old, new) and not is_apart


def _is_first_divided(old, new):
    """Whether to dissolve a village or grid leads back: a ``redraw`` would work in the unit above, which is none of the set's."""
    return old.level in ("village", "grid") and new.divided and not old.divided and is_same_land(old, new)


def _above(name):
    """The units in which one lies, from the nearest on."""
    above = parent_of_id(name)
    while above is not None:
        yield above
        above = parent_of_id(above)


def _topmost(name, names):
    """The highest of the units in which one lies that are among some."""
    return next((above for above in reversed(list(_above(name))) if above in names), name)


def _labels(old, new):
    unit = {"unit": old.id}
    if old.name != new.name:
        yield {"op": "rename", **unit, "name": old.name}
    if old.kind != new.kind:
        yield {"op": "convert", **unit, "kind": old.kind}
    for count in COUNTS:
        if getattr(old, count) not in (getattr(new, count), None):
            yield {"op": f"count_{count}", **unit, count: getattr(old, count)}


def _redraw(parent, names, before, after):
    gone = sorted(names & after.keys())
    back = sorted(names & before.keys(), key=lambda name: (LEVELS.index(level_of_id(name)), name))
    return {"op": "redraw", "parent": parent, "gone": gone, "faces": [_face(before[name]) for name in back]}


def _face(unit):
    geometry = json.loads(shapely.to_geojson(unit.geometry))
    face = {"geometry": geometry, "name": unit.name, "kind": unit.kind, "unit": unit.id}
    face |= {count: getattr(unit, count) for count in COUNTS}
    return {member: value for member, value in face.items() if value is not None}
