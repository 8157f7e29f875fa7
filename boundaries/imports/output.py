"""Files that are written whole or not at all, and the places where they may be written."""

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gis.errors import Refusal

NO_ROOM_BYTES = 1 << 20
WRITERS = ("pyogrio", "pyarrow")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def require_place(out, option, *, suffixes=None, source=None):
    """Refuse a place where nothing can be written, before any work is done.

    Parameters
    ----------
    out : pathlib.Path
    option : str
        The option that named it, such as ``--out``, for the sentence.
    suffixes : collection of str, optional
        What the name may end with.
    source : pathlib.Path, optional
        The input, which is never overwritten.

    Raises
    ------
    Refusal
        ``unknown_format``, ``missing_folder``, ``not_writable``, ``same_file``.
    """
    if suffixes is not None and out.suffix.lower() not in suffixes:
        raise Refusal("unknown_format", f"{out} is no known kind of file by its name; use {', '.join(suffixes)}.")
    if not out.parent.is_dir():
        raise Refusal("missing_folder", f"There is no folder {out.parent} to write {out.name} into; make it first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal("not_writable", f"{out} cannot be written; choose another place with {option}.")
    if source is not None and out.exists() and source.exists() and out.samefile(source):
        raise Refusal("same_file", f"{out} is the input itself; choose another name with {option}.")


@contextmanager
def in_one_piece(out):
    """Context manager: a path to write to, put in the place of `out` when all went well, else dropped.

    Parameters
    ----------
    out : pathlib.Path

    Returns
    -------
    pathlib.Path
        Beside `out`, with the same suffix.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    try:
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            part = Path(folder) / out.name
            yield part
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(out)
    except OSError as error:
        if error.errno in FULL:
            raise _disk_full(out) from error
        raise Refusal("not_written", f"{out} could not be written: {error.strerror or error}.") from error
    except Exception as error:
        if not _of_a_writer(error):
            raise
        if shutil.disk_usage(out.parent).free < NO_ROOM_BYTES:
            raise _disk_full(out) from error
        reason = " ".join(str(error).split()).rstrip(".")
        raise Refusal("not_written", f"{out} could not be written: {reason}.") from error


def write_whole(text, out):
    """Write a text in UTF-8; see :func:`in_one_piece`."""
    with in_one_piece(out) as part:
        part.write_text(text, encoding="utf-8")


def _of_a_writer(error):
    """Whether GDAL or Arrow raised it; told by the name, for their import takes longer than all a command does without them."""
    return any(kind.__module__.split(".")[0] in WRITERS for kind in type(error).__mro__)


def _disk_full(out):
    return Refusal("disk_full", f"There is no room left to write {out}; nothing was written.")
