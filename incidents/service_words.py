"""Complaints and praise about the service of a grid, which go to the supervision body."""

from dataclasses import dataclass, replace

from boundaries.codes import level_of
from boundaries.filings.words import checked_text
from gis.errors import Refusal
from incidents.intake import LONGEST_CONTACT, LONGEST_DESCRIPTION, plain

KINDS = ("complaint", "praise")
STATES = ("received", "answered")
LONGEST_WORDS = LONGEST_DESCRIPTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody says about the service of a grid.

    Attributes
    ----------
    grid_code : str
    kind : str
        One of `KINDS`.
    text : str
    contact : str or None
        How to reach who says it; stored encrypted and apart.
    """

    grid_code: str
    kind: str
    text: str
    contact: str | None = None


def checked(word):
    """The word with its texts made plain. HTML stays the text that it is.

    Parameters
    ----------
    word : Word

    Returns
    -------
    Word

    Raises
    ------
    Refusal
        ``bad_code``, ``bad_word_kind``, ``bad_text``, ``bad_contact``.

    Examples
    --------
    >>> checked(Word(grid_code="510502001001001", kind="praise", text=" <b>thanks</b>\\r\\n")).text
    '<b>thanks</b>'
    """
    if level_of(word.grid_code) != "grid":
        raise Refusal("bad_code", f"{word.grid_code} is the code of no grid; send the 15 digits of one.")
    if word.kind not in KINDS:
        raise Refusal("bad_word_kind", f"{word.kind[:40]!r} is neither a complaint nor praise; send one of {', '.join(KINDS)}.")
    text = plain(word.text, "text", most=LONGEST_WORDS, lines=True)
    if text is None:
        raise Refusal("bad_text", "The text is empty; write what there is to say.")
    return replace(word, text=text, contact=plain(word.contact, "contact", most=LONGEST_CONTACT))


def checked_answer(text):
    """The answer of the supervision body, as it is stored.

    Raises
    ------
    Refusal
        ``bad_text``.

    Examples
    --------
    >>> checked_answer(" \\n")
    Traceback (most recent call last):
    gis.errors.Refusal: The answer is empty; write it.
    """
    return checked_text(text, "answer", longest=LONGEST_WORDS, required=True)
