"""One level of the register on one date, with a digest that is the same in whatever format it is written."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from boundaries.clock import CITY_ZONE
from boundaries.codes import LENGTH_OF_LEVEL, LEVELS, level_of
from boundaries.units import COUNTS
from gis.chain import edges
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal

LEVEL_OF_LAYER = {
    "grids": "grid",
    "micro-grids": "micro_grid",
    "villages": "village",
    "towns": "town",
    "counties": "county",
    "city": "city",
}
# At most ten letters each: a Shapefile cuts longer names.
ATTRIBUTES = ("code", "name", "kind", *COUNTS, "area_m2", "valid_from", "valid_to", "parent", "source", "change_set")
DIGESTED = ("code", "name", "kind", *COUNTS, "valid_from", "valid_to", "parent", "source")
BIG_ENDIAN = np.dtype(">i8")


@dataclass(frozen=True, slots=True)
class Extract:
    """Every unit of a level that is in force at an instant.

    Attributes
    ----------
    layer : str
        As in :data:`LEVEL_OF_LAYER`.
    at : datetime
    within : str or None
        Code of the unit above, of which only what lies below was taken.
    city : str
        Code and name.
    attributes : pandas.DataFrame, n rows
        The columns :data:`ATTRIBUTES`, by code. Instants are text, as :func:`instant_text` writes them.
    geometries : ndarray of MultiPolygon, shape (n,)
        Degrees on CGCS2000, on the lattice.
    """

    layer: str
    at: datetime
    within: str | None
    city: str
    attributes: pd.DataFrame
    geometries: np.ndarray

    def metadata(self):
        """What a file says of itself.

        Returns
        -------
        dict of str
        """
        return {
            "title": f"{self.layer} of {self.city}",
            "layer": self.layer,
            "at": instant_text(self.at),
            "within": self.within or "",
            "units": str(len(self.attributes)),
            "source": f"Wangge, the register of {self.city}",
            "crs": f"EPSG:{STORAGE_EPSG}",
            "digest": digest(self.attributes, self.geometries),
        }


def level_of_layer(layer, within=None):
    """The level that a layer's name stands for.

    Parameters
    ----------
    layer : str
    within : str, optional
        Code of a unit above it.

    Raises
    ------
    Refusal
        ``unknown_layer``; ``bad_code`` and ``wrong_level`` where `within` is no unit above the layer's.

    Examples
    --------
    >>> level_of_layer("micro-grids", "510502")
    'micro_grid'
    """
    if layer not in LEVEL_OF_LAYER:
        raise Refusal("unknown_layer", f"There is no layer of that name to export; name one of {', '.join(LEVEL_OF_LAYER)}.")
    level = LEVEL_OF_LAYER[layer]
    if within is not None and LEVELS.index(level_of(within)) >= LEVELS.index(level):
        raise Refusal(
            "wrong_level",
            f"{within} is the code of a {level_of(within)}, which holds no {layer}; name a unit above them.",
            unit=within,
            length=LENGTH_OF_LEVEL[level],
        )
    return level


def instant_text(instant):
    """An instant as the files write it, in the city's time; None stays None.

    Examples
    --------
    >>> from datetime import UTC
    >>> instant_text(datetime(2024, 9, 30, 16, tzinfo=UTC))
    '2024-10-01T00:00:00+08:00'
    """
    return None if instant is None else instant.astimezone(CITY_ZONE).isoformat()


def digest(attributes, geometries):
    """SHA-256 of units in a form that no format changes.

    Unit by unit, by code: a line of JSON, the array of its :data:`DIGESTED` attributes and the number of its edges,
    in UTF-8, without blanks, ended by a line feed; then its directed edges (shells counter-clockwise, holes clockwise) as
    rows of four whole numbers, x and y of begin and end in units of 1e-7 degrees, sorted, each as eight bytes, the
    highest first. The edges of a polygon do not depend on where its rings begin nor on the order of its parts; the area
    is left out, because it follows from them.

    Parameters
    ----------
    attributes : pandas.DataFrame, n rows
    geometries : array_like of Polygon or MultiPolygon, shape (n,)
        On the lattice.

    Returns
    -------
    str
        ``sha256:`` and 64 digits.

    Examples
    --------
    >>> import shapely
    >>> table = pd.DataFrame({name: ["x"] for name in DIGESTED} | {"households": [3], "population": [None]})
    >>> square = shapely.box(0, 0, 1, 1)
    >>> digest(table, [square]) == digest(table, [shapely.MultiPolygon([square.reverse()])])
    True
    """
    order = np.argsort(attributes["code"].to_numpy(dtype=object), kind="stable")
    chains = _sorted_edges(np.asarray(geometries, dtype=object)[order])
    rows = attributes.iloc[order]
    columns = [[_plain(value) for value in rows[name]] for name in DIGESTED]
    total = hashlib.sha256()
    for values, chain in zip(zip(*columns, strict=True), chains, strict=True):
        total.update(json.dumps([*values, len(chain)], ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        total.update(chain.tobytes())
    return f"sha256:{total.hexdigest()}"


def _sorted_edges(geometries):
    """The directed edges of each geometry, as big-endian rows of (x, y, x, y)."""
    table = edges(geometries)
    rows = np.hstack([table.start, table.end])
    order = np.lexsort((*rows.T[::-1], table.face))
    begins = np.searchsorted(table.face, np.arange(1, len(geometries)))
    return np.split(rows[order].astype(BIG_ENDIAN), begins)


def _plain(value):
    if pd.isna(value):
        return None
    return value if isinstance(value, str) else int(value)
