"""Whether borders that were snapped stay within the stated distance of where they were.

No single snap goes too far. But two borders of one face, each led to the same vertices, may fall together: the land between
them is gone, and where it ended the next border is farther away than any snap has moved.
"""

import numpy as np
import shapely

from gis.conforming.parent import keys_of
from gis.conforming.segments import segments
from gis.lattice import UNITS_PER_DEGREE

ROUNDING_UNITS = 2  # of the places borders are led to, and of nodes on them
ROUND = 16  # segments to a quarter of a buffer, whose radius they shorten by half a per cent
BESIDE = 4  # times the distance: snaps this near to where a border has gone too far have led it there
SHORTER = np.cos(np.pi / (4 * ROUND))


def gone_too_far(layer, faces, mends, *, within_m):
    """The snaps by which borders have gone further than any of them may.

    Parameters
    ----------
    layer : gis.conforming.entering.Layer
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        What has become of its faces, in whole units.
    mends : list of gis.conforming.mend.Mend
    within_m : float

    Returns
    -------
    set of str
        Ids of snaps: those beside such a place, or all of the face if there are none.

    Examples
    --------
    >>> from gis.conforming.entering import entered
    >>> layer, _ = entered(np.array([shapely.box(105, 28, 105.1, 28.1)]), ("A",), None)
    >>> gone_too_far(layer, layer.faces, [], within_m=0.5)
    set()
    """
    snaps = {}
    for mend in mends:
        for name in mend.faces if mend.kind in ("snap", "bend") else ():
            snaps.setdefault(name, []).append(mend)
    rows = np.array([row for row, name in enumerate(layer.ids) if name in snaps and faces[row] is not None], dtype=np.int64)
    land = np.array([mend.geometry for mend in mends if mend.geometry is not None], dtype=object)
    far = too_far(layer.faces[rows], faces[rows], land, layer.ground, within_m=within_m)
    named = {row: snaps[layer.ids[rows[row]]] for row in np.flatnonzero(~shapely.is_empty(far)).tolist()}
    return {mend.id for row, own in named.items() for mend in _beside(own, far[row], layer.ground, BESIDE * within_m)}


def _beside(snaps, place, ground, within_m):
    points = shapely.points([(mend.lon, mend.lat) for mend in snaps])
    reach = within_m / ground.scale_m(np.zeros((1, 2))).min() / UNITS_PER_DEGREE
    near = [mend for mend, is_near in zip(snaps, shapely.dwithin(points, place, reach).tolist(), strict=True) if is_near]
    return near or snaps


def too_far(before, after, mended, ground, *, within_m):
    """Parts of borders that are farther than a distance from the border they were or have become.

    Parameters
    ----------
    before, after : ndarray of Polygon or MultiPolygon, shape (n,)
        Whole units of the ground.
    mended : ndarray of Geometry
        Land that has changed hands, in degrees: what bordered on it does not count.
    ground : gis.conforming.ground.Ground
    within_m : float

    Returns
    -------
    ndarray of Geometry, shape (n,)
        In degrees; empty where nothing is.

    Examples
    --------
    >>> from gis.conforming.ground import Ground
    >>> old, new = shapely.box(0, 0, 100, 100), shapely.box(0, 0, 100, 160)
    >>> ground, none = Ground(np.array([0, 0])), np.array([], dtype=object)
    >>> [too_far(np.array([old]), np.array([new]), none, ground, within_m=m)[0].is_empty for m in (0.5, 0.7)]
    [False, True]
    """
    flat = _Flat(before, ground)
    old, new = (flat.metres(shapely.boundary(each)) for each in (before, after))
    limit_m = within_m + ROUNDING_UNITS * flat.scale_m[:, 1]
    left = shapely.union(_beyond(old, new, limit_m), _beyond(new, old, limit_m))
    land = shapely.STRtree(mended)
    far = np.full(len(left), shapely.MultiLineString(), dtype=object)
    for row in np.flatnonzero(~shapely.is_empty(left)).tolist():
        lonlat = flat.lonlat(left[row], row)
        reach = 2 * limit_m[row] / flat.scale_m[row].min() / UNITS_PER_DEGREE
        near = mended[land.query(lonlat, predicate="dwithin", distance=reach)]
        around = flat.metres(shapely.transform(near, lambda xy: xy * UNITS_PER_DEGREE - ground.corner), row)
        open_part = shapely.difference(left[row], shapely.buffer(shapely.union_all(around), limit_m[row]))
        far[row] = flat.lonlat(open_part, row)
    return far


def noding_m(before, after, ground):
    """How far the vertices that noding made lie from the segments they were put into.

    Parameters
    ----------
    before, after : gis.conforming.drawing.Drawing
    ground : gis.conforming.ground.Ground

    Returns
    -------
    float

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> from gis.conforming.ground import Ground
    >>> drawing = draw(np.array([shapely.box(0, 0, 100, 100)]), np.array([0]))
    >>> noding_m(drawing, drawing, Ground(np.array([0, 0])))
    0.0
    """
    if after is before:
        return 0.0
    old, new = segments(before), segments(after)
    fresh = new.points[~np.isin(keys_of(new.points), keys_of(old.points))]
    if not len(fresh):
        return 0.0
    lines = shapely.linestrings(np.stack([old.start, old.end], axis=1).astype(np.float64))
    nearest = shapely.STRtree(lines).nearest(shapely.points(fresh.astype(np.float64)))
    return float(ground.distances_m(fresh, old.start[nearest], old.end[nearest]).max())


def _beyond(lines, others, limit_m):
    """What of some lines lies farther than a limit from others, one to one."""
    return shapely.difference(lines, shapely.buffer(others, limit_m / SHORTER, quad_segs=ROUND))


class _Flat:
    """Metres around each of some faces."""

    def __init__(self, faces, ground):
        box = shapely.bounds(faces)
        self.ground, self.origin = ground, box[:, :2]
        self.scale_m = ground.scale_m((box[:, :2] + box[:, 2:]) / 2)

    def metres(self, geometries, row=None):
        xy, index = shapely.get_coordinates(geometries, return_index=True)
        at = index if row is None else np.full(len(xy), row)
        return shapely.set_coordinates(geometries.copy(), (xy - self.origin[at]) * self.scale_m[at])

    def lonlat(self, geometry, row):
        def back(metres):
            return (metres / self.scale_m[row] + self.origin[row] + self.ground.corner) / UNITS_PER_DEGREE

        return shapely.transform(geometry, back)
