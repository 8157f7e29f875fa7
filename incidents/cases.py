"""What decides what may happen next to an incident, drawn from its row and its course."""

from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What decides what may happen next to an incident.

    Attributes
    ----------
    no, state : str
    code : str
        Where it lies: its grid; outside every grid the nearest one.
    department : str or None
        That handles it; None is the grid's worker.
    urgent, registered : bool
    movable : bool
        It lies on a border or outside every grid, so that a person may give it to another grid.
    consulted : frozenset of str
        Departments that were asked.
    suspension_asked : bool
        Neither answered nor overtaken.
    suspended_from : str
        State that a resumption brings back.
    has_absorbed : bool
        Others were merged into it.
    """

    no: str
    state: str
    code: str
    department: str | None = None
    urgent: bool = False
    registered: bool = True
    movable: bool = False
    consulted: Set[str] = frozenset()
    suspension_asked: bool = False
    suspended_from: str = "handling"
    has_absorbed: bool = False


def case_of(row, course):
    """The case of an incident.

    Parameters
    ----------
    row : object
        ``no state grid_code nearest_code department urgent registered_at also distance_m``.
    course : iterable of object
        Its events in order: ``action from_state to_state detail``.

    Returns
    -------
    Case
    """
    course = list(course)
    suspended = [event.from_state for event in course if event.action == "suspend"]
    begun_as = course[0].from_state if course else row.state  # what was generated has no report in its course
    return Case(
        no=row.no,
        state=row.state,
        code=place_of(row),
        department=row.department,
        urgent=row.urgent,
        registered=row.registered_at is not None or begun_as not in (None, "reported"),
        movable=bool(row.also) or is_outside(row),
        consulted=frozenset(code for event in course if event.action == "consult" for code in event.detail["departments"]),
        suspension_asked=_asked(course),
        suspended_from=suspended[-1] if suspended else "handling",
        has_absorbed=any(event.action == "absorb" for event in course),
    )


def place_of(row):
    """Code by which rights to an incident are decided: its grid, else the nearest one, else the county of its number."""
    return row.grid_code or row.nearest_code or row.no[:6]


def is_outside(row):
    """Whether it lies outside every grid; a person may have given it to one."""
    return row.grid_code is None or row.distance_m > 0


def _asked(course):
    asked = False
    for event in course:
        over = event.from_state != event.to_state or event.action in ("refuse_suspension", "dispatch")
        asked = event.action == "ask_suspension" or (asked and not over)
    return asked
