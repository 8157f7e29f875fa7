"""The life of a filing as a table. Filing is not approval: the county decides, the city records."""

from dataclasses import dataclass

from gis.errors import Refusal


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done with a filing.

    Attributes
    ----------
    kind : str
        Of the entry that it appends.
    states : tuple of str
        In which it is allowed.
    right : str
        That it needs (boundaries/rights.py).
    """

    kind: str
    states: tuple[str, ...]
    right: str


STATES = ("prepared", "submitted", "received", "returned", "resubmitted", "recorded", "withdrawn")
FINAL = ("recorded", "withdrawn")
# The database holds the same table: filing_step_allowed in 0006_filings.sql.
STEPS = {
    "attach": Step("attached", ("prepared", "returned"), "filing.submit"),
    "submit": Step("submitted", ("prepared",), "filing.submit"),
    "receive": Step("received", ("submitted", "resubmitted"), "filing.receive"),
    "return": Step("returned", ("received",), "filing.return"),
    "resubmit": Step("resubmitted", ("returned",), "filing.submit"),
    "record": Step("recorded", ("received",), "filing.record"),
    "withdraw": Step("withdrawn", ("prepared", "submitted", "received", "returned", "resubmitted"), "change_set.withdraw"),
}


def after(state, action, *, filing):
    """The state in which a step leaves a filing.

    Parameters
    ----------
    state : str
    action : str
        A name of `STEPS`.
    filing : str
        Its number, for the sentence.

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``illegal_transition`` when the state does not allow the step.

    Examples
    --------
    >>> after("received", "record", filing="BA510502-2026-0001")
    'recorded'
    >>> after("recorded", "return", filing="BA510502-2026-0001")
    Traceback (most recent call last):
    gis.errors.Refusal: Filing BA510502-2026-0001 is recorded, which is final; reverse the change by a change set of its own.
    """
    step = STEPS[action]
    if state in step.states:
        return state if action == "attach" else step.kind
    if state == "recorded":
        hint = "is recorded, which is final; reverse the change by a change set of its own"
    elif state == "withdrawn":
        hint = "is withdrawn, which is final; file the change set that takes its place"
    else:
        hint = f"is {state}; to {action} it, it has to be {' or '.join(step.states)}"
    details = {"filing": filing, "state": state, "action": action, "allowed": allowed_in(state)}
    raise Refusal("illegal_transition", f"Filing {filing} {hint}.", **details)


def allowed_in(state):
    """Steps that a state allows.

    Examples
    --------
    >>> allowed_in("received"), allowed_in("recorded")
    (['return', 'record', 'withdraw'], [])
    """
    return [action for action, step in STEPS.items() if state in step.states]


def state_after(kind, before):
    """State after an entry of a kind: an attachment changes none.

    Examples
    --------
    >>> state_after("attached", "returned"), state_after("received", "submitted")
    ('returned', 'received')
    """
    return before if kind == "attached" else kind
