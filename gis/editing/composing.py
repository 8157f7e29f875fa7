"""Several changes as one: from what was before the first to what is after the last.

apply(compose(first, second), coverage) == apply(second, apply(first, coverage))
invert(compose(first, second)) == compose(invert(second), invert(first))
"""

from itertools import pairwise

import numpy as np
import shapely

from gis.editing.change import Change
from gis.editing.cutting import edge_set, turned
from gis.editing.insertion import NO_NODES, Nodes
from gis.errors import Refusal
from gis.lattice import to_lattice


def compose(first, second):
    """One change that does what two do one after the other.

    Parameters
    ----------
    first, second : Change
        The second of what the first has made.

    Returns
    -------
    Change
        Without faces that are in the end as they were. Nodes that the first put in and the second took away are gone.

    Raises
    ------
    Refusal
        ``edit_conflict`` naming the faces that are not as the second found them, or whose id is in use.

    Examples
    --------
    >>> from gis.editing.change import apply, invert
    >>> from gis.editing.coverage import coverage_of
    >>> from gis.editing.merge import merge
    >>> from gis.editing.split import split
    >>> start = coverage_of(["a", "b"], [shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)])
    >>> one = split(start, "a", shapely.LineString([(105.5, 27), (105.5, 30)]), into=["c", "d"])
    >>> two = merge(one.coverage, ["d", "b"], into="e")
    >>> both = compose(one.change, two.change)
    >>> both.before.ids.tolist(), both.after.ids.tolist(), apply(both, start) == two.coverage
    (['a', 'b'], ['c', 'e'], True)
    >>> len(compose(one.change, invert(one.change)).before)
    0
    """
    _refuse_conflict(first, second)
    before = first.before.joined(_apart(second.before, first.after))
    after = second.after.joined(_apart(first.after, second.before))
    before, after = _without_same(before, after)
    inserted = _carried(first.inserted, first.removed, second.inserted, second.removed)
    removed = _carried(second.removed, second.inserted, first.removed, first.inserted)
    return Change(before, after, _of(inserted, before, after), _of(removed, after, before))


def _refuse_conflict(first, second):
    made, found = first.after, second.before
    both = [name for name in found.ids.tolist() if name in made]
    same = shapely.equals_identical(made.faces[made.rows(both)], found.faces[found.rows(both)]).tolist()
    stale = [name for name, is_same in zip(both, same, strict=True) if not is_same]
    stale += [name for name in found.ids.tolist() if name in first.before and name not in made]
    stale += [name for name in second.after.ids.tolist() if name in made and name not in found]
    if stale:
        names = sorted(stale)
        sentence = f"Face {', '.join(names[:5])} is not as the second change found it; compose changes in their order."
        raise Refusal("edit_conflict", sentence, faces=names)


def _apart(coverage, other):
    return coverage.without([name for name in coverage.ids.tolist() if name in other])


def _without_same(before, after):
    both = [name for name in before.ids.tolist() if name in after]
    same = shapely.equals_identical(before.faces[before.rows(both)], after.faces[after.rows(both)]).tolist()
    idle = [name for name, is_same in zip(both, same, strict=True) if is_same]
    return before.without(idle), after.without(idle)


def _carried(first_in, first_out, second_in, second_out):
    """Nodes on edges of the first state that the last state has.

    Between the two lies a state whose edges may lack nodes of the first one (`first_out`) and have nodes put on them
    (`second_in`). An edge of the first state is a piece of such an edge, or is led through several (`first_in`).
    """
    on_pieces, led = _by_piece(first_out, second_in), _paths(first_in)
    gone = {tuple(point) for point in second_out.point.tolist()}
    used = {min(piece, turned(piece)) for edge, (path, _) in led.items() for piece in _pieces(edge, path)}
    rows = []
    for edge in sorted(led.keys() | (on_pieces.keys() - used)):
        path, outer = led.get(edge, ((), False))
        for piece in _pieces(edge, path):
            between = on_pieces.get(min(piece, turned(piece)), [])
            rows += [(*edge, *point, beyond) for point, beyond in (between if piece[:2] < piece[2:] else between[::-1])]
            rows += [(*edge, *piece[2:], outer)] if piece[2:] != edge[2:] and piece[2:] not in gone else []
    return np.array(rows, dtype=np.int64).reshape(-1, 7)


def _by_piece(first_out, second_in):
    """Nodes put on each piece of an edge between the nodes it has lost before, along the piece from its smaller end."""
    lost, found = _paths(first_out), {}
    for edge, (path, outer) in _paths(second_in).items():
        order = _along(edge)
        joints = sorted(lost.get(edge, ((), False))[0], key=order)
        for piece in _pieces(edge, joints):
            within = [p for p in sorted(path, key=order) if order(piece[:2]) < order(p) < order(piece[2:])]
            upward = within if piece[:2] < piece[2:] else within[::-1]
            if upward:
                found[min(piece, turned(piece))] = [(point, outer) for point in upward]
    return found


def _along(edge):
    """Key by which points near an edge come in their order along it; equals are told apart by their place."""
    (ax, ay), (bx, by) = edge[:2], edge[2:]
    return lambda point: ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay), point)


def _paths(nodes):
    """Points on each edge, from its smaller end, and whether it is on the outline."""
    found = {}
    for *edge, x, y, outer in np.column_stack([nodes.start, nodes.end, nodes.point, nodes.outer]).tolist():
        found.setdefault(tuple(edge), ([], bool(outer)))[0].append((x, y))
    return found


def _pieces(edge, path):
    return [(*start, *end) for start, end in pairwise([edge[:2], *path, edge[2:]])]


def _of(rows, here, there):
    """Nodes on edges that the faces on this side have, at vertices of those on the other."""
    edges = edge_set(here.faces) if len(here) else set()
    vertices = set(map(tuple, to_lattice(shapely.get_coordinates(there.faces)).tolist()))
    kept = [row for row in rows.tolist() if {tuple(row[:4]), turned(tuple(row[:4]))} & edges and tuple(row[4:6]) in vertices]
    table = np.array(kept, dtype=np.int64).reshape(-1, 7)
    return Nodes(table[:, :2], table[:, 2:4], table[:, 4:6], table[:, 6].astype(bool)) if kept else NO_NODES
