"""A table of incidents and what has changed since it was sorted, booked as rows that go and rows that come."""

from dataclasses import dataclass

import numpy as np

from incidents.heat.counting import Counted
from incidents.heat.table import Rows, Table, table_of, together

LEAST_SORTED, SORTED_SHARE = 50_000, 20  # from so many changes on, or one in twenty of the table, sorting is worth it


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Never changed: each booking gives a new one, so that whoever counts by one is not disturbed.

    Attributes
    ----------
    table : Table
    rows : Rows
        In the order of booking.
    weight : ndarray of int64
        1 for a row that came, -1 for one that went.
    """

    table: Table
    rows: Rows
    weight: np.ndarray

    @property
    def counted(self):
        """What can be counted by."""
        return Counted(self.table, self.rows, self.weight)

    @property
    def wants_sorting(self):
        """Whether the changes have become many."""
        return len(self.rows) > max(LEAST_SORTED, len(self.table) // SORTED_SHARE)

    def booked(self, first, last, now):
        """The ledger once the incidents of some runs of ids are read anew.

        Parameters
        ----------
        first, last : ndarray of int64
            Runs of ids, ascending, none meeting another.
        now : Rows
            All incidents that there are in the runs.

        Returns
        -------
        Ledger

        Examples
        --------
        >>> from incidents.heat.table import kinds
        >>> def at(ids, px):
        ...     n = len(ids)
        ...     same = [np.full(n, value) for value in (px, 5, 9)]
        ...     return Rows(np.array(ids), *same, kinds([0] * n, [0] * n), np.zeros(n, int))
        >>> ledger = opened(at([1, 2, 3], 100)).booked(np.array([2]), np.array([4]), at([2, 4], 900))
        >>> ledger.counted.cells((0, 0, 1, 1), 9, keep=np.ones(16, dtype=np.uint8)).tolist()
        [[0, 0, 1], [1, 0, 2]]
        """
        gone = self._held(first, last)
        weight = np.r_[self.weight, np.full(len(gone), -1), np.ones(len(now), dtype=np.int64)].astype(np.int64)
        return Ledger(self.table, together([self.rows, gone, now]), weight)

    def sorted(self):
        """A table of all that is held."""
        everything = np.array([np.iinfo(np.int64).min]), np.array([np.iinfo(np.int64).max])
        return table_of(self._held(*everything))

    def since(self, table, count):
        """The ledger on a table into which its first `count` changes are sorted."""
        return Ledger(table, self.rows.take(slice(count, None)), self.weight[count:])

    def _held(self, first, last):
        """Incidents of some runs as they are counted so far."""
        changed = np.flatnonzero(_within(self.rows.id, first, last))
        # The last word on an incident holds.
        names, place = np.unique(self.rows.id[changed][::-1], return_index=True)
        final = changed[::-1][place]
        low, high = (np.searchsorted(self.table.id, ends, side=side, sorter=self.table.by_id) for ends, side in
                     ((first, "left"), (last, "right")))  # fmt: skip
        stretch = [self.table.by_id[begin:end] for begin, end in zip(low.tolist(), high.tolist(), strict=True)]
        row = np.concatenate(stretch) if stretch else np.empty(0, dtype=np.int64)
        unchanged = row[~np.isin(self.table.id[row], names)]
        return together([self.table.rows(unchanged), self.rows.take(final[self.weight[final] > 0])])


def opened(rows):
    """A ledger without changes.

    Parameters
    ----------
    rows : Rows
        No id twice.

    Returns
    -------
    Ledger
    """
    return Ledger(table_of(rows), rows.take(slice(0, 0)), np.empty(0, dtype=np.int64))


def runs(first, last):
    """Runs of ids that may overlap, as runs that do not.

    Parameters
    ----------
    first, last : sequence of int

    Returns
    -------
    first, last : ndarray of int64

    Examples
    --------
    >>> [ends.tolist() for ends in runs([7, 1, 2, 20], [9, 4, 6, 20])]
    [[1, 20], [9, 20]]
    """
    order = np.argsort(first, kind="stable")
    first, last = np.asarray(first, dtype=np.int64)[order], np.asarray(last, dtype=np.int64)[order]
    reach = np.maximum.accumulate(last)
    begins = np.r_[True, first[1:] > reach[:-1] + 1][: len(first)]
    return first[begins], reach[np.r_[begins[1:], True][: len(first)]]


def _within(ids, first, last):
    run = np.searchsorted(first, ids, side="right") - 1
    return (run >= 0) & (ids <= last[np.maximum(run, 0)])
