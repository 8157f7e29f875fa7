"""Reports of incidents as columns: the form in which they are generated, imported and stored in bulk."""

from dataclasses import dataclass, fields

import numpy as np

from gis.datum import require_datum, to_wgs84
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """A table of reports, one array a column, all of length n.

    Attributes
    ----------
    matter_code, state : ndarray of str
    reported_at, closed_at : ndarray of datetime64
        UTC; ``closed_at`` is NaT while open.
    lonlat : ndarray of float64, shape (n, 2)
        Degrees as declared, longitude first.
    datum : ndarray of str
        What ``lonlat`` is declared in: ``cgcs2000 wgs84 gcj02 bd09``.
    source : str
        ``synthetic`` for generated reports.
    description, address : ndarray of object or None
        Texts or None; None for all.
    """

    matter_code: np.ndarray
    state: np.ndarray
    reported_at: np.ndarray
    closed_at: np.ndarray
    lonlat: np.ndarray
    datum: np.ndarray
    source: str
    description: np.ndarray | None = None
    address: np.ndarray | None = None

    def __post_init__(self):
        columns = (getattr(self, field.name) for field in fields(self) if field.name != "source")
        lengths = {len(column) for column in columns if column is not None}
        if len(lengths) > 1:
            raise Refusal("columns_mismatch", f"The columns of the reports have different lengths: {sorted(lengths)}.")

    def __len__(self):
        return len(self.lonlat)

    def take(self, rows):
        """Some of the reports.

        Parameters
        ----------
        rows : slice or ndarray

        Returns
        -------
        Reports
        """
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return Reports(**{name: each if each is None or name == "source" else each[rows] for name, each in columns.items()})

    def positions(self):
        """Where the reports lie, on the lattice in CGCS2000.

        Returns
        -------
        ndarray of float64, shape (n, 2)

        Raises
        ------
        Refusal
            ``unknown_datum``, ``not_finite``, ``outside_lonlat``.
        """
        lonlat = np.array(self.lonlat, dtype=np.float64).reshape(-1, 2)
        for datum in np.unique(self.datum):
            require_datum(str(datum))
            declared = self.datum == datum
            lonlat[declared] = to_wgs84(lonlat[declared], str(datum))
        return from_lattice(to_lattice(lonlat))
