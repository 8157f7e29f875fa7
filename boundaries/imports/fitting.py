"""A foreign layer conformed parent by parent to what the register holds, and the register's borders to it.

Where a new border ends within an edge of the parent, every unit of every level that has this edge gets the node: the
border bends by under one unit, and no tiling breaks.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from boundaries.units import concatenate
from gis.conforming.conform import conform
from gis.editing.insertion import nodes_on, with_nodes
from gis.lattice import to_lattice


@dataclass(frozen=True, slots=True)
class Fitted:
    """A layer that tiles its parents, as far as nobody has to be asked.

    Attributes
    ----------
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
    mends : tuple of gis.conforming.mend.Mend
        What was done, and what needs a person.
    noded : boundaries.units.Units or None
        Units of the register that need a node, with it.
    """

    faces: np.ndarray
    mends: tuple
    noded: object = None

    @property
    def open(self):
        """Mends that need a person."""
        return tuple(mend for mend in self.mends if mend.question)


def fit(faces, names, parents, *, held, near, **rules):
    """Make faces tile their parents exactly.

    Parameters
    ----------
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        Degrees on CGCS2000.
    names : sequence of str, shape (n,)
        Each different.
    parents : sequence of str, shape (n,)
        Code of the parent of each.
    held : mapping of str to Polygon or MultiPolygon
        Parents that the register holds; faces of others tile their own union.
    near : callable
        Units of the register whose box meets a box (west, south, east, north): ``near(box) -> Units``.
    **rules
        See :func:`gis.conforming.conform.conform`.

    Returns
    -------
    Fitted

    Raises
    ------
    Refusal
        See :func:`gis.conforming.conform.conform`.
    """
    faces, names, above = (np.array(column, dtype=object) for column in (faces, names, parents))
    mends, noded = [], {}
    for parent in sorted(set(parents)):
        rows = np.flatnonzero(above == parent)
        shape = noded[parent].geometry[0] if parent in noded else held.get(parent)
        answer = conform(faces[rows], names[rows].tolist(), parent=shape, **rules)
        mends += answer.mends
        faces[rows] = answer.faces
        nodes = nodes_on({}) if shape is None else nodes_between(shape, answer.parent)
        if len(nodes):
            others = np.setdiff1d(np.flatnonzero(~shapely.is_missing(faces)), rows)
            faces[others] = with_nodes(faces[others], nodes)
            noded |= _followed(near(nodes.bounds()), noded, nodes, set(parents))
    return Fitted(faces, tuple(mends), concatenate(list(noded.values())) if noded else None)


def nodes_between(before, after):
    """The nodes that a polygon has got.

    Parameters
    ----------
    before, after : Polygon or MultiPolygon
        The same but for vertices put on its edges; degrees, on the lattice.

    Returns
    -------
    gis.editing.insertion.Nodes

    Examples
    --------
    >>> before = shapely.box(0, 0, 0.000001, 0.000001)
    >>> after = shapely.Polygon([(0, 0), (0.0000004, 0), (0.000001, 0), (0.000001, 0.000001), (0, 0.000001)])
    >>> nodes_between(before, after).point.tolist()
    [[4, 0]]
    """
    had = set(map(tuple, to_lattice(shapely.get_coordinates(before)).tolist()))
    paths = {}
    for ring in shapely.get_rings(shapely.get_parts(after)):
        vertices = list(map(tuple, to_lattice(shapely.get_coordinates(ring)[:-1]).tolist()))
        old = [place for place, vertex in enumerate(vertices) if vertex in had]
        for place, following in zip(old, [*old[1:], old[0] + len(vertices)], strict=True):
            if following - place > 1:
                run = [vertices[k % len(vertices)] for k in range(place, following + 1)]
                paths[(*run[0], *run[-1])] = run[1:-1]
    return nodes_on(paths)


def _followed(units, noded, nodes, parents):
    """Units that the nodes change, by code; those below the layer's parents make way for it and need none."""
    length = len(next(iter(parents)))
    own = np.array([len(code) <= length or code[:length] not in parents for code in units.code], dtype=bool)
    units = units.take(own)
    before = units.geometry.copy()
    for row, code in enumerate(units.code):
        if code in noded:
            before[row] = noded[code].geometry[0]
    after = with_nodes(before, nodes)
    changed = [row for row in range(len(units)) if after[row] is not before[row]]
    return {units.code[row]: replace(units.take([row]), geometry=after[[row]]) for row in changed}
