"""Names of units: what may stand in them."""

import unicodedata

LONGEST = 100


def checked_name(text, *, longest=LONGEST):
    """A name as it is stored: in composed form, without blanks around it.

    Parameters
    ----------
    text : str
    longest : int
        Characters.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Saying what is wrong: empty, too long, or with characters that cannot be seen and change how others are read.

    Examples
    --------
    >>> checked_name("  第1网格 ")
    '第1网格'
    """
    if not isinstance(text, str):
        raise ValueError("must be a text")
    name = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(name) <= longest:
        raise ValueError(f"must have 1 to {longest} characters")
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for each in name):
        raise ValueError("has control or direction marks, which cannot be seen")
    return name
