"""Merge faces into one, and a level into the level above."""

import numpy as np

from gis.editing.change import conclude
from gis.editing.cutting import edge_set, turned, union
from gis.errors import Refusal
from gis.lattice import from_lattice


def merge(coverage, ids, *, into=None):
    """Unite faces that hang together along edges.

    Parameters
    ----------
    coverage : Coverage
    ids : sequence of str
        Two or more.
    into : str, optional
        Id of the new face, by default the smallest of `ids`.

    Returns
    -------
    Edit
        The others are retired; no vertex goes. Holes may arise: another face that was enclosed lies in them.

    Raises
    ------
    Refusal
        ``too_few_faces``, ``unknown_face``, ``not_adjacent`` naming faces not reached from the first along a shared edge,
        ``id_taken``.

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b", "c"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(3)])
    >>> edit = merge(row, ["b", "a"])
    >>> edit.coverage.ids.tolist(), sorted(edit.touched), shapely.bounds(edit.coverage.face("a")).tolist()
    (['a', 'c'], ['a', 'b'], [105.0, 28.0, 107.0, 29.0])
    """
    names = sorted(set(ids))
    if len(names) < 2:
        raise Refusal("too_few_faces", "A merge takes two faces or more; name another one.")
    faces = coverage.faces[coverage.rows(names)]
    apart = _not_reached(faces)
    if apart:
        listed = ", ".join(names[k] for k in apart[:5])
        sentence = f"Face {listed} shares no edge with the others; merge neighbours only."
        raise Refusal("not_adjacent", sentence, faces=[names[k] for k in apart])
    into = names[0] if into is None else into
    refuse_taken(coverage, [into], apart_from=names)
    return conclude(coverage, retired=names, placed={into: union(faces)})


def dissolve_level(coverage, parent_of):
    """Unite all faces of each parent.

    Parameters
    ----------
    coverage : Coverage
    parent_of : callable of str to str
        Id of the parent of a face's id.

    Returns
    -------
    Edit
        Its coverage holds the parents. Parents of several parts are legal.

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["1a", "1b", "2a"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(3)])
    >>> dissolve_level(row, lambda name: name[0]).coverage.ids.tolist()
    ['1', '2']
    """
    parents = np.array([parent_of(name) for name in coverage.ids.tolist()], dtype=str)
    placed = {parent: union(coverage.faces[parents == parent]) for parent in np.unique(parents).tolist()}
    return conclude(coverage, retired=coverage.ids.tolist(), placed=placed)


def refuse_taken(coverage, new, *, apart_from=()):
    """Refuse ids that another face has, or that stand twice.

    Parameters
    ----------
    coverage : Coverage
    new : sequence of str
    apart_from : sequence of str
        Ids that become free by the edit.

    Raises
    ------
    Refusal
        ``id_taken``, ``duplicate_id`` or ``missing_id``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_from
    >>> refuse_taken(coverage_from({}), ["a", "a"])
    Traceback (most recent call last):
    gis.errors.Refusal: An id was given to two new faces; give every face an id of its own.
    """
    taken = sorted(name for name in new if name in coverage and name not in apart_from)
    if taken:
        raise Refusal("id_taken", f"Another face has the id {', '.join(taken[:5])} already; choose another.", faces=taken)
    if len(set(new)) < len(new):
        raise Refusal("duplicate_id", "An id was given to two new faces; give every face an id of its own.")
    if not all(new):
        raise Refusal("missing_id", "A new face was given no id; give every face one.")


def shared_edges(first, second):
    """Edges of a polygon that another has in the other direction: their border.

    Parameters
    ----------
    first, second : Polygon or MultiPolygon

    Returns
    -------
    set of (int, int, int, int)
        Directed, the first polygon on the left.

    Examples
    --------
    >>> import shapely
    >>> shared_edges(shapely.box(0, 0, 0.0000001, 0.0000001), shapely.box(0.0000001, 0, 0.0000002, 0.0000001))
    {(1, 0, 1, 1)}
    """
    other = edge_set([second])
    return {edge for edge in edge_set([first]) if turned(edge) in other}


def place_of(point):
    """A lattice point in degrees, for a sentence.

    Parameters
    ----------
    point : (int, int)
        Lattice units.

    Returns
    -------
    str

    Examples
    --------
    >>> place_of((1054000000, 288000000))
    '(105.4, 28.8)'
    """
    lon, lat = from_lattice([point])[0].tolist()
    return f"({lon}, {lat})"


def _not_reached(faces):
    sets = [edge_set([face]) for face in faces]
    owner = {edge: k for k, own in enumerate(sets) for edge in own}
    reached, waiting = {0}, [0]
    while waiting:
        beside = {owner[turned(edge)] for edge in sets[waiting.pop()] if turned(edge) in owner} - reached
        reached |= beside
        waiting += sorted(beside)
    return [k for k in range(len(faces)) if k not in reached]
