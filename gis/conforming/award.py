"""Who gets land that several faces claim, or none: a decision for every faulty atom, by a named strategy."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gis.conforming.mend import Candidate, Mend, mend_id
from gis.conforming.rules import choose
from gis.errors import Refusal
from gis.measures import measure

MOST = 0.5  # of its land: a face that would lose more to others keeps it
EVEN = 0.9
ACCEPTABLE = ("wide_gap", "wide_overlap", "duplicate")


@dataclass(frozen=True, slots=True)
class Award:
    """What becomes of the atoms.

    Attributes
    ----------
    holders : list of frozenset of int
        The faces that have each atom in the end.
    mends : list of Mend
    """

    holders: list
    mends: list


@dataclass(slots=True, eq=False)
class _Case:
    """A faulty atom on its way to a decision."""

    atom: int
    kind: str
    claims: frozenset
    id: str
    area_m2: float
    width_m: float
    shape: object
    beside: list = field(default_factory=list)  # of (atom, length in metres)
    to: int | None = None
    candidates: tuple = ()
    question: str = ""


def award(found, ids, ground, rules):
    """Decide every faulty atom.

    Parameters
    ----------
    found : gis.conforming.atoms.Atoms
    ids : sequence of str
        Of the faces; ties go to the smallest.
    ground : gis.conforming.ground.Ground
    rules : Rules

    Returns
    -------
    Award

    Examples
    --------
    >>> from gis.conforming.atoms import atoms
    >>> from gis.conforming.drawing import draw
    >>> from gis.conforming.rules import Rules
    >>> from gis.conforming.ground import Ground
    >>> from gis.conforming.noding import node
    >>> pair = np.array([shapely.box(0, 0, 3000, 1000), shapely.box(2000, 0, 5000, 1500)])
    >>> found = atoms(node(draw(pair, np.array([0, 1]))), np.array([], dtype=object))
    >>> decision = award(found, ("A", "B"), Ground(np.array([1_050_000_000, 280_000_000])), Rules())
    >>> [(mend.kind, mend.faces, mend.to) for mend in decision.mends]
    [('overlap', ('A', 'B'), 'B')]
    """
    cases = _cases(found, ids, ground, rules)
    sizes = _Sizes(found)
    held = {k: claim for k, claim in enumerate(found.claims)}
    for case in cases:
        held[case.atom] = None
    waiting = []
    for case in cases:
        if _settled(case, sizes, ids, rules):
            held[case.atom] = _holders(case)
        else:
            waiting.append(case)
    _in_rounds(waiting, held, sizes, ids, rules)
    for case in cases:
        if case.kind != "outside":
            case.candidates = case.candidates or _candidates(case, held, ids, rules)
    mends = [_mend(case, ids, ground) for case in cases]
    return Award([held[k] for k in range(len(found.claims))], mends)


class _Sizes:
    """Land of each face in square units, and what it shares with others."""

    def __init__(self, found):
        self.total, self.disputed, self.shared = defaultdict(float), defaultdict(float), defaultdict(float)
        for claim, area in zip(found.claims, shapely.area(found.shapes).tolist(), strict=True):
            for face in claim:
                self.total[face] += area
                self.disputed[face] += area * (len(claim) > 1)
                for other in claim - {face}:
                    self.shared[face, other] += area

    def submerged(self, face):
        """Whether most of a face lies under others."""
        return self.disputed[face] > MOST * self.total[face]

    def twins(self, one, other):
        """Whether two faces cover one another for the most part."""
        return self.shared[one, other] > MOST * max(self.total[one], self.total[other])


def _cases(found, ids, ground, rules):
    """Every faulty atom with a name: by its extent, which stays when nodes come and go along its edges."""
    rows = found.faulty
    if not len(rows):
        return []
    shapes = ground.leave(found.shapes[rows])
    area_m2, width_m = measure(shapes)
    empty = np.array([not found.claims[atom] for atom in rows.tolist()])
    limit_m = np.where(empty, rules.gap_width_m, rules.overlap_width_m)
    width_m = np.maximum(width_m, _widest_m(found.shapes[rows], area_m2, width_m, limit_m, ground))
    extents = np.rint(shapely.bounds(found.shapes[rows])).astype(np.int64) + np.tile(ground.corner, 2)
    cases, seen = [], Counter()
    for k, atom in enumerate(rows.tolist()):
        claims = found.claims[atom]
        kind = "gap" if not claims else "overlap" if found.wanted[atom] else "outside"
        name = mend_id(kind, sorted(ids[f] for f in claims), extents[k].tobytes())
        seen[name] += 1
        name = name if seen[name] == 1 else mend_id(name, (), str(seen[name]).encode())
        cases.append(_Case(atom, kind, claims, name, float(area_m2[k]), float(width_m[k]), shapes[k]))
    _note_neighbours(cases, found, ground)
    return cases


def _widest_m(shapes, area_m2, width_m, limit_m, ground):
    """Diameter of the largest circle inside, where it decides: 0 where a circle as wide as the limit has no room anyway."""
    scale = ground.scale_m(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    answer = np.zeros(len(shapes))
    for k in np.flatnonzero((width_m <= limit_m) & (area_m2 >= np.pi / 4 * limit_m**2)):
        metric = shapely.transform(shapes[k], lambda xy, k=k: xy * scale[k])
        if not shapely.is_empty(shapely.buffer(metric, -limit_m[k] / 2, quad_segs=2)):  # many times cheaper than the circle
            radius = shapely.maximum_inscribed_circle(metric, tolerance=max(0.01, limit_m[k] / 50))
            answer[k] = max(2 * shapely.length(radius), np.nextafter(limit_m[k], np.inf))
    return answer


def _note_neighbours(cases, found, ground):
    by_atom = {case.atom: case for case in cases}
    faulty = np.zeros(len(found.shapes) + 1, dtype=bool)
    faulty[list(by_atom)] = True
    rows = np.flatnonzero(faulty[found.beside].any(axis=1))
    metres = ground.lengths_m(found.start[rows], found.end[rows])
    for (one, other), length in zip(found.beside[rows].tolist(), metres.tolist(), strict=True):
        for here, there in ((one, other), (other, one)):
            if here in by_atom and there >= 0:
                by_atom[here].beside.append((there, length))


def _settled(case, sizes, ids, rules):
    """Decide what needs no evidence of borders; says whether it did."""
    locked = case.claims & rules.locked
    if case.id in rules.spare:
        case.to = rules.spare[case.id]
    elif case.id in rules.refuse:
        case.question = "refused"
    elif case.kind == "gap":
        case.question = "wide_gap" if case.width_m > rules.gap_width_m else ""
    elif locked:
        alone = case.kind == "overlap" and len(locked) == 1
        case.to, case.question = (min(locked), "") if alone else (None, "locked")
    elif case.kind == "overlap":
        _settle_submerged(case, sizes, ids)
        if case.kind != "duplicate" and case.width_m > rules.overlap_width_m:
            case.to, case.question = None, "wide_overlap"
    if case.question in ACCEPTABLE and (case.id in rules.accept or case.id in rules.give):
        case.question = ""
    if case.id in rules.give and not case.question:
        case.to = _given(case, ids, rules)
    return bool(case.question) or case.to is not None or case.kind == "outside"


def _given(case, ids, rules):
    face = rules.give[case.id]
    if case.kind == "outside" or face in rules.locked - case.claims or (case.claims and face not in case.claims):
        raise Refusal("not_a_candidate", f"Mend {case.id} cannot be given to {ids[face]}; the report names the candidates.")
    return face


def _settle_submerged(case, sizes, ids):
    under = sorted((f for f in case.claims if sizes.submerged(f)), key=lambda f: (sizes.total[f], ids[f]))
    if not under:
        return
    twins = [f for f in case.claims if f != under[0] and sizes.twins(under[0], f)]
    if twins:
        case.kind, case.question = "duplicate", "duplicate"
        case.to = min([under[0], *twins], key=lambda f: ids[f])
    else:
        case.kind, case.to = "contained", under[0]


def _holders(case):
    if case.to is not None:
        return frozenset({case.to})
    return case.claims if case.question else frozenset()


def _in_rounds(waiting, held, sizes, ids, rules):
    """Decide by the borders with land whose owner is known; each round knows what the rounds before have decided."""
    while waiting:
        for case in waiting:
            case.candidates = _candidates(case, held, ids, rules)
        ready = [case for case in waiting if case.candidates and case.candidates[0][1] > 0]
        ready = ready or [case for case in waiting if case.kind == "overlap"]
        if not ready:
            break
        for case in ready:
            case.to = choose(case.candidates, sizes.total, ids, rules)
        for case in ready:
            held[case.atom] = frozenset({case.to})
        waiting[:] = [case for case in waiting if case.to is None]
    for case in waiting:
        around = [held[there] or () for there, _ in case.beside]
        case.question = "locked" if any(rules.locked.intersection(some) for some in around) else "no_neighbour"
        held[case.atom] = frozenset()


def _candidates(case, held, ids, rules):
    """Faces that may get an atom with their borders in metres, the longest first."""
    metres = dict.fromkeys(case.claims, 0.0)
    borders = defaultdict(list)
    for there, length in case.beside:
        for face in held[there] or ():
            borders[face].append(length)
    for face, lengths in borders.items():
        may = face in case.claims if case.claims else face not in rules.locked
        if may and len(lengths):
            metres[face] = sum(sorted(lengths))
    return tuple(sorted(metres.items(), key=lambda row: (-row[1], ids[row[0]])))


def _mend(case, ids, ground):
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(case.shape))[0].round(9).tolist()
    borders = [length for _, length in case.candidates if length > 0]
    mend = Mend(
        case.id,
        case.kind,
        tuple(sorted(ids[f] for f in case.claims)),
        None if case.to is None else ids[case.to],
        tuple(Candidate(ids[face], length) for face, length in case.candidates),
        even=len(borders) > 1 and borders[1] >= EVEN * borders[0],
        area_m2=case.area_m2,
        width_m=case.width_m,
        lon=lon,
        lat=lat,
        geometry=case.shape,
    )
    return replace(mend, question=case.question, accepted=case.to is not None or not case.question)
