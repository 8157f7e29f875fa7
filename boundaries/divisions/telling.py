"""A lineage told: its evidence as data, its counts, what is doubtful."""

from collections import Counter

from boundaries.codes import level_of


def evidence(step, names):
    """What a step rests on, as JSON knows it.

    Parameters
    ----------
    step : boundaries.divisions.lineage.Step
    names : dict of str to str
        Names by code in the edition that the shares are of: the later one for what ended, the earlier one for what was
        created.

    Returns
    -------
    dict
        Any of ``villages`` and ``shares`` (where they went or came from), ``doubt``, ``note``.
    """
    told = {}
    if step.villages:
        shares = [{"code": share.code, "name": names[share.code], "villages": share.villages} for share in step.shares]
        told |= {"villages": step.villages, "shares": shares}
    return told | {word: value for word, value in (("doubt", step.doubt), ("note", step.note)) if value}


def counts(steps):
    """How many steps of each kind, and how they were found.

    Returns
    -------
    list of dict
        ``level kind by count``, in the order of the steps.

    Examples
    --------
    >>> from boundaries.divisions.lineage import Step
    >>> counts([Step("510502", "510502", "unchanged", "code"), Step("510503", "510503", "unchanged", "code")])
    [{'level': 'county', 'kind': 'unchanged', 'by': 'code', 'count': 2}]
    """
    counted = Counter((level_of(step.old or step.new), step.kind, step.by) for step in steps)
    return [{"level": level, "kind": kind, "by": by, "count": count} for (level, kind, by), count in counted.items()]


def sizes(divisions):
    """Number of divisions by level.

    Examples
    --------
    >>> from boundaries.divisions.naming import Division
    >>> sizes([Division("510502", "江阳区"), Division("510502001", "南城街道")])
    {'county': 1, 'town': 1, 'village': 0}
    """
    counted = Counter(division.level for division in divisions)
    return {level: counted[level] for level in ("county", "town", "village")}
