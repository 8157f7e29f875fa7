"""Boundary clarity 边界清晰: how much of a border runs along something that can be seen on the ground or is fixed in law."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.locating.undirected import undirected
from gis.measures import edge_lengths_m
from gis.measuring.along import near_parts, segments_of, uncovered
from gis.measuring.require import require_polygons, require_tolerance

LINEAL = (1, 2, 3, 5, 6)  # shapely's type numbers; of polygons the outline counts


@dataclass(frozen=True, slots=True)
class Clarity:
    """What :func:`clarity` found of n faces and k kinds of lines.

    Attributes
    ----------
    border_m : ndarray of float64, shape (n,)
        Geodesic perimeter.
    share : ndarray of float64, shape (n,)
        Part of the border, 0 to 1, that runs within the tolerance of a line of any kind.
    kinds : tuple of str
        Ascending.
    share_by_kind : ndarray of float64, shape (n, k)
        The same for the lines of each kind. Where a road follows a river both count, so a row may add up to more than
        `share`.
    unclear : ndarray of LineString or MultiLineString, shape (n,)
        The rest of the border, degrees; empty where all of it is clear.
    """

    border_m: np.ndarray
    share: np.ndarray
    kinds: tuple[str, ...]
    share_by_kind: np.ndarray
    unclear: np.ndarray


def clarity(faces, lines, kinds, *, tolerance_m):
    """Measure which part of the borders of faces runs along given lines.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees; coordinates are rounded to the lattice.
    lines : array_like of LineString, MultiLineString, Polygon or MultiPolygon, shape (l,)
        Degrees on the same datum. Null and empty ones are passed over.
    kinds : array_like of str, shape (l,)
        ``road``, ``river``, ``wall``, ``administrative`` or any other words.
    tolerance_m : float
        Largest distance from a line.

    Returns
    -------
    Clarity

    Raises
    ------
    Refusal
        ``not_a_polygon``, ``not_finite``, ``not_a_line``, ``kinds_do_not_match``, ``bad_tolerance``.

    Notes
    -----
    Every point of a border counts, not its vertices alone: the part of an edge that lies within the tolerance of a
    segment is an interval, found in closed form (:mod:`gis.measuring.along`). A line that merely crosses the border makes twice
    the tolerance of it clear. That borders be clear is an old demand on grids; no formula for it is published that we
    know of, this share is ours.

    Examples
    --------
    >>> grid = shapely.box(105, 0, 105.01, 0.01)
    >>> road = shapely.LineString([(104.9, 0.00005), (105.1, 0.00005)])
    >>> found = clarity([grid], [road], ["road"], tolerance_m=6)
    >>> found.kinds, found.share.round(3).tolist(), found.unclear[0].geom_type
    (('road',), [0.256], 'LineString')
    """
    require_tolerance(tolerance_m)
    faces = require_polygons(faces)
    lines, kinds = _accepted(lines, kinds)
    names, kind = np.unique(kinds, return_inverse=True)
    table = undirected(faces)
    lonlat = _ends(table)
    rows, low, high, kind = _near(lonlat, lines, kind, tolerance_m)
    lengths_m, edge = edge_lengths_m(*lonlat), np.repeat(np.arange(len(table)), np.diff(table.first))
    border_m = np.bincount(table.side, weights=lengths_m[edge], minlength=len(faces))

    def share(chosen):
        group, low_open, high_open = uncovered(rows[chosen], low[chosen], high[chosen], count=len(table))
        open_part = np.bincount(group, weights=high_open - low_open, minlength=len(table))
        clear_m = np.bincount(table.side, weights=(lengths_m * (1 - open_part))[edge], minlength=len(faces))
        return np.divide(clear_m, border_m, out=np.zeros(len(faces)), where=border_m > 0).clip(0, 1)

    by_kind = [share(kind == k) for k in range(len(names))]
    rest = uncovered(rows, low, high, count=len(table))
    return Clarity(
        border_m,
        share(np.ones(len(rows), dtype=bool)),
        tuple(map(str, names)),
        np.column_stack(by_kind) if by_kind else np.zeros((len(faces), 0)),
        _lines_of_faces(table, lonlat, rest, len(faces)),
    )


def _accepted(lines, kinds):
    lines, kinds = np.array(lines, dtype=object).reshape(-1), np.asarray(kinds, dtype=np.str_).reshape(-1)
    if len(lines) != len(kinds):
        raise Refusal("kinds_do_not_match", f"{len(kinds)} kinds were given for {len(lines)} lines; give one each.")
    present = ~(shapely.is_missing(lines) | shapely.is_empty(lines))
    lines, kinds = shapely.force_2d(lines[present]), kinds[present]
    other = ~np.isin(shapely.get_type_id(lines), LINEAL)
    if other.any():
        what = lines[np.flatnonzero(other)[0]].geom_type
        raise Refusal("not_a_line", f"A border runs along lines, and {int(other.sum())} of these are none: {what}.")
    if not np.isfinite(shapely.get_coordinates(lines)).all():
        raise Refusal("not_finite", "A reference line has a coordinate that is no finite number; mend or drop it.")
    return lines, kinds


def _ends(table):
    start = np.column_stack([table.x, table.y])
    return from_lattice(start), from_lattice(start + np.column_stack([table.dx, table.dy]))


def _near(lonlat, lines, kind, tolerance_m):
    """Edges near the lines: row of the edge, interval of it, kind of the line; one row for each edge and segment."""
    ends, owner = segments_of(lines)
    row, segment, low, high = near_parts(np.stack(lonlat, axis=1), ends, distance_m=tolerance_m)
    return row, low, high, kind[owner[segment]]


def _lines_of_faces(table, lonlat, rest, count):
    """The unclear intervals of the edges of each face, joined to lines."""
    edge, low, high = rest
    start, end = lonlat[0][edge], lonlat[1][edge]
    ends = [_on_the_way(start, end, fraction) for fraction in (low, high)]
    pieces = shapely.linestrings(np.stack(ends, axis=1))
    uses = np.diff(table.first)[edge]
    row = np.repeat(np.arange(len(edge)), uses)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(uses) - uses, uses)
    face = table.side[table.first[edge][row] + nth]
    order = np.argsort(face, kind="stable")
    answer = np.full(count, shapely.MultiLineString(), dtype=object)
    present = np.unique(face)
    if len(present):
        group = np.searchsorted(present, face[order])
        answer[present] = shapely.line_merge(shapely.multilinestrings(pieces[row[order]], indices=group))
    return answer


def _on_the_way(start, end, fraction):
    """Points between two others; the ends themselves to the last bit, so that pieces of neighbouring edges join."""
    points = start + fraction[:, None] * (end - start)
    return np.where((fraction == 1)[:, None], end, points)
