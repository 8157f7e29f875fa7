"""Reference lines 参照线: the roads, rivers and walls along which a border is clear, as a program sends them."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.changes.drawing import shape_of
from boundaries.changes.positions import checked_geometry
from gis.errors import Refusal
from gis.measures import boundary_length_m

MOST_LINES, MOST_VERTICES, MOST_KINDS = 2_000, 200_000, 20
LONGEST_KIND = 40
LONGEST_KM = 20_000  # all roads of a county; a scribble of long lines meets every border and is all work
UNSAID = "line"
LINEAL = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")  # of polygons the outline counts


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Lines and what each is.

    Attributes
    ----------
    lines : ndarray of LineString, MultiLineString, Polygon or MultiPolygon, shape (n,)
        Degrees on CGCS2000.
    kinds : tuple of str
        ``road``, ``river`` or any other word, of each line.
    """

    lines: np.ndarray
    kinds: tuple[str, ...]


NO_LINES = Reference(np.empty(0, dtype=object), ())


def reference(lines, kinds):
    """Lines and their kinds as one; what has no shape is left out.

    Parameters
    ----------
    lines : array_like of Geometry or None, shape (n,)
        Degrees on CGCS2000.
    kinds : sequence of str or None
        One each; None is ``line``.

    Returns
    -------
    Reference
        With one line at least.

    Raises
    ------
    Refusal
        ``no_lines``, ``too_many_kinds``.

    Examples
    --------
    >>> reference([shapely.LineString([(105, 28), (105, 29)]), None], ["road", "river"]).kinds
    ('road',)
    """
    shapes = np.empty(len(kinds), dtype=object)
    shapes[:] = list(lines)
    kept = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(kept):
        raise Refusal("no_lines", "There is no line among the reference lines; give roads, rivers or walls.")
    words = tuple(UNSAID if kinds[k] is None else kinds[k] for k in kept)
    if len(set(words)) > MOST_KINDS:
        sentence = f"The reference lines are of {len(set(words))} kinds; tell {MOST_KINDS} apart at most, as road, river, wall."
        raise Refusal("too_many_kinds", sentence)
    return Reference(shapes[kept], words)


def reference_from(features):
    """Reference lines out of the features of a GeoJSON FeatureCollection, which anybody may have written.

    Parameters
    ----------
    features : list
        Degrees on CGCS2000, longitude first; the property ``kind`` says what a line is.

    Returns
    -------
    Reference

    Raises
    ------
    Refusal
        ``bad_lines`` naming the feature; ``too_many_lines``, ``too_many_vertices``, ``lines_too_long``; those of
        :func:`reference`.

    Examples
    --------
    >>> road = {"type": "LineString", "coordinates": [[105, 28], [105, 29]]}
    >>> reference_from([{"type": "Feature", "properties": {"kind": "road"}, "geometry": road}]).kinds
    ('road',)
    >>> reference_from([road])
    Traceback (most recent call last):
    gis.errors.Refusal: Feature 1 of the reference lines is no GeoJSON Feature.
    """
    if len(features) > MOST_LINES:
        raise Refusal(
            "too_many_lines", f"{len(features):,} lines were given; send those near the change, {MOST_LINES:,} at most."
        )
    rows = [_line(number, feature) for number, feature in enumerate(features, start=1)]
    found = reference([line for line, _ in rows], [kind for _, kind in rows])
    count = int(shapely.get_num_coordinates(found.lines).sum())
    if count > MOST_VERTICES:
        sentence = f"The lines have {count:,} vertices; send those near the change, {MOST_VERTICES:,} vertices at most."
        raise Refusal("too_many_vertices", sentence)
    length_km = float(boundary_length_m(found.lines).sum()) / 1000
    if length_km > LONGEST_KM:
        sentence = f"The lines are {length_km:,.0f} km long; send those near the change, {LONGEST_KM:,} km at most."
        raise Refusal("lines_too_long", sentence)
    return found


def _line(number, feature):
    """Line or None, and its kind, of one feature."""
    try:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise ValueError("is no GeoJSON Feature")
        geometry = feature.get("geometry")
        line = None if geometry is None else shape_of(checked_geometry(geometry, LINEAL))
        return line, _kind(feature.get("properties"))
    except ValueError as fault:
        raise Refusal("bad_lines", f"Feature {number} of the reference lines {fault}.", feature=number) from fault


def _kind(properties):
    kind = properties.get("kind") if isinstance(properties, dict) else None
    if kind is not None and not (isinstance(kind, str) and 0 < len(kind) <= LONGEST_KIND and kind.isprintable()):
        raise ValueError(f"has a kind that is no text of 1 to {LONGEST_KIND} visible characters")
    return kind
