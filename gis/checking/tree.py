"""Who lies in whom, by the ids alone: parents that are not there, and units that would lie in themselves."""

from gis.checking.findings import Finding

SHOWN = 8  # units of a circle that a finding spells out
LOST = None  # in place of a parent's id: the unit has none that it could be checked against
ROOT = ""


def family_of(ids, parent_ids, known):
    """The parent against which each unit can be checked, and what is wrong with those that have none.

    Parameters
    ----------
    ids, parent_ids : sequence of str or None, shape (n,)
    known : set of str or None
        Ids of the parents, where they are not among the units; then every unit needs one.

    Returns
    -------
    list of str or None
        Id of the parent, :data:`ROOT` or :data:`LOST`.
    list of Finding

    Examples
    --------
    >>> parents, findings = family_of(["A", "B", "C", "D"], [None, "A", "X", "D"], None)
    >>> parents, [(finding.code, finding.faces, finding.detail) for finding in findings]
    (['', 'A', None, None], [('unknown_parent', ('C',), 'X'), ('own_ancestor', ('D',), 'D → D')])
    """
    parents = [parent or ROOT for parent in parent_ids]
    there = ({one for one in ids if one} | {ROOT}) if known is None else known
    lost = sorted({(one or "", parent) for one, parent in zip(ids, parents, strict=True) if parent not in there})
    findings = [Finding("unknown_parent", (one,), detail=parent or "nothing") for one, parent in lost]
    circles = [] if known is not None else _circles(ids, parents)
    in_circle = {one for circle in circles for one in circle}
    findings += [Finding("own_ancestor", (one,), detail=_spelt_out(circle)) for circle in circles for one in circle]
    pairs = zip(ids, parents, strict=True)
    return [parent if parent in there and one not in in_circle else LOST for one, parent in pairs], findings


def _circles(ids, parents):
    """Circles of units, each from its smallest id on; of an id that stands twice the smallest parent counts."""
    parent_of = {}
    for one, parent in zip(ids, parents, strict=True):
        if one and parent and parent < parent_of.get(one, (parent + " ")):
            parent_of[one] = parent
    seen, circles = {}, []
    for first in sorted(parent_of):
        path, one = [], first
        while one in parent_of and one not in seen:
            seen[one] = first
            path.append(one)
            one = parent_of[one]
        if path and seen.get(one) == first and one in path:
            circles.append(_from_smallest(path[path.index(one) :]))
    return circles


def _from_smallest(circle):
    low = circle.index(min(circle))
    return circle[low:] + circle[:low]


def _spelt_out(circle):
    shown = [*circle, circle[0]] if len(circle) <= SHOWN else [*circle[:SHOWN], "…", circle[0]]
    return " → ".join(shown)
