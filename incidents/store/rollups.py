"""Counts of incidents kept in memory and exact as of each request: loaded once, then only what was written since.

Every statement that writes incidents notes which (table ``incident_touch``, written by triggers in the same transaction). A
request takes a snapshot, reads what the one before did not see, and books it: the old row out, the new row in. So an answer
is that of a GROUP BY in its own snapshot, whoever writes meanwhile.
"""

import logging
import threading
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa

from incidents.heat.counting import Counted
from incidents.heat.ledger import Ledger, opened, runs
from incidents.heat.table import Rows, kept, kinds, together
from incidents.states import STATES
from incidents.store.tables import matter

BYTES_OF_INCIDENT = 36  # of the table, its sums and its order by id
MOST_MATTERS = 4096  # a kind has sixteen bits
PIECE_BYTES = 1 << 25
NOTED = sa.text("""
    SELECT pg_current_snapshot()::text AS snapshot,
           kept.epoch::text || (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS epoch,
           kept.pruned_below <= pg_snapshot_xmin(CAST(:last AS pg_snapshot)) AS whole,
           kept.next_at < now() - interval '1 hour' AS prune,
           touched.first_ids, touched.last_ids
    FROM incident_touch_kept AS kept, LATERAL (
        SELECT array_agg(first_id) AS first_ids, array_agg(last_id) AS last_ids
        FROM incident_touch
        WHERE xact >= pg_snapshot_xmin(CAST(:last AS pg_snapshot))
              AND NOT pg_visible_in_snapshot(xact, CAST(:last AS pg_snapshot))
    ) AS touched
""")
STANDING = sa.text("""
    SELECT pg_current_snapshot()::text AS snapshot,
           kept.epoch::text || (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS epoch,
           (SELECT count(*) FROM incident) AS incidents
    FROM incident_touch_kept AS kept
""")
# Numbers of fixed length only, so that the binary form is an array of records.
READ = """
    COPY (
        SELECT incident.id, px, py, (extract(epoch FROM reported_at) * 1000000)::int8, listed.number::int4,
               array_position(%(states)s::text[], state)::int4, coalesce(grid_code::int8, -1)
        FROM incident JOIN unnest(%(matters)s::text[]) WITH ORDINALITY AS listed (code, number) ON listed.code = matter_code
        {only}
    ) TO STDOUT (FORMAT binary)
"""
ONLY = "JOIN unnest(%(first)s::int8[], %(last)s::int8[]) AS run (first_id, last_id) ON incident.id BETWEEN first_id AND last_id"
COLUMNS = {"id": ">i8", "px": ">i4", "py": ">i4", "time": ">i8", "matter": ">i4", "state": ">i4", "grid": ">i8"}
ROW = np.dtype(
    [("columns", ">i2"), *(part for name, form in COLUMNS.items() for part in ((f"{name}_bytes", ">i4"), (name, form)))]
)
HEADER, TRAILER = 19, 2  # bytes of the binary form around the rows

log = logging.getLogger("wangge")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Counts as of one moment, and what their numbers mean.

    Attributes
    ----------
    ledger : Ledger
    matters : tuple of str
        Codes, by number.
    grids : ndarray of int64
        Codes of grids, by number; -1 is outside every grid.
    snapshot, epoch : str
        Which moment, of which register.
    """

    ledger: Ledger
    matters: tuple
    grids: np.ndarray
    snapshot: str
    epoch: str

    @property
    def counted(self) -> Counted:
        """What to count by."""
        return self.ledger.counted

    def keep(self, matters, state):
        """Which kinds count: of some matters (None takes all), of a state (None takes all)."""
        numbers = None if matters is None else {self.matters.index(code) for code in matters if code in self.matters}
        return kept(numbers, None if state is None else {STATES.index(state)}, of=len(self.matters))


class Rollups:
    """The counts of one process.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    limit_mb : int
        Memory they may take; a register with more incidents is counted in the database.
    """

    def __init__(self, engine, *, limit_mb):
        self._engine = engine
        self._most = (limit_mb << 20) // BYTES_OF_INCIDENT
        self._lock, self._sorting = threading.Lock(), threading.Lock()
        self._view = None

    def load(self):
        """Read all incidents, unless they are more than there is memory for.

        Returns
        -------
        bool
            Whether they are held now.
        """
        with self._lock:
            self._load()
            return self._view is not None

    def view(self):
        """Counts as of now; None while they are not loaded, and the database is to be asked.

        Returns
        -------
        View or None
        """
        with self._lock:  # so snapshots follow one another
            if self._view is None:
                return None
            prune = self._catch_up()
            found = self._view
        if prune:
            self._prune()
        if found and found.ledger.wants_sorting and not self._sorting.locked():
            threading.Thread(target=self.sort, name="sort incidents", daemon=True).start()
        return found

    def sort(self):
        """Sort the table anew with what has come since, while others go on counting and booking."""
        with self._sorting:
            old = self._view
            if old is None:
                return
            table, count = old.ledger.sorted(), len(old.ledger.rows)
            with self._lock:
                # Loaded anew meanwhile, the ledger does not begin with what was sorted.
                if self._view is not None and self._view.ledger.table is old.ledger.table:
                    self._view = replace(self._view, ledger=self._view.ledger.since(table, count))

    def _snapshot(self):
        return self._engine.connect().execution_options(isolation_level="REPEATABLE READ")

    def _load(self):
        self._view = None
        self._prune()
        with self._snapshot() as connection:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            standing = connection.execute(STANDING).one()
            if standing.incidents > self._most:
                log.warning("%s incidents are counted in the database: memory is for %s", standing.incidents, self._most)
                return
            matters = _matters(connection)
            rows, grids = _rows(connection, np.array([-1]), matters)
            self._view = View(opened(rows), matters, grids, standing.snapshot, standing.epoch)

    def _catch_up(self):
        """Bring the view to now; whether touches are due to be pruned."""
        old = self._view
        with self._snapshot() as connection:
            noted = connection.execute(NOTED, {"last": old.snapshot}).one()
            known = noted.epoch == old.epoch and noted.whole
            if known and noted.first_ids is None:
                self._view = replace(old, snapshot=noted.snapshot)
            elif known:
                first, last = runs(noted.first_ids, noted.last_ids)
                matters = _matters(connection, old.matters)
                rows, grids = _rows(connection, old.grids, matters, first, last)
                self._view = View(old.ledger.booked(first, last, rows), matters, grids, noted.snapshot, noted.epoch)
        if not known:
            log.info("incidents are read anew: what was noted of changes does not reach back to the last look")
            self._load()
        return noted.prune

    def _prune(self):
        with self._engine.begin() as connection:
            connection.execute(sa.text("SELECT prune_touches()"))


def _matters(connection, known=()):
    """Codes of all matters, those known before in their old places."""
    codes = connection.execute(sa.select(matter.c.code).order_by(matter.c.code)).scalars().all()
    return (*known, *(code for code in codes if code not in set(known)))[:MOST_MATTERS]


def _rows(connection, grids, matters, first=None, last=None):
    """All incidents, or those of runs of ids; and the list of grids that their units are numbers of, which may have grown."""
    values = {"matters": list(matters), "states": list(STATES)}
    if first is not None:
        values |= {"first": first.tolist(), "last": last.tolist()}
    parts = []
    for records in _records(connection, READ.format(only="" if first is None else ONLY), values):
        unit, grids = _numbered(records["grid"].astype(np.int64), grids)
        columns = (records[name].astype(np.int64) for name in ("id", "px", "py", "time"))
        kind = kinds(records["matter"].astype(np.int64) - 1, records["state"].astype(np.int64) - 1)
        parts.append(Rows(*columns, kind, unit))
    return together(parts), grids


def _records(connection, query, values):
    """What a COPY in binary form gives, some records at a time; libpq hands out whole rows."""
    cursor = connection.connection.driver_connection.cursor()
    piece, begun = bytearray(), False
    with cursor.copy(query, values) as copy:
        for data in copy:
            piece += data
            if len(piece) > PIECE_BYTES:
                yield np.frombuffer(bytes(piece if begun else piece[HEADER:]), ROW)
                piece, begun = bytearray(), True
    yield np.frombuffer(bytes(piece[0 if begun else HEADER : -TRAILER]), ROW)


def _numbered(codes, grids):
    """The number of each code in a list of grids, which grows by those that are new."""
    names, at = np.unique(codes, return_inverse=True)
    grids = np.r_[grids, names[~np.isin(names, grids)]]
    order = np.argsort(grids)
    number = order[np.searchsorted(grids, names, sorter=order)]
    return number[at].astype(np.int32), grids
