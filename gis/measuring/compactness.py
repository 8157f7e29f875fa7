"""How compact a face is: three measures between 0 and 1, each blind to what another one sees.

Polsby-Popper falls with a ragged outline, Reock with a long shape, the hull ratio with bays and arms.
"""

import numpy as np
import shapely

from gis.crs import Frame, metric_crs_for
from gis.measures import boundary_length_m, geodesic_area_m2


def polsby_popper(faces):
    """Area over that of the circle with the same perimeter: 1 for a circle, 0.785 for a square.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Without unit, by geodesic area and perimeter, holes included; NaN for faces without a border.

    Notes
    -----
    D. D. Polsby and R. D. Popper, The Third Criterion: Compactness as a Procedural Safeguard Against Partisan
    Gerrymandering, Yale Law & Policy Review 9 (1991) 301-353. It depends on the detail with which a border is drawn:
    compare faces of one edition only.

    Examples
    --------
    >>> polsby_popper([shapely.box(105, 0, 105.01, 0.01), shapely.box(105, 0, 105.1, 0.001)]).round(2)
    array([0.79, 0.03])
    """
    return _ratio(4 * np.pi * geodesic_area_m2(faces), boundary_length_m(faces) ** 2)


def reock(faces):
    """Area over that of the smallest circle around the face: 1 for a circle, 0.637 for a square.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Without unit; NaN for faces without extent.

    Notes
    -----
    E. C. Reock, A Note: Measuring Compactness as a Requirement of Legislative Apportionment, Midwest Journal of
    Political Science 5 (1961) 70-74. In the plane of :func:`gis.crs.metric_crs_for`, so for layers of a few hundred
    kilometres at the most.

    Examples
    --------
    >>> reock([shapely.box(105, 0, 105.01, 0.01), shapely.box(105, 0, 105.1, 0.001)]).round(2)
    array([0.64, 0.01])
    """
    plane = _in_metres(faces)
    return _ratio(shapely.area(plane), np.pi * shapely.minimum_bounding_radius(plane) ** 2)


def hull_ratio(faces):
    """Area over that of the convex hull: 1 for every convex face.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Without unit; NaN for faces without extent. In the plane of :func:`reock`.

    Notes
    -----
    R. G. Niemi, B. Grofman, C. Carlucci and T. Hofeller, Measuring Compactness and the Role of a Compactness Standard
    in a Test for Partisan and Racial Gerrymandering, Journal of Politics 52 (1990) 1155-1181.

    Examples
    --------
    >>> half = shapely.Polygon([(105, 0), (105.02, 0), (105.02, 0.01), (105.01, 0.01), (105.01, 0.02), (105, 0.02)])
    >>> hull_ratio([shapely.box(105, 0, 105.01, 0.01), half]).round(2)
    array([1.  , 0.86])
    """
    plane = _in_metres(faces)
    return _ratio(shapely.area(plane), shapely.area(shapely.convex_hull(plane)))


def _in_metres(faces):
    faces = np.asarray(faces, dtype=object)
    if not len(faces) or shapely.is_empty(faces).all():
        return faces
    return Frame(metric_crs_for(shapely.total_bounds(faces))).from_storage(faces)


def _ratio(part, whole):
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
