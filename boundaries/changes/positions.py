"""Positions, geometries and nodes as commands hold them: checked before anything is built of them."""

import json
from itertools import pairwise

import shapely

from gis.lattice import to_lattice

MOST_VERTICES = 200_000
MOST_NODES = 20_000  # as many as a drawn line may have vertices
LARGEST_DEGREES = 180
DEEPEST = 4  # lists in one another: polygons, rings, positions, numbers


def checked_position(value):
    """A position as it is stored.

    Raises
    ------
    ValueError
        The rest of a sentence about it.

    Examples
    --------
    >>> checked_position([105, 28.5])
    [105.0, 28.5]
    """
    if not isinstance(value, list) or len(value) != 2 or not all(_is_degrees(each) for each in value) or abs(value[1]) > 90:
        raise ValueError("must be [longitude, latitude] in degrees")
    return [float(value[0]), float(value[1])]


def _is_degrees(value):
    """Not so for NaN, and for whole numbers too large for a float, which JSON may hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_DEGREES


def checked_geometry(value, types):
    """A GeoJSON geometry as it is stored, out of anything that JSON can say.

    Parameters
    ----------
    value : object
    types : sequence of str
        Of which the geometry has to be one.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        The rest of a sentence about it.

    Examples
    --------
    >>> checked_geometry({"type": "Point"}, ("Polygon",))
    Traceback (most recent call last):
    ValueError: must be a GeoJSON Polygon
    """
    if not isinstance(value, dict) or value.get("type") not in types:
        raise ValueError(f"must be a GeoJSON {' or '.join(types)}")
    _require_positions(value.get("coordinates"), types[0])
    plain = {"type": value["type"], "coordinates": value["coordinates"]}
    try:
        shapely.from_geojson(json.dumps(plain))
    except (shapely.GEOSException, TypeError) as error:
        raise ValueError("is no GeoJSON geometry; lines have two positions, rings four, the last like the first") from error
    return plain


def _require_positions(coordinates, name):
    """Refuse too many positions, and any that is none, before anything is built of them."""
    count, waiting = 0, [(coordinates, 1)]
    while waiting:
        each, depth = waiting.pop()
        if not isinstance(each, list) or not each or depth > DEEPEST:
            raise ValueError(f"has coordinates that are not those of a {name}")
        if not isinstance(each[0], list):
            checked_position(each[:2] if len(each) == 3 else each)  # a height is allowed and not looked at
            count += 1
            if count > MOST_VERTICES:
                raise ValueError(f"has more than {MOST_VERTICES:,} vertices")
        else:
            waiting += [(part, depth + 1) for part in each]


def checked_nodes(value):
    """Nodes to be put on edges, as they are stored: for each edge its two ends and the points on it, in order.

    Parameters
    ----------
    value : object

    Returns
    -------
    list of dict
        ``edge`` (two positions) and ``at`` (positions from the first end to the second).

    Raises
    ------
    ValueError
        The rest of a sentence about it: a point a unit or more from its edge, out of order, twice or on an end; an edge
        that stands twice or has no length.

    Examples
    --------
    >>> checked_nodes([{"edge": [[105, 28], [106, 28]], "at": [[105.5, 28.0000002]]}])
    Traceback (most recent call last):
    ValueError: has the point [105.5, 28.0000002], which does not lie on its edge
    """
    if not isinstance(value, list) or len(value) > MOST_NODES:
        raise ValueError(f"must be a list of at most {MOST_NODES:,} edges with their points")
    entries = [_checked_entry(each) for each in value]
    if sum(len(entry["at"]) for entry in entries) > MOST_NODES:
        raise ValueError(f"has more than {MOST_NODES:,} points")
    edges = [frozenset(_units(entry["edge"])) for entry in entries]
    if len(set(edges)) < len(edges):
        raise ValueError("names an edge twice")
    for entry in entries:
        _require_on_edge(entry)
    return entries


def nodes_by_edge(entries):
    """Checked nodes on the lattice.

    Parameters
    ----------
    entries : list of dict
        Of :func:`checked_nodes`.

    Returns
    -------
    dict of (int, int, int, int) to list of (int, int)
        Points by edge, in order from its first end to its second.

    Examples
    --------
    >>> nodes_by_edge([{"edge": [[0.0, 0.0], [0.000001, 0.0]], "at": [[0.0000004, 0.0]]}])
    {(0, 0, 10, 0): [(4, 0)]}
    """
    return {(*start, *end): points for start, end, *points in (_units([*e["edge"], *e["at"]]) for e in entries)}


def _checked_entry(value):
    if not isinstance(value, dict) or value.keys() != {"edge", "at"}:
        raise ValueError("must hold objects with an edge and the points at which it gets a vertex")
    edge, points = value["edge"], value["at"]
    if not isinstance(edge, list) or len(edge) != 2 or not isinstance(points, list) or not 1 <= len(points) <= MOST_NODES:
        raise ValueError("must have two ends for an edge, and a point or more on it")
    return {"edge": [checked_position(each) for each in edge], "at": [checked_position(each) for each in points]}


def _require_on_edge(entry):
    start, end, *points = _units([*entry["edge"], *entry["at"]])
    if start == end:
        raise ValueError("has an edge of no length")
    for place, point in zip(entry["at"], points, strict=True):
        if not _is_on(point, start, end):
            raise ValueError(f"has the point {place}, which does not lie on its edge")
    along = [_along(point, start, end) for point in points]
    if len(set(points)) < len(points) or any(first > second for first, second in pairwise(along)):
        raise ValueError("has points that do not follow one another along their edge")


def _is_on(point, start, end):
    """Whether a lattice point is less than a unit away from an edge, and neither of its ends; in whole numbers, exact."""
    way = end[0] - start[0], end[1] - start[1]
    across = way[0] * (point[1] - start[1]) - way[1] * (point[0] - start[0])
    length_2 = way[0] ** 2 + way[1] ** 2
    return across**2 < length_2 and 0 < _along(point, start, end) < length_2


def _along(point, start, end):
    return (point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])


def _units(positions):
    return [tuple(row) for row in to_lattice(positions).tolist()]
