"""What people write on a filing, checked: notes, corrections asked, the official document number."""

import unicodedata

from gis.errors import Refusal

LONGEST_NOTE = 2000
LONGEST_DOCUMENT_NO = 60
MOST_CORRECTIONS = 500
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, direction and private characters, halves of a character


def checked_text(text, name, *, longest, required=False):
    """A text as it is stored: in composed form, without blanks around it, with nothing in it that cannot be seen.

    Parameters
    ----------
    text : str or None
    name : str
        What it is, for the sentence.
    longest : int
        Characters.
    required : bool

    Returns
    -------
    str
        ``""`` for None.

    Raises
    ------
    Refusal
        ``bad_text``.

    Examples
    --------
    >>> checked_text(" 界线走向\\r\\n不清 ", "note", longest=100)
    '界线走向\\n不清'
    """
    lines = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").strip()
    if required and not lines:
        raise Refusal("bad_text", f"The {name} is empty; write it.", field=name)
    if len(lines) > longest:
        raise Refusal("bad_text", f"The {name} has {len(lines)} characters; {longest} are allowed.", field=name)
    if any(unicodedata.category(each) in UNSEEN for each in lines if each != "\n"):
        raise Refusal("bad_text", f"The {name} has control or direction marks, which cannot be seen; take them out.", field=name)
    return lines


def checked_note(text):
    """A note; see :func:`checked_text`."""
    return checked_text(text, "note", longest=LONGEST_NOTE)


def checked_document_no(text):
    """The official document number 文号 under which the city body records a filing.

    Examples
    --------
    >>> checked_document_no("泸网格备〔2026〕12号")
    '泸网格备〔2026〕12号'
    """
    number = checked_text(text, "document number", longest=LONGEST_DOCUMENT_NO, required=True)
    if "\n" in number:
        raise Refusal("bad_text", "The document number has several lines; write it in one.", field="document number")
    return number


def checked_corrections(corrections, known):
    """Corrections asked, or answered, per face.

    Parameters
    ----------
    corrections : sequence of (str, str)
        Code of a unit of the filing, and what is to correct in it.
    known : collection of str
        Codes of the filing.

    Returns
    -------
    list of dict
        ``unit``, ``text``; by code.

    Raises
    ------
    Refusal
        ``not_in_filing``, ``bad_text``, ``too_many_corrections``.
    """
    if len(corrections) > MOST_CORRECTIONS:
        raise Refusal("too_many_corrections", f"{len(corrections)} corrections are too many; {MOST_CORRECTIONS} are allowed.")
    for unit, _ in corrections:
        if unit not in known:
            raise Refusal("not_in_filing", f"{str(unit)[:40]!r} is no unit of this filing; name one that it changes.", unit=unit)
    checked = [{"unit": unit, "text": _correction(text)} for unit, text in corrections]
    return sorted(checked, key=lambda each: each["unit"])


def _correction(text):
    return checked_text(text, "correction", longest=LONGEST_NOTE, required=True)


def require_something(corrections, note):
    """A return says what to correct.

    Raises
    ------
    Refusal
        ``nothing_to_correct``.
    """
    if not corrections and not note:
        sentence = "A return says what to correct; name a unit and what is wrong with it, or write a note."
        raise Refusal("nothing_to_correct", sentence)
