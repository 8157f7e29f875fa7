"""How to decide who gets land: what a person has said, and the strategy for the rest."""

from collections import defaultdict
from dataclasses import dataclass, field

from gis.conforming.mend import STRATEGIES
from gis.errors import Refusal

VILLAGE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Rules:
    """How to decide; see :func:`gis.conforming.conform.conform`.

    Attributes
    ----------
    strategy : str
        One of :data:`gis.conforming.mend.STRATEGIES`.
    priority : tuple of int
        Faces, the first goes first.
    gap_width_m, overlap_width_m : float
        Wider faults are a question.
    locked : frozenset of int
        Faces that never change.
    accept, refuse : frozenset of str
        Ids of mends that a person has decided.
    give : dict of str to int
        Face that a person gives the land of a mend to.
    spare : dict of str to int
        Face that gets the land of a mend so that a locked one needs no node.
    """

    strategy: str = "longest_border"
    priority: tuple = ()
    gap_width_m: float = 2.0
    overlap_width_m: float = float("inf")
    locked: frozenset = frozenset()
    accept: frozenset = frozenset()
    refuse: frozenset = frozenset()
    give: dict = field(default_factory=dict)
    spare: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.strategy not in STRATEGIES:
            raise Refusal("unknown_strategy", f"{self.strategy!r} is no strategy; use one of {', '.join(STRATEGIES)}.")


def choose(candidates, total, ids, rules):
    """The face that the strategy gives a fault to.

    Parameters
    ----------
    candidates : sequence of (int, float)
        Faces with the length of their border with it.
    total : mapping of int to float
        Land of each face.
    ids : sequence of str
    rules : Rules

    Returns
    -------
    int

    Examples
    --------
    >>> ids, total = ("A", "B", "C"), {0: 5.0, 1: 9.0, 2: 9.0}
    >>> [choose([(0, 7.0), (1, 3.0), (2, 3.0)], total, ids, Rules(name)) for name in ("longest_border", "largest")]
    [0, 1]
    """
    touching = [row for row in candidates if row[1] > 0] or list(candidates)
    keys = {
        "longest_border": lambda row: -row[1],
        "largest": lambda row: -total[row[0]],
        "smallest": lambda row: total[row[0]],
        "priority": lambda row: rules.priority.index(row[0]) if row[0] in rules.priority else len(rules.priority),
        "by_village_code": _by_village(touching, ids),
    }
    key = keys[rules.strategy]
    return min(touching, key=lambda row: (key(row), ids[row[0]]))[0]


def _by_village(candidates, ids):
    """The village whose faces together have the longest border, then the face with the longest."""
    metres = defaultdict(list)
    for face, length in candidates:
        metres[ids[face][:VILLAGE_DIGITS]].append(length)
    total = {village: sum(sorted(lengths)) for village, lengths in metres.items()}
    return lambda row: (-total[ids[row[0]][:VILLAGE_DIGITS]], ids[row[0]][:VILLAGE_DIGITS], -row[1])
