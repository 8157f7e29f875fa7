"""Candidates for an address weighed against each other: what is called exactly so goes before what is called alike."""

from dataclasses import replace

import numpy as np

from gis.measures import edge_lengths_m
from incidents.gazetteer.matching import LEVELS, Evidence, stated

SAME_CONFIDENCE = 0.02
SAME_PLACE_M = 100


def ranked(candidates):
    """Candidates by confidence, the highest first, once they are weighed against each other.

    Where an entry is called exactly so, those that are only called alike lose. Where several fit equally well and are not at one
    place, none is guessed: the confidence of all is divided by their number.

    Parameters
    ----------
    candidates : iterable of Candidate

    Returns
    -------
    list of Candidate
        Those of equal confidence by name, place and number of the entry.
    """
    found = _without_doubles(candidates)
    if any(_is_exact(each) for each in found):
        found = [each if _is_exact(each) or not _is_alike(each) else _with(each, stated("better_name")) for each in found]
    found = sorted(found, key=_order)
    equal = [each for each in found if each.confidence >= found[0].confidence - SAME_CONFIDENCE and _apart(each, found[0])]
    if equal:
        shared = Evidence("equal", round(1 / (len(equal) + 1), 4), str(len(equal) + 1))
        found = [_with(each, shared) for each in found]
    return found


def _is_exact(candidate):
    """Called exactly so, and not somewhere else than said."""
    codes = {each.code for each in candidate.why}
    differs = {f"{level}_differs" for level in LEVELS} | {"elsewhere", "rest", "number_unknown"}
    return bool(codes & {"name_is", "alias_is"}) and not codes & differs


def _is_alike(candidate):
    return any(each.code == "name_alike" for each in candidate.why)


def _with(candidate, evidence):
    return replace(candidate, why=(*candidate.why, evidence))


def _order(candidate):
    entry = candidate.entry
    return -candidate.confidence, entry.name, entry.kind, candidate.lonlat, entry.source, entry.id or 0


def _without_doubles(candidates):
    """Of an entry that was found in several ways the best."""
    best = {}
    for each in sorted(candidates, key=_order):
        entry = each.entry
        best.setdefault((entry.id, entry.kind, each.lonlat) if entry.id is None else entry.id, each)
    return list(best.values())


def _apart(first, second):
    return edge_lengths_m(np.array([first.lonlat]), np.array([second.lonlat]))[0] > SAME_PLACE_M
