"""What a filing freezes of a decided change: before and after, exact; who got what; why, when and by which commands."""

from dataclasses import dataclass

import shapely

from boundaries.clock import CITY_ZONE
from boundaries.filings.canonical import coordinates_of, geometry_of, parsed, sha256_of
from boundaries.units import COUNTS
from gis.crs import STORAGE_EPSG
from gis.lattice import UNITS_PER_DEGREE

DUE_WORKDAYS = 10
SYNTHETIC = "synthetic"
# What may differ later without anybody having tampered: area is worked out anew when a register is restored elsewhere, and
# a unit may be divided on its first day.
LOOSE = ("area_m2", "divided")


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version of a unit, as the register has it or as a filing froze it.

    Attributes
    ----------
    technical : bool
        It only got nodes on its border, because a neighbour's border ends there.
    geometry : MultiPolygon or None
        Degrees, on the lattice. None for a technical change as a filing froze it.
    """

    id: int
    code: str
    level: str
    name: str
    kind: str | None
    households: int | None
    divided: bool
    area_m2: float
    source: str
    technical: bool
    geometry: shapely.Geometry | None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Land, households and population that went from one unit to another, or that a unit kept."""

    old: str
    new: str
    area_m2: float
    households: int | None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A decided change set, with all that it did."""

    set: dict
    commands: list
    before: list
    after: list
    shares: list

    @property
    def codes(self):
        """Codes of the units that change, in more than nodes where any do."""
        versions = [*self.before, *self.after]
        return sorted({each.code for each in versions if not each.technical} or {each.code for each in versions})


def instant_text(instant):
    """An instant as a filing writes it, in the city's time; None for None.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> instant_text(datetime(2026, 5, 1, tzinfo=UTC))
    '2026-05-01T08:00:00.000000+08:00'
    """
    return instant and instant.astimezone(CITY_ZONE).isoformat(timespec="microseconds")


def metres_text(area_m2):
    """An area in square metres as a filing writes it: decimal, two places.

    Examples
    --------
    >>> metres_text(10.056), metres_text(None)
    ('10.06', None)
    """
    return None if area_m2 is None else f"{area_m2:.2f}"


def frozen(change, *, scope, place, due):
    """The members of a filing's first entry that say what was decided.

    Parameters
    ----------
    change : Change
    scope : str
        Code of the smallest unit that holds all that changed.
    place : sequence of dict
        ``code``, ``level``, ``name`` of the units above, the city first.
    due : boundaries.workdays.Due

    Returns
    -------
    dict
        See ``docs/filings.md`` for every member.
    """
    return described(change) | {
        "format": 1,
        "scope": scope,
        "place": list(place),
        "due": {"on": due.day.isoformat(), "provisional": due.provisional, "workdays": DUE_WORKDAYS},
        "crs": f"EPSG:{STORAGE_EPSG}",
        "units_per_degree": UNITS_PER_DEGREE,
        "attachments": [],
    }


def described(change):
    """The members that can be read from the register at any time, to hold them against what was frozen."""
    return {
        "change": change.set,
        "commands": change.commands,
        "before": _collection(change.before),
        "after": _collection(change.after),
        "lineage": [_share(each) for each in change.shares],
    }


def _collection(versions):
    return {"type": "FeatureCollection", "features": [_feature(version) for version in versions]}


def _feature(version):
    names = ("level", "name", "kind", *COUNTS, "divided", "source", "technical")
    said = {name: getattr(version, name) for name in names}
    said |= {"version": version.id, "area_m2": metres_text(version.area_m2)}
    coordinates = coordinates_of(version.geometry)
    if version.technical:  # a county's whole outline for the sake of one node: its digest says as much
        said["land_sha256"] = sha256_of(coordinates)
    shape = None if version.technical else {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "id": version.code, "properties": said, "geometry": shape}


def _share(share):
    counts = {count: getattr(share, count) for count in COUNTS}
    return {"from": share.old, "to": share.new, "area_m2": metres_text(share.area_m2), **counts}


def thawed(payload):
    """The change of a filing's first entry.

    Parameters
    ----------
    payload : dict
        The parsed body.

    Returns
    -------
    Change
    """
    shares = [
        Share(each["from"], each["to"], float(each["area_m2"]), *(each.get(count) for count in COUNTS))
        for each in payload["lineage"]
    ]
    before, after = (list(map(_version, payload[side]["features"])) for side in ("before", "after"))
    return Change(payload["change"], payload["commands"], before, after, shares)


def codes_in(payload):
    """Codes of all units of a filing, those that only got nodes too."""
    return {feature["id"] for side in ("before", "after") for feature in payload[side]["features"]}


def _version(feature):
    said = dict(feature["properties"])
    number, area = said.pop("version"), float(said.pop("area_m2"))
    said.pop("land_sha256", None)
    geometry = feature["geometry"] and geometry_of(feature["geometry"]["coordinates"])
    return Version(id=number, code=feature["id"], area_m2=area, geometry=geometry, **said)


def is_synthetic(change):
    """Whether any land of a change is generated and not surveyed."""
    return any(version.source == SYNTHETIC for version in (*change.before, *change.after))


def differences(payload, change):
    """Where the register says other things than a filing froze.

    Parameters
    ----------
    payload : dict
        The parsed body of the first entry.
    change : Change
        The same change, read from the register now.

    Returns
    -------
    list of str
        One phrase each; empty when they agree.
    """
    found = described(change)
    phrases = [f"change set: {name}" for name in found["change"] if found["change"][name] != payload["change"].get(name)]
    if found["commands"] != payload["commands"]:
        phrases.append("commands")
    for side in ("before", "after"):
        phrases += _units_that_differ(side, payload[side]["features"], found[side]["features"])
    if found["lineage"] != [dict.fromkeys(COUNTS) | each for each in payload["lineage"]]:
        phrases.append("lineage")
    return phrases


def _units_that_differ(side, filed, found):
    filed, found = ({feature["id"]: feature for feature in features} for features in (filed, found))
    for code in sorted(filed.keys() | found.keys()):
        if code not in found:
            yield f"{code} {side}: not in the register"
        elif code not in filed:
            yield f"{code} {side}: not in the filing"
        else:
            yield from (f"{code} {side}: {name}" for name in _members_that_differ(filed[code], found[code]))


def _members_that_differ(filed, found):
    if filed["geometry"] != found["geometry"]:
        yield "land"
    for name, value in found["properties"].items():
        if name not in LOOSE and filed["properties"].get(name) != value:
            yield name


def commands_from(texts):
    """Commands out of the register's JSON texts; their numbers become texts, as they stand there."""
    return [parsed(text) for text in texts]
