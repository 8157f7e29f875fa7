"""The year book of filings: read from the list of filings, the register, and what each change set did."""

from collections import defaultdict
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.filings.numbers import COUNTY_DIGITS, WHOLE_CITY_COUNTY
from boundaries.filings.yearbook import Changes, FiledChange, YearBook, county_lines
from boundaries.store.filing_reading import EVERYWHERE, filings
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_FILINGS = 100_000  # beyond what the numbers of all counties hold
LEVELS = ("grid", "micro_grid")
NO_CHANGES = Changes()
MOVED = sa.text("""
    SELECT lineage.change_set_id, sum(lineage.area_m2) AS area_m2, coalesce(sum(lineage.households), 0) AS households
    FROM lineage
    JOIN unit_version AS old ON old.id = lineage.from_version_id AND old.level = 'grid'
    JOIN unit_version AS new ON new.id = lineage.to_version_id AND new.level = 'grid'
    WHERE lineage.change_set_id = ANY (:sets) AND old.code <> new.code
    GROUP BY lineage.change_set_id""")
DOCUMENTS = sa.text("""
    SELECT filing_no, body::json ->> 'document_no' AS document_no FROM filing_entry
    WHERE kind = 'recorded' AND filing_no = ANY (:nos)""")
# As the reason was called at the decision: see boundaries.store.code_tables.called.
REASONS = sa.text("""
    SELECT held.id, coalesce(said.name, held.reason) AS name, coalesce(said.name_en, held.reason) AS name_en
    FROM change_set AS held
    LEFT JOIN LATERAL (
        SELECT name, name_en FROM code_entry
        WHERE code_table = 'change_reason' AND code = held.reason AND lower(lifespan) <= held.decided_at
        ORDER BY lower(lifespan) DESC LIMIT 1) AS said ON true
    WHERE held.id = ANY (:sets)""")
GRIDS = sa.text("""
    SELECT left(code, :digits) AS county, count(*) FROM unit_version
    WHERE level = 'grid' AND lifespan @> CAST(:at AS timestamptz)
      AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS given WHERE starts_with(code, given))
    GROUP BY 1""")
# By the name they had last in the year.
COUNTIES = sa.text("""
    SELECT DISTINCT ON (code) code, name, level::text FROM unit_version
    WHERE level IN ('city', 'county') AND lifespan && tstzrange(:begin, :end)
    ORDER BY code, lower(lifespan) DESC""")
SYNTHETIC = sa.text("SELECT EXISTS (SELECT FROM unit_version WHERE source = 'synthetic')")
CHAIN = sa.text("SELECT seq, encode(digest, 'hex') AS digest FROM filing_chain")


def yearbook(connection, year, *, scopes=EVERYWHERE, county=None, at=None):
    """The year book of the filings that were numbered in a year.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    year : int
    scopes : sequence of str
        Beginnings of codes; filings and grids of what lies there.
    county : str, optional
        Six digits: only this one; the city's own six, such as 510500, are what touches several.
    at : datetime, optional
        Default now: states are those of then.

    Returns
    -------
    boundaries.filings.yearbook.YearBook

    Raises
    ------
    Refusal
        ``unknown_county``.
    """
    at = at or now()
    begin, end = start_of_day(date(year, 1, 1)), start_of_day(date(year + 1, 1, 1))
    names = _names(connection, begin, end)
    if county is not None and county not in names:
        raise Refusal("unknown_county", f"The register had no county {county} in {year}; give the six digits of one.")
    listed = _filed(connection, year, scopes=scopes, county=county, today=at.astimezone(CITY_ZONE).date())
    instants = {"begin": min(begin, at), "end": min(end - timedelta(microseconds=1), at)}
    grids = {side: _grids(connection, scopes, instant) for side, instant in instants.items()}
    wanted = {code: names[code] for code in ([county] if county else _within(names, scopes, listed))}
    lines, totals = county_lines(listed, wanted, grids)
    chain = connection.execute(CHAIN).one()
    synthetic = connection.execute(SYNTHETIC).scalar_one()
    return YearBook(year, county, at, lines, listed, totals, chain.seq, chain.digest, synthetic)


def _names(connection, begin, end):
    """Names of the counties, and of the city under the six digits of what touches several."""
    rows = connection.execute(COUNTIES, {"begin": begin, "end": end})
    return {row.code + (WHOLE_CITY_COUNTY if row.level == "city" else ""): row.name for row in rows}


def _within(names, scopes, listed):
    """Counties of which somebody sees anything; what touches several only where there is such a filing."""
    held = {each.county for each in listed}
    reached = {code for code in names for scope in scopes if scope.startswith(code) or code.startswith(scope)}
    return sorted(held | {code for code in reached if not code.endswith(WHOLE_CITY_COUNTY)})


def _grids(connection, scopes, at):
    found = connection.execute(GRIDS, {"at": at, "scopes": list(scopes), "digits": COUNTY_DIGITS})
    return {row.county: row.count for row in found}


def _filed(connection, year, **wanted):
    rows = filings(connection, year=year, limit=MOST_FILINGS, **wanted)
    sets, did = [row.change_set_id for row in rows], defaultdict(dict)
    for row in connection.execute(statement(HERE, "yearbook_changes"), {"sets": sets}):
        did[row.change_set_id][row.level] = row
    moved = {row.change_set_id: row for row in connection.execute(MOVED, {"sets": sets})}
    reasons = {row.id: (row.name, row.name_en) for row in connection.execute(REASONS, {"sets": sets})}
    documents = dict(tuple(row) for row in connection.execute(DOCUMENTS, {"nos": [row.no for row in rows]}))
    return sorted(
        (
            _filing(row, did[number], moved.get(number), reasons[number], documents.get(row.no))
            for number, row in zip(sets, rows, strict=True)
        ),
        key=lambda each: each.no,
    )


def _filing(row, did, moved, reason_names, document_no):
    shown = next((did[level] for level in (*LEVELS, *did) if level in did), None)
    said = {name: getattr(row, name) for name in ("no", "title", "reason", "state", "effective_on", "overdue")}
    return FiledChange(
        **said,
        county=row.no[2 : 2 + COUNTY_DIGITS],
        reason_names=reason_names,
        decided_on=row.decided_at.astimezone(CITY_ZONE).date(),
        recorded_on=row.state_since.astimezone(CITY_ZONE).date() if row.state == "recorded" else None,
        document_no=document_no,
        late=bool(row.late),
        units_before=shown.units_before if shown else 0,
        units_after=shown.units_after if shown else 0,
        changes=_changes(did.get("grid")),
        micro_changes=_changes(did.get("micro_grid")),
        moved_m2=moved.area_m2 if moved else 0.0,
        households_moved=moved.households if moved else 0,
    )


def _changes(row):
    return Changes(*(getattr(row, field.name) for field in fields(Changes))) if row else NO_CHANGES
