"""Filings read: lists, one filing, what it froze, its files, and the map around it."""

from datetime import date, datetime
from pathlib import Path

import shapely
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.filings.canonical import parsed
from boundaries.filings.filed import Filed
from boundaries.filings.numbers import require_number
from boundaries.store.code_tables import called
from boundaries.store.filing_chain import entries
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
EVERYWHERE = ("",)
MOST_NEIGHBOURS = 2000
FIRST_BODY = sa.text("SELECT body FROM filing_entry WHERE filing_no = :no AND kind = 'prepared'")
ATTACHED = sa.text("""
    SELECT name, media_type, octet_length(content) AS bytes, encode(sha256, 'hex') AS sha256
    FROM filing_attachment WHERE filing_no = :no ORDER BY name""")
ATTACHMENT = sa.text("SELECT name, media_type, content FROM filing_attachment WHERE filing_no = :no AND name = :name")


def filings(connection, *, scopes=EVERYWHERE, state=None, overdue=None, county=None, year=None, today=None, limit=200):
    """Filings, the newest year and serial first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scopes : sequence of str
        Beginnings of codes; filings of what lies there.
    state, county : str, optional
    year : int, optional
        Of the number: that of the decision.
    overdue : bool, optional
    today : date, optional
        In the city; default today.
    limit : int

    Returns
    -------
    list of Row
        ``no change_set_id scope decided_at due_on due_provisional title reason effective_on state state_since submitted_at
        late overdue``.
    """
    wanted = {"scopes": scopes, "state": state, "overdue": overdue, "county": county, "year": year and f"{year:04}"}
    return _read(connection, **wanted, today=today, limit=limit)


def filing(connection, no, *, today=None):
    """One filing; a row as :func:`filings` gives it.

    Raises
    ------
    Refusal
        ``bad_filing_no``, ``unknown_filing``.
    """
    rows = _read(connection, no=require_number(no), today=today)
    if not rows:
        raise Refusal("unknown_filing", f"There is no filing {no}; the list shows those there are.", filing=no)
    return rows[0]


def payload_of(connection, no):
    """What a filing froze: the members of its first entry."""
    return parsed(connection.execute(FIRST_BODY, {"no": no}).scalar_one())


def filed(connection, no):
    """All that the form of a filing shows.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Has to stay open while the form is made.
    no : str

    Returns
    -------
    boundaries.filings.form.Filed

    Raises
    ------
    Refusal
        ``bad_filing_no``, ``unknown_filing``.
    """
    held = filing(connection, no)
    trail = entries(connection, no)
    payload = trail[0].said
    begin = payload["change"]["effective_at"]
    at = datetime.fromisoformat(begin) if begin else start_of_day(date.fromisoformat(payload["change"]["effective_on"]))

    def around(level, bounds, codes):
        return neighbours(connection, level=level, bounds=bounds, at=at, changed=codes)

    files = [row._asdict() for row in attachments(connection, no)]
    reason = called(connection, "change_reason", held.reason, held.decided_at)
    return Filed(no, held.state, payload, [step_of(entry) for entry in trail], files, reason, around)


def step_of(entry):
    """What an entry says beside what was frozen: number, kind, time, account, digests, and the words of people."""
    said = entry.said
    words = {name: said[name] for name in ("note", "corrections", "document_no", "attachment") if name in said}
    digests = {"digest": entry.digest.hex(), "previous_digest": entry.previous_digest.hex()}
    return {"seq": entry.seq, "kind": entry.kind, "at": said["at"], "account": entry.account} | words | digests


def attachments(connection, no):
    """Files of a filing: ``name media_type bytes sha256``."""
    return connection.execute(ATTACHED, {"no": no}).all()


def attachment(connection, no, name):
    """One file of a filing: ``name media_type content``.

    Raises
    ------
    Refusal
        ``unknown_attachment``.
    """
    row = connection.execute(ATTACHMENT, {"no": no, "name": name}).one_or_none()
    if row is None:
        raise Refusal("unknown_attachment", f"Filing {no} has no file of that name; its own list shows those there are.")
    return row


def neighbours(connection, *, level, bounds, at, changed):
    """Units of a level near a change, for its map.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    bounds : (float, float, float, float)
        West, south, east, north in degrees.
    at : datetime
    changed : sequence of str
        Codes that are left out.

    Returns
    -------
    list of (str, str, Polygon)
        Code, name and land.
    """
    box = dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    values = {"level": level, "at": at, "changed": list(changed), "limit": MOST_NEIGHBOURS}
    rows = connection.execute(statement(HERE, "filing_neighbours"), values | box).all()
    return [(row.code, row.name, shapely.from_wkb(bytes(row.wkb))) for row in rows]


def _read(connection, **wanted):
    today = wanted.pop("today", None) or now().astimezone(CITY_ZONE).date()
    values = {"no": None, "scopes": EVERYWHERE, "state": None, "overdue": None, "county": None, "year": None, "limit": 1} | wanted
    values["scopes"] = list(values["scopes"])
    return connection.execute(statement(HERE, "filings"), values | {"today": today}).all()
