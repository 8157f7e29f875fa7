"""Files that go with a filing: what they may be called, and how large they may be. They are stored and never opened."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from boundaries.filings.words import UNSEEN
from gis.errors import Refusal

MOST_BYTES = 20 << 20
MOST_ATTACHMENTS = 50
LONGEST_NAME = 120
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
ZIP = b"PK\x03\x04"
# Media type and first bytes by the end of the name. An archive is told by its first bytes and unpacked nowhere.
KINDS = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".ofd": ("application/ofd", ZIP),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    ".zip": ("application/zip", ZIP),
    ".gpkg": ("application/geopackage+sqlite3", b"SQLite format 3\x00"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".tif": ("image/tiff", b""),
    ".txt": ("text/plain", b""),
    ".csv": ("text/csv", b""),
    ".geojson": ("application/geo+json", b""),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with its digest."""

    name: str
    media_type: str
    content: bytes
    sha256: bytes

    def described(self):
        """What the chain says of it."""
        said = {"name": self.name, "media_type": self.media_type}
        return said | {"bytes": len(self.content), "sha256": self.sha256.hex()}


def checked_attachment(name, content):
    """A file that may go with a filing.

    Parameters
    ----------
    name : str
    content : bytes

    Returns
    -------
    Attachment

    Raises
    ------
    Refusal
        ``bad_file_name``, ``unknown_file_type``, ``attachment_too_large``, ``empty_file``.

    Examples
    --------
    >>> checked_attachment("批复.pdf", b"%PDF-1.7 ...").media_type
    'application/pdf'
    >>> checked_attachment("../批复.pdf", b"%PDF-1.7 ...")
    Traceback (most recent call last):
    gis.errors.Refusal: '../批复.pdf' cannot name a file: leave out < > : " / \\ | ? * and a dot at either end.
    """
    name = _checked_name(name)
    media_type, first_bytes = _kind_of(name)
    if len(content) > MOST_BYTES:
        raise Refusal("attachment_too_large", f"{name} is larger than {MOST_BYTES >> 20} MB; make it smaller or split it.")
    if not content:
        raise Refusal("empty_file", f"{name} is empty; choose another file.")
    if not content.startswith(first_bytes):
        sentence = f"{name} is not what its name says: its content does not begin as a {PurePosixPath(name).suffix} does."
        raise Refusal("unknown_file_type", sentence)
    return Attachment(name, media_type, content, hashlib.sha256(content).digest())


def _checked_name(name):
    name = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(name) <= LONGEST_NAME or any(unicodedata.category(each) in UNSEEN for each in name):
        raise Refusal("bad_file_name", f"The name of a file has 1 to {LONGEST_NAME} characters that can all be seen.")
    if NOT_IN_NAMES.search(name) or name.startswith(".") or name.endswith("."):
        sentence = f'{name!r} cannot name a file: leave out < > : " / \\ | ? * and a dot at either end.'
        raise Refusal("bad_file_name", sentence)
    return name


def _kind_of(name):
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in KINDS:
        raise Refusal("unknown_file_type", f"A file {suffix or 'without a type'} cannot be attached; use {', '.join(KINDS)}.")
    return KINDS[suffix]
