"""A file that holds the index of a layer, laid out to be mapped into memory: to open it costs the same at any size.

Eight bytes of MAGIC; the length of the head (8 bytes, little end first); its SHA-256; the head in JSON: version, what
the index is of, the raster, name, type, shape, place and CRC-32 of every array; then the arrays, little end first, each
at a multiple of ALIGNMENT bytes. Columns of the faces, such as their codes, are arrays like the others.
"""

import hashlib
import json
import mmap
import os
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np

from gis.errors import Refusal
from gis.locating.cells import Cells
from gis.locating.lookup import Index
from gis.locating.raster import Raster
from gis.locating.undirected import UndirectedEdges

MAGIC, VERSION = b"WANGGEIX", 2
ALIGNMENT = 64
START = len(MAGIC) + 8 + hashlib.sha256().digest_size  # where the head begins
LAYOUT = {  # group, and the arrays of it
    "edges": (UndirectedEdges, ("table", "first", "side", "outer")),
    "cells": (Cells, ("owner", "head", "piece", "corner_first", "corner_face")),
}
COLUMN = "column."  # begins the names of the columns
RASTER = ("x0", "y0", "x_shift", "y_shift", "columns", "rows")


def write(path, index, *, of, columns):
    """Write an index; see gis.locating.locate.Locator.save.

    Parameters
    ----------
    path : path-like
        An existing file is replaced at once.
    index : gis.locating.lookup.Index
    of : str
        What the index is of.
    columns : mapping of str to ndarray
        One row for each face; no objects.

    Raises
    ------
    Refusal
        ``not_writable``.

    Examples
    --------
    >>> import shapely
    >>> from gis.locating.lookup import index_of
    >>> index = index_of(np.array([shapely.box(105, 28, 106, 29)]), np.array(["A"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/grids.index", index, of="grids", columns={})
    ...     [(file.name, file.read_bytes()[:8]) for file in Path(folder).iterdir()]
    [('grids.index', b'WANGGEIX')]
    """
    path, arrays = Path(path), _arrays(index, columns)
    head = _head(arrays, {name: getattr(index.cells.raster, name) for name in RASTER}, of)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".new", delete=False) as file:
            try:
                file.write(MAGIC + len(head).to_bytes(8, "little") + hashlib.sha256(head).digest() + head)
                for array in arrays.values():
                    file.write(bytes(-file.tell() % ALIGNMENT))
                    file.write(_bytes(array))
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise Refusal("not_writable", f"The index cannot be written to {path}: {error.strerror}.", path=str(path)) from error


def read(path, *, of, thorough):
    """Map an index into memory; see gis.locating.locate.Locator.load.

    Parameters
    ----------
    path : path-like
    of : str or None
        What the index must be of; None: anything.
    thorough : bool
        Whether to test the checksums of the arrays, which reads them all.

    Returns
    -------
    index : gis.locating.lookup.Index
    columns : dict of str to ndarray
        All arrays are read only.

    Raises
    ------
    Refusal
        ``missing_file``, ``unreadable_index``, ``other_index``.

    Examples
    --------
    >>> import shapely
    >>> from gis.locating.lookup import index_of
    >>> index = index_of(np.array([shapely.box(105, 28, 106, 29)]), np.array(["A"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/grids.index", index, of="grids", columns={"codes": np.array(["A"])})
    ...     read(f"{folder}/grids.index", of="grids", thorough=True)[1]
    {'codes': array(['A'], dtype='<U1')}
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise Refusal("missing_file", f"There is no index {path}; build and save it first.", path=str(path)) from error
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise _unreadable(path, "it cannot be opened") from error
    head = _read_head(path, content)
    if of is not None and head["of"] != of:
        found = head["of"]
        raise Refusal("other_index", f"The index {path} is of {found!r}, not of {of!r}; build it anew.", found=found)
    arrays = {name: _mapped(path, content, spec, thorough) for name, spec in head["arrays"].items()}
    edges, cells = ([arrays[f"{group}.{name}"] for name in names] for group, (_, names) in LAYOUT.items())
    columns = {name.removeprefix(COLUMN): array for name, array in arrays.items() if name.startswith(COLUMN)}
    return Index(arrays["face_of"], UndirectedEdges(*edges), Cells(Raster(**head["raster"]), *cells)), columns


def _arrays(index, columns):
    arrays = {"face_of": index.face_of}
    for group, (_, names) in LAYOUT.items():
        arrays |= {f"{group}.{name}": getattr(getattr(index, group), name) for name in names}
    arrays |= {COLUMN + name: np.asarray(array) for name, array in columns.items()}
    return {name: np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")) for name, array in arrays.items()}


def _head(arrays, raster, of):
    """The head, padded with blanks so that the places it names do not hang on its own length."""
    specs = {
        name: {"type": array.dtype.str, "shape": array.shape, "crc32": zlib.crc32(_bytes(array)), "at": 0}
        for name, array in arrays.items()
    }
    room = len(json.dumps(specs)) + len(json.dumps(of)) + 1024
    at = START + room
    for name, array in arrays.items():
        at += -at % ALIGNMENT
        specs[name]["at"] = at
        at += array.nbytes
    head = {"version": VERSION, "of": of, "raster": raster, "arrays": specs, "size": at}
    return json.dumps(head).encode().ljust(room)


def _read_head(path, content):
    if content[: len(MAGIC)] != MAGIC:
        raise _unreadable(path, "it is not an index of this program")
    length = int.from_bytes(content[len(MAGIC) : len(MAGIC) + 8], "little")
    text = content[START : START + length]
    if hashlib.sha256(text).digest() != content[len(MAGIC) + 8 : START]:
        raise _unreadable(path, "its head is damaged")
    head = json.loads(text)
    if head["version"] != VERSION or sys.byteorder != "little":
        raise _unreadable(path, "it was written by another version or for another machine")
    if head["size"] != len(content):
        raise _unreadable(path, f"it has {len(content)} bytes where {head['size']} were written")
    return head


def _mapped(path, content, spec, thorough):
    count = int(np.prod(spec["shape"]))
    array = np.frombuffer(content, dtype=spec["type"], count=count, offset=spec["at"]).reshape(spec["shape"])
    if thorough and zlib.crc32(_bytes(array)) != spec["crc32"]:
        raise _unreadable(path, "its content is damaged")
    return array


def _bytes(array):
    """What an array holds, without a copy: characters have no buffer of their own."""
    return array.reshape(-1).view(np.uint8) if array.size else b""


def _unreadable(path, why):
    return Refusal("unreadable_index", f"The index {path} cannot be used: {why}; build it anew.", path=str(path))
