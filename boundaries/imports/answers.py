"""Writing located points: the input's rows in order, four columns more, in one piece or not at all."""

import errno
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from boundaries.imports.formats import NAMES, WRITERS
from gis.errors import Refusal

MILLIMETRES = 3
NO_ROOM_BYTES = 1 << 20
WRITING_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
    also = [[] for _ in range(len(placed))]
    for point, face in zip(row[found.also.point], found.also.face, strict=True):
        if codes[face] != grid[point] and codes[face] not in also[point]:
            also[point].append(codes[face])
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


def require_writable(out, *, source=None):
    """Refuse a place where the answer could not be written, before any work is done.

    Parameters
    ----------
    out : pathlib.Path
    source : pathlib.Path, optional
        The input, which is never overwritten.

    Raises
    ------
    Refusal
        ``unknown_format``, ``missing_folder``, ``not_writable``, ``same_file``.
    """
    if out.suffix.lower() not in WRITERS:
        raise Refusal("unknown_format", f"{out} is no known kind of file by its name; use {', '.join(WRITERS)}.")
    if not out.parent.is_dir():
        raise Refusal("missing_folder", f"There is no folder {out.parent} to write {out.name} into; make it first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal("not_writable", f"{out} cannot be written; choose another place with -o.")
    if source is not None and out.exists() and source.exists() and out.samefile(source):
        raise Refusal("same_file", f"{out} is the input itself; choose another name with -o.")


def write_located(points, found, out):
    """Write points with their answers; the format follows the name of the file.

    Where the output has a geometry (GeoJSON, GeoPackage, and Parquet if the input had one) it is the position on
    CGCS2000 by which the row was located. A CSV of an input with a geometry gets it as columns ``lon`` and ``lat``.

    Parameters
    ----------
    points : boundaries.imports.points.Points
    found : Answers
    out : pathlib.Path
        ``.csv`` (UTF-8; further faces separated by ``;``), ``.geojson``, ``.parquet`` or ``.gpkg``. It appears when it
        is complete, in the place of any older one.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    columns = points.columns.rename_columns(
        [renamed(points.columns.column_names).get(name, name) for name in points.columns.column_names]
    )
    with in_one_piece(out) as part:
        WRITERS[out.suffix.lower()](part, columns, points, found)


@contextmanager
def in_one_piece(out):
    """Context manager: a path to write to, put in the place of `out` when all went well, else dropped."""
    try:
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            part = Path(folder) / out.name
            yield part
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(out)
    except OSError as error:
        if error.errno in FULL:
            raise Refusal("disk_full", f"There is no room left to write {out}; nothing was written.") from error
        raise Refusal("not_written", f"{out} could not be written: {error.strerror or error}.") from error
    except (pa.ArrowException, *WRITING_ERRORS) as error:
        if shutil.disk_usage(out.parent).free < NO_ROOM_BYTES:
            raise Refusal("disk_full", f"There is no room left to write {out}; nothing was written.") from error
        reason = " ".join(str(error).split()).rstrip(".")
        raise Refusal("not_written", f"{out} could not be written: {reason}.") from error
