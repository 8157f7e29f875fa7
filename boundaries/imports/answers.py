"""Located points as rows: the input's columns, and four more."""

from dataclasses import dataclass, replace

import numpy as np

from boundaries.imports.formats import NAMES, WRITERS
from boundaries.imports.output import in_one_piece

MILLIMETRES = 3


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found for each row, as columns; rows without a position have nothing but an empty grid.

    Attributes
    ----------
    grid : list of str or None
    on_border : list of bool or None
    also : list of (list of str)
    distance_m : ndarray of float64, shape (n,)
        NaN in rows without a position.
    """

    grid: list
    on_border: list
    also: list
    distance_m: np.ndarray


def answers(found, codes, placed):
    """Turn the answers of a locator into columns.

    Parameters
    ----------
    found : gis.locating.locate.Located
        For the rows with a position, in their order.
    codes : array_like of str
        Of the faces.
    placed : ndarray of bool, shape (n,)
        Which rows have a position.

    Returns
    -------
    Answers
        A code that stands for several faces is named once: ``also`` never repeats it nor the grid itself.
    """
    codes = np.append(np.asarray(codes, dtype=object), None)
    row = np.flatnonzero(placed)
    grid = np.full(len(placed), None, dtype=object)
    grid[row] = codes[found.face]
    on_border = np.full(len(placed), None, dtype=object)
    on_border[row] = found.on_border
    distance_m = np.full(len(placed), np.nan)
    distance_m[row] = np.round(found.distance_m, MILLIMETRES)
    also = [[]] * len(placed)  # one list for all rows that share it: it is never changed
    for point, face in zip(row[found.also.point], found.also.face, strict=True):
        if codes[face] != grid[point] and codes[face] not in also[point]:
            also[point] = [*also[point], codes[face]]
    return Answers(grid.tolist(), on_border.tolist(), also, distance_m)


def renamed(names):
    """New names for columns of the input that are called as an answer is.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    dict of str
        Old to new name.

    Examples
    --------
    >>> renamed(["id", "grid", "grid_input"])
    {'grid': 'grid_input_2'}
    """
    taken, changes = {name.lower() for name in names}, {}
    for name in names:
        if name.lower() in NAMES:
            tries = [f"{name}_input", *(f"{name}_input_{n}" for n in range(2, len(names) + 3))]
            changes[name] = next(new for new in tries if new.lower() not in taken)
            taken.add(changes[name].lower())
    return changes


def write_located(located, out):
    """Write points with their answers; the format follows the name of the file.

    Where the output has a geometry (GeoJSON, GeoPackage, and Parquet if the input had one) it is the position on
    CGCS2000 by which the row was located. A CSV of an input with a geometry gets it as columns ``lon`` and ``lat``.

    Parameters
    ----------
    located : iterable of (boundaries.imports.points.Points, Answers)
        At least one batch; they are written one after the other and held no longer than that.
    out : pathlib.Path
        ``.csv`` (UTF-8; further faces separated by ``;``), ``.geojson``, ``.parquet`` or ``.gpkg``. It appears when it
        is complete, in the place of any older one. What it holds does not depend on how the rows are batched.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``, and whatever taking the batches raises; nothing is left behind.
    """
    with in_one_piece(out) as part:
        WRITERS[out.suffix.lower()](part, map(_with_new_names, located))


def _with_new_names(batch):
    points, found = batch
    names = points.columns.column_names
    changes = renamed(names)
    return replace(points, columns=points.columns.rename_columns([changes.get(name, name) for name in names])), found
