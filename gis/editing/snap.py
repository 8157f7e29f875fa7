"""Lay the border of two faces on a given line, a road or a river, where it runs beside it anyway."""

from itertools import pairwise

import numpy as np
import shapely
from shapely.ops import substring

from gis.editing.cutting import turned
from gis.editing.drawn import drawn_lines
from gis.editing.merge import shared_edges
from gis.editing.metres import metres_around
from gis.editing.reshape import replace_borders
from gis.errors import Refusal
from gis.lattice import from_lattice


def snap_border(coverage, first, second, *, line, within_m):
    """Replace the stretches of a border that run within a distance of a line by the line.

    Parameters
    ----------
    coverage : Coverage
    first, second : str
        Faces that share an edge.
    line : LineString
        Degrees.
    within_m : float
        Neither the old stretch nor the new one is farther from the other than this.

    Returns
    -------
    Edit
        Ends of the border, where third faces meet it, stay: a short edge joins them to the line. So do stretches that
        are farther away.

    Raises
    ------
    Refusal
        ``bad_distance`` if `within_m` is no positive number; ``line_too_far`` if no stretch of the border runs along the
        line; ``not_adjacent``; those of :func:`gis.editing.reshape.move_border`.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)])
    >>> road = shapely.LineString([(105.01005, 27.99), (105.01005, 28.02)])
    >>> edit = snap_border(row, "a", "b", line=road, within_m=10)
    >>> shapely.get_coordinates(edit.coverage.face("a"))[:, 0].max().tolist()
    105.01005
    """
    if not (np.isfinite(within_m) and within_m > 0):
        raise Refusal("bad_distance", f"{within_m} m is no distance to snap within; give a positive number.")
    [drawn] = drawn_lines(line)[:1]
    pair = coverage.faces[coverage.rows([first, second])]
    border = shared_edges(*pair)
    if not border:
        raise Refusal("not_adjacent", f"Faces {first} and {second} share no edge; choose neighbours.", faces=[first, second])
    plane = metres_around(min(border)[:2])
    way, land = plane.enter(shapely.LineString(from_lattice(drawn))), plane.enter(shapely.coverage_union_all(pair))
    stretches = _beside(plane.enter(_joined(border)), way, within_m)
    found = [_laid(stretch, way, land, within_m) for stretch in stretches]
    lines = [plane.leave(laid) for laid in found if laid is not None]
    lines = [laid for laid in lines if len(laid) > 1 and (laid[0] != laid[-1]).any()]
    if not lines:
        sentence = f"No stretch of the border of {first} and {second} runs within {within_m} m along the line; allow more."
        raise Refusal("line_too_far", sentence, within_m=within_m)
    return replace_borders(coverage, first, second, sorted(lines, key=lambda laid: laid.tolist()))


def _joined(border):
    """The border as lines, each from one node to the next, always in the same direction."""
    rows = np.array(sorted({min(edge, turned(edge)) for edge in border})).reshape(-1, 2)
    return shapely.line_merge(shapely.multilinestrings(shapely.linestrings(from_lattice(rows).reshape(-1, 2, 2))))


def _beside(border, way, within_m):
    """Stretches of the border within a distance of the line."""
    near = shapely.intersection(border, shapely.buffer(way, within_m, quad_segs=32))
    parts = shapely.get_parts(near)
    merged = shapely.line_merge(shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1]))
    return [part for part in shapely.get_parts(merged) if part.length > 0 and not part.is_ring]


def _laid(stretch, way, land, within_m):
    """The line's part along a stretch, joined to its ends, or None if it strays farther."""
    start, end = (shapely.Point(stretch.coords[k]) for k in (0, -1))
    part = substring(way, way.project(start), way.project(end))
    if part.geom_type != "LineString" or not part.length:
        return None
    part = _longest_inside(part, land)
    if part is None:
        return None
    laid = shapely.LineString(_distinct([start.coords[0], *part.coords, end.coords[0]]))
    too_far = shapely.hausdorff_distance(stretch, laid, densify=_density(stretch, laid, within_m)) > within_m * 1.001
    return None if too_far or not laid.is_simple else laid


def _longest_inside(part, land):
    """The longest run of the line on the land of the two faces, in the line's direction."""
    inside = shapely.get_parts(shapely.intersection(part, land))
    inside = inside[shapely.get_type_id(inside) == 1]
    inside = inside[shapely.length(inside) > 0]
    if not len(inside):
        return None
    best = inside[np.argmax(shapely.length(inside))]
    places = [part.project(shapely.Point(best.coords[k])) for k in (0, -1)]
    return best if places[0] <= places[1] else shapely.reverse(best)


def _density(stretch, laid, within_m):
    longest = max(np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T).max() for line in (stretch, laid))
    return min(1.0, max(within_m / 4 / longest, 0.001))


def _distinct(points):
    return [points[0], *(b for a, b in pairwise(points) if a != b)]
