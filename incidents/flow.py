"""The course of an incident 事件 as a table: what can be done in which state, by whom, and what follows.

An incident is where its events have led it; the table `incident_step` of the database holds the same steps and lets no others in.
"""

from dataclasses import dataclass, replace
from typing import Literal

from boundaries.rights import denied
from gis.errors import Refusal
from incidents.states import ENDED, STATES

SYSTEM = ("desk", "timer")  # what acts by itself: intake and the timers; no right is asked of them
QUIET = ("due_soon", "overdue", "new_term")  # what a page may have missed without deciding on old news
OPEN = tuple(state for state in STATES if state not in ENDED)


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with an incident.

    Attributes
    ----------
    right : str or None
        That it needs (boundaries/rights.py) where the incident lies; None is for the system alone.
    steps : tuple of (str, str)
        State before and state after.
    reason : bool
        Words are due.
    wanted, optional : tuple of str
        Details that have to come with it, and that may.
    party : {"any", "handler", "consulted"}
        ``handler``: the department that the incident is given to, or the grid's worker where it is given to none.
        ``consulted``: a department that was asked in a joint consultation.
    """

    right: str | None
    steps: tuple[tuple[str, str], ...]
    reason: bool = False
    wanted: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    party: Literal["any", "handler", "consulted"] = "any"


def _to(after, *states):
    return tuple((state, after) for state in states)


def _within(*states):
    return tuple((state, state) for state in states)


HANDLED_BY = {"right": "incident.handle", "party": "handler"}
REGISTER, DISPATCH, CHECK, SUPERVISE = (f"incident.{verb}" for verb in ("register", "dispatch", "check", "supervise"))
HANDLING = ("dispatched", "handling", "rework")
UNREGISTERED = ("dispatched", "handling", "handled", "checked", "returned", "rework")  # what is urgent may get there
ACTIONS = {
    "register": Action(REGISTER, _to("registered", "reported") + _within(*UNREGISTERED)),
    "reject": Action(REGISTER, _to("rejected", "reported"), reason=True),
    "cancel": Action(REGISTER, _to("cancelled", "reported", "registered"), reason=True),
    "dispatch": Action(DISPATCH, _to("dispatched", "reported", "registered", "returned", "dispatched"), optional=("department",)),
    "accept": Action(steps=_to("handling", "dispatched"), **HANDLED_BY),
    "send_back": Action(steps=_to("returned", "dispatched", "handling"), reason=True, **HANDLED_BY),
    "feed_back": Action(steps=_to("handled", "handling", "rework"), reason=True, **HANDLED_BY),
    "pass": Action(CHECK, _to("checked", "handled")),
    "fail": Action(CHECK, _to("rework", "handled"), reason=True),
    "close": Action(CHECK, _to("closed", "checked")),
    "ask_suspension": Action(steps=_within(*HANDLING), reason=True, **HANDLED_BY),
    "suspend": Action(SUPERVISE, _to("suspended", *HANDLING)),
    "refuse_suspension": Action(SUPERVISE, _within(*HANDLING), reason=True),
    "resume": Action(SUPERVISE, tuple(("suspended", state) for state in HANDLING)),
    "merge": Action(REGISTER, _to("merged", "reported", "registered", "dispatched", "returned"), wanted=("into",)),
    "absorb": Action(None, _within(*OPEN)),
    "urge": Action(SUPERVISE, _within(*OPEN), wanted=("kind",)),
    "consult": Action(DISPATCH, _within(*OPEN), wanted=("departments",)),
    "advise": Action("incident.handle", _within(*OPEN), reason=True, party="consulted"),
    "note": Action("incident.note", _within(*OPEN), reason=True),
    "reroute": Action(DISPATCH, _within(*OPEN), reason=True, wanted=("to",)),
    "correct_matter": Action(REGISTER, _within(*OPEN), reason=True, wanted=("matter",)),
    "reassign": Action(None, _within(*OPEN)),
    "due_soon": Action(None, _within(*OPEN)),
    "overdue": Action(None, _within(*OPEN)),
    "new_term": Action(None, _within(*OPEN)),
}
STEPS = frozenset((name, *step) for name, action in ACTIONS.items() for step in action.steps)
BY_PEOPLE = tuple(name for name, action in ACTIONS.items() if action.right)


def replayed(course):
    """State to which a course leads.

    Parameters
    ----------
    course : iterable of object
        ``action from_state to_state``, in order.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        The course has a step that is not in the table or does not begin where the one before ended.
    """
    state = None
    for event in course:
        known = (event.action, event.from_state, event.to_state) in STEPS if state else event.action == "report"
        if event.from_state != state or not known:
            raise ValueError(f"{event.action} from {event.from_state} does not follow upon {state}")
        state = event.to_state
    return state


# What an action needs besides the state: whether it is there, and the words for where it is not.
CONDITIONS = {
    "register": (lambda case: not case.registered, "it is registered already"),
    "dispatch": (
        lambda case: case.state != "reported" or case.urgent,
        "before it is registered, only what is urgent is dispatched",
    ),
    "close": (lambda case: case.registered, "it has to be registered first"),
    "ask_suspension": (lambda case: not case.suspension_asked, "a suspension is asked for already"),
    "suspend": (lambda case: case.suspension_asked, "whoever handles it has to ask for the suspension first"),
    "refuse_suspension": (lambda case: case.suspension_asked, "nobody asks for a suspension"),
    "merge": (lambda case: not case.has_absorbed, "others were merged into it, so merge the other one into this"),
    "advise": (lambda case: bool(case.consulted), "no department was asked"),
    "reroute": (lambda case: case.movable, "it lies in its grid and on no border"),
}


def possible(case, actor):
    """What an actor can do now.

    Parameters
    ----------
    case : incidents.cases.Case
    actor : boundaries.rights.Actor or str
        A name of `SYSTEM` is no person.

    Returns
    -------
    tuple of str
        Names of `ACTIONS`, in its order.

    Examples
    --------
    >>> from boundaries.rights import Actor, Grant
    >>> from incidents.cases import Case
    >>> dispatcher = Actor(1, "li", (Grant("dispatcher", "510502"),))
    >>> possible(Case(no="1", state="checked", code="510502001001001"), dispatcher)
    ('close', 'urge', 'consult', 'note', 'correct_matter')
    >>> possible(Case(no="1", state="closed", code="510502001001001"), dispatcher)
    ()
    """
    return tuple(name for name in ACTIONS if is_possible(case, name) and not_allowed(case, name, actor) is None)


def is_possible(case, name):
    """Whether the state and the course of a case allow an action, whoever does it."""
    return _after(case, name) is not None and (name not in CONDITIONS or CONDITIONS[name][0](case))


def next_state(case, name, actor):
    """The state in which an action leaves a case.

    Parameters
    ----------
    case : incidents.cases.Case
    name : str
    actor : boundaries.rights.Actor or str

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``unknown_action``, ``not_signed_in``, ``forbidden``, ``not_given_to_you``, ``illegal_step``.

    Examples
    --------
    >>> from incidents.cases import Case
    >>> next_state(Case(no="5105022026050200017", state="closed", code="510502001001001"), "urge", "timer")
    Traceback (most recent call last):
    gis.errors.Refusal: Incident 5105022026050200017 is closed, which is final: nothing more can be done with it.
    """
    if name not in ACTIONS:
        sentence = f"{name[:40]!r} is nothing that is done with an incident; choose one of {', '.join(ACTIONS)}."
        raise Refusal("unknown_action", sentence)
    refusal = not_allowed(case, name, actor)
    if refusal is not None:
        raise refusal
    if not is_possible(case, name):
        raise _illegal(case, name, actor)
    return _after(case, name)


def _after(case, name):
    found = [after for before, after in ACTIONS[name].steps if before == case.state]
    if name == "resume" and found:
        return case.suspended_from
    return found[0] if found else None


def _illegal(case, name, actor):
    allowed = possible(case, actor)
    details = {"incident": case.no, "state": case.state, "action": name, "allowed": list(allowed)}
    if case.state in ENDED:
        sentence = f"Incident {case.no} is {case.state}, which is final: nothing more can be done with it."
        return Refusal("illegal_step", sentence, **details)
    hint = f" ({CONDITIONS[name][1]})" if _after(case, name) is not None else ""
    now = f"what you can do now is {', '.join(allowed)}" if allowed else "there is nothing you can do now"
    return Refusal("illegal_step", f"Incident {case.no} is {case.state}, so {name} is not possible{hint}; {now}.", **details)


def not_allowed(case, name, actor):
    """Why an actor may not do something with a case in any state; None where it may.

    Parameters
    ----------
    case : incidents.cases.Case
    name : str
    actor : boundaries.rights.Actor or str

    Returns
    -------
    Refusal or None
    """
    action = ACTIONS[name]
    if isinstance(actor, str):
        return None if actor in SYSTEM else Refusal("forbidden", f"{actor[:40]!r} is no part of the desk.")
    if action.right is None:
        return Refusal("forbidden", f"{name} is written by the desk itself.")
    if not actor.may(action.right, case.code):
        return denied(actor, action.right, case.code)
    return None if _is_party(case, action, actor) else _not_given(case, action, actor)


def require_sight(case, actor):
    """Refuse to show a case whole to a department that it is neither given to nor asked about.

    Raises
    ------
    Refusal
        ``not_given_to_you``.
    """
    view = Action("incident.view", ())
    if not _is_party(case, view, actor):
        raise _not_given(case, view, actor)


def _is_party(case, action, actor):
    """A department's account acts only for its department, everybody else only where no department is called for."""
    given = {case.department} - {None}
    parties = {"any": given | case.consulted, "handler": given, "consulted": case.consulted}[action.party]
    others = {"any": True, "handler": case.department is None, "consulted": False}[action.party]
    as_department, as_other = _divided(actor)
    return (actor.department in parties and as_department.may(action.right, case.code)) or (
        others and as_other.may(action.right, case.code)
    )


def _divided(actor):
    """An actor as an account of a department, and as all else."""
    ours = tuple(grant for grant in actor.grants if grant.role == "department")
    return replace(actor, grants=ours), replace(actor, grants=tuple(grant for grant in actor.grants if grant not in ours))


def _not_given(case, action, actor):
    for_whom = f"{actor.name} works for {actor.department or 'no department'}"
    if action.party == "consulted":
        sentence = f"Incident {case.no}: nobody asked for this advice, for {for_whom}; a dispatcher can consult it."
    else:
        whom = f"the department {case.department}" if case.department else "the worker of the grid"
        sentence = f"Incident {case.no} is given to {whom}, and {for_whom}; a dispatcher can give it to another."
    return Refusal("not_given_to_you", sentence, department=case.department)
