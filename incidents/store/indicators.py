"""Indicators of how incidents are dealt with, counted by the database, and the incidents behind each number."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from boundaries.rights import WHOLE_CITY
from boundaries.store import code_tables
from boundaries.store.statements import statement
from gis.errors import Refusal
from incidents.indicators import NUMBERS, PLACES, STEPS, WHOLE, require_breakdown, whole
from incidents.store.tables import department, matter

MEMBERS = statement(Path(__file__).parent, "indicator_members").text
COUNT = sa.text(f"""
    WITH member AS ({MEMBERS})
    SELECT code, number, count(*) AS count, sum(hours) AS hours FROM member CROSS JOIN unnest(member.numbers) AS number
    GROUP BY code, number ORDER BY code NULLS LAST""")
# What is told of the incidents of `behind`: id, hours.
TOLD = """
    SELECT incident.no, incident.matter_code AS matter, matter.family, matter.name_zh AS matter_zh, matter.name_en AS matter_en,
           incident.state, incident.urgent, incident.reported_at, incident.registered_at, incident.handled_at, incident.due_at,
           incident.closed_at, incident.grid_code, incident.department,
           CAST(round(behind.hours, 2) AS double precision) AS hours, found.total
    FROM (SELECT count(*) AS total FROM behind) AS found
    LEFT JOIN (behind JOIN incident USING (id) JOIN matter ON matter.code = incident.matter_code) ON incident.no > :after
    ORDER BY incident.no
    LIMIT :limit"""
LIST = sa.text(f"""
    WITH member AS ({MEMBERS}), behind AS (
        SELECT id, hours FROM member
        WHERE :number = ANY (numbers) AND (NOT :of_row OR code IS NOT DISTINCT FROM CAST(:code AS text))
    ) {TOLD}""")
UNITS = sa.text("""
    SELECT DISTINCT ON (code) code, name FROM unit_version
    WHERE code = ANY (:codes) AND lower(lifespan) <= :at ORDER BY code, lower(lifespan) DESC""")
BEGINNING, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which incidents are counted; None asks for nothing.

    Attributes
    ----------
    since, until : datetime
        Of the period; it ends at the instant of asking where that is earlier.
    within : str
        Code of a unit: only what lies in it.
    matter, family, department : str
    scopes : tuple of str
        Beginnings of the codes that the asker may see.
    own_department : str
        What is given to this one may be seen within ``own_scopes`` too.
    own_scopes : tuple of str
    generated_only : bool
        Nothing that people have reported.
    """

    since: datetime | None = None
    until: datetime | None = None
    within: str = WHOLE_CITY
    matter: str | None = None
    family: str | None = None
    department: str | None = None
    scopes: tuple = (WHOLE_CITY,)
    own_department: str | None = None
    own_scopes: tuple = ()
    generated_only: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted for one unit, department, matter, family or span of time.

    Attributes
    ----------
    code : str or None
        None is what lies outside every grid or is given to no department; of a span its first day, of the whole None.
    name_zh, name_en : str or None
    counts : dict of str to float
        By every name of `incidents.indicators.NUMBERS`.
    """

    code: str | None
    name_zh: str | None
    name_en: str | None
    counts: dict


def breakdown(connection, asked, *, by, at):
    """Every number of a breakdown, in one look at the incidents; of spans of time in two.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    asked : Question
    by : str
        One of `incidents.indicators.BREAKDOWNS`.
    at : datetime
        This instant.

    Returns
    -------
    rows : list of Row
        By code, of what counts anything; None comes last.
    total : Row
        Over the whole period. A sum of spans is less: what was closed in a later one counts in the whole period alone.

    Raises
    ------
    Refusal
        ``bad_breakdown``.
    """
    require_breakdown(by)
    found = counted(connection, asked, by=by, at=at)
    names = _names(connection, by, found, at)
    rows = [Row(code, *names.get(code, (None, None)), counts) for code, counts in found.items()]
    over_all = counted(connection, asked, by=WHOLE, at=at).values() if by in STEPS else found.values()
    return rows, Row(None, None, None, whole(over_all))


def behind(connection, asked, number, *, by, at, of_row=False, code=None, after="", limit):
    """The incidents that a number counts.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    asked : Question
    number : str
        A name of `incidents.indicators.COUNTED`.
    by : str
    at : datetime
        This instant.
    of_row : bool
        Those of the row ``code`` alone, which may be None; else those of the whole.
    after : str
        Only incidents whose number is greater, which is the next page.
    limit : int

    Returns
    -------
    rows : list of Row
        By number, at most ``limit``.
    total : int
        How many there are on all pages.

    Raises
    ------
    Refusal
        ``bad_breakdown``.
    """
    require_breakdown(by)
    return members(connection, asked, number, by=by, at=at, of_row=of_row, code=code, after=after, limit=limit)


def counted(connection, asked, *, by, at):
    """Every number of `incidents.indicators.NUMBERS` by code of what is asked for, persons included.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    asked : Question
    by : str
        As of :func:`breakdown`; `incidents.indicators.PERSON` is for those alone who may see figures of persons.
    at : datetime

    Returns
    -------
    dict of str or None to dict of str to float
    """
    found = {}
    for row in connection.execute(COUNT, _values(asked, by=by, at=at)):
        counts = found.setdefault(row.code, dict.fromkeys(NUMBERS, 0))
        counts[row.number] = row.count
        if row.number == "finished":
            counts["hours"] = float(row.hours)
    return found


def members(connection, asked, number, *, by, at, of_row, code, after, limit):
    """The incidents that a number of :func:`counted` counts; parameters and answer as of :func:`behind`."""
    values = _values(asked, by=by if of_row else WHOLE, at=at)
    values |= {"number": number, "of_row": of_row, "code": code, "after": after, "limit": limit}
    return listed_rows(connection.execute(LIST, values))


def listed_rows(result):
    """Rows of `TOLD` and how many there are on all pages."""
    found = result.all()
    return [row for row in found if row.no is not None], found[0].total


def require_department(connection, code):
    """Refuse a department that there is not, which else would silently count nothing.

    Raises
    ------
    Refusal
        ``unknown_department``.
    """
    if code is not None and not connection.execute(sa.select(sa.exists().where(department.c.code == code))).scalar_one():
        raise Refusal("unknown_department", f"There is no department {code[:40]!r}; the desk lists those there are.")


def period_of(asked, at):
    """The period as a statement takes it: ``since until``; it is over now at the latest."""
    return {"since": asked.since or BEGINNING, "until": min(asked.until or END, at)}


def _values(asked, *, by, at):
    return {
        "by": by,
        "step": by if by in STEPS else None,
        **period_of(asked, at),
        "within": asked.within,
        "matter": asked.matter,
        "family": asked.family,
        "department": asked.department,
        "scopes": list(asked.scopes),
        "own_department": asked.own_department,
        "own_scopes": list(asked.own_scopes),
        "generated_only": asked.generated_only,
    }


def _names(connection, by, codes, at):
    """Chinese and English name of each code; units have but one."""
    if by in PLACES:
        found = connection.execute(UNITS, {"codes": [code for code in codes if code], "at": at})
        return {row.code: (row.name, row.name) for row in found}
    if by == "family":
        return code_tables.names(connection, "matter_family")
    table = {"department": department, "matter": matter}.get(by)
    if table is None:
        return {}
    found = connection.execute(sa.select(table.c.code, table.c.name_zh, table.c.name_en))
    return {row.code: (row.name_zh, row.name_en) for row in found}
