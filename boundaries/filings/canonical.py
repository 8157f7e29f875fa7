"""The one way to write a filing down: canonical JSON (RFC 8785) and polygons in whole lattice units.

There is no number in it that could be printed in two ways: coordinates are whole lattice units, areas and the numbers of
commands are texts in decimal. So the same change gives the same bytes on every machine, and the same digest.
"""

import hashlib
import json

import numpy as np
import shapely

from gis.lattice import from_lattice, to_lattice

GENESIS = bytes(32)  # the digest before the first entry
MOST_EXACT = 2**53


def canonical(value):
    """Canonical JSON text.

    Parameters
    ----------
    value : dict, list, str, int, bool or None
        However deep; names of members are ASCII.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        For a float, which may print in two ways, and for a whole number that a double cannot hold.

    Examples
    --------
    >>> canonical({"b": [1, None, True], "a": "网格"})
    '{"a":"网格","b":[1,null,true]}'
    """
    _require_plain(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _require_plain(value):
    if isinstance(value, dict):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise TypeError("canonical JSON has ASCII names only")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _require_plain(each)
    elif not (value is None or isinstance(value, str | bool | int)) or _is_inexact(value):
        raise TypeError(f"{value!r} has no canonical form")


def _is_inexact(value):
    return isinstance(value, int) and abs(value) > MOST_EXACT


def parsed(text):
    """What a canonical text says; numbers with a point, which it does not have, come as texts."""
    return json.loads(text, parse_float=str)


def digest_of(body, previous):
    """SHA-256 of the digest before and a body: a link of the chain.

    Parameters
    ----------
    body : str
    previous : bytes
        32 of them.

    Returns
    -------
    bytes

    Examples
    --------
    >>> digest_of("{}", GENESIS).hex()[:16]
    'fb1634c4e6cd4b1f'
    """
    return hashlib.sha256(previous + body.encode("utf-8")).digest()


def sha256_of(value):
    """SHA-256 of a value's canonical form, in hexadecimal.

    Examples
    --------
    >>> sha256_of([])[:16]
    '4f53cda18c2baa0c'
    """
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def coordinates_of(geometry):
    """Coordinates of a GeoJSON MultiPolygon in whole lattice units, in one order however the polygon was drawn.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        Degrees, on the lattice.

    Returns
    -------
    list
        Shells counter-clockwise, holes clockwise (RFC 7946), every ring from its smallest vertex on, holes and parts
        ascending.

    Examples
    --------
    >>> coordinates_of(shapely.box(105, 28, 105.0000002, 28.0000001))
    [[[[1050000000, 280000000], [1050000002, 280000000], [1050000002, 280000001], [1050000000, 280000001],
       [1050000000, 280000000]]]]
    """
    return sorted(_polygon(part) for part in shapely.get_parts(geometry))


def _polygon(polygon):
    shell = _ring(polygon.exterior, turn=1)
    return [shell, *sorted(_ring(hole, turn=-1) for hole in polygon.interiors)]


def _ring(ring, *, turn):
    units = to_lattice(shapely.get_coordinates(ring))[:-1]
    # Whole numbers throughout: the sense of a sliver must not depend on rounding.
    x, y = (units - units[0]).T
    area = int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    units = units if (area > 0) == (turn > 0) else units[::-1]
    first = np.lexsort((units[:, 1], units[:, 0]))[0]
    turned = np.roll(units, -first, axis=0)
    return [*turned.tolist(), turned[0].tolist()]


def geometry_of(coordinates):
    """The polygon of canonical coordinates, in degrees.

    Examples
    --------
    >>> print(geometry_of(coordinates_of(shapely.box(105, 28, 106, 29))))
    MULTIPOLYGON (((105 28, 106 28, 106 29, 105 29, 105 28)))
    """
    parts = [[from_lattice(ring) for ring in part] for part in coordinates]
    return shapely.MultiPolygon([(shell, holes) for shell, *holes in parts])
