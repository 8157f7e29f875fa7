"""Zip files of strangers: looked through before anything reads them."""

import stat
import zipfile
import zlib

from gis.errors import Refusal

MOST_MEMBERS = 1000
MOST_BYTES = 4 << 30
FREE_BYTES = 256 << 20  # up to here nobody asks how well it was packed: a table of blanks is a thousandth of itself
MOST_RATIO = 100
PIECE_BYTES = 1 << 20


def require_sound_archive(path, *, most_bytes=MOST_BYTES):
    """Refuse a zip file that is broken, that names files outside of it, or that grows beyond measure when it is unpacked.

    Every member is unpacked once, and thrown away: what an archive says of its sizes may be untrue.

    Parameters
    ----------
    path : pathlib.Path
    most_bytes : int
        That it may unpack to.

    Raises
    ------
    Refusal
        ``archive_too_large``; ``unreadable_layer`` when it is broken, needs a password or names files outside of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _require_declared(path, archive.infolist(), most_bytes)
            unpacked = 0
            for member in archive.infolist():
                with archive.open(member) as file:
                    while piece := file.read(PIECE_BYTES):
                        unpacked += len(piece)
                        _require_size(path, unpacked, most_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        reason = str(error).rstrip(".")[:200]
        sentence = f"{path.name} cannot be unpacked ({reason}). Is it whole, and a .zip without a password?"
        raise Refusal("unreadable_layer", sentence, path=str(path)) from error


def _require_declared(path, members, most_bytes):
    if any(_leads_out(member) for member in members):
        sentence = f"{path.name} names files outside of itself; pack the one layer anew, by itself."
        raise Refusal("unreadable_layer", sentence, path=str(path))
    if len(members) > MOST_MEMBERS:
        raise Refusal(
            "archive_too_large",
            f"{path.name} holds {len(members):,} files, over {MOST_MEMBERS:,}; pack the one layer by itself.",
            path=str(path),
        )
    _require_size(path, sum(member.file_size for member in members), most_bytes)


def _leads_out(member):
    """Whether a member is a link, or would lie elsewhere than below the folder it is unpacked in."""
    name = member.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    return is_link or name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]


def _require_size(path, unpacked, most_bytes):
    packed = path.stat().st_size
    if unpacked > most_bytes or (unpacked > FREE_BYTES and unpacked > MOST_RATIO * packed):
        raise Refusal(
            "archive_too_large",
            f"{path.name} of {packed:,} bytes unpacks to {unpacked:,} or more, over {most_bytes:,} bytes or {MOST_RATIO} times "
            "its size; unpack it yourself and take the file in it.",
            path=str(path),
        )
