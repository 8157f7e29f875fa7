"""Numbers of filings: ``BA``, the county, the year, the serial in that county and year."""

import re

from boundaries.codes import LENGTH_OF_LEVEL
from gis.errors import Refusal

PATTERN = re.compile(r"BA\d{6}-\d{4}-(?!0000)\d{4}", re.ASCII)
LAST_SERIAL = 9999
COUNTY_DIGITS = LENGTH_OF_LEVEL["county"]
WHOLE_CITY_COUNTY = "00"  # GB/T 2260: a prefecture's own code ends in two zeros


def filing_number(county, year, serial):
    """A number.

    Parameters
    ----------
    county : str
        Six digits.
    year, serial : int

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``serials_used_up`` beyond 9999.

    Examples
    --------
    >>> filing_number("510502", 2026, 12)
    'BA510502-2026-0012'
    """
    if serial > LAST_SERIAL:
        raise Refusal("serials_used_up", f"County {county} would have more than {LAST_SERIAL} filings in {year}.")
    return f"BA{county}-{year:04}-{serial:04}"


def require_number(text):
    """A filing's number, or the refusal of what is none.

    Raises
    ------
    Refusal
        ``bad_filing_no``.

    Examples
    --------
    >>> require_number("BA510502-2026-0001")
    'BA510502-2026-0001'
    """
    if not PATTERN.fullmatch(text):
        raise Refusal("bad_filing_no", f"{text[:40]!r} is no number of a filing; write one such as BA510502-2026-0001.")
    return text


def scope_of(codes):
    """Code of the smallest unit that holds all of some units, the city at most.

    Examples
    --------
    >>> scope_of(["510502001001001", "510502001001002"]), scope_of(["510502001001", "510503001001"])
    ('510502001001', '5105')
    """
    first, last = min(codes), max(codes)
    shared = next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(length for length in LENGTH_OF_LEVEL.values() if length <= max(shared, LENGTH_OF_LEVEL["city"]))]


def county_of(scope):
    """The six digits in a number: the county, or the city's own code for what touches several.

    Examples
    --------
    >>> county_of("510502001001"), county_of("5105")
    ('510502', '510500')
    """
    return scope[:COUNTY_DIGITS] if len(scope) >= COUNTY_DIGITS else scope + WHOLE_CITY_COUNTY
