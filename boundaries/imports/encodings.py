"""In which encoding a Shapefile's texts are: Chinese offices still write GBK, and often do not say so."""

import zipfile
from pathlib import Path

UNSAID_BY_GDAL = "ISO-8859-1"  # what GDAL falls back to when neither .cpg nor the header says anything
CANDIDATES = ("utf-8", "gb18030")
GDAL_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030"}
HEADER_LENGTH = slice(8, 10)
DECLARED_LENGTH = 32
SAMPLE_BYTES = 4_000_000


def shapefile_encoding(path, layer, said):
    """The encoding to read a Shapefile with.

    Parameters
    ----------
    path : pathlib.Path
        A ``.shp``, a folder of Shapefiles or a ``.zip`` with some.
    layer : str
        Name of the layer, that is of the ``.dbf`` without its ending.
    said : str
        What GDAL found in the ``.cpg`` or the header.

    Returns
    -------
    str or None
        None to leave it to GDAL: the file says something, or nothing in it is beyond ASCII.
    """
    if said.upper() != UNSAID_BY_GDAL:
        return None
    return guess_encoding(_dbf_bytes(path, layer))


def guess_encoding(dbf):
    """Which of UTF-8 and GB 18030 the texts of a dBASE table can be.

    Parameters
    ----------
    dbf : bytes
        Header and records, or the beginning of them.

    Returns
    -------
    str or None
        None when all is ASCII, or it is neither.

    Notes
    -----
    Names of fields and cells are cut to a fixed number of bytes, sometimes in the middle of a character; every text is
    therefore tried without its last three bytes as well.

    Examples
    --------
    >>> header = bytes(8) + (65).to_bytes(2, "little") + bytes(22)
    >>> guess_encoding(header + "名称".encode("gbk").ljust(32, bytes(1)) + bytes([13]) + "泸州".encode("gbk"))
    'GB18030'
    """
    texts = [text for text in _texts(dbf) if not text.isascii()]
    for encoding in CANDIDATES if texts else ():
        if all(_decodes(text, encoding) for text in texts):
            return GDAL_NAMES[encoding]
    return None


def _texts(dbf):
    length = int.from_bytes(dbf[HEADER_LENGTH], "little")
    fields = [dbf[at : at + DECLARED_LENGTH] for at in range(DECLARED_LENGTH, length - 1, DECLARED_LENGTH)]
    yield from (field[:11].split(b"\0")[0] for field in fields)
    widths = [field[16] for field in fields if len(field) > 16]
    at = length
    while at + 1 + sum(widths) <= len(dbf):
        at += 1  # the mark of deleted records
        for width in widths:
            yield dbf[at : at + width].rstrip(b"\0 ")
            at += width


def _decodes(text, encoding):
    for cut in range(min(4, len(text))):
        try:
            text[: len(text) - cut].decode(encoding)
            return True
        except UnicodeDecodeError:
            continue
    return False


def _dbf_bytes(path, layer):
    path = Path(path)
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".dbf")]
            matching = [name for name in names if Path(name).stem == layer] or names
            return archive.open(matching[0]).read(SAMPLE_BYTES) if matching else b""
    folder = path if path.is_dir() else path.parent
    for beside in sorted(folder.iterdir()):
        if beside.stem == layer and beside.suffix.lower() == ".dbf":
            with beside.open("rb") as file:
                return file.read(SAMPLE_BYTES)
    return b""
