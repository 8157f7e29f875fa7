"""Sizes of letters that a name fits into its place with: a size is a class, since a page that is safe has no styles inside."""

from math import ceil

from boundaries.publication.grid_map import width_of

STEP = 0.05  # rem
LARGEST = 3.0
LINE = 1.22  # height of a line in letters


def css():
    """The classes ``f5`` to ``f300``: hundredths of a rem."""
    steps = range(1, round(LARGEST / STEP) + 1)
    return "".join(f".f{round(100 * STEP * k)}{{font-size:{STEP * k:.2f}rem}}" for k in steps) + "\n"


def fit(text, wide, high, largest, smallest=0.15):
    """The class of the largest letters in which a text fits into a box.

    Parameters
    ----------
    text : str
    wide, high : float
        Of the box, rem.
    largest, smallest : float
        Of the letters, rem; in the smallest it may not fit.

    Returns
    -------
    str

    Examples
    --------
    >>> fit("大山坪社区第一网格", 18, 2, 2), fit("大" * 100, 18, 2, 2)
    ('f160', 'f50')
    """
    size = largest
    while size > smallest and not _fits(text, wide, high, size):
        size -= STEP
    return f"f{round(size / STEP) * 5}"


def _fits(text, wide, high, size):
    in_line = int(wide / size)  # words are broken anywhere
    return in_line > 0 and ceil(width_of(text) * 1.02 / in_line) * size * LINE <= high
