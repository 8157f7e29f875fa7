"""Code tables as answers: the same over HTTP and on the command line."""

from api.json_text import moment
from boundaries.store import code_tables as store

KIND_SAYS = ("code", "name", "name_en", "department", "department_name", "department_name_en", "standard")


def tables(connection, at):
    """All code tables as of an instant."""
    found = store.in_order(store.entries(connection, at))
    return {"at": moment(at), "tables": [{"table": table, "entries": list(map(entry, found[table]))} for table in found]}


def entry(row):
    """What a code means. A proposal of the product holds from no day on."""
    said = {"code": row.code, "name": row.name, "name_en": row.name_en, "detail": row.detail, "default": row.is_default}
    valid_from = None if row.is_default else moment(row.valid_from)
    return said | {"valid_from": valid_from, "valid_to": moment(row.valid_to), "set_by": row.set_by}


def history(connection, table, *, limit=store.MOST_CHANGES):
    """All that a table has said and is to say."""
    rows = store.history(connection, table, limit=limit + 1)
    changes = [entry(row) | {"recorded_at": moment(row.recorded_at)} for row in rows[:limit]]
    return {"table": table, "changes": changes, "truncated": len(rows) > limit}


def grid_kind(connection, grid_code, at):
    """Of which kind an exclusive grid is, since when, and who said so."""
    row = store.exclusive_kind(connection, grid_code, at)
    return {
        "grid": grid_code,
        "exclusive_kind": exclusive_kind(row),
        "valid_from": row and moment(row.valid_from),
        "valid_to": row and moment(row.valid_to),
        "set_by": row and row.set_by,
    }


def exclusive_kind(row):
    """A row of :func:`boundaries.store.code_tables.exclusive_kind` for whoever shows a grid; None for None."""
    return row and {name: getattr(row, name) for name in KIND_SAYS}
