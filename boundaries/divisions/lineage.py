"""From one edition of the division codes to the next: what became of every county, town and village.

Each division of both editions stands in a step, and each step says how it was found. What is not found is told as ended or
created; a name is never taken for the same place where it could mean two. Law, held by the tests: nothing depends on the
order of the rows, and read backwards every step turns round (ended and created change places, and merged and split).
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from boundaries.codes import LENGTH_OF_LEVEL, parent_of
from boundaries.divisions.correspondences import require_sound
from boundaries.divisions.naming import proper_name, same_but_for_spelling, stem_and_kind

LEVELS = ("county", "town", "village")
LEVEL_ABOVE = {"county": "city", "town": "county", "village": "town"}
KINDS = ("unchanged", "respelled", "renamed", "recoded", "merged", "split", "regrouped", "ended", "created")
BY = ("given", "code", "name_in_town", "name_in_county", "name_in_city", "name_in_linked_town", "villages", "absence")
# What a person should look at: the code was kept and nothing of the name; one village alone, by its name, went to a town to
# which nothing else led; a name that is on both sides more than once.
DOUBTS = ("other_name", "lone_name", "namesakes")


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """How many villages of a division went to, or came from, another."""

    code: str
    villages: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one division became.

    Attributes
    ----------
    old, new : str or None
        Codes in the earlier and the later edition; None where there is none.
    kind : str
        Of :data:`KINDS`.
    by : str
        Of :data:`BY`: how it was found.
    shares : tuple of Share
        Of a county or town that ended or was created: where its villages went or came from, the most first.
    villages : int
        Of the same: how many it had or has. What the shares lack was not found.
    doubt : str or None
        Of :data:`DOUBTS`.
    note : str
        Given with the correspondence: an official document, a reason.
    """

    old: str | None
    new: str | None
    kind: str
    by: str
    shares: tuple[Share, ...] = ()
    villages: int = 0
    doubt: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Two divisions are the same where they have this in common and no other on either side has."""

    by: str
    key: Callable
    among_all: bool = False  # unique in the whole edition, not only among those not found yet
    fits: Callable | None = None  # where given, those that do not fit are not counted


def lineage(old, new, *, given=()):
    """What became of every division of an edition in the next.

    Parameters
    ----------
    old, new : iterable of Division
        The two editions, each code once.
    given : iterable of Correspondence, optional
        What is known from documents; it wins over everything found.

    Returns
    -------
    tuple of Step
        Counties, towns, villages; by old code, then the created ones.

    Raises
    ------
    Refusal
        ``bad_correspondence``.

    Examples
    --------
    >>> from boundaries.divisions.naming import Division
    >>> old = [Division("510504", "龙马潭区"), Division("510504102", "石洞镇"), Division("510504102201", "花博村民委员会")]
    >>> new = [Division("510504", "龙马潭区"), Division("510504008", "石洞街道"), Division("510504008001", "花博社区")]
    >>> [(step.old, step.new, step.kind, step.by) for step in lineage(old, new)][1:]
    [('510504102', '510504008', 'recoded', 'name_in_county'), ('510504102201', '510504008001', 'recoded', 'name_in_town')]
    """
    editions = {each.code: each for each in old}, {each.code: each for each in new}
    given = tuple(given)
    require_sound(given, *editions)
    pairs = [(row.old, row.new, "given") for row in given if row.old and row.new]
    for level in LEVELS:
        pairs += _found(level, editions, given, pairs)
    return tuple(sorted(_steps(editions, given, pairs), key=_order))


def _found(level, editions, given, known):
    """Pairs of one level, by each rule in its turn."""
    taken = {row.old for row in given}, {row.new for row in given}
    everyone = [[each for each in side.values() if each.level == level] for side in editions]
    pairs = []
    for rule in _rules(level, known, pairs):
        left = [[each for each in side if each.code not in gone] for side, gone in zip(everyone, taken, strict=True)]
        for one, other in _unique_pairs(rule, *(everyone if rule.among_all else left)):
            if one.code not in taken[0] and other.code not in taken[1]:
                pairs.append((one.code, other.code, rule.by))
        taken[0].update(pair[0] for pair in pairs)
        taken[1].update(pair[1] for pair in pairs)
    return pairs


def _rules(level, known, pairs):
    """From the surest to the least sure; full names, with the kind of division, before the names proper. Each is made when
    its turn has come: `pairs` then holds what the ones before have found."""
    now = _renumbered(known)

    def named_within(above, name):
        def key(division, is_old):
            code = division.code[: LENGTH_OF_LEVEL[above]]
            code = now.get(code) if is_old and above != "city" else code
            return code and (code, name(division))

        return key

    above = LEVEL_ABOVE[level]
    yield _Rule("code", lambda division, _: division.code)
    for name in (stem_and_kind, proper_name):
        yield _Rule(f"name_in_{above}", named_within(above, name))
    if level == "village":
        for name in (stem_and_kind, proper_name):
            yield _Rule("name_in_county", named_within("county", name), among_all=True)
        for name in (stem_and_kind, proper_name):
            yield _Rule("name_in_linked_town", named_within("county", name), fits=_in_linked_towns(known + pairs))


def _renumbered(pairs):
    """New code of each division that has gone on as exactly one."""
    times = Counter(old for old, _, _ in pairs), Counter(new for _, new, _ in pairs)
    return {old: new for old, new, _ in pairs if times[0][old] == times[1][new] == 1}


def _in_linked_towns(pairs):
    """Whether two villages are in towns of which one has got other villages from the other."""
    links = _links(pairs)
    return lambda one, other: (parent_of(one.code), parent_of(other.code)) in links


def _links(pairs):
    """How many villages went from one town to another."""
    return Counter((old[:9], new[:9]) for old, new, _ in pairs if len(old) == 12)


def _unique_pairs(rule, old, new):
    keyed = defaultdict(lambda: ([], []))
    for is_old, side in ((True, old), (False, new)):
        for division in side:
            key = rule.key(division, is_old)
            if key:
                keyed[key][not is_old].append(division)
    for ones, others in keyed.values():
        if len(ones) == len(others) == 1 or rule.fits:
            fitting = [(one, other) for one in ones for other in others if rule.fits is None or rule.fits(one, other)]
            times = Counter(one.code for one, _ in fitting), Counter(other.code for _, other in fitting)
            yield from (pair for pair in fitting if times[0][pair[0].code] == times[1][pair[1].code] == 1)


def _steps(editions, given, pairs):
    notes = {(row.old, row.new): row.note for row in given}
    times = Counter(old for old, _, _ in pairs), Counter(new for _, new, _ in pairs)
    lone = {link for link, villages in _links(pairs).items() if villages == 1} - set(_renumbered(pairs).items())
    for old, new, by in pairs:
        ends = editions[0][old], editions[1][new]
        kind = _kind(*ends, several=(times[0][old] > 1, times[1][new] > 1))
        yield Step(old, new, kind, by, doubt=_doubt(*ends, kind, by, lone), note=notes.get((old, new), ""))
    yield from _ends(editions, times, pairs, notes)


def _kind(one, other, *, several):
    if any(several):
        return {(True, False): "split", (False, True): "merged", (True, True): "regrouped"}[several]
    if one.code != other.code:
        return "recoded"
    if one.name == other.name:
        return "unchanged"
    return "respelled" if same_but_for_spelling(one, other) else "renamed"


def _doubt(one, other, kind, by, lone):
    if kind == "renamed" and by == "code" and not set(proper_name(one)) & set(proper_name(other)):
        return "other_name"
    return "lone_name" if by == "name_in_county" and (one.code[:9], other.code[:9]) in lone and len(one.code) == 12 else None


def _ends(editions, times, pairs, notes):
    """What is on one side alone."""
    left = [[each for each in side.values() if each.code not in found] for side, found in zip(editions, times, strict=True)]
    names = _names(left, _renumbered(pairs))
    for is_old, side in ((True, left[0]), (False, left[1])):
        kind = "ended" if is_old else "created"
        for each in side:
            ends = (each.code, None) if is_old else (None, each.code)
            shares, villages = _shares(each, editions[not is_old], pairs, 0 if is_old else 1)
            by = "given" if ends in notes else "villages" if shares else "absence"
            doubt = "namesakes" if by != "given" and names[is_old][each.code] in names[not is_old].values() else None
            yield Step(*ends, kind, by, shares, villages, doubt, notes.get(ends, ""))


def _names(left, now):
    """For each side, what is left: code → level, county in the numbering of the later edition, name proper."""
    return {
        is_old: {each.code: (each.level, now.get(each.code[:6]) if is_old else each.code[:6], proper_name(each)) for each in side}
        for is_old, side in ((True, left[0]), (False, left[1]))
    }


def _shares(division, edition, pairs, end):
    """Where the villages of a county or town went (`end` 0) or came from (1), and how many it has."""
    length = len(division.code)
    if length == LENGTH_OF_LEVEL["village"]:
        return (), 0
    inside = (pair for pair in pairs if len(pair[0]) == LENGTH_OF_LEVEL["village"] and pair[end].startswith(division.code))
    counted = Counter(pair[1 - end][:length] for pair in inside)
    shares = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Share(*item) for item in shares), sum(len(code) == 12 and code.startswith(division.code) for code in edition)


def _order(step):
    code = step.old or step.new
    return len(code), step.old is None, code, step.new or ""
