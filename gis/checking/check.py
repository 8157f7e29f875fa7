"""Check a coverage: what is wrong, between which faces, where, and how large."""

from dataclasses import replace

import numpy as np
import shapely

from gis.checking.faults import Layer, carried, faults, odd_shapes
from gis.checking.findings import TILING_RULES, Report, sort_findings
from gis.checking.identity import identified
from gis.checking.plane import plane_of
from gis.checking.reach import require_on_earth, sieved
from gis.checking.sound import sort_out
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal


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
        ``ids_do_not_match``; ``not_a_polygon`` when a face or the parent is no geometry at all; ``no_parent`` when the
        parent has no polygon, ``outside_lonlat`` when it lies nowhere on the earth; ``not_projectable``.

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
    """The findings of :func:`check`, in no order and not yet named.

    Parameters
    ----------
    faces, ids, parent, frame
        As of :func:`check`.

    Returns
    -------
    list of Finding

    Raises
    ------
    Refusal
        As :func:`check`.

    Examples
    --------
    >>> square = shapely.box(105, 28, 106, 29)
    >>> [(finding.code, finding.faces, finding.id) for finding in diagnose([square, None], ["A", "B"], parent=square)]
    [('null_geometry', ('B',), '')]
    """
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
    """The report about so many features: its findings sorted and named, and the verdict, where there is a parent.

    Parameters
    ----------
    count : int
        Features looked at.
    findings : iterable of Finding
        All there are, in any order.
    with_parent : bool
        Whether the features were held against a parent.

    Returns
    -------
    Report

    Examples
    --------
    >>> report = report_of(2, [], with_parent=True)
    >>> report.ok, report.tiles_parent, report_of(2, [], with_parent=False).tiles_parent
    (True, True, None)
    """
    tiles = TILING_RULES.isdisjoint(finding.code for finding in findings) if with_parent else None
    return Report(count, tiles, identified(sort_findings(findings)))


def _one_parent(parents, plane):
    """Valid union of the parents, and findings about those that were not valid."""
    sound, findings = sort_out(parents, [f"feature {k}" for k in range(len(parents))], plane=plane)
    if not len(sound.faces):
        raise Refusal("no_parent", "The parent has no polygon; choose a layer of polygons.")
    findings = [replace(f, code="invalid_parent", faces=(), detail=f"{f.faces[0]}: {f.detail}") for f in findings]
    return shapely.union_all(sound.faces[np.arange(len(sound.faces))]), findings
