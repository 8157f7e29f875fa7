"""The life of a change set: which state follows which."""

from gis.errors import Refusal

STEPS = {
    "draft": ("checked", "withdrawn"),
    "checked": ("draft", "county_decided", "withdrawn"),
    "county_decided": ("in_force", "withdrawn"),
    "in_force": ("superseded",),
    "superseded": (),
    "withdrawn": (),
}
EDITABLE = ("draft", "checked")
HINTS = {
    "draft": "check it first",
    "checked": "decide it, edit it or withdraw it",
    "county_decided": "it is decided already; until its day it can be withdrawn",
    "in_force": "it is decided and in force; reverse it by a change set of its own",
    "superseded": "what it began is over; open another one",
    "withdrawn": "open another one",
}


def require_step(before, after):
    """Refuse a step that the life of a change set does not know.

    Raises
    ------
    Refusal
        ``illegal_transition``.

    Examples
    --------
    >>> require_step("draft", "checked")
    >>> require_step("withdrawn", "draft")
    Traceback (most recent call last):
    gis.errors.Refusal: A change set that is withdrawn cannot become draft; open another one.
    """
    if after not in STEPS[before]:
        refused = f"A change set that is {before} cannot become {after}; {HINTS[before]}."
        raise Refusal("illegal_transition", refused, state=before)
