"""Write a text file whole, or not at all."""

import errno
import os
from tempfile import NamedTemporaryFile

from gis.errors import Refusal

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def require_place(out, option):
    """Refuse a place where nothing can be written, before any work is done.

    Parameters
    ----------
    out : pathlib.Path
    option : str
        The option that named it, such as ``--out``.

    Raises
    ------
    Refusal
        ``missing_folder``, ``not_writable``.
    """
    if not out.parent.is_dir():
        raise Refusal("missing_folder", f"There is no folder {out.parent} to write {out.name} into; make it first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal("not_writable", f"{out} cannot be written; choose another place with {option}.")


def write_whole(text, out):
    """Write a text in UTF-8.

    Parameters
    ----------
    text : str
    out : pathlib.Path
        Replaced, if there is one, when the new file is complete.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    try:
        _replace(text, out)
    except OSError as error:
        if error.errno in FULL:
            raise Refusal("disk_full", f"There is no room left to write {out}; nothing was written.") from error
        raise Refusal("not_written", f"{out} could not be written: {error.strerror}.") from error


def _replace(text, out):
    with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as part:
        try:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
            os.chmod(part.name, 0o666 & ~_umask())
            os.replace(part.name, out)
        except BaseException:
            os.unlink(part.name)
            raise


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
