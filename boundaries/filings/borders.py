"""What a change does to borders: lines that are new, lines that are gone, their turning points, the land that moved."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import edges
from gis.crs import METRIC_EPSG, Frame
from gis.lattice import UNITS_PER_DEGREE, from_lattice

NEAR = 2.0  # units: a border led through new nodes bends by under one, and had perhaps been bent before
LEAST_AREA_M2 = 1.0
METRES_PER_UNIT = 0.0111  # of latitude; only to leave out slivers of land


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A stretch of border from node to node.

    Attributes
    ----------
    units : ndarray of int64, shape (n, 2)
        Turning points on the lattice.
    sides : tuple of str
        Codes of the one or two units that it bounds.
    """

    units: np.ndarray
    sides: tuple[str, ...]

    @property
    def lonlat(self):
        """Turning points in degrees, (n, 2)."""
        return from_lattice(self.units)

    @property
    def metric(self):
        """Turning points in the metric CRS: east and north, (n, 2)."""
        return shapely.get_coordinates(Frame(METRIC_EPSG).from_storage(shapely.points(self.lonlat)))

    @property
    def length_m(self):
        """In the metric CRS."""
        return float(np.hypot(*np.diff(self.metric, axis=0).T).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Land that went from one unit to another."""

    old: str
    new: str
    geometry: shapely.Geometry


def borders(before, after):
    """Borders that are new and borders that are gone.

    Parameters
    ----------
    before, after : sequence of Version
        Units of one level, with their land.

    Returns
    -------
    new, gone : list of Line
        From the west to the east.
    """
    old, young = _edges(before), _edges(after)
    return _lines(young, apart_from=old), _lines(old, apart_from=young)


def moved(before, after, shares):
    """Land that went from one unit to another.

    Parameters
    ----------
    before, after : sequence of Version
    shares : sequence of Share

    Returns
    -------
    list of Moved
        Degrees.
    """
    old, young = ({each.code: each.geometry for each in side} for side in (before, after))
    found = []
    for share in shares:
        if share.old != share.new and share.old in old and share.new in young and share.area_m2 >= LEAST_AREA_M2:
            land = shapely.intersection(_in_units(old[share.old]), _in_units(young[share.new]))
            found.append(Moved(share.old, share.new, _in_degrees(_polygons(land))))
    return found


def _edges(versions):
    """Codes of the units at each undirected edge."""
    if not versions:
        return {}
    table = edges([each.geometry for each in versions])
    forward = (table.start[:, 0] < table.end[:, 0]) | (
        (table.start[:, 0] == table.end[:, 0]) & (table.start[:, 1] < table.end[:, 1])
    )
    rows = np.where(forward[:, None], np.hstack([table.start, table.end]), np.hstack([table.end, table.start]))
    known = {}
    for row, face in zip(rows.tolist(), table.face.tolist(), strict=True):
        known.setdefault(tuple(row), []).append(versions[face].code)
    return known


def _lines(own, *, apart_from):
    """Edges that others do not run along, joined from node to node."""
    fresh = [edge for edge in own if edge not in apart_from]
    if not fresh:
        return []
    shapes = shapely.linestrings(np.array(fresh, dtype=float).reshape(-1, 2, 2))
    if apart_from:
        others = shapely.linestrings(np.array(list(apart_from), dtype=float).reshape(-1, 2, 2))
        along = shapely.buffer(shapely.union_all(others), NEAR)
        shapely.prepare(along)
        shapes = shapes[~shapely.covers(along, shapes)]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapes)))
    return sorted((_line(shape, own) for shape in merged), key=lambda line: line.units.tolist())


def _line(shape, own):
    units = np.rint(shapely.get_coordinates(shape)).astype(np.int64)
    units = units if tuple(units[0]) <= tuple(units[-1]) else units[::-1]
    first, second = sorted([tuple(units[0].tolist()), tuple(units[1].tolist())])
    return Line(units, tuple(sorted(own[*first, *second])))


def _in_units(geometry):
    return shapely.transform(geometry, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))


def _in_degrees(geometry):
    return shapely.transform(geometry, lambda units: units / UNITS_PER_DEGREE)


def _polygons(land):
    parts = [part for part in shapely.get_parts(land) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if part.area * METRES_PER_UNIT**2 >= LEAST_AREA_M2])
