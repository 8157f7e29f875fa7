"""Layers that people send: what their files may be called and hold. GDAL opens a file by what it finds in it, whatever its
name says, and some of its formats lead on to other files and hosts. So it is looked through before GDAL sees it."""

import re
import unicodedata
import zipfile
from pathlib import PurePosixPath

from boundaries.imports.archives import require_sound_archive
from gis.errors import Refusal

MOST_BYTES = 100 << 20
MOST_UNPACKED_BYTES = 512 << 20  # of a zipped Shapefile
LONGEST_STEM = 60  # characters: a name of a file has 255 bytes at most
HEAD_BYTES = 4096
SUFFIXES = (".gpkg", ".zip", ".geojson", ".json", ".kml")
IN_ARCHIVES = {".gpkg", ".json", ".geojson", ".kml", ".kmz", ".gml", ".tab", ".fgb", ".vrt"}  # no part of a Shapefile
NO_PARTS_OF_NAMES = re.compile(r"[^\w\- ]")
SQLITE, ZIP = b"SQLite format 3\x00", b"PK\x03\x04"
BEGINS_JSON = re.compile(rb"(\xef\xbb\xbf)?\s*\{")
BEGINS_KML = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>)?\s*<(\w+:)?kml[\s>]")
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# Formats that are told by such a word anywhere in a text, and name files and hosts to read from; and entities.
LEADING_ON = (b"<OGR", b"<OGC", b"opengis.net/gml", b"gdal_streamed_alg", b"<!DOCTYPE", b"<!ENTITY")
PIECE_BYTES = 1 << 20


def checked_name(name, suffixes=SUFFIXES):
    """A name for the file on our disk, out of the one that was sent: nothing in it can lead to another folder.

    Parameters
    ----------
    name : str
    suffixes : sequence of str
        What it may end with.

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``unknown_format``.

    Examples
    --------
    >>> checked_name("../../etc/网格 2026.GPKG"), checked_name("C:\\\\maps\\\\a::b.zip.zip")
    ('网格 2026.gpkg', 'a__b_zip.zip')
    >>> checked_name("grids.vrt")
    Traceback (most recent call last):
    gis.errors.Refusal: 'grids.vrt' is no known kind of file by its name; use .gpkg, .zip, .geojson, .json, .kml.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    suffix = PurePosixPath(plain).suffix.lower()
    if suffix not in suffixes:
        said = "".join(each for each in plain[:LONGEST_STEM] if each.isprintable())
        raise Refusal("unknown_format", f"{said!r} is no known kind of file by its name; use {', '.join(suffixes)}.")
    stem = NO_PARTS_OF_NAMES.sub("_", plain[: -len(suffix)])[:LONGEST_STEM]
    return f"{stem or 'layer'}{suffix}"


def require_sound_upload(path):
    """Refuse a file that is not what its name says, or that leads on to others.

    Parameters
    ----------
    path : pathlib.Path
        Its name is one of :func:`checked_name`.

    Raises
    ------
    Refusal
        ``layer_too_large``, ``empty_file``, ``unreadable_layer``, ``archive_too_large``.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        sentence = f"{path.name} is larger than {MOST_BYTES >> 20} MB; cut it to the land that the work is about."
        raise Refusal("layer_too_large", sentence)
    if not size:
        raise Refusal("empty_file", f"{path.name} is empty; choose another file.")
    CHECKS[path.suffix.lower()](path)


def _require_geopackage(path):
    _require_begin(path, re.compile(re.escape(SQLITE)), "a GeoPackage")


def _require_json(path):
    _require_begin(path, BEGINS_JSON, "GeoJSON")
    _require_plain(path)


def _require_kml(path):
    _require_begin(path, BEGINS_KML, "KML")
    _require_plain(path)


def _require_zipped_shapefile(path):
    _require_begin(path, re.compile(re.escape(ZIP)), "a zip file")
    require_sound_archive(path, most_bytes=MOST_UNPACKED_BYTES)
    with zipfile.ZipFile(path) as archive:
        kinds = {PurePosixPath(name.lower()).suffix for name in archive.namelist()}
    if ".shp" not in kinds or not kinds.isdisjoint(IN_ARCHIVES):
        raise _unlike(path, "a zip file of one Shapefile; send any other file as it is, not in a zip file")


def _require_text(path):
    with path.open("rb") as file:
        if b"\0" in file.read(HEAD_BYTES):
            raise _unlike(path, "a CSV in UTF-8 or GB 18030")


def _require_workbook(path):
    _require_begin(path, re.compile(re.escape(ZIP)), "an XLSX workbook")
    require_sound_archive(path, most_bytes=MOST_UNPACKED_BYTES)


CHECKS = {
    ".csv": _require_text,
    ".xlsx": _require_workbook,
    ".gpkg": _require_geopackage,
    ".zip": _require_zipped_shapefile,
    ".geojson": _require_json,
    ".json": _require_json,
    ".kml": _require_kml,
}


def _require_begin(path, pattern, what):
    with path.open("rb") as file:
        if not pattern.match(COMMENT.sub(b"", file.read(HEAD_BYTES))):
            raise _unlike(path, what)


def _require_plain(path):
    before = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            if any(word in before + piece for word in LEADING_ON):
                raise _unlike(path, "a file that holds its own features; it names others to read from")
            before = piece[-max(map(len, LEADING_ON)) :]


def _unlike(path, what):
    return Refusal("unreadable_layer", f"{path.name} cannot be read as a layer: its content is not that of {what}.")
