"""Check a coverage: what is wrong, between which faces, where, and how large."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.checking.borders import PARENT, open_borders
from gis.checking.faces import Faces
from gis.checking.findings import TILING_RULES, Finding, Report, sort_findings
from gis.checking.gaps import faces_around, faces_in, reach_outside, uncovered_and_outside
from gis.checking.identity import identified
from gis.checking.necks import may_have_necks, narrow_necks
from gis.checking.nodes import unmatched_vertices
from gis.checking.overlaps import overlapping_pairs, shared_area
from gis.checking.plane import Plane, plane_of
from gis.checking.reach import require_on_earth, sieved
from gis.checking.shapes import several_parts, slivers, spikes
from gis.checking.shift import SAMPLE, better_datum
from gis.checking.sound import sort_out
from gis.checking.wording import PARENT_LACKS_IT
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal
from gis.measures import measure, width_of

# Where coordinates are doubles, two faces that were drawn to touch share a trace of area. A thousandth of a square metre
# is a strip of 10 µm along a 100 m border: far above that noise, far below any survey. On the lattice there is no noise.
NOISE_AREA_M2 = 0.001
NOISE_STEPS = 4  # a void narrower than so many steps of the doubles is the rounding of a vertex put on an edge


@dataclass(frozen=True, slots=True)
class Layer:
    """Faces in their plane, in the order of their ids."""

    ids: np.ndarray
    faces: Faces
    repaired: np.ndarray
    plane: Plane

    def take(self, rows):
        """Some of the faces, in the same order."""
        return Layer(self.ids[rows], self.faces.take(rows), self.repaired[rows], self.plane)

    def names(self, indices):
        return tuple(sorted(self.ids[indices]))

    def is_noise(self, shapes, rounded):
        """Which shapes have no more area than rounding makes; `rounded` says which come from rounded coordinates."""
        metric = not self.plane.frame.crs.is_geographic
        area_m2 = shapely.area(shapes) if metric else measure(self.plane.to_storage(shapes))[0]
        return (area_m2 <= NOISE_AREA_M2) & (rounded | (not self.plane.exact))


def check(faces, ids, *, parent=None, frame=None):
    """Diagnose a layer of faces that should have disjoint interiors and, with a parent, tile it.

    Parameters
    ----------
    faces : array_like of Geometry or None, shape (n,)
        In the coordinates of `frame`, longitude (or easting) first.
    ids : sequence of str or None, shape (n,)
    parent : Geometry or array_like of Geometry, optional
        The union of these polygons, in the same frame. Its holes and enclaves are not gaps. Without a parent every void
        that the faces enclose is a gap.
    frame : gis.crs.Frame, optional
        Default: degrees on CGCS2000.

    Returns
    -------
    Report
        Independent of the order of the faces.

    Raises
    ------
    Refusal
        ``ids_do_not_match``; ``no_parent`` when the parent has no polygon.

    Notes
    -----
    The boundary identity (:mod:`gis.chain`) proves what is clean; only faces at edges that do not cancel are compared
    geometrically. Nothing is rounded or projected before it is judged, see :mod:`gis.checking.plane`. Invalid polygons are
    reported, then mended for the comparison alone.

    Examples
    --------
    >>> report = check([shapely.box(105, 28, 105.1, 28.1), shapely.box(105.09, 28, 105.2, 28.1)], ["A", "B"])
    >>> report.ok, [(f.code, f.faces, round(f.area_m2), round(f.width_m)) for f in report.findings]
    (False, [('overlap', ('A', 'B'), 10895451, 983)])
    """
    findings = diagnose(faces, ids, parent=parent, frame=frame)
    return report_of(len(ids), findings, with_parent=parent is not None)


def diagnose(faces, ids, *, parent=None, frame=None):
    """The findings of :func:`check`, in no order and without ids."""
    frame = frame or Frame(STORAGE_EPSG)
    faces, parents = np.asarray(faces, dtype=object), np.atleast_1d(np.asarray(parent, dtype=object))
    faces, ids, findings = sieved(faces, ids, frame)
    require_on_earth(parents, frame)
    plane = plane_of(np.append(faces, parents), frame)
    sound, about_faces = sort_out(faces, ids, plane=plane)
    united, about_parent = (None, []) if parent is None else _one_parent(parents, plane)
    layer = Layer(sound.ids, sound.faces, sound.repaired, plane)
    return findings + carried(about_faces + about_parent, plane) + faults(layer, united) + odd_shapes(layer)


def report_of(count, findings, *, with_parent):
    """The report about so many features: its findings sorted and named, and the verdict, where there is a parent."""
    tiles = TILING_RULES.isdisjoint(finding.code for finding in findings) if with_parent else None
    return Report(count, tiles, identified(sort_findings(findings)))


def _one_parent(parents, plane):
    """Valid union of the parents, and findings about those that were not valid."""
    sound, findings = sort_out(parents, [f"feature {k}" for k in range(len(parents))], plane=plane)
    if not len(sound.faces):
        raise Refusal("no_parent", "The parent has no polygon; choose a layer of polygons.")
    findings = [replace(f, code="invalid_parent", faces=(), detail=f"{f.faces[0]}: {f.detail}") for f in findings]
    return shapely.union_all(sound.faces[np.arange(len(sound.faces))]), findings


def carried(findings, plane):
    """Findings whose geometry is in the plane, carried to degrees and given a place."""
    shapes = plane.to_storage([finding.geometry for finding in findings])
    places = _places(shapes)
    return [
        replace(finding, geometry=shape, lon=lon, lat=lat)
        for finding, shape, (lon, lat) in zip(findings, shapes, places, strict=True)
    ]


def faults(layer, parent):
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
    """Warnings about the shape of single faces; what mending made of an invalid one is nobody's shape."""
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
