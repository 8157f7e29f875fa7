"""The faults of one layer in its plane: between its faces, against a parent, and in the shape of single faces."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.checking.borders import PARENT, open_borders
from gis.checking.faces import Faces
from gis.checking.findings import Finding
from gis.checking.gaps import faces_around, faces_in, reach_outside, uncovered_and_outside
from gis.checking.necks import may_have_necks, narrow_necks
from gis.checking.nodes import unmatched_vertices
from gis.checking.overlaps import overlapping_pairs, shared_area
from gis.checking.plane import Plane
from gis.checking.shapes import several_parts, slivers, spikes
from gis.checking.shift import SAMPLE, better_datum
from gis.checking.wording import PARENT_LACKS_IT
from gis.measures import measure, width_of

# Where coordinates are doubles, two faces that were drawn to touch share a trace of area. A thousandth of a square metre
# is a strip of 10 µm along a 100 m border: far above that noise, far below any survey. On the lattice there is no noise.
NOISE_AREA_M2 = 0.001
NOISE_STEPS = 4  # a void narrower than so many steps of the doubles is the rounding of a vertex put on an edge


@dataclass(frozen=True, slots=True)
class Layer:
    """Faces in their plane, in the order of their ids.

    Attributes
    ----------
    ids : ndarray of str, shape (n,)
    faces : Faces
        Of ``n`` valid polygons.
    repaired : ndarray of bool, shape (n,)
        The face was invalid and stands here mended.
    plane : Plane

    Examples
    --------
    >>> from gis.checking.plane import plane_of
    >>> from gis.checking.sound import sort_out
    >>> from gis.crs import Frame
    >>> own = shapely.box([105, 106], 28, [106, 107], 29)
    >>> sound, _ = sort_out(own, ["A", "B"], plane=plane_of(own, Frame(4490)))
    >>> Layer(sound.ids, sound.faces, sound.repaired, sound.faces.plane).names([1, 0])
    ('A', 'B')
    """

    ids: np.ndarray
    faces: Faces
    repaired: np.ndarray
    plane: Plane

    def take(self, rows):
        """Some of the faces, in the same order."""
        return Layer(self.ids[rows], self.faces.take(rows), self.repaired[rows], self.plane)

    def names(self, indices):
        """Ids of some of the faces, ascending."""
        return tuple(sorted(self.ids[indices]))

    def is_noise(self, shapes, rounded):
        """Which shapes have no more area than rounding makes; `rounded` says which come from rounded coordinates."""
        metric = not self.plane.frame.crs.is_geographic
        area_m2 = shapely.area(shapes) if metric else measure(self.plane.to_storage(shapes))[0]
        return (area_m2 <= NOISE_AREA_M2) & (rounded | (not self.plane.exact))


def carried(findings, plane):
    """Findings whose geometry is in the plane, carried to degrees and given a place.

    Parameters
    ----------
    findings : sequence of Finding
        Their geometries in the plane.
    plane : Plane

    Returns
    -------
    list of Finding
        Degrees on CGCS2000.

    Raises
    ------
    Refusal
        ``not_projectable`` when a position has no longitude and latitude.

    Examples
    --------
    >>> from gis.crs import Frame
    >>> found = Finding("invalid_geometry", ("A",), geometry=shapely.Point(1054400000, 288800000))
    >>> [(one.lon, one.lat, str(one.geometry)) for one in carried([found], Plane(Frame(4490), exact=True))]
    [(105.44, 28.88, 'POINT (105.44 28.88)')]
    """
    shapes = plane.to_storage([finding.geometry for finding in findings])
    places = _places(shapes)
    return [
        replace(finding, geometry=shape, lon=lon, lat=lat)
        for finding, shape, (lon, lat) in zip(findings, shapes, places, strict=True)
    ]


def faults(layer, parent):
    """What is wrong between the faces of a layer, and between them and their parent.

    Parameters
    ----------
    layer : Layer
    parent : Polygon or MultiPolygon or None
        Valid, in the plane of the layer. Without it no face is outside, and gaps are the voids that the faces enclose.

    Returns
    -------
    list of Finding
        Degrees on CGCS2000, in no order: ``overlap``, ``duplicate``, ``gap``, ``outside_parent``, ``unmatched_vertex``,
        ``datum_suspect``.

    Raises
    ------
    Refusal
        ``not_projectable`` when the place of a fault has no longitude and latitude.

    Examples
    --------
    >>> from gis.checking.plane import plane_of
    >>> from gis.checking.sound import sort_out
    >>> from gis.crs import Frame
    >>> own = shapely.box([105, 105.9], 28, [106, 107], 29)
    >>> sound, _ = sort_out(own, ["A", "B"], plane=plane_of(own, Frame(4490)))
    >>> [(one.code, one.faces) for one in faults(Layer(sound.ids, sound.faces, sound.repaired, sound.faces.plane), None)]
    [('overlap', ('A', 'B'))]
    """
    table = open_borders(layer.faces.rings, parent)
    pairs, shared = _real_overlaps(layer, table)
    gaps, outside = uncovered_and_outside(layer.faces, table, parent)
    findings = _overlaps(layer, pairs, shared) + _gaps(layer, gaps) + _outside(layer, outside, parent)
    findings += _unmatched(layer, table, pairs)
    return findings + ([] if parent is None else _datum(layer, table, parent))


def _real_overlaps(layer, table):
    pairs = overlapping_pairs(layer.faces, table)
    shared = shared_area(layer.faces, pairs)
    real = ~layer.is_noise(shared, layer.repaired[pairs].any(axis=1))
    return pairs[real], shared[real]


def _overlaps(layer, pairs, shared):
    names = [layer.names(pair) for pair in pairs]
    found = _located("overlap", names, layer.plane.to_storage(shared))
    same = shapely.equals(layer.faces[pairs[:, 0]], layer.faces[pairs[:, 1]])
    return found + [replace(finding, code="duplicate") for finding, is_same in zip(found, same, strict=True) if is_same]


def _gaps(layer, gaps):
    if not layer.plane.exact or layer.repaired.any():
        gaps = gaps[~_is_thin(gaps)]
    around = faces_around(layer.faces, gaps, tolerance=layer.plane.contact_tolerance)
    return _located("gap", [layer.names(faces) for faces in around], layer.plane.to_storage(gaps))


def _outside(layer, regions, parent):
    index, parts = faces_in(layer.faces, regions)
    real = ~layer.is_noise(parts, layer.repaired[index])
    # regions have rounded corners, beside which a face may seem to lie that only touches the parent from within
    doubtful = np.flatnonzero(real & _is_thin(parts))
    real[doubtful] = reach_outside(layer.faces[index[doubtful]], parent)
    names = [(name,) for name in layer.ids[index[real]]]
    return _located("outside_parent", names, layer.plane.to_storage(parts[real]))


def _is_thin(shapes):
    """Which shapes are so narrow that the rounding of their corners may have made them."""
    step = np.spacing(np.abs(shapely.get_coordinates(shapes)).max(initial=0.0))
    return width_of(shapely.area(shapes), shapely.length(shapes)) < NOISE_STEPS * step


def _unmatched(layer, table, overlapping):
    """One finding for every place and face that lacks the vertex; none between faces that overlap there anyway."""
    lacking, having, places = unmatched_vertices(table, tolerance=layer.plane.vertex_tolerance)
    known = {tuple(pair) for pair in overlapping.tolist()}
    having_at = {}
    for one, other, place in zip(lacking.tolist(), having.tolist(), map(tuple, places.tolist()), strict=True):
        if (min(one, other), max(one, other)) not in known:
            having_at.setdefault((place, one), []).append(other)
    points = shapely.points(np.array([place for place, _ in having_at]).reshape(-1, 2))
    names = [_who(layer, one, others) for (_, one), others in having_at.items()]
    found = _located("unmatched_vertex", names, layer.plane.to_storage(points))
    details = [PARENT_LACKS_IT if one == PARENT else "" for _, one in having_at]
    return [replace(finding, detail=detail) for finding, detail in zip(found, details, strict=True)]


def _who(layer, lacking, having):
    first = () if lacking == PARENT else (layer.ids[lacking],)
    return first + layer.names([one for one in having if one != PARENT])


def _datum(layer, table, parent):
    """At most one finding: the layer's border fits its parent in another datum."""
    rows = np.flatnonzero(table.uncovered & (table.owner != PARENT))
    rows = rows[:: max(1, len(rows) // SAMPLE)]
    border = shapely.get_coordinates(layer.plane.to_storage(shapely.points(table.start[rows])))
    parent = layer.plane.to_storage([parent])[0]
    better = better_datum(border, parent, layer.plane.frame.datum)
    if better is None:
        return []
    lon, lat = border.mean(axis=0).tolist()
    detail = f"declared {layer.plane.frame.datum}, fits in {better}"
    return [Finding("datum_suspect", (), lon=lon, lat=lat, geometry=shapely.Point(lon, lat), detail=detail)]


def odd_shapes(layer):
    """Warnings about the shape of single faces; what mending made of an invalid one is nobody's shape.

    Parameters
    ----------
    layer : Layer

    Returns
    -------
    list of Finding
        Degrees on CGCS2000, in no order: ``sliver``, ``multipart``, ``narrow_neck``, ``spike``.

    Raises
    ------
    Refusal
        ``not_projectable`` when a face has a position without longitude and latitude.

    Examples
    --------
    >>> from gis.checking.plane import plane_of
    >>> from gis.checking.sound import sort_out
    >>> from gis.crs import Frame
    >>> own = shapely.box([105, 106], 28, [106, 106.000001], 29)
    >>> sound, _ = sort_out(own, ["A", "B"], plane=plane_of(own, Frame(4490)))
    >>> [(one.code, one.faces) for one in odd_shapes(Layer(sound.ids, sound.faces, sound.repaired, sound.faces.plane))]
    [('sliver', ('B',))]
    """
    looked_at = np.flatnonzero(layer.faces.survey.odd & ~layer.repaired)
    ids, faces = layer.ids[looked_at], layer.plane.to_storage(layer.faces[looked_at])
    thin = slivers(faces)
    spiky, triangles, tips, spike_width_m = spikes(faces)
    split, others = several_parts(faces)
    found = _located("sliver", [(name,) for name in ids[thin]], faces[thin])
    found += _located("multipart", [(name,) for name in ids[split]], others)
    found += _necks(layer)
    spiked = _located("spike", [(name,) for name in ids[spiky]], triangles)
    return found + [
        replace(finding, lon=lon, lat=lat, width_m=width_m)
        for finding, (lon, lat), width_m in zip(spiked, tips.tolist(), spike_width_m.tolist(), strict=True)
    ]


def _necks(layer):
    rows = may_have_necks(layer.faces)
    rows = rows[~layer.repaired[rows]]
    necked, lines, neck_width_m = narrow_necks(layer.plane.to_storage(layer.faces[rows]))
    found = _located("narrow_neck", [(name,) for name in layer.ids[rows[necked]]], lines)
    return [replace(finding, width_m=width_m) for finding, width_m in zip(found, neck_width_m.tolist(), strict=True)]


def _located(code, names, shapes):
    """Findings of one code with area, width and place of their shapes (degrees on CGCS2000)."""
    area_m2, width_m = measure(shapes)
    return [
        Finding(code, faces, area, width, lon, lat, shape)
        for faces, area, width, (lon, lat), shape in zip(
            names, area_m2.tolist(), width_m.tolist(), _places(shapes), shapes, strict=True
        )
    ]


def _places(shapes):
    """A point of each shape as (lon, lat); (None, None) where there is no shape."""
    inside = shapely.point_on_surface(shapes)
    known = ~shapely.is_missing(inside) & ~shapely.is_empty(inside)
    places = np.full((len(shapes), 2), None, dtype=object)
    places[known] = shapely.get_coordinates(inside[known])
    return [tuple(place) for place in places]
