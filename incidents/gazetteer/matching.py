"""How sure it is that an entry is what an address means: a product of stated factors, each with its reason.

Nothing is learnt and nothing is hidden: the confidence of a candidate is the product of the factors of its evidence.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from gis.lattice import from_lattice, to_lattice
from gis.measures import edge_lengths_m
from incidents.gazetteer.entries import Entry

# Evidence that always weighs the same. Worked out below: name_alike, number_between, kind, rest, equal, far.
FACTORS = {
    "name_is": 1.0,  # the official name
    "alias_is": 0.97,
    "number_is": 1.0,
    "sub_unknown": 0.9,  # 12号附3号 where only 12号 is known, or the other way round
    "number_other_side": 0.6,
    "number_nearest": 0.45,
    "number_unknown": 0.5,
    "building_unknown": 0.9,
    "county_agrees": 1.0,
    "town_agrees": 1.0,
    "village_agrees": 1.0,
    "county_differs": 0.3,
    "town_differs": 0.5,
    "village_differs": 0.7,
    "elsewhere": 0.1,  # another province or city is named
    "vague": 0.7,  # 附近, 对面, 旁边
    "outside": 0.7,  # a stranger's word
    "better_name": 0.3,  # another entry is called exactly so
}
# How well a thing of a kind says where to go.
PRECISION = {"door": 1.0, "building": 1.0, "poi": 0.9, "community": 0.75, "place": 0.6, "road": 0.4}
ALIKE = 0.9  # of the share of a name that is alike
LEAST_ALIKE = 0.5
BETWEEN, PER_NUMBER, LEAST_BETWEEN = 0.75, 0.003, 0.55  # two neighbours of the same side, and how far apart their numbers are
REST = 0.5  # of the share of the address that the entry does not explain
AFTER_DOOR = 0.15  # the same for what follows a door's number
FAR_KM, LEAST_NEAR = 10.0, 0.3
LEVELS = ("county", "town", "village")
DIGITS = {"county": 6, "town": 9, "village": 12}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a confidence.

    Attributes
    ----------
    code : str
    factor : float
        From 0 to 1.
    detail : str
        What it is about: a name, numbers, a distance.
    """

    code: str
    factor: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that an address may mean.

    Attributes
    ----------
    entry : Entry
    lonlat : tuple of float
        Where it is: of a road the middle.
    codes : str
        Of the smallest unit that it lies in; empty outside the register.
    why : tuple of Evidence
    """

    entry: Entry
    lonlat: tuple[float, float]
    code: str
    why: tuple[Evidence, ...]

    @property
    def confidence(self):
        """The product of the factors."""
        return confidence_of(self.why)


def confidence_of(why):
    """The product of the factors, to four places.

    Examples
    --------
    >>> confidence_of([Evidence("kind", 0.75), Evidence("vague", 0.7)])
    0.525
    """
    return round(math.prod(each.factor for each in why), 4)


def position(entry):
    """Where an entry is, on the lattice: of a line the middle.

    Examples
    --------
    >>> position(Entry(1, "road", "", "", False, shapely.LineString([(105.4, 28.8), (105.5, 28.8)]), "s", False))
    (105.45, 28.8)
    """
    shape = entry.geometry
    if shape.geom_type == "MultiLineString":
        shape = max(shapely.get_parts(shape), key=lambda part: (part.length, part.wkb))
    point = shape if shape.geom_type == "Point" else shapely.line_interpolate_point(shape, 0.5, normalized=True)
    return tuple(from_lattice(to_lattice([[point.x, point.y]]))[0].tolist())


def likeness(first, second):
    """How much two names have in common: 1 less the least number of characters to change, add or drop, over the longer's length.

    Examples
    --------
    >>> likeness("江阳中路", "江洋中路"), likeness("佳乐世纪城", "佳乐"), likeness("前进路", "忠山")
    (0.75, 0.4, 0.0)
    """
    if not first or not second:
        return 0.0
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        before, row = row, [i]
        for j, other in enumerate(second, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other)))
    return 1 - row[-1] / max(len(first), len(second))


def score(parts, entry, code, *, called, number=(), near=None):
    """The candidate that an entry is for an address, with all evidence that is about it alone.

    Parameters
    ----------
    parts : Parts
    entry : Entry
    code : str
        Of the smallest unit that it lies in.
    called : str
        What the address calls it, in normal form.
    number : sequence of Evidence
        About a door's number.
    near : tuple of float, optional
        Longitude and latitude of where it should be near.

    Returns
    -------
    Candidate or None
        None where the names have too little in common.
    """
    name = _name(called, entry)
    if name is None:
        return None
    whole = called == parts.text == entry.found_by  # then all its words are of its name, also those that sound like a district
    said = () if whole else (*_divisions(parts, code), *_elsewhere(parts), *_vague(parts))
    why = (name, *number, _kind(entry), *_building(parts, entry), *said, *_rest(parts, entry, called), *_far(entry, near))
    return Candidate(entry, position(entry), code, why)


def between(placed, number):
    """The evidence of a number that was placed by its neighbours.

    Parameters
    ----------
    placed : incidents.gazetteer.doors.Placed
    number : int

    Returns
    -------
    Evidence
    """
    numbers = [each.number for each in placed.neighbours]
    detail = f"{number}: {'–'.join(map(str, numbers))}"
    if placed.how == "between":
        return Evidence("number_between", max(BETWEEN - PER_NUMBER * (numbers[1] - numbers[0]), LEAST_BETWEEN), detail)
    return stated(f"number_{placed.how}", detail)


def stated(code, detail=""):
    """Evidence of the table `FACTORS`.

    Examples
    --------
    >>> stated("vague", "附近").factor
    0.7
    """
    return Evidence(code, FACTORS[code], detail)


def outside_evidence(parts, code, score):
    """The evidence of a place that an outside geocoder has found.

    Parameters
    ----------
    parts : Parts
    code : str
        Of the smallest unit that it lies in.
    score : Evidence
        What the geocoder says.

    Returns
    -------
    tuple of Evidence
    """
    return (stated("outside"), score, *_divisions(parts, code), *_elsewhere(parts), *_vague(parts))


def _name(called, entry):
    if called == entry.found_by:
        return stated("alias_is" if entry.is_alias else "name_is", entry.found_by)
    alike = likeness(called, entry.found_by)
    return Evidence("name_alike", round(ALIKE * alike, 4), f"{called}: {entry.found_by}") if alike >= LEAST_ALIKE else None


def _kind(entry):
    return Evidence("kind", PRECISION[entry.kind], entry.kind)


def _building(parts, entry):
    missing = parts.building and entry.kind not in ("building", "door")
    return (stated("building_unknown", parts.building),) if missing else ()


def _divisions(parts, code):
    """Whether it lies in the county, town and village that the address names, as far as it is known where it lies."""
    for level in LEVELS:
        if level in parts.said and len(code) >= DIGITS[level]:
            agrees = any(code.startswith(each) for each in parts.said[level])
            yield stated(f"{level}_{'agrees' if agrees else 'differs'}", code[: DIGITS[level]])


def _elsewhere(parts):
    return (stated("elsewhere", parts.elsewhere),) if parts.elsewhere else ()


def _vague(parts):
    return (stated("vague", parts.vague),) if parts.vague else ()


def _rest(parts, entry, called):
    """What of the address the entry does not explain: road, number or place; not the room inside."""
    if called in parts.spellings or called == parts.text or not parts.spellings:
        return ()
    about, weight = parts.spellings[-1], REST
    left = len(about) - len(parts.inside) - len(called)
    if parts.door and called in parts.door.roads:
        left, weight = len(parts.place) if called != parts.place else 0, AFTER_DOOR
    return (Evidence("rest", round(1 - weight * left / len(about), 4), about),) if left > 0 else ()


def _far(entry, near):
    if near is None:
        return ()
    away_km = float(edge_lengths_m(np.array([position(entry)]), np.array([near]))[0]) / 1000
    return (Evidence("far", round(max(1 / (1 + (away_km / FAR_KM) ** 2), LEAST_NEAR), 4), f"{away_km:.1f} km"),)
