"""Code tables in time: what each code means and since when, and of which kind an exclusive grid is."""

from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from boundaries.clock import now
from boundaries.code_tables import TABLES, checked_entry, require_table, unknown
from boundaries.codes import level_of
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.dated import DatedTable
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_CHANGES = 1000
ENTRY = DatedTable(
    "code_entry", key=("code_table", "code"), said=("name", "name_en", "detail", "department"), as_json=("detail",)
)
KIND = DatedTable("grid_exclusive_kind", key=("grid_code",), said=("kind",))
ROW = """
    SELECT entry.code_table, entry.code, entry.name, entry.name_en, entry.detail, entry.is_default,
           lower(entry.lifespan) AS valid_from, upper(entry.lifespan) AS valid_to,
           account.display_name AS set_by, entry.recorded_at
    FROM code_entry AS entry LEFT JOIN account ON account.id = entry.set_by"""
# In the order in which the codes were first entered: proposals of the product as they stand in its list.
IN_FORCE = sa.text(f"""{ROW}
    WHERE entry.lifespan @> CAST(:at AS timestamptz) AND (CAST(:table AS text) IS NULL OR entry.code_table = :table)
    ORDER BY entry.code_table,
             (SELECT min(id) FROM code_entry AS first WHERE (first.code_table, first.code) = (entry.code_table, entry.code))""")
HISTORY = sa.text(f"{ROW} WHERE entry.code_table = :table ORDER BY lower(entry.lifespan) DESC, entry.id DESC LIMIT :limit")
# Named as it was called at an instant; where it had ended by a moment, as it was called last.
CALLED = sa.text("""
    SELECT name, name_en FROM code_entry
    WHERE code_table = :table AND code = :code AND lower(lifespan) <= CAST(:at AS timestamptz)
    ORDER BY lower(lifespan) DESC LIMIT 1""")
DEPARTMENT = sa.text("SELECT EXISTS (SELECT FROM department WHERE code = :code)")
UNIT = sa.text("SELECT EXISTS (SELECT FROM unit WHERE code = :code)")
CODE_NEEDED = sa.text("SET CONSTRAINTS code_needed IMMEDIATE")


def entries(connection, at, table=None):
    """Entries in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime
    table : str, optional
        One of `boundaries.code_tables.TABLES`; all of them by default.

    Returns
    -------
    list of Row
        ``code_table code name name_en detail is_default valid_from valid_to set_by recorded_at``, table by table.
    """
    return connection.execute(IN_FORCE, {"at": at, "table": table}).all()


def names(connection, table, at=None):
    """Chinese and English name of each code in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    table : str
    at : datetime, optional
        Default now.

    Returns
    -------
    dict of str to (str, str)
    """
    return {row.code: (row.name, row.name_en) for row in entries(connection, at or now(), table)}


def called(connection, table, code, at):
    """What a code was called at an instant, in Chinese and in English; the code itself where nobody had named it yet."""
    row = connection.execute(CALLED, {"table": table, "code": code, "at": at}).one_or_none()
    return tuple(row) if row else (code, code)


def require_in_force(connection, table, code):
    """Refuse a code that is not in force now.

    Raises
    ------
    Refusal
        ``unknown_exclusive_kind``, ``unknown_reason``, ``unknown_family``.
    """
    known = names(connection, table)
    if code not in known:
        raise unknown(table, str(code), known)


def history(connection, table, *, limit=MOST_CHANGES):
    """All that a table has said and is to say, the latest begin first; what was taken back before its day is in the audit trail.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    table : str
    limit : int

    Returns
    -------
    list of Row
        As of :func:`entries`.

    Raises
    ------
    Refusal
        ``unknown_code_table``.
    """
    require_table(table)
    return connection.execute(HISTORY, {"table": table, "limit": limit}).all()


def put(connection, table, code, entry, *, since=None, by=BY_OPERATOR):
    """Say what a code means from a day on, until what is planned for it next.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    table, code : str
    entry : boundaries.code_tables.Entry
    since : date, optional
        Today or later; default from this instant on.
    by : (int or None, str)

    Raises
    ------
    Refusal
        Those of :func:`boundaries.code_tables.checked_entry`, ``unknown_department``, ``day_is_past``, ``code_name_taken``.
    """
    said = asdict(checked_entry(table, code, entry))
    department = said["detail"].get("department")
    said["department"] = department
    if department is not None and not connection.execute(DEPARTMENT, {"code": department}).scalar_one():
        raise Refusal("unknown_department", f"There is no department {department!r}; name one that there is.")
    _write(connection, table, code, said, since, by)


def end(connection, table, code, *, since=None, by=BY_OPERATOR):
    """End a code from a day on: nothing new can use it, and what has used it keeps its name.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    table, code : str
    since : date, optional
    by : (int or None, str)

    Raises
    ------
    Refusal
        ``unknown_code_table``, ``unknown_code``, ``day_is_past``, ``code_in_use``.
    """
    require_table(table)
    _write(connection, table, code, None, since, by)


def _write(connection, table, code, said, since, by):
    begin = ENTRY.put(connection, {"code_table": table, "code": code}, said, since=since, account_id=by[0])
    if begin is None:
        raise Refusal("unknown_code", f"{table} has no code {code[:40]!r} then, so there is nothing to end.")
    with refusals():
        connection.execute(CODE_NEEDED)
    detail = {"code": code, "said": said, "from": begin.isoformat()}
    audit.record(
        connection, account_id=by[0], action="code_table.edit", record=f"code_table:{table}", origin=by[1], detail=detail
    )


def exclusive_kind(connection, grid_code, at):
    """Of which kind an exclusive grid is at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    grid_code : str
    at : datetime

    Returns
    -------
    Row or None
        ``code name name_en department department_name department_name_en standard valid_from valid_to set_by``; None where
        nobody has said, or the grid is not exclusive then.
    """
    return connection.execute(statement(HERE, "exclusive_kind"), {"grid": grid_code, "at": at}).one_or_none()


def put_exclusive_kind(connection, grid_code, kind, *, since=None, by=BY_OPERATOR):
    """Say of which kind an exclusive grid is, from a day on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    grid_code : str
    kind : str or None
        Code of the table ``exclusive_kind``; None takes back what was said.
    since : date, optional
        Today or later; default from this instant on.
    by : (int or None, str)

    Raises
    ------
    Refusal
        ``bad_code``, ``unknown_unit``, ``not_exclusive``, ``unknown_exclusive_kind``, ``day_is_past``, ``nothing_set``.
    """
    require_grid(connection, grid_code)
    begin = KIND.put(
        connection, {"grid_code": grid_code}, None if kind is None else {"kind": kind}, since=since, account_id=by[0]
    )
    if begin is None:
        raise Refusal("nothing_set", f"No kind is set for grid {grid_code} then, so there is nothing to take back.")
    detail = {"kind": kind, "from": begin.isoformat()}
    audit.record(
        connection, account_id=by[0], action="exclusive_kind.set", record=f"grid:{grid_code}", origin=by[1], detail=detail
    )


def require_grid(connection, code):
    """Refuse what is no grid of the register.

    Raises
    ------
    Refusal
        ``bad_code``, ``unknown_unit``.
    """
    if level_of(code) != "grid":
        raise Refusal("bad_code", f"{code} is no grid; give the 15 digits of one.")
    if not connection.execute(UNIT, {"code": code}).scalar_one():
        raise Refusal("unknown_unit", f"The register has no grid {code}; name one it has.", unit=code)


def in_order(rows):
    """Entries table by table, in the order of `TABLES`."""
    return {table: [row for row in rows if row.code_table == table] for table in TABLES}
