"""Lists of matters in the making: drafted, approved by the county government, published. Each act is in the audit trail."""

from dataclasses import asdict

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, spoken
from boundaries.dated import begin_of
from boundaries.names import checked_name
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.writing import refusals
from gis.errors import Refusal
from incidents.matter_lists import checked_line, checked_own, checked_reason
from incidents.store.matter_lists import family_names, lines_for

LONGEST_DOCUMENT, LONGEST_SOURCE = 200, 400
COUNTY = sa.text("SELECT EXISTS (SELECT FROM unit WHERE code = :county AND level = 'county')")
NOW = sa.text("SELECT pg_advisory_xact_lock(hashtext('matter_list'), hashtext(:county)), clock_timestamp()")
NEXT = sa.text("SELECT coalesce(max(version), 0) + 1 FROM matter_list WHERE county_code = :county")
ADD = sa.text("""
    INSERT INTO matter_list (county_code, version, source, made_by) VALUES (:county, :version, :source, :account_id)
    RETURNING id""")
LIST = sa.text("""
    SELECT id, county_code, version, state FROM matter_list WHERE county_code = :county AND version = :version FOR UPDATE""")
ADD_MATTER = sa.text("""
    INSERT INTO matter (code, family, name_zh, name_en, county_code, is_default)
    VALUES (:code, :family, :name_zh, :name_en, :county, false)
    ON CONFLICT (code) DO UPDATE SET family = excluded.family, name_zh = excluded.name_zh, name_en = excluded.name_en""")
KNOWN = sa.text("SELECT EXISTS (SELECT FROM matter WHERE code = :code)")
KNOWN_DEPARTMENT = sa.text("SELECT EXISTS (SELECT FROM department WHERE code = :code)")
PUT_LINE = sa.text("""
    INSERT INTO matter_list_line (list_id, matter_code, department, clock, clock_limit, urgent, reason)
    VALUES (:list_id, :matter_code, :department, :clock, :limit, :urgent, :reason)
    ON CONFLICT (list_id, matter_code) DO UPDATE SET
        department = excluded.department, clock = excluded.clock, clock_limit = excluded.clock_limit,
        urgent = excluded.urgent, reason = excluded.reason""")
DROP_LINE = sa.text("DELETE FROM matter_list_line WHERE list_id = :list_id AND matter_code = :code")
PUT_EXIT = sa.text("""
    INSERT INTO matter_list_exit (list_id, matter_code, reason) VALUES (:list_id, :code, :reason)
    ON CONFLICT (list_id, matter_code) DO UPDATE SET reason = excluded.reason""")
DROP_EXIT = sa.text("DELETE FROM matter_list_exit WHERE list_id = :list_id AND matter_code = :code")
LATEST = """
    SELECT id, lower(lifespan) AS begin FROM matter_list WHERE county_code = :county AND state = 'published'
    ORDER BY lower(lifespan) DESC LIMIT 1"""
LATEST_LIST = sa.text(LATEST)
LATEST_LINES = sa.text(f"SELECT matter_code, reason FROM matter_list_line WHERE list_id = (SELECT id FROM ({LATEST}) AS latest)")
APPROVE = sa.text("""
    UPDATE matter_list
    SET state = 'approved', approval_document = :document, approved_on = :day, approved_by = :account_id WHERE id = :id""")
CLOSE = sa.text("UPDATE matter_list SET lifespan = tstzrange(lower(lifespan), :begin) WHERE id = :id")
PUBLISH = sa.text("""
    UPDATE matter_list SET state = 'published', lifespan = tstzrange(:begin, NULL), published_by = :account_id WHERE id = :id""")
DELETE = sa.text("DELETE FROM matter_list WHERE id = :id")
DEFAULT_REASON = "默认清单"  # of the product, until the county writes its own


def draft(connection, county, *, sheet=None, source=None, by=BY_OPERATOR):
    """Begin a draft: with what a spreadsheet holds, else with the lines that hold in the county now.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    county : str
    sheet : incidents.matter_lists.Sheet, optional
    source : str, optional
        Name of the file.
    by : (int or None, str)

    Returns
    -------
    int
        Version of the list.

    Raises
    ------
    Refusal
        ``unknown_county``, ``barred_matter``, ``matter_is_kept`` (an own matter that was approved under another name), the
        refusals of :func:`put_line`.
    """
    now = _locked(connection, county)
    version = connection.execute(NEXT, {"county": county}).scalar_one()
    said = (source or "the list in force")[:LONGEST_SOURCE]
    values = {"county": county, "version": version, "source": said, "account_id": by[0]}
    list_id = connection.execute(ADD, values).scalar_one()
    with refusals():
        _fill(connection, county, list_id, sheet) if sheet else _copy(connection, county, list_id, now)
    _audit(connection, by, "draft", county, version, source=said)
    return version


def put_own(connection, county, version, matter, *, by=BY_OPERATOR):
    """Add a matter of the county's own, or give it other words while no list that was approved has it.

    Raises
    ------
    Refusal
        ``bad_own_matter``, ``barred_matter``, ``matter_is_kept``, ``unknown_list``, ``list_is_kept``.
    """
    _draft_of(connection, county, version)
    with refusals():
        _add_own(connection, county, checked_own(county, matter, family_names(connection)))
    _audit(connection, by, "own_matter", county, version, matter=matter.code)


def put_line(connection, county, version, line, *, by=BY_OPERATOR):
    """Put a matter on a draft, or change its line; an exit that was given is taken back.

    Raises
    ------
    Refusal
        ``unknown_list``, ``list_is_kept``, ``unknown_matter``, ``unknown_department``, ``matter_of_elsewhere``,
        ``bad_clock``, ``bad_clock_limit``, ``bad_reason``.
    """
    found = _draft_of(connection, county, version)
    _require_known(connection, line.matter_code, line.department)
    with refusals():
        connection.execute(PUT_LINE, asdict(checked_line(line)) | {"list_id": found.id})
        connection.execute(DROP_EXIT, {"list_id": found.id, "code": line.matter_code})
    _audit(connection, by, "line", county, version, matter=line.matter_code)


def take_off(connection, county, version, matter_code, *, reason=None, by=BY_OPERATOR):
    """Take a matter off a draft. Where it stands on the list before, the reason of its exit is kept.

    Raises
    ------
    Refusal
        ``unknown_list``, ``list_is_kept``, ``matter_not_listed``, ``exit_without_reason``, ``bad_reason``.
    """
    found, values = _draft_of(connection, county, version), {"code": matter_code}
    leaves = matter_code in _before(connection, county)
    dropped = connection.execute(DROP_LINE, values | {"list_id": found.id}).rowcount
    if not (dropped or leaves):
        raise Refusal("matter_not_listed", f"Matter {matter_code} is not on this list.", matter=matter_code)
    if leaves and not reason:
        raise Refusal("exit_without_reason", f"Matter {matter_code} leaves the list without a reason. Give its exit a reason.")
    if leaves:
        connection.execute(PUT_EXIT, values | {"list_id": found.id, "reason": checked_reason(reason)})
    _audit(connection, by, "exit", county, version, matter=matter_code)


def approve(connection, county, version, *, document, day, by=BY_OPERATOR):
    """Record that the county government has approved a draft; it changes no more.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    county : str
    version : int
    document : str
        Number or title of the government's document.
    day : date
        Of the approval; not a later one than today.
    by : (int or None, str)

    Raises
    ------
    Refusal
        ``unknown_list``, ``list_is_kept``, ``bad_approval``, ``empty_list``, ``exit_without_reason``, ``exit_of_nothing``.
    """
    now = _locked(connection, county)
    found = _draft_of(connection, county, version)
    values = {"id": found.id, "document": _document(document), "day": day, "account_id": by[0]}
    if day > now.astimezone(CITY_ZONE).date():
        raise Refusal("bad_approval", f"{day} is still to come; give the day on which the county government approved the list.")
    with refusals():
        connection.execute(APPROVE, values)
    _audit(connection, by, "approve", county, version, document=values["document"], on=day.isoformat())


def publish(connection, county, version, *, since=None, by=BY_OPERATOR):
    """Publish an approved list from a day on; it ends the one before.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    county : str
    version : int
    since : date, optional
        Today or later; default this instant.
    by : (int or None, str)

    Returns
    -------
    datetime
        From when it holds.

    Raises
    ------
    Refusal
        ``unknown_list``, ``list_not_approved``, ``day_is_past``, ``later_list``, ``exit_without_reason``,
        ``exit_of_nothing`` (another list was published since the approval).
    """
    begin = begin_of(since, _locked(connection, county))
    found = _list(connection, county, version)
    if found.state != "approved":
        raise Refusal("list_not_approved", f"List {version} of {county} is {found.state}; only an approved one is published.")
    before = connection.execute(LATEST_LIST, {"county": county}).one_or_none()
    if before and before.begin >= begin:
        raise Refusal("later_list", f"A list holds from {spoken(before.begin)} on; choose a later day.")
    with refusals():
        if before:
            connection.execute(CLOSE, {"id": before.id, "begin": begin})
        connection.execute(PUBLISH, {"id": found.id, "begin": begin, "account_id": by[0]})
    _audit(connection, by, "publish", county, version, since=begin.isoformat())
    return begin


def discard(connection, county, version, *, by=BY_OPERATOR):
    """Delete a draft; one that was approved stays.

    Raises
    ------
    Refusal
        ``unknown_list``, ``list_is_kept``.
    """
    connection.execute(DELETE, {"id": _draft_of(connection, county, version).id})
    _audit(connection, by, "discard", county, version)


def require_county(connection, county):
    """Refuse what is no county of the register.

    Raises
    ------
    Refusal
        ``unknown_county``.
    """
    if not connection.execute(COUNTY, {"county": county}).scalar_one():
        raise Refusal("unknown_county", f"The register has no county {county[:20]!r}; give the six digits of one.")


def _locked(connection, county):
    """Now, with nobody else making lists of the county."""
    require_county(connection, county)
    return connection.execute(NOW, {"county": county}).one()[1]


def _list(connection, county, version):
    found = connection.execute(LIST, {"county": county, "version": version}).one_or_none()
    if found is None:
        raise Refusal("unknown_list", f"{county} has no list {version} of matters.")
    return found


def _draft_of(connection, county, version):
    found = _list(connection, county, version)
    if found.state != "draft":
        raise Refusal("list_is_kept", f"List {version} of {county} is {found.state} and stays as it is. Make another draft.")
    return found


def _fill(connection, county, list_id, sheet):
    for matter in sheet.own:
        _add_own(connection, county, matter)
    for line in sheet.lines:
        connection.execute(PUT_LINE, asdict(line) | {"list_id": list_id})
    for code, reason in sheet.exits.items():
        connection.execute(PUT_EXIT, {"list_id": list_id, "code": code, "reason": reason})


def _copy(connection, county, list_id, now):
    latest = connection.execute(LATEST_LIST, {"county": county}).one_or_none()
    reasons = _before(connection, county)
    for line in lines_for(connection, county, max(now, latest.begin) if latest else now).values():
        reason = reasons.get(line.matter_code, DEFAULT_REASON)
        connection.execute(PUT_LINE, asdict(line) | {"list_id": list_id, "reason": reason})


def _before(connection, county):
    """Reasons of entry by the matters of the list that was published last."""
    return {row.matter_code: row.reason for row in connection.execute(LATEST_LINES, {"county": county})}


def _add_own(connection, county, matter):
    connection.execute(ADD_MATTER, asdict(matter) | {"county": county})


def _require_known(connection, matter_code, department):
    if not connection.execute(KNOWN, {"code": matter_code}).scalar_one():
        raise Refusal("unknown_matter", "The list of matters has no such code; /api/v1/meta shows the list.")
    if not connection.execute(KNOWN_DEPARTMENT, {"code": department}).scalar_one():
        raise Refusal("unknown_department", f"There is no department {department[:40]!r}; take a code from the city's list.")


def _document(text):
    try:
        return checked_name(text, longest=LONGEST_DOCUMENT)
    except ValueError as error:
        raise Refusal("bad_approval", f"The number or title of the county government's document {error}.") from error


def _audit(connection, by, verb, county, version, **detail):
    record = f"matter_list:{county}/{version}"
    audit.record(connection, account_id=by[0], action=f"matter_list.{verb}", record=record, origin=by[1], detail=detail)
