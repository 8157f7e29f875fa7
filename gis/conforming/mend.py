"""What conforming proposes, does and leaves: mends with their evidence, and the conformed layer."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
import shapely

from gis.tiling import Proof

STRATEGIES = ("longest_border", "largest", "smallest", "priority", "by_village_code")
QUESTIONS = {
    "wide_gap": "The gap is wider than is filled unasked; it may be a street or water.",
    "wide_overlap": "The overlap is wider than is decided unasked.",
    "duplicate": "The faces cover one another for the most part; only one of them can keep the land.",
    "locked": "Only locked faces could change here.",
    "no_neighbour": "No face has a border with the gap.",
    "without_land": "The face has no land left.",
    "refused": "The mend was refused.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A face that could get the land, with the length of its border with it.

    Attributes
    ----------
    face : str
        Its id.
    border_m : float
    """

    face: str
    border_m: float


@dataclass(frozen=True, slots=True)
class Mend:
    """One proposal: a piece of land that changes hands, or a border that is snapped.

    Attributes
    ----------
    id : str
        The same for the same fault at the next run.
    kind : str
        ``overlap``, ``contained``, ``duplicate``, ``gap``, ``outside``, ``snap``, ``bend`` or ``without_land``.
    faces : tuple of str
        Those that cover the land (of a gap none), or whose border is snapped.
    to : str or None
        The face that gets or would get the land.
    candidates : tuple of Candidate
        By falling border, then by code.
    even : bool
        The second candidate has at least nine tenths of the border of the first.
    accepted : bool
        It was done.
    question : str
        Why it needs a person, a key of :data:`QUESTIONS`; "" where it does not.
    area_m2, width_m : float
        Of the land; the width as in :func:`gis.measures.measure`, or that of the widest place where this is wider than the
        limit and the other is not. Of snaps, `width_m` is the shift.
    lon, lat : float or None
    geometry : Geometry or None
        Degrees.
    """

    id: str
    kind: str
    faces: tuple[str, ...]
    to: str | None = None
    candidates: tuple[Candidate, ...] = ()
    even: bool = False
    accepted: bool = True
    question: str = ""
    area_m2: float = 0.0
    width_m: float = 0.0
    lon: float | None = None
    lat: float | None = None
    geometry: shapely.Geometry | None = field(default=None, compare=False, repr=False)

    def as_dict(self):
        """The mend as a JSON object."""
        return {
            "id": self.id,
            "kind": self.kind,
            "accepted": self.accepted,
            "from": list(self.faces),
            "to": self.to,
            "area_m2": round(self.area_m2, 6),
            "width_m": round(self.width_m, 6),
            "lon": self.lon,
            "lat": self.lat,
            "even": self.even,
            "candidates": [{"face": one.face, "border_m": round(one.border_m, 3)} for one in self.candidates],
            "question": self.question,
            "reason": QUESTIONS.get(self.question, ""),
        }


@dataclass(frozen=True, slots=True)
class Conformed:
    """A conformed layer, in the order of the input.

    Attributes
    ----------
    ids : tuple of str
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        Degrees, on the lattice; None for a face without land.
    area_before_m2, area_after_m2 : ndarray of float64, shape (n,)
    touched : ndarray of bool, shape (n,)
        The face is not the one that came in (rounded to the lattice).
    mends : tuple of Mend
        By place; done, refused and open ones.
    parent : Polygon or MultiPolygon
        What the faces tile: the parent with the nodes the faces need on it, or the union of the faces.
    parent_nodes : ndarray of float64, shape (k, 2)
        Degrees of the nodes that the given parent lacks where borders end on its edges.
    max_shift_m : float
        Longest way of a snapped border.
    noding_m : float
        Longest way of a border that was led through the rounded place of a crossing.
    proof : gis.tiling.Proof
        That the faces tile `parent`.
    """

    ids: tuple
    faces: np.ndarray
    area_before_m2: np.ndarray
    area_after_m2: np.ndarray
    touched: np.ndarray
    mends: tuple
    parent: shapely.Geometry
    parent_nodes: np.ndarray
    max_shift_m: float
    noding_m: float
    proof: Proof

    @property
    def needs_a_person(self):
        """Mends that were not done, or done only for want of an answer."""
        return tuple(mend for mend in self.mends if mend.question)

    @property
    def ok(self):
        """Whether the faces tile exactly and nothing is left to ask."""
        return self.proof.ok and not self.needs_a_person

    def as_dict(self):
        """The report as a JSON object."""
        rows = zip(self.ids, self.area_before_m2.tolist(), self.area_after_m2.tolist(), self.touched.tolist(), strict=True)
        faces = [
            {"id": i, "area_before_m2": round(before, 3), "area_after_m2": round(after, 3), "touched": touched}
            for i, before, after, touched in rows
        ]
        return {
            "ok": self.ok,
            "proof": {"tiles": self.proof.ok, "invalid": [self.ids[k] for k in self.proof.invalid]},
            "max_shift_m": round(self.max_shift_m, 6),
            "noding_m": round(self.noding_m, 6),
            "parent_nodes": self.parent_nodes.tolist(),
            "faces": faces,
            "mends": [mend.as_dict() for mend in self.mends],
            "needs_a_person": [mend.id for mend in self.needs_a_person],
        }


def mend_id(kind, faces, place):
    """A stable name of a fault: of its kind, its faces and its place on the lattice.

    Parameters
    ----------
    kind : str
    faces : iterable of str
    place : bytes

    Returns
    -------
    str
        Twelve hexadecimal digits.

    Examples
    --------
    >>> mend_id("gap", (), b"here") == mend_id("gap", [], b"here") != mend_id("gap", (), b"there")
    True
    """
    return hashlib.sha256(repr((kind, tuple(faces))).encode() + place).hexdigest()[:12]
