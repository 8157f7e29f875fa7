"""What is published of a grid, and what has changed since it was printed."""

import hashlib
from dataclasses import dataclass, fields

import shapely

from boundaries.filings.canonical import canonical

# What Art. 10 of the regulation has published, and how a citizen gets there; one digest each. The order is that of the list.
PARTS = ("worker", "contact", "name", "extent", "supervision_phone", "how_to_report", "review_number", "address")
RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Server:
    """Who serves a grid, with the work contact and nothing else about the person.

    Attributes
    ----------
    name, kind, role, work_phone : str
    substitutes_for : str or None
        Name of who is absent.
    """

    name: str
    kind: str
    role: str
    work_phone: str
    substitutes_for: str | None = None


@dataclass(frozen=True, slots=True)
class MicroGrid:
    """A micro-grid; ``land`` is the digest of its geometry."""

    code: str
    name: str
    land: str


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """All that stands on a board, a card and the public page of one grid at one instant.

    Attributes
    ----------
    code, name, kind : str
    exclusive_kind : dict of str to str, or None
        Of an exclusive grid: ``code name name_en department standard``.
    place : dict of str to (str, str)
        Code and name of ``village town county city``.
    geometry : MultiPolygon
        Degrees.
    area_m2 : float
        Geodesic.
    sides : dict of str to tuple of str
        Names of what borders on it, by ``east south west north``.
    micro_grids : tuple of MicroGrid
    workers : tuple of Server
        The responsible first.
    supervision_phone, review_number : str or None
    how_to_report : dict of str to str
        By ``zh`` and ``en``.
    synthetic : bool
        Generated for a demo.
    """

    code: str
    name: str
    kind: str
    exclusive_kind: dict | None
    place: dict
    geometry: shapely.Geometry
    area_m2: float
    sides: dict
    micro_grids: tuple
    workers: tuple
    supervision_phone: str | None
    how_to_report: dict
    review_number: str | None
    synthetic: bool


def digests(contents, address):
    """A digest of each of the published things.

    Parameters
    ----------
    contents : Contents
    address : str
        Where the public page is, as the QR code says it; empty where nobody has set it.

    Returns
    -------
    dict of str to str
        SHA-256 in hexadecimal, by `PARTS`.
    """
    said = {
        "worker": [[each.name, each.kind, each.role, each.substitutes_for] for each in contents.workers],
        "contact": [each.work_phone for each in contents.workers],
        "name": [contents.code, contents.name, contents.kind, contents.exclusive_kind, contents.synthetic, contents.place],
        "extent": [_land(contents.geometry), contents.sides, [_values(each) for each in contents.micro_grids]],
        "supervision_phone": contents.supervision_phone,
        "how_to_report": contents.how_to_report,
        "review_number": contents.review_number,
        "address": address,
    }
    return {part: hashlib.sha256(canonical(said[part]).encode("utf-8")).hexdigest() for part in PARTS}


def changed(printed, now):
    """Which of the published things are others than those that were printed.

    Parameters
    ----------
    printed : dict of str to str
        Of :func:`digests`, when it was printed.
    now : dict of str to str or None
        The same now; None where the grid is no longer in force.

    Returns
    -------
    list of str
        Of `PARTS`, or `RETIRED` alone; empty while the print is right.

    Examples
    --------
    >>> changed({"name": "a1", "contact": "b1"}, {"name": "a1", "contact": "b2"}), changed({"name": "a1"}, None)
    (['contact'], ['retired'])
    """
    if now is None:
        return [RETIRED]
    return [part for part in PARTS if printed.get(part) != now.get(part)]


def _land(geometry):
    return hashlib.sha256(shapely.to_wkb(geometry)).hexdigest()


def _values(each):
    return [getattr(each, field.name) for field in fields(each)]
