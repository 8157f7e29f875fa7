"""Sort the features of a layer into faces that can be compared and findings about those that cannot."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.faces import Faces
from gis.checking.findings import Finding
from gis.checking.overlaps import polygons_only
from gis.errors import Refusal

POLYGONAL = (3, 6)
COLLECTION = 7
PLACE = re.compile(r"^(.*)\[([^ ]+) ([^ \]]+)\]$")  # "Self-intersection[105.1 28.5]", as GEOS words it
NOT_FINITE = "a coordinate that is not a finite number"


@dataclass(frozen=True, slots=True)
class Sound:
    """Valid faces in the order of their ids.

    Attributes
    ----------
    ids : ndarray of str, shape (k,)
        "" where the feature has none.
    faces : Faces
        Of ``k`` polygons.
    repaired : ndarray of bool, shape (k,)
        The face was invalid and is only here, mended, so that the others can be judged against it.
    """

    ids: np.ndarray
    faces: np.ndarray
    repaired: np.ndarray


def sort_out(geometries, ids, *, plane):
    """Faces that can be compared, and findings about the features that are no proper face.

    Parameters
    ----------
    geometries : array_like of Geometry or None, shape (n,)
        In the coordinates of the layer.
    ids : sequence of str or None, shape (n,)
    plane : Plane

    Returns
    -------
    Sound
    list of Finding
        Their geometries in the plane.

    Raises
    ------
    Refusal
        ``ids_do_not_match`` when there are not as many ids as geometries.

    Examples
    --------
    >>> from gis.crs import Frame
    >>> from gis.checking.plane import plane_of
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> sound, findings = sort_out([bow_tie, None], ["A", "B"], plane=plane_of([bow_tie], Frame(4490)))
    >>> [(f.code, f.faces, f.detail) for f in findings]
    [('null_geometry', ('B',), ''), ('invalid_geometry', ('A',), 'self-intersection in the shell')]
    """
    geometries = np.asarray(geometries, dtype=object)
    if len(ids) != len(geometries):
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {len(geometries)} geometries; give one each.")
    findings = about_ids(ids)
    order = _canonical_order(geometries, ids)
    names, geometries = np.array([ids[k] or "" for k in order], dtype=object), _flat(geometries[order])
    usable, about_features = _polygons(geometries, names, plane)
    own = polygons_only(geometries[usable])
    names, own = names[usable][~shapely.is_empty(own)], own[~shapely.is_empty(own)]
    faces = Faces(own, np.zeros(len(own), dtype=bool), plane)
    unsure = np.flatnonzero(~faces.survey.simple)
    invalid = unsure[~shapely.is_valid(faces[unsure])]
    about_validity = [_invalid(name, face) for name, face in zip(names[invalid], faces[invalid], strict=True)]
    sound = _repaired(names, faces, invalid) if len(invalid) else Sound(names, faces, faces.repaired)
    return sound, findings + about_features + about_validity


def _repaired(names, faces, invalid):
    own, repaired = faces.own.copy(), np.zeros(len(names), dtype=bool)
    own[invalid], repaired[invalid] = repair(faces[invalid]), True
    left = ~shapely.is_empty(own)
    return Sound(names[left], Faces(own[left], repaired[left], faces.plane), repaired[left])


def repair(polygons):
    """Valid polygons that cover what the rings of invalid ones enclose; for diagnosis only.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)
        Empty where nothing is left.

    Examples
    --------
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> mended = repair(np.array([bow_tie]))
    >>> shapely.is_valid(mended).tolist(), shapely.area(mended).tolist()
    ([True], [2.0])
    """
    return polygons_only(shapely.make_valid(polygons, method="structure", keep_collapsed=False))


def why_invalid(polygon):
    """Kind of invalidity, the ring it is in and its place.

    Parameters
    ----------
    polygon : Polygon or MultiPolygon

    Returns
    -------
    detail : str
    place : Point or None

    Examples
    --------
    >>> detail, place = why_invalid(shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 3 3, 3 1, 1 3, 1 1))"))
    >>> detail, str(place)
    ('self-intersection in hole 1', 'POINT (2 2)')
    """
    match = PLACE.match(shapely.is_valid_reason(polygon))
    if not match:
        return shapely.is_valid_reason(polygon).lower(), None
    place = shapely.points(float(match[2]), float(match[3]))
    parts = shapely.get_parts(polygon)
    rings, part = shapely.get_rings(parts, return_index=True)
    nearest = int(np.argmin(shapely.distance(rings, place)))
    hole = nearest - int(np.flatnonzero(part == part[nearest])[0])
    name = f"hole {hole}" if hole else "the shell"
    suffix = f" of part {part[nearest] + 1}" if len(parts) > 1 else ""
    return f"{match[1].lower()} in {name}{suffix}", place


def about_ids(ids):
    """Findings about ids that are missing or stand more than once.

    Parameters
    ----------
    ids : sequence of str or None

    Returns
    -------
    list of Finding

    Examples
    --------
    >>> [(finding.code, finding.faces, finding.detail) for finding in about_ids(["A", None, "A"])]
    [('duplicate_id', ('A',), '2 features'), ('null_id', ('',), '1 features')]
    """
    counts = Counter(one or "" for one in ids)
    nameless = counts.pop("", 0)
    findings = [Finding("duplicate_id", (one,), detail=f"{count} features") for one, count in counts.items() if count > 1]
    return findings + ([Finding("null_id", ("",), detail=f"{nameless} features")] if nameless else [])


def _canonical_order(geometries, ids):
    """By id; features of one id by their bytes, so that nothing depends on the order of rows."""
    names = [one or "" for one in ids]
    if len(set(names)) == len(names):
        return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    bytes_of = shapely.to_wkb(geometries)
    return np.array(sorted(range(len(names)), key=lambda k: (names[k], bytes_of[k] or b"")), dtype=np.int64)


def _flat(geometries):
    high = shapely.has_z(geometries) | shapely.has_m(geometries)
    geometries[high] = shapely.force_2d(geometries[high])
    return geometries


def _polygons(geometries, names, plane):
    """Indices of features with finite polygons, and findings about the others."""
    null, empty = shapely.is_missing(geometries), shapely.is_empty(geometries)
    broken = ~_is_finite(geometries)
    other = ~null & ~empty & ~broken & ~_only_polygons(geometries)
    findings = [Finding("null_geometry", (name,)) for name in names[null]]
    findings += [Finding("empty_geometry", (name,)) for name in names[empty]]
    findings += [Finding("invalid_geometry", (name,), detail=NOT_FINITE) for name in names[broken]]
    for name, shape in zip(names[other], plane.enter(geometries[other]), strict=True):
        findings.append(Finding("not_a_polygon", (name,), geometry=shape, detail=shape.geom_type))
    return np.flatnonzero(~null & ~empty & ~broken), findings


def _is_finite(geometries):
    if np.isfinite(shapely.get_coordinates(geometries)).all():
        return np.ones(len(geometries), dtype=bool)
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    finite = np.ones(len(geometries), dtype=bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def _only_polygons(geometries):
    answer = np.isin(shapely.get_type_id(geometries), POLYGONAL)
    collections = np.flatnonzero(shapely.get_type_id(geometries) == COLLECTION)
    answer[collections] = [_only_polygons(shapely.get_parts(geometries[k])).all() for k in collections]
    return answer


def _invalid(name, polygon):
    detail, place = why_invalid(polygon)
    return Finding("invalid_geometry", (name,), geometry=place, detail=detail)
