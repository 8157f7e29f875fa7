"""A report as it comes in, and the checks it passes before it is taken: its texts and its position."""

import hashlib
import json
import math
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import datetime

from gis.datum import require_datum, to_wgs84
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice

SOURCES = ("desk", "phone", "public", "file", "open311")
LONGEST_DESCRIPTION, LONGEST_ADDRESS, LONGEST_CONTACT = 2000, 200, 200
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")  # line ends, marks that join or turn letters, blanks
FARTHEST_M = 50_000  # from the nearest grid: beyond it a position is a mistake, not a place next to the city


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report.

    Attributes
    ----------
    matter_code : str
    lon, lat : float
        Degrees as declared.
    datum : str
        What they are declared in: ``cgcs2000 wgs84 gcj02 bd09``.
    description, address, contact : str or None
        ``contact``: how to reach who reports; stored encrypted and apart.
    source : str
        One of `SOURCES`.
    noted_at : datetime or None
        When it was written down, by the clock of a phone that was out of reach: kept for information, never reckoned with.
    """

    matter_code: str
    lon: float
    lat: float
    datum: str
    description: str | None = None
    address: str | None = None
    contact: str | None = None
    source: str = "desk"
    noted_at: datetime | None = None


def checked(report):
    """The report with its texts made plain.

    Parameters
    ----------
    report : Report

    Returns
    -------
    Report

    Raises
    ------
    Refusal
        ``undeclared_datum``, ``unknown_datum``, ``bad_description``, ``bad_address``, ``bad_contact``.

    Examples
    --------
    >>> checked(Report(matter_code="0406", lon=105.4, lat=28.8, datum="wgs84", description=" a<b>\\r\\nc\\t")).description
    'a<b>\\nc'
    """
    if not report.datum:
        sentence = "The position does not declare its datum; add datum: cgcs2000, wgs84, gcj02 (AMap, Tencent) or bd09 (Baidu)."
        raise Refusal("undeclared_datum", sentence)
    require_datum(report.datum)
    return replace(
        report,
        description=plain(report.description, "description", most=LONGEST_DESCRIPTION, lines=True),
        address=plain(report.address, "address", most=LONGEST_ADDRESS),
        contact=plain(report.contact, "contact", most=LONGEST_CONTACT),
    )


def plain(text, name, *, most, lines=False):
    """A text without what cannot be seen. HTML stays the text that it is: whoever shows it escapes it.

    Parameters
    ----------
    text : str or None
    name : {"description", "address", "contact", "text"}
    most : int
        Characters.
    lines : bool
        Whether it may have several lines.

    Returns
    -------
    str or None
        Line ends are ``\\n``, tabs are blanks; None where nothing is left that can be seen.

    Raises
    ------
    Refusal
        ``bad_`` and the name.

    Examples
    --------
    >>> plain("one\\rtwo", "description", most=10, lines=True), plain(" \\t\\u200b", "address", most=10)
    ('one\\ntwo', None)
    >>> plain("bell\\x07", "address", most=10)
    Traceback (most recent call last):
    gis.errors.Refusal: The address holds a control character at place 5; leave it out.
    """
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    if not lines:
        text = text.replace("\n", " ")
    for place, character in enumerate(text, start=1):
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cs"):
            raise Refusal(f"bad_{name}", f"The {name} holds a control character at place {place}; leave it out.")
    if len(text) > most:
        raise Refusal(f"bad_{name}", f"The {name} has {len(text)} characters; {most} are allowed.")
    return text if any(unicodedata.category(each) not in UNSEEN for each in text) else None


def position(report):
    """Where a report lies, on the lattice in CGCS2000.

    Parameters
    ----------
    report : Report

    Returns
    -------
    ndarray of float64, shape (1, 2)

    Raises
    ------
    Refusal
        ``not_finite``, ``swapped_lonlat``, ``outside_lonlat``, ``position_zero``.

    Examples
    --------
    >>> position(Report(matter_code="0406", lon=28.88, lat=105.44, datum="wgs84"))
    Traceback (most recent call last):
    gis.errors.Refusal: 28.88, 105.44 is latitude first; exchange them: the longitude comes first.
    """
    lon, lat = report.lon, report.lat
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Refusal("not_finite", "The position is not a finite number; send degrees.")
    if lon == 0 and lat == 0:
        sentence = "The position is 0, 0, which a device sends that does not know where it is; wait, or set it on the map."
        raise Refusal("position_zero", sentence)
    if abs(lon) <= 90 < abs(lat) <= 180:
        raise Refusal("swapped_lonlat", f"{lon:g}, {lat:g} is latitude first; exchange them: the longitude comes first.")
    if abs(lon) > 180 or abs(lat) > 90:
        raise Refusal("outside_lonlat", f"{lon:g}, {lat:g} is no longitude and latitude; send degrees, not metres.")
    return from_lattice(to_lattice(to_wgs84([[lon, lat]], report.datum)))


def too_far(report, distance_m, bounds):
    """The refusal of a position that is too far from every grid: in the sea, in another province, or written wrongly.

    Parameters
    ----------
    report : Report
    distance_m : float
        To the nearest grid.
    bounds : sequence of float
        West, south, east and north of all grids.

    Returns
    -------
    Refusal
        ``swapped_lonlat`` or ``position_far_away``, with what is probably meant where that can be told.

    Examples
    --------
    >>> report = Report(matter_code="0406", lon=-105.44, lat=28.88, datum="wgs84")
    >>> too_far(report, 1.2e7, (105, 28, 106, 29)).details["probably"]
    [105.44, 28.88]
    """
    meant = probably_meant(report.lon, report.lat, bounds)
    said = f"{report.lon:g}, {report.lat:g} lies {distance_m / 1000:,.0f} km from the nearest grid"
    if meant is None:
        return Refusal("position_far_away", f"{said}; set the position on the map.")
    code = "swapped_lonlat" if meant == (report.lat, report.lon) else "position_far_away"
    return Refusal(code, f"{said}; {meant[0]:g}, {meant[1]:g} is probably meant: longitude first.", probably=list(meant))


def probably_meant(lon, lat, bounds):
    """The position inside a box that a wrong one may stand for: exchanged, with a wrong sign, or with a wrong decimal point.

    Returns
    -------
    tuple of float or None

    Examples
    --------
    >>> box = (105, 28, 106, 29)
    >>> probably_meant(28.88, 105.44, box), probably_meant(10.544, 28.88, box), probably_meant(2.35, 48.85, box)
    ((105.44, 28.88), (105.44, 28.88), None)
    """
    west, south, east, north = bounds
    for x, y in ((lat, lon), *((lon * a, lat * b) for a in (1, -1, 10, 0.1) for b in (1, -1, 10, 0.1))):
        if west <= x <= east and south <= y <= north:
            return (round(x, 7), round(y, 7))
    return None


def digest(report, photos=(), *, blind=None):
    """SHA-256 of what is sent, by which a submission that comes again is told from another one under the same key.

    Parameters
    ----------
    report : Report or incidents.service_words.Word
    photos : sequence of bytes
        Digests of the files as they were sent.
    blind : callable, optional
        :meth:`incidents.sealing.Seal.blinded`; required with a contact, which all else in the register would let one guess.

    Returns
    -------
    bytes

    Examples
    --------
    >>> one = Report(matter_code="0406", lon=105.4, lat=28.8, datum="wgs84")
    >>> digest(one) == digest(replace(one)), digest(one) == digest(replace(one, lat=28.9)), digest(one) == digest(one, [b"x"])
    (True, False, False)
    """
    if report.contact is not None:
        report = replace(report, contact=blind(report.contact))
    said = [str(getattr(report, field.name)) for field in fields(report)]
    said += [photo.hex() for photo in photos]
    return hashlib.sha256(json.dumps(said).encode()).digest()
