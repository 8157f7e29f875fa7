"""The key file with which contacts are sealed: made at first use, for its owner's eyes alone."""

import os
import secrets
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from gis.errors import Refusal
from incidents.sealing import KEY_BYTES, Seal

FILE = "contact.key"  # in the data directory


def seal_of(settings):
    """The seal of these settings.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    Seal

    Raises
    ------
    Refusal
        ``key_unusable``, ``bad_key``.
    """
    return _seal(settings.contact_key_file or settings.home.expanduser().absolute() / FILE)


def blinding(settings):
    """What makes contacts comparable and nothing else, for :func:`incidents.intake.digest`; the key is read when one is there.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    callable
    """
    return lambda text: seal_of(settings).blinded(text)


@cache
def _seal(path):
    try:
        if not path.exists():
            _make(path)
        return Seal(path.read_bytes())
    except OSError as error:
        sentence = f"The key of the contacts, {path.name}, cannot be read or made: {error.strerror}; mend its folder."
        raise Refusal("key_unusable", sentence) from error


def _make(path):
    """Written whole under another name (0600) and then linked: of several processes that make it, one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".key.") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(file.name)
        except FileExistsError:
            return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a contact sealed with a key that a power failure takes could never be read
    finally:
        os.close(folder)
