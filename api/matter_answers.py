"""Lists of matters as answers: the same over HTTP and on the command line."""

from api.json_text import moment
from incidents.store import matter_lists as store


def held(connection, county, at):
    """The list that holds in a county: the published one, or the default."""
    found = store.in_force(connection, county, at)
    return {"county": county, **_dates(found), "lines": _lines(connection, found and found.id)}


def whole(connection, county, version):
    """A list in whatever state."""
    found = store.one(connection, county, version)
    exits = [{"matter": row.matter_code, "reason": row.reason} for row in store.exits(connection, found.id)]
    made = {"state": found.state, "source": found.source, "exits": exits}
    return {"county": county, **_dates(found), "lines": _lines(connection, found.id)} | made


def versions(connection, county):
    """All lists of a county, the last first, without their lines."""
    rows = store.lists(connection, county)
    return [_dates(row) | {"state": row.state, "source": row.source, "made_at": moment(row.made_at)} for row in rows]


def _dates(found):
    return {
        "version": found and found.version,
        "approval_document": found and found.approval_document,
        "approved_on": found and found.approved_on and found.approved_on.isoformat(),
        "valid_from": found and moment(found.valid_from),
        "valid_to": found and moment(found.valid_to),
    }


def _lines(connection, list_id):
    names = ("family", "name_zh", "name_en", "is_default", "department", "clock", "urgent", "reason")
    return [
        {"matter": row.matter_code, "limit": row.clock_limit} | {name: getattr(row, name) for name in names}
        for row in store.lines(connection, list_id)
    ]
