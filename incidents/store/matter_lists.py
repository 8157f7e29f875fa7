"""Which matters hold where and when: the published list of a county, or the default where it has published none."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from boundaries.store import code_tables
from gis.errors import Refusal

# A county that has published a list has no other matters than those on it, from then on. A county's own matters are nowhere else.
IN_FORCE = """
    SELECT matter.code AS matter_code, matter.county_code, list.id AS list_id, line.matter_code IS NOT NULL AS listed,
           coalesce(line.department, matter.department) AS department, coalesce(line.clock, matter.clock) AS clock,
           coalesce(line.clock_limit, matter.clock_limit) AS clock_limit, coalesce(line.urgent, matter.urgent) AS urgent
    FROM matter
    LEFT JOIN matter_list AS list ON list.county_code = :county AND list.lifespan @> CAST(:at AS timestamptz)
    LEFT JOIN matter_list_line AS line ON line.list_id = list.id AND line.matter_code = matter.code"""
ONE = sa.text(f"{IN_FORCE} WHERE matter.code = :code")
ALL = sa.text(f"""{IN_FORCE}
    WHERE line.matter_code IS NOT NULL OR (list.id IS NULL AND matter.county_code IS NULL)
    ORDER BY matter.code""")


LISTS = """
    SELECT id, county_code, version, state, source, made_at, approval_document, approved_on,
           lower(lifespan) AS valid_from, upper(lifespan) AS valid_to
    FROM matter_list"""
ALL_LISTS = sa.text(f"{LISTS} WHERE county_code = :county ORDER BY version DESC")
ONE_LIST = sa.text(f"{LISTS} WHERE county_code = :county AND version = :version")
LIST_IN_FORCE = sa.text(f"{LISTS} WHERE county_code = :county AND lifespan @> CAST(:at AS timestamptz)")
NAMED = "matter.code AS matter_code, matter.family, matter.name_zh, matter.name_en, matter.is_default"
LINES = sa.text(f"""
    SELECT {NAMED}, line.department, line.clock, line.clock_limit, line.urgent, line.reason
    FROM matter_list_line AS line JOIN matter ON matter.code = line.matter_code
    WHERE line.list_id = :id ORDER BY matter.code""")
EXITS = sa.text("SELECT matter_code, reason FROM matter_list_exit WHERE list_id = :id ORDER BY matter_code")
DEFAULT_LINES = sa.text(f"""
    SELECT {NAMED}, department, clock, clock_limit, urgent, NULL AS reason
    FROM matter WHERE county_code IS NULL ORDER BY code""")
DEPARTMENTS = sa.text("SELECT code, name_zh FROM department ORDER BY code")
MATTERS = sa.text("SELECT code, name_zh FROM matter ORDER BY code")
_KNOWN = WeakKeyDictionary()  # of each engine: a register's lines are some hundred a county


@dataclass(frozen=True, slots=True)
class Line:
    """A matter as it holds in a county.

    Attributes
    ----------
    matter_code : str
    department : str
        The competent one.
    clock : str
        One of `incidents.clocks.CLOCKS`.
    limit : int
        Of hours or days.
    urgent : bool
        Goes to the department at once.
    list_id : int or None
        None where the default holds, which is no list of the county.
    """

    matter_code: str
    department: str
    clock: str
    limit: int
    urgent: bool
    list_id: int | None


def line_for(connection, county, matter_code, at):
    """The line of a matter that holds in a county at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    county : str or None
        Six digits; None where no county is known, which has the default.
    matter_code : str
    at : datetime
        Of the report: a matter that leaves the list later is still handled as it was.

    Returns
    -------
    Line

    Raises
    ------
    Refusal
        ``unknown_matter``, ``matter_not_listed``.
    """
    row = connection.execute(ONE, {"county": county, "code": matter_code, "at": at}).one_or_none()
    return _line_of(row, county, matter_code)


def line_known(connection, county, matter_code, at):
    """The line of a matter as it was looked up last, for a statement that makes sure itself that it still holds; see
    :func:`line_for` for the rest. What is refused is looked up each time.

    Returns
    -------
    Line
    """
    lines = _KNOWN.setdefault(connection.engine, {})
    line = lines.get((county, matter_code))
    if line is None:
        line = lines[county, matter_code] = line_for(connection, county, matter_code, at)
    return line


def forget_line(connection, county, matter_code):
    """Have the line of a matter looked up anew."""
    _KNOWN.get(connection.engine, {}).pop((county, matter_code), None)


def _line_of(row, county, matter_code):
    if row is None:
        raise Refusal("unknown_matter", "The list of matters has no such code; /api/v1/meta shows the list.")
    if not row.listed and (row.list_id is not None or row.county_code is not None):
        sentence = f"Matter {matter_code} is not on the list of {county or 'the city'} then; choose one that is."
        raise Refusal("matter_not_listed", sentence, matter=matter_code)
    return _line(row)


def lines_for(connection, county, at):
    """All lines that hold in a county at an instant, by the code of their matter; see :func:`line_for`.

    Returns
    -------
    dict of str to Line
    """
    return {row.matter_code: _line(row) for row in connection.execute(ALL, {"county": county, "at": at})}


def lists(connection, county):
    """All lists of a county, the last version first.

    Returns
    -------
    list of Row
        ``id county_code version state source made_at approval_document approved_on valid_from valid_to``.
    """
    return connection.execute(ALL_LISTS, {"county": county}).all()


def one(connection, county, version):
    """A list of a county; see :func:`lists`.

    Raises
    ------
    Refusal
        ``unknown_list``.
    """
    row = connection.execute(ONE_LIST, {"county": county, "version": version}).one_or_none()
    if row is None:
        raise Refusal("unknown_list", f"{county} has no list {version} of matters.")
    return row


def in_force(connection, county, at):
    """The list that is published in a county at an instant, or None; see :func:`lists`."""
    return connection.execute(LIST_IN_FORCE, {"county": county, "at": at}).one_or_none()


def lines(connection, list_id):
    """What stands on a list, by matter; without a list, the default.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    list_id : int or None

    Returns
    -------
    list of Row
        ``matter_code family name_zh name_en is_default department clock clock_limit urgent reason``.
    """
    return connection.execute(*((DEFAULT_LINES,) if list_id is None else (LINES, {"id": list_id}))).all()


def exits(connection, list_id):
    """Matters that left with a list: ``matter_code reason``, by matter."""
    return connection.execute(EXITS, {"id": list_id}).all()


def names(connection):
    """Names in Chinese of all departments and of all matters.

    Returns
    -------
    departments, matters : dict of str to str
        By code.
    """
    return tuple(dict(tuple(row) for row in connection.execute(each)) for each in (DEPARTMENTS, MATTERS))


def family_names(connection):
    """Names in Chinese of the families in force, by code."""
    return {code: zh for code, (zh, _) in code_tables.names(connection, "matter_family").items()}


def _line(row):
    return Line(row.matter_code, row.department, row.clock, row.clock_limit, row.urgent, row.list_id)
