"""Who may do what, where: one table of rights, and the rule that reads it.

A grant is a role and the beginning of the codes it reaches: ``510502`` reaches the county, its towns, villages, grids and
micro-grids; nothing reaches all. Codes alone decide, never geometry.
"""

from dataclasses import dataclass, replace
from typing import Literal

from gis.errors import Refusal

WHOLE_CITY = ""
ROLES = (
    "public",
    "worker",
    "community",
    "town_planner",
    "county_officer",
    "city_office",
    "dispatcher",
    "department",
    "admin",
)
GRANTABLE = ROLES[1:]  # everybody is the public
PLANNERS = ("town_planner", "county_officer")
RESPONDERS = ("worker", "community", "dispatcher", "department")
STAFF = (*RESPONDERS, *PLANNERS, "city_office")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and the beginning of the codes it reaches."""

    role: str
    scope: str = WHOLE_CITY


@dataclass(frozen=True, slots=True)
class Right:
    """A line of the table.

    Attributes
    ----------
    roles : tuple of str
    reach : {"code", "city", "any", "own"}
        ``code``: only records whose code begins with the scope of the grant. ``city``: only with a grant for the whole
        city. ``any``: whatever the scope, for what is not divided by place. ``own``: one's own things, whatever the scope.
    meaning : str
    in_demo : bool
        The public has it too while every incident in the register is generated.
    by_token : bool
        A program's token can carry it. What could make a leaked token last or grow cannot be carried.
    """

    roles: tuple[str, ...]
    reach: Literal["code", "city", "any", "own"]
    meaning: str
    in_demo: bool = False
    by_token: bool = True


RIGHTS = {
    "register.read": Right(("public",), "any", "read units, their history, places, names and tiles"),
    "register.export": Right(("public",), "any", "take whole levels out as files; nothing that reading does not show"),
    "register.import": Right(("county_officer",), "code", "bring a layer in"),
    "layer.read": Right(PLANNERS, "any", "have a file of lines read to draw along; nothing is stored"),
    "change_set.read": Right((*PLANNERS, "city_office"), "code", "see change sets, their findings and effects"),
    "change_set.open": Right(PLANNERS, "code", "open a change set"),
    "change_set.edit": Right(PLANNERS, "code", "add and take back its commands"),
    "change_set.check": Right(PLANNERS, "code", "have it checked"),
    "change_set.withdraw": Right(PLANNERS, "code", "withdraw it; once it is decided, who may decide"),
    "change_set.decide": Right(("county_officer",), "code", "decide it and set its date"),
    "filing.read": Right((*PLANNERS, "city_office"), "code", "see filings"),
    "filing.submit": Right(("county_officer",), "code", "hand a filing in, again after a return"),
    "filing.receive": Right(("city_office",), "code", "receive a filing"),
    "filing.return": Right(("city_office",), "code", "return a filing with what to correct"),
    "filing.record": Right(("city_office",), "code", "record a filing for good"),
    "duty.read": Right(
        ("community", *PLANNERS, "city_office"), "code", "see grid workers with records and figures, and grids nobody serves"
    ),
    "duty.edit": Right(("community", *PLANNERS), "code", "keep grid workers and who serves which grid"),
    "badge.check": Right(("public",), "any", "see whether a badge is a grid worker's"),
    "board.print": Right(
        ("community", *PLANNERS, "city_office"),
        "code",
        "look at and print notice boards and cards, see which are to be printed again",
    ),
    "settings.edit": Right(("city_office",), "city", "keep the code tables and the city's settings"),
    "settings.history": Right(
        (*PLANNERS, "city_office"), "any", "see who set codes, settings and days of the calendar, and when"
    ),
    "exclusive_kind.set": Right(("county_officer", "city_office"), "code", "say of which kind an exclusive grid is"),
    "matter_list.read": Right(("county_officer", "city_office"), "code", "see lists of matters in the making"),
    "matter_list.edit": Right(("county_officer",), "code", "draft a county's list of matters"),
    "matter_list.approve": Right(("county_officer",), "code", "record that the county government has approved it"),
    "matter_list.publish": Right(("county_officer",), "code", "publish it from a day on"),
    "incident.read": Right(STAFF, "any", "see incidents as points and as heat", in_demo=True),
    "incident.view": Right((*RESPONDERS, "county_officer", "city_office"), "code", "see an incident whole, with its course"),
    "incident.note": Right((*RESPONDERS, "county_officer", "city_office"), "code", "add a note to its course"),
    "heat.read": Right(("public",), "any", "see counts of incidents; without `incident.read` of five and more, by month"),
    "incident.report": Right(("worker", "community", "dispatcher"), "code", "report an incident"),
    "incident.import": Right(("dispatcher",), "any", "send a file of reports; of its rows those where one may report"),
    "incident.contact": Right(("community", "dispatcher"), "code", "see how to reach who reported; each look is written down"),
    "report.send": Right(("public",), "any", "report something without signing in"),
    "report.follow": Right(("public",), "any", "see how one's report goes, by its token"),
    "service_word.send": Right(("public",), "any", "complain about service or praise it, without signing in"),
    "service_word.follow": Right(("public",), "any", "see what became of it, by its token"),
    "service_word.read": Right(("county_officer", "city_office"), "code", "see complaints and praise about service"),
    "service_word.contact": Right(
        ("county_officer", "city_office"), "code", "see how to reach who said it; each look is written down"
    ),
    "service_word.answer": Right(("county_officer", "city_office"), "code", "answer it"),
    "service_word.see_answered": Right(("worker", "community"), "code", "see what was said about service once it is answered"),
    "incident.register": Right(("community", "dispatcher"), "code", "register an incident, refuse to, or merge it"),
    "incident.dispatch": Right(("community", "dispatcher"), "code", "give it to who handles it, consult"),
    "incident.handle": Right(("worker", "department"), "code", "accept, handle, feed back, return with a reason"),
    "incident.check": Right(("worker", "community", "dispatcher"), "code", "check what was handled, and close it"),
    "incident.supervise": Right(("dispatcher", "county_officer", "city_office"), "code", "urge, suspend and resume"),
    "geocode.outside": Right(RESPONDERS, "any", "send an address to the outside geocoder, where one is set up"),
    "session.open": Right(("public",), "any", "sign in"),
    "session.own": Right(("public",), "any", "see who one is, sign out"),
    "password.change": Right(GRANTABLE, "own", "change one's own password", by_token=False),
    "token.make": Right(GRANTABLE, "own", "list, make and revoke one's own tokens", by_token=False),
    "account.manage": Right(("admin",), "city", "list, make, link and disable accounts", by_token=False),
    "role.grant": Right(("admin",), "code", "grant and revoke roles within the admin's own scope", by_token=False),
    "audit.read": Right(("admin", "city_office"), "city", "read the audit trail"),
}


def require_role(role):
    """Refuse what is no role that an account can have.

    Raises
    ------
    Refusal
        ``unknown_role``.
    """
    if role not in GRANTABLE:
        raise Refusal("unknown_role", f"{role[:40]!r} is no role that can be granted; choose one of {', '.join(GRANTABLE)}.")


def reaches(scope, code):
    """Whether a scope holds a code. A register holds one city, so that the city's own code holds the whole of it.

    Parameters
    ----------
    scope, code : str
        Beginnings of codes; ``""`` is the whole city.

    Returns
    -------
    bool

    Examples
    --------
    >>> reaches("510502", "510502001001"), reaches("510502", "5105"), reaches("5105", WHOLE_CITY)
    (True, False, True)
    """
    return code.startswith(scope) or (code == WHOLE_CITY and len(scope) <= 4)


def allows(grants, right, code=None, *, demo=False):
    """Whether grants allow an act.

    Parameters
    ----------
    grants : iterable of Grant
    right : str
        A name of `RIGHTS`.
    code : str, optional
        Code of the record; for a right that reaches by code. None asks whether it is allowed anywhere.
    demo : bool
        Whether every incident in the register is generated.

    Returns
    -------
    bool

    Examples
    --------
    >>> planner = [Grant("town_planner", "510502001")]
    >>> allows(planner, "change_set.open", "510502001003"), allows(planner, "change_set.open", "510502002001")
    (True, False)
    >>> allows(planner, "change_set.decide", "510502001003"), allows([], "register.read")
    (False, True)
    """
    line = RIGHTS[right]
    if "public" in line.roles or (line.in_demo and demo):
        return True
    return any(_within(line, grant.scope, code) for grant in grants if grant.role in line.roles)


def _within(line, scope, code):
    if line.reach == "city":
        return reaches(scope, WHOLE_CITY)
    return line.reach != "code" or code is None or reaches(scope, code)


def narrowed(grants, scope):
    """What is left of grants inside a scope: never more than they reach, never more than the scope.

    Examples
    --------
    >>> narrowed([Grant("county_officer", "510502"), Grant("admin", "510503")], "510502001")
    (Grant(role='county_officer', scope='510502001'),)
    """
    kept = (grant for grant in grants if reaches(grant.scope, scope) or reaches(scope, grant.scope))
    return tuple(replace(grant, scope=max(grant.scope, scope, key=len)) for grant in kept)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an account with its grants, or the public.

    Attributes
    ----------
    account_id : int or None
        None for the public.
    name : str
    grants : tuple of Grant
    carried : frozenset of str or None
        Rights that the token carries; None where nobody narrowed them.
    department : str or None
        Whom an account of the role ``department`` works for.
    """

    account_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    carried: frozenset[str] | None = None
    department: str | None = None

    def may(self, right, code=None, *, demo=False):
        """Whether the actor may do it; see :func:`allows`."""
        held = self.grants if self.carried is None or right in self.carried else ()
        return allows(held, right, code, demo=demo)

    def scopes(self, right):
        """Where the actor has a right: beginnings of codes, for the filter of a list; ``("",)`` is everywhere.

        Examples
        --------
        >>> Actor(1, "li", (Grant("county_officer", "510502"), Grant("worker", "510503"))).scopes("change_set.read")
        ('510502',)
        """
        if "public" in RIGHTS[right].roles:
            return (WHOLE_CITY,)
        return tuple(sorted({grant.scope for grant in self.grants if self.may(right) and grant.role in RIGHTS[right].roles}))


PUBLIC = Actor(None, "public")


def denied(actor, right, code=None):
    """The refusal to an actor without a right.

    Parameters
    ----------
    actor : Actor
    right : str
    code : str, optional
        Where it was wanted; None is anywhere.

    Returns
    -------
    Refusal
        ``not_signed_in``, ``forbidden``.

    Examples
    --------
    >>> denied(Actor(1, "li"), "duty.edit", "510502").message
    'li has not the right duty.edit for 510502; ask an administrator.'
    """
    if actor.account_id is None:
        return Refusal("not_signed_in", f"This needs the right {right}; sign in first.", right=right)
    where = "here" if code is None else f"for {code}" if code != WHOLE_CITY else "for the whole city"
    return Refusal("forbidden", f"{actor.name} has not the right {right} {where}; ask an administrator.", right=right)
