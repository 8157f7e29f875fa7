"""Vertices that a command brings along: put on the edges that it names before the edit, in all units that have them.

Who draws on the lowest units, as the page does, has found where the line meets their borders already. With these nodes
there the edit finds nothing left to node, and both come to the same land to the last lattice unit.
"""

from boundaries.changes.positions import nodes_by_edge
from boundaries.changes.proving import differences, prove_differences
from gis.editing.change import conclude
from gis.editing.insertion import nodes_on
from gis.editing.merge import place_of
from gis.errors import Refusal
from gis.lattice import from_lattice


def noded(land, parent, entries):
    """Put vertices on edges of the lowest units in a unit, and of all others that have these edges.

    Parameters
    ----------
    land : boundaries.changes.land.Land
    parent : str
        Id of a unit; of one that is not divided it is the lowest itself.
    entries : list of dict
        As :func:`boundaries.changes.positions.checked_nodes` returns them.

    Returns
    -------
    boundaries.changes.land.Land
        In which every unit is what it was but for vertices; its counts stay.

    Raises
    ------
    Refusal
        ``no_edge`` naming an edge that no lowest unit has; ``edit_breaks_coverage``.
    """
    wanted = nodes_by_edge(entries)
    edit = conclude(land.coverage([(parent, *path)[-1] for path in land.paths(parent)]), inserted=nodes_on(wanted))
    _require_found(wanted, edit.change.inserted.paths(), parent)
    changed = land.with_nodes(edit.change.inserted)
    prove_differences(land, changed, *differences(land, changed))
    return changed


def _require_found(wanted, found, parent):
    lacking = sorted(set(wanted) - set(found))
    if lacking:
        start, end = lacking[0][:2], lacking[0][2:]
        sentence = (
            f"No border in {parent} leads straight from {place_of(start)} to {place_of(end)}; draw on the map as it is now."
        )
        raise Refusal("no_edge", sentence, edge=from_lattice([start, end]).tolist())
