"""What a comparison of two coverages returns."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import shapely

KINDS = ("unchanged", "re-digitised", "renamed", "modified", "split", "merge", "complex", "created", "removed")


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to faces that belong together.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS` but ``"unchanged"``.
    old, new : tuple of str
        Ids, ascending; empty for what was created or removed.
    area_before_m2, area_after_m2 : float
        Geodesic.
    """

    kind: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    area_before_m2: float
    area_after_m2: float


@dataclass(frozen=True, slots=True)
class Lineage:
    """Land that was in one face and is in another, or in the same.

    Attributes
    ----------
    old, new : str or None
        Ids; None for land that was, or is, in no face.
    area_m2 : float
        Geodesic.
    households : float or None
        None where they are not known.
    moved : bool
        False for what a face keeps: the same id, or the one successor of a face that was renamed, re-digitised or modified.
    noise : bool
        No more than a border drawn anew.
    geometry : Polygon or MultiPolygon
        Degrees; empty where only households on a border went over to another face.
    """

    old: str | None
    new: str | None
    area_m2: float
    households: float | None
    moved: bool
    noise: bool
    geometry: shapely.Geometry = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outcome of :func:`gis.comparing.compare.compare`; nothing in it depends on the order of the faces.

    Attributes
    ----------
    old_kind, new_kind : ndarray of str, shapes (n,) and (m,)
        What happened to each face, in the order of the input: one of :data:`KINDS`.
    changes : tuple of Change
        Ascending by ids; nothing about unchanged faces.
    lineage : tuple of Lineage
        Ascending by ids; no land of unchanged faces. The rows of an old face make up its land, those of a new face its own.
    """

    old_kind: np.ndarray
    new_kind: np.ndarray
    changes: tuple[Change, ...]
    lineage: tuple[Lineage, ...]

    @property
    def changed(self):
        """Whether any face is other than ``unchanged``."""
        return bool(self.changes)

    @property
    def summary(self):
        """Number of changes by kind, in the order of :data:`KINDS`; of ``unchanged`` the number of faces."""
        counts = Counter(change.kind for change in self.changes)
        counts["unchanged"] = int((self.new_kind == "unchanged").sum())
        return {kind: counts[kind] for kind in KINDS if counts[kind]}

    @property
    def moved(self):
        """Lineage of what went over to another face, or came out of or went to none."""
        return tuple(row for row in self.lineage if row.moved)

    def gained(self, face):
        """What a new face gained, and from whom."""
        return tuple(row for row in self.moved if row.new == face)

    def lost(self, face):
        """What an old face lost, and to whom."""
        return tuple(row for row in self.moved if row.old == face)
