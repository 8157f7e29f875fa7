"""Names of accounts and reaches of grants, as they are stored."""

import re

from gis.errors import Refusal

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,58}[a-z0-9]", re.ASCII)
SCOPE = re.compile(r"(\d{4}|\d{6}|\d{9}|\d{12}|\d{15})?", re.ASCII)
LONGEST_TEXT = 100


def account_name(text):
    """The name of an account in its one spelling.

    Raises
    ------
    Refusal
        ``bad_account_name``. The text is not repeated: people type their password into the wrong field.

    Examples
    --------
    >>> account_name(" Li.Ming ")
    'li.ming'
    """
    name = text.strip().lower()
    if not NAME.fullmatch(name):
        raise Refusal(
            "bad_account_name",
            "This is no name of an account: 3 to 60 letters a-z, digits, dots, hyphens, underscores or @, "
            "with a letter or digit first and last.",
        )
    return name


def scope_of(text):
    """The beginning of codes that a grant or a token reaches; empty for the whole city.

    Raises
    ------
    Refusal
        ``bad_scope``.
    """
    if not SCOPE.fullmatch(text):
        raise Refusal("bad_scope", f"{text[:40]!r} is no reach of a role; give a code of 4, 6, 9, 12 or 15 digits, or nothing.")
    return text


def label(text, *, what):
    """A name for people: of an account or of a token.

    Raises
    ------
    Refusal
        ``bad_label`` where it is empty, longer than 100 characters or holds control characters.

    Examples
    --------
    >>> label(" 江阳区 规划员 ", what="display name")
    '江阳区 规划员'
    """
    cleaned = text.strip()
    if not 1 <= len(cleaned) <= LONGEST_TEXT or not cleaned.isprintable():
        raise Refusal("bad_label", f"The {what} is empty, longer than {LONGEST_TEXT} characters or not printable; shorten it.")
    return cleaned
