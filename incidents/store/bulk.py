"""Reports taken in by the hundred thousand: located, numbered, stored and given their first events block by block."""

import json
from dataclasses import dataclass
from datetime import UTC

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.duties import responsible
from gis.errors import Refusal
from incidents.intake import FARTHEST_M, Report, too_far
from incidents.report_columns import utc
from incidents.report_files import Fault
from incidents.reports import Reports
from incidents.store.assigning import Assignment, assign
from incidents.store.calendar import calendar_of
from incidents.store.intake import term
from incidents.store.matter_lists import lines_for, lists
from incidents.store.writing import columns_of, copy, instants, nullable, number

IDS = sa.text("SELECT array_agg(nextval(pg_get_serial_sequence('incident', 'id'))) FROM generate_series(1, :count)")
COUNTY_DIGITS = 6
LISTS = 10_000  # more than any county publishes


@dataclass(frozen=True, slots=True)
class Located:
    """Reports of a block that may be taken in, with all that is known of them.

    Attributes
    ----------
    reports : incidents.reports.Reports
    lonlat : ndarray of float64, shape (n, 2)
        On the lattice.
    assignment : Assignment
    lines : ndarray of object
        The ``Line`` of each report's matter, in its county and at its time.
    """

    reports: Reports
    lonlat: np.ndarray
    assignment: Assignment
    lines: np.ndarray


class BulkIntake:
    """Takes in blocks of reports; in the caller's transaction, but for the numbers.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    snapshot : boundaries.store.snapshots.Snapshot
        The register now.
    by : (int or None, str)
        Account and origin.
    actor : str
        For the course of the incidents.
    scopes : sequence of str
        Beginnings of the codes of grids for which the sender may report; what lies outside every grid is never refused for it.
    """

    def __init__(self, connection, snapshot, *, by, actor, scopes=("",)):
        self._connection, self._snapshot = connection, snapshot
        self._by, self._actor, self._scopes = by, actor, tuple(scopes)
        self._calendar = calendar_of(connection)
        self._begins, self._lists, self._workers = {}, {}, {}

    def located(self, block):
        """The reports of a block that may be taken in, and the faults of the others.

        Parameters
        ----------
        block : incidents.report_files.Block

        Returns
        -------
        Located, list of incidents.report_files.Fault
        """
        lonlat = block.reports.positions()
        assignment = assign(self._snapshot, lonlat)
        lines = self._lines(block.reports, assignment)
        faults = {}
        for row in np.flatnonzero(assignment.distance_m > FARTHEST_M).tolist():
            faults[row] = self._too_far(block.reports, row, assignment)
        for row in np.flatnonzero(self._beyond(assignment)).tolist():
            grid = assignment.grid_code[row]
            faults.setdefault(row, Refusal("forbidden", f"It lies in the grid {grid}, for which you may not report."))
        for row in np.flatnonzero(np.equal(lines, None)).tolist():
            faults.setdefault(row, _unlisted(block.reports, row, assignment))
        kept = np.setdiff1d(np.arange(len(block.rows)), sorted(faults))
        told = [Fault(int(block.rows[row]), faults[row].code, faults[row].message) for row in sorted(faults)]
        return Located(block.reports.take(kept), lonlat[kept], assignment.take(kept), lines[kept]), told

    def store(self, located, *, numbering):
        """Store what was located.

        Parameters
        ----------
        located : Located
        numbering : sqlalchemy.Engine
            Gives the numbers, each block's in a transaction of its own: whoever reports meanwhile does not wait for the
            numbers of the county until all blocks are in. Numbers of an import that is given up are not given again.

        Returns
        -------
        ndarray of str
            The numbers, in the order of the reports.

        Raises
        ------
        Refusal
            ``serials_used_up``, and the name of any rule of the tables that a report breaks.
        """
        reports, assignment = located.reports, located.assignment
        if not len(reports):
            return np.empty(0, dtype="U19")
        with numbering.begin() as own:
            given = number(own, assignment.nearest_code, reports.reported_at)
        ids = np.array(self._connection.execute(IDS, {"count": len(reports)}).scalar_one(), dtype=np.int64)
        columns = columns_of(reports, given, located.lonlat, assignment)
        columns |= {"id": ids, **_texts(reports), **self._people(assignment), **self._terms(reports, located.lines)}
        copy(self._connection, "incident", columns)
        self._tell(ids, located.lines)
        return given

    def _lines(self, reports, assignment):
        """The line of each report, None where the county's list has it not; looked up once for county, list and matter."""
        counties = assignment.nearest_code.astype(f"U{COUNTY_DIGITS}").astype(np.int64)
        moments = reports.reported_at.astype("datetime64[us]")
        spells = self._spells(counties, moments)
        matters, matter_of = np.unique(reports.matter_code, return_inverse=True)
        kinds, first, kind_of = np.unique(
            (counties * LISTS + spells) * max(len(matters), 1) + matter_of, return_index=True, return_inverse=True
        )
        found = np.full(len(kinds), None, dtype=object)
        for kind, row in enumerate(first.tolist()):
            at = moments[row].item().replace(tzinfo=UTC)
            found[kind] = self._list(f"{counties[row]:06}", int(spells[row]), at).get(str(reports.matter_code[row]))
        return found[kind_of]

    def _spells(self, counties, moments):
        """How many lists of its county had begun when each was reported: of a day on which one begins, not all rows are alike."""
        spells = np.zeros(len(counties), dtype=np.int64)
        for county in np.unique(counties).tolist():
            here = counties == county
            spells[here] = np.searchsorted(self._begins_of(f"{county:06}"), moments[here], side="right")
        return spells

    def _begins_of(self, county):
        if county not in self._begins:
            begun = [utc(row.valid_from) for row in lists(self._connection, county) if row.valid_from is not None]
            self._begins[county] = np.array(sorted(begun), dtype="datetime64[us]")
        return self._begins[county]

    def _list(self, county, spell, at):
        if (county, spell) not in self._lists:
            self._lists[county, spell] = lines_for(self._connection, county, at)
        return self._lists[county, spell]

    def _too_far(self, reports, row, assignment):
        lon, lat = reports.lonlat[row].tolist()
        report = Report(matter_code=str(reports.matter_code[row]), lon=lon, lat=lat, datum=str(reports.datum[row]))
        return too_far(report, float(assignment.distance_m[row]), self._snapshot.require("grid").locator.bounds)

    def _beyond(self, assignment):
        """Which lie in a grid that the sender may not report for."""
        reached = [np.char.startswith(assignment.grid_code, scope) for scope in self._scopes]
        return ~np.logical_or.reduce([assignment.grid_code == "", *reached])

    def _people(self, assignment):
        """The worker responsible for each grid, and who sends the reports."""
        grids, grid_of = np.unique(assignment.grid_code, return_inverse=True)
        new = [code for code in grids.tolist() if code and code not in self._workers]
        if new:
            found = responsible(self._connection, new, now())
            self._workers |= {code: found[code].worker_id if code in found else -1 for code in new}
        workers = np.array([self._workers.get(code, -1) for code in grids.tolist()], dtype=np.int64)[grid_of]
        return {"worker_id": nullable(workers, -1), "reported_by": pa.array([self._by[0]] * len(workers), pa.int64())}

    def _terms(self, reports, lines):
        """The department of each, and of what is urgent the term, which runs from the report."""
        urgent = np.array([line.urgent for line in lines], dtype=bool)
        due_at, supposed = np.full(len(lines), np.datetime64("NaT", "us")), np.zeros(len(lines), dtype=bool)
        clock, limit = np.full(len(lines), None, dtype=object), np.full(len(lines), None, dtype=object)
        begins = reports.reported_at.astype("datetime64[us]")
        for row in np.flatnonzero(urgent).tolist():
            found = term(begins[row].item().replace(tzinfo=UTC), lines[row], self._calendar)
            clock[row], limit[row], supposed[row] = found["clock"], found["clock_limit"], found["due_supposed"]
            due_at[row] = np.datetime64(found["due_at"].astimezone(UTC).replace(tzinfo=None), "us")
        return {
            "urgent": urgent,
            "department": pa.array([line.department for line in lines], pa.string()),
            "clock": pa.array(clock, pa.string()),
            "clock_limit": pa.array(limit, pa.int32()),
            "due_at": instants(due_at),
            "due_supposed": supposed,
        }

    def _tell(self, ids, lines):
        """The first event of each, and the second of what is urgent: it goes to the department at once."""
        account = pa.array([self._by[0]] * len(ids), pa.int64())
        told = {"incident_id": ids, "action": _all("report", ids), "to_state": _all("reported", ids)}
        copy(self._connection, "incident_event", told | {"account_id": account, "actor": _all(self._actor, ids)})
        urgent = np.flatnonzero([line.urgent for line in lines])
        if len(urgent):
            states = {"from_state": _all("reported", urgent), "to_state": _all("dispatched", urgent)}
            given = [json.dumps({"department": lines[row].department}) for row in urgent.tolist()]
            gone = {"incident_id": ids[urgent], "action": _all("dispatch", urgent), **states}
            copy(self._connection, "incident_event", gone | {"actor": _all("desk", urgent), "detail": given})


def _texts(reports):
    none = np.full(len(reports), None, dtype=object)
    said = {"description": reports.description, "address": reports.address}
    return {name: pa.array(none if texts is None else texts, pa.string()) for name, texts in said.items()}


def _unlisted(reports, row, assignment):
    matter, county = reports.matter_code[row], assignment.nearest_code[row][:COUNTY_DIGITS]
    return Refusal("matter_not_listed", f"Matter {matter} was not on the list of {county} then.")


def _all(value, rows):
    return np.full(len(rows), value)
