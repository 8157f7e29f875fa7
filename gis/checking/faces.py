"""The faces of a layer in the plane in which they are judged, entered into it one by one as they are needed."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely

from gis import engine
from gis.checking.plane import Plane
from gis.lattice import UNITS_PER_DEGREE
from gis.rings import rings_of


@dataclass(frozen=True, slots=True)
class Survey:
    """What is seen of each face at a glance.

    Attributes
    ----------
    simple : ndarray of bool, shape (n,)
        Certainly a valid polygon; False says nothing.
    odd : ndarray of bool, shape (n,)
        May be a sliver, have a spike or several parts (:mod:`gis.checking.shapes`); False: certainly not.
    """

    simple: np.ndarray
    odd: np.ndarray


@dataclass(frozen=True)
class Faces:
    """Polygons that are looked up by their positions, as an array of them is, in the plane.

    Parameters
    ----------
    own : ndarray of Polygon or MultiPolygon, shape (n,)
        As they are in the layer; in the plane those that were repaired.
    repaired : ndarray of bool, shape (n,)
    plane : Plane

    Examples
    --------
    >>> from gis.crs import Frame
    >>> own = np.array([shapely.from_wkt("POLYGON ((105 28, 106 28, 106 29, 105 28))")])
    >>> print(Faces(own, np.array([False]), Plane(Frame(4490), True))[np.array([0])][0])
    POLYGON ((1050000000 280000000, 1060000000 280000000, 1060000000 290000000, 1050000000 280000000))
    """

    own: np.ndarray
    repaired: np.ndarray
    plane: Plane
    _known: np.ndarray = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "_known", np.where(self.repaired | (not self.plane.exact), self.own, None))

    def __len__(self):
        return len(self.own)

    def __getitem__(self, positions):
        fresh = np.unique(positions[shapely.is_missing(self._known[positions])]) if self.plane.exact else []
        if len(fresh):
            self._known[fresh] = self.plane.enter(self.own[fresh])
        return self._known[positions]

    def take(self, positions):
        """Some of the faces, to be looked up by themselves."""
        return Faces(self.own[positions], self.repaired[positions], self.plane)

    @cached_property
    def rings(self):
        """Rings of the faces in the plane."""
        rings = rings_of(self.own)
        xy = self.plane.enter_coordinates(rings.xy)
        if self.plane.exact and self.repaired.any():
            there = rings.of_vertices(self.repaired[rings.polygon])
            xy[there] = rings.xy[there]
        return replace(rings, xy=xy)

    @cached_property
    def tree(self):
        """Index of the boxes around the faces, to be asked without a predicate."""
        if not self.plane.exact:
            return shapely.STRtree(self.own)
        bounds = shapely.bounds(self.own)
        bounds = np.where(self.repaired[:, None], bounds, np.rint(bounds * UNITS_PER_DEGREE))
        return shapely.STRtree(shapely.box(*bounds.T))

    @cached_property
    def survey(self):
        """What is seen of the faces at a glance; in NumPy, and off the lattice, nothing is."""
        kernels = engine.kernels(len(self.rings.xy)) if self.plane.exact else None
        simple, odd = np.zeros(len(self.own), dtype=bool), np.ones(len(self.own), dtype=bool)
        if kernels:
            is_simple, may_be_odd = np.zeros((2, len(self.rings)), dtype=bool)
            kernels.rings.survey(self.rings.xy, self.rings.first, is_simple, may_be_odd)
            alone = (np.bincount(self.rings.polygon, minlength=len(self.own)) == 1) & ~self.repaired
            ring = np.searchsorted(self.rings.polygon, np.flatnonzero(alone))
            simple[alone], odd[alone] = is_simple[ring], may_be_odd[ring]
        return Survey(simple, odd)
