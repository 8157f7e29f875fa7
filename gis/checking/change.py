"""Check a change by the changed faces alone: the rest of the coverage is never looked at."""

from dataclasses import replace

import numpy as np
import shapely

from gis.checking.check import diagnose, report_of
from gis.checking.faces import Faces
from gis.checking.faults import Layer, odd_shapes
from gis.checking.plane import Plane
from gis.checking.reach import LONLAT_LIMIT
from gis.checking.sound import about_ids
from gis.crs import STORAGE_EPSG, Frame
from gis.dissolve import dissolve
from gis.errors import Refusal
from gis.lattice import on_lattice
from gis.tiling import prove_change


def check_change(old, new, ids, *, within=""):
    """Diagnose faces that take the place of others in a coverage.

    Parameters
    ----------
    old : array_like of Polygon or MultiPolygon, shape (k,)
        Changed faces as they were, part of a proven coverage; degrees on the lattice.
    new : array_like of Geometry or None, shape (m,)
        The same land as it is to be; degrees. Off the lattice it is compared with the old at once.
    ids : sequence of str or None, shape (m,)
        Of the new faces.
    within : str, optional
        Parent of the coverage, named in the findings as :func:`gis.checking.nested.check_tree` would.

    Returns
    -------
    Report
        About the new faces; `tiles_parent` says whether they cover exactly what the old ones did. A fault has the same id
        as in a check of the whole coverage; what lies outside the land of the old faces overlaps others there.

    Raises
    ------
    Refusal
        ``ids_do_not_match``; ``no_parent`` if there is no old face.

    Notes
    -----
    The sum of the chains (:func:`gis.tiling.prove_change`) tells in a fraction of a millisecond whether the land is the same.
    Where it does not, the new faces are compared with the exact union of the old ones, and with one another.

    Examples
    --------
    >>> import shapely
    >>> west, east = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> check_change([west, east], [shapely.box(105, 28, 107, 29)], ["W"]).tiles_parent
    True
    >>> report = check_change([west, east], [shapely.box(105, 28, 106.5, 29), east], ["W", "E"])
    >>> [(finding.code, finding.faces) for finding in report.findings if finding.severity == "error"]
    [('overlap', ('E', 'W'))]
    """
    old, new = np.asarray(old, dtype=object).reshape(-1), np.asarray(new, dtype=object).reshape(-1)
    if len(ids) != len(new):
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {len(new)} faces; give one each.")
    if _can_be_proven(new) and prove_change(old, new).ok:
        findings = _about_proven(new, ids)
    else:
        parent, _ = dissolve(old, np.zeros(len(old), dtype=np.int64))
        findings = diagnose(new, ids, parent=parent)
    return report_of(len(new), [replace(finding, within=within) for finding in findings], with_parent=True)


def _can_be_proven(faces):
    there = shapely.is_geometry(faces)
    on_globe = np.abs(shapely.get_coordinates(faces[there])) <= LONLAT_LIMIT
    return bool(there.all() and on_globe.all() and on_lattice(faces).all())


def _about_proven(faces, ids):
    """What may still be odd about faces that are good."""
    whole = np.zeros(len(faces), dtype=bool)
    plane = Plane(Frame(STORAGE_EPSG), exact=True)
    names = np.array([one or "" for one in ids], dtype=object)
    return about_ids(ids) + odd_shapes(Layer(names, Faces(faces, whole, plane), whole, plane))
