"""Check a whole tree of units in one call: city ⊃ county ⊃ town ⊃ village ⊃ grid ⊃ micro-grid."""

from dataclasses import replace

import numpy as np
import shapely

from gis.checking.check import report_of
from gis.checking.faults import Layer, carried, faults, odd_shapes
from gis.checking.findings import RULES
from gis.checking.plane import plane_of
from gis.checking.reach import require_on_earth, sieved
from gis.checking.sound import about_ids, sort_out
from gis.checking.tree import LOST, ROOT, family_of
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal

SPREAD = np.array([[0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], [0xA0761D6478BD642F, 0xE7037ED1A0B428DB]], dtype=np.uint64)
STIR = np.array([0xD6E8FEB86659FD93, 0x8EBC6AF09C88C6E3], dtype=np.uint64)
SHIFT = np.uint64(29)
MARK = "\x1f"  # between an id and its parent's: it sorts before all that ids are made of


def check_tree(faces, ids, parent_ids, *, parents=None, parent_names=None, frame=None):
    """Diagnose units of all levels: the children of every unit should tile it.

    Parameters
    ----------
    faces : array_like of Geometry or None, shape (n,)
        All units, in any order, in the coordinates of `frame`, longitude (or easting) first.
    ids : sequence of str or None, shape (n,)
    parent_ids : sequence of str or None, shape (n,)
        The unit in which each lies; None for a root. Roots are checked among each other, as :func:`gis.checking.check.check`
        does without a parent.
    parents : array_like of Geometry or None, shape (m,), optional
        Further units that are named as parents and known to be good: they are not checked among each other. One that no
        face names is not divided, which is no fault.
    parent_names : sequence of str, shape (m,), optional
        Their ids.
    frame : gis.crs.Frame, optional
        Default: degrees on CGCS2000.

    Returns
    -------
    Report
        Findings about the children of a unit name it in `within`. A unit whose parent is not there, or that would lie in
        itself, is an error and tiles nothing; its own children are checked nevertheless.

    Raises
    ------
    Refusal
        ``ids_do_not_match``.

    Notes
    -----
    One pass over all edges (see :mod:`gis.chain`) proves which units are tiled; only the children of the others are
    compared geometrically, each family by itself. Edges are summed with the bits of their own coordinates, so that a
    layer off the lattice is proven as it is.

    Examples
    --------
    >>> town, west, east = shapely.box(105, 28, 107, 29), shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 28.9)
    >>> report = check_tree([town, west, east], ["T", "T1", "T2"], [None, "T", "T"])
    >>> [(finding.code, finding.faces, finding.within) for finding in report.findings if finding.severity == "error"]
    [('gap', ('T1', 'T2'), 'T')]
    """
    frame = frame or Frame(STORAGE_EPSG)
    faces, given = np.asarray(faces, dtype=object), np.asarray([] if parents is None else parents, dtype=object)
    names = list(parent_names or ())
    _require_one_each(faces, ids, parent_ids, given, names)
    families, findings = family_of(ids, parent_ids, None if parents is None else {name for name in names if name})
    labels = [_label(one, family) for one, family in zip(ids, families, strict=True)]
    faces, labels, off_earth = sieved(faces, labels, frame)
    require_on_earth(given, frame)
    plane = plane_of(np.append(faces, given), frame)
    layer, family, about_faces = _entered(faces, labels, plane)
    good, about_given = (layer, []) if parents is None else _given(given, names, plane)
    findings += about_ids(ids) + carried(about_faces + about_given, plane) + odd_shapes(layer)
    findings += [_by_id(finding) for finding in off_earth]
    for name, rows in _unproven(layer, family, good):
        outline = _outline(good, name)
        findings += [replace(finding, within=name) for finding in faults(layer.take(rows), outline)]
    return report_of(len(ids), findings, with_parent=any(parent_ids))


def _require_one_each(faces, ids, parent_ids, given, names):
    for column, one, geometries in ((ids, "ids", faces), (parent_ids, "ids of parents", faces), (names, "names", given)):
        if len(column) != len(geometries):
            raise Refusal("ids_do_not_match", f"{len(column)} {one} were given for {len(geometries)} geometries; give one each.")


def _label(one, family):
    """An id with its parent's, so that features of one id that name different parents stay apart."""
    return f"{one or ''}{MARK}" + ("" if family is LOST else MARK + family)


def _entered(faces, labels, plane):
    """Sound faces by their ids, with the parent of each."""
    sound, findings = sort_out(faces, labels, plane=plane)
    parts = [label.split(MARK) for label in sound.ids]
    family = np.array([part[2] if len(part) > 2 else LOST for part in parts], dtype=object)
    layer = Layer(np.array([part[0] for part in parts], dtype=object), sound.faces, sound.repaired, plane)
    findings = [_by_id(finding) for finding in findings if finding.code != "duplicate_id"]
    return layer, family, findings


def _by_id(finding):
    return replace(finding, faces=tuple(label.split(MARK)[0] for label in finding.faces))


def _given(parents, names, plane):
    """Sound parents from elsewhere, and findings about the others that name them in `within`."""
    sound, findings = sort_out(parents, names, plane=plane)
    findings = [f for f in findings if f.code not in ("duplicate_id", "null_id")]  # their features are taken together
    said = [replace(f, code="invalid_parent", faces=(), within=f.faces[0], detail=f.detail or RULES[f.code].en) for f in findings]
    return Layer(sound.ids, sound.faces, sound.repaired, plane), said


def _unproven(layer, family, good):
    """Parents, in the order of their ids, that are not proven to be tiled, and the rows of their children; roots first."""
    children = np.flatnonzero(family != LOST)
    names, child_of = np.unique(family[children].astype(str), return_inverse=True)
    position = {name: number for number, name in enumerate(names.tolist())}
    parent_of = np.array([position.get(name, -1) if name != ROOT else -1 for name in good.ids], dtype=np.int64)
    balance = np.zeros((len(names), 2), dtype=np.uint64)
    sums = _chain_sums(layer.faces)
    np.add.at(balance, child_of, sums[children])
    outlines = sums if good is layer else _chain_sums(good.faces)
    np.subtract.at(balance, parent_of[parent_of >= 0], outlines[parent_of >= 0])
    for number in np.flatnonzero(balance.any(axis=1)):
        yield str(names[number]), children[child_of == number]


def _outline(good, name):
    """The parent of that name, of several features their union; None for the roots, and where no feature is sound."""
    rows = np.flatnonzero(good.ids == name) if name != ROOT else ()
    return shapely.union_all(good.faces[rows]) if len(rows) else None


def _chain_sums(faces):
    """Two wrapping sums over the directed edges of each face; those of a→b and b→a cancel to the last bit.

    As :func:`gis.chain.signature`, but of the bits of any coordinates: layers off the lattice must not be rounded to it.
    """
    rings, begins = faces.rings, faces.rings.edges()
    bits = (rings.xy + 0.0).view(np.uint64)  # -0.0 becomes 0.0, so that equal points have equal bits
    sign = rings.of_vertices(np.where(_forward(rings), 1, -1).astype(np.int64).view(np.uint64))[begins]
    owner = rings.of_vertices(rings.polygon)[begins]
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]][: len(owner)])
    sums = np.zeros((len(faces), 2), dtype=np.uint64)
    for lane in (0, 1) if len(begins) else ():
        y = bits[:, 1] * SPREAD[1, lane]
        spread = (bits[:, 0] * SPREAD[0, lane] ^ y >> SHIFT ^ y) * STIR[0]
        spread ^= spread >> SHIFT
        start, end = spread[begins], spread[begins + 1]
        sums[owner[first], lane] = np.add.reduceat((_stirred(start, end) - _stirred(end, start)) * sign, first)
    return sums


def _stirred(start, end):
    mixed = (start + (end >> SHIFT ^ end) * STIR[1]) * STIR[0]
    return mixed ^ mixed >> SHIFT


def _forward(rings):
    """Whether each ring has its face on the left as it is drawn; where rounding decides, a family is looked at for nothing."""
    begins = rings.edges()
    of_edge = rings.of_vertices(np.arange(len(rings.polygon)))[begins]
    origin = rings.xy[rings.first[:-1]][of_edge]
    start, end = rings.xy[begins] - origin, rings.xy[begins + 1] - origin
    turn = np.bincount(of_edge, start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0], minlength=len(rings.polygon))
    return (turn > 0) == rings.is_shell
