"""Known correspondences between two editions of the division codes, from documents."""

from dataclasses import dataclass

from gis.errors import Refusal

NAMED = 5


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What a document says became of a division.

    Attributes
    ----------
    old, new : str or None
        Codes in the earlier and the later edition. None for `new`: it ended; None for `old`: it was created. A code that
        stands in several was merged or split.
    note : str
        The document, or the reason.
    """

    old: str | None
    new: str | None
    note: str = ""


def require_sound(given, before, after):
    """Refuse correspondences that cannot be, or that leave open what is meant.

    Parameters
    ----------
    given : iterable of Correspondence
    before, after : container of str
        Codes of the two editions.

    Raises
    ------
    Refusal
        ``bad_correspondence``.
    """
    for row in given:
        _require_codes(row, before, after)
    ends = {row.old for row in given if row.old}, {row.new for row in given if row.new}
    named = {(row.old, row.new) for row in given}
    if len(named) < len(given):
        raise _bad("a line stands twice; leave one out")
    half = sorted((ends[0] & set(after) - ends[1]) | (ends[1] & set(before) - ends[0]))
    if half:
        codes = ", ".join(half[:NAMED])
        raise _bad(
            f"{codes} {'is' if len(half) == 1 else 'are'} in both editions but named on one side only; "
            "add the line CODE,CODE where it goes on, or CODE, and ,CODE where the code was given to another place"
        )
    torn = sorted({row.old or row.new for row in given if not (row.old and row.new) and _goes_on(row, given)})
    if torn:
        raise _bad(f"{', '.join(torn[:NAMED])} cannot both end, or begin, and go on")


def _goes_on(row, given):
    """Whether what a line ends, or begins, is on the same side of another line too."""
    return any(other is not row and ((row.old and other.old == row.old) or (row.new and other.new == row.new)) for other in given)


def _require_codes(row, before, after):
    if not row.old and not row.new:
        raise _bad("a line has neither a code before nor a code after")
    if row.old and row.old not in before:
        raise _bad(f"{row.old[:40]!r} is no code of the earlier edition")
    if row.new and row.new not in after:
        raise _bad(f"{row.new[:40]!r} is no code of the later edition")
    if row.old and row.new and len(row.old) != len(row.new):
        raise _bad(f"{row.old} and {row.new} are of different levels")


def _bad(what):
    return Refusal("bad_correspondence", f"The correspondences cannot be used: {what}.")
