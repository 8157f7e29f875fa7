"""Union of edge-matched faces by label."""

import numpy as np
import shapely


def dissolve(geometries, labels):
    """Unite the faces of each label; the borders between labels keep every vertex.

    The faces must be edge-matched with disjoint interiors (a coverage). Only shared edges are cancelled, no
    coordinate is computed, so the result lies on the same lattice and its chain is the sum of the chains.

    Parameters
    ----------
    geometries : array_like of Polygon or MultiPolygon, shape (n,)
    labels : array_like, shape (n,)

    Returns
    -------
    united : ndarray of Geometry, shape (k,)
    labels : ndarray, shape (k,)
        Ascending.

    Examples
    --------
    >>> united, labels = dissolve([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(5, 0, 6, 1)], [7, 7, 3])
    >>> labels.tolist(), shapely.area(united).tolist()
    ([3, 7], [1.0, 2.0])
    """
    geometries = np.asarray(geometries, dtype=object)
    unique, group = np.unique(np.asarray(labels), return_inverse=True)
    order = np.argsort(group, kind="stable")
    runs = np.split(geometries[order], np.flatnonzero(np.diff(group[order])) + 1)
    united = np.empty(len(unique), dtype=object)
    united[:] = [shapely.coverage_union_all(run) for run in runs] if len(geometries) else []
    return united, unique
