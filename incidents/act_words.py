"""What people say with what they do to an incident: reasons, notes, details."""

from boundaries.filings.words import checked_text
from gis.errors import Refusal
from incidents.flow import ACTIONS

LONGEST_NOTE = 2000
MOST_DEPARTMENTS = 20
URGE_KINDS = ("timeout", "leader", "important")


def checked_words(name, text):
    """The words that go with an action, as they are stored; None for no words.

    Raises
    ------
    Refusal
        ``bad_text``.

    Examples
    --------
    >>> checked_words("reject", " ")
    Traceback (most recent call last):
    gis.errors.Refusal: The reason is empty; write it.
    """
    reason = ACTIONS[name].reason
    return checked_text(text, "reason" if reason else "note", longest=LONGEST_NOTE, required=reason) or None


def checked_detail(name, given):
    """The details that go with an action of a person, as they are stored.

    Raises
    ------
    Refusal
        ``bad_detail``.

    Examples
    --------
    >>> checked_detail("urge", {"kind": "leader"})
    {'kind': 'leader'}
    >>> checked_detail("urge", {})
    Traceback (most recent call last):
    gis.errors.Refusal: urge has to name its kind.
    """
    action = ACTIONS[name]
    if action.right is None:
        return dict(given)
    for wanted in action.wanted:
        if not given.get(wanted):
            raise Refusal("bad_detail", f"{name} has to name its {wanted}.", detail=wanted)
    for detail, value in given.items():
        if detail not in action.wanted + action.optional or not _fits(detail, value):
            raise Refusal("bad_detail", f"{name} does not take the detail {detail} as it was given.", detail=detail)
    return dict(given)


def _fits(detail, value):
    if detail == "departments":
        return isinstance(value, list | tuple) and len(set(value)) == len(value) <= MOST_DEPARTMENTS
    if detail == "kind":
        return value in URGE_KINDS
    return isinstance(value, str) or (detail == "department" and value is None)
