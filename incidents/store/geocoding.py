"""From an address to places: what the gazetteer in the database has of its names, weighed and located."""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import shapely
import sqlalchemy as sa

from boundaries.codes import LENGTH_OF_LEVEL
from gis.errors import Refusal
from incidents.gazetteer.doors import WINDOW
from incidents.gazetteer.entries import Entry
from incidents.gazetteer.finding import main_names, named_roads, names_in, readings, roads_named
from incidents.gazetteer.matching import LEAST_ALIKE, Candidate, likeness, position, score
from incidents.gazetteer.parts import LONGEST_TEXT, Parts, divisions_from, parse
from incidents.gazetteer.ranking import ranked

LEVELS = ("grid", "village", "town", "county")
MOST_NAMED = 500  # entries of the very names
MOST_ALIKE = 200  # names that are alike
MOST_DOORS = 5000
# Of the trigrams, by length of the name: what one wrong letter of it leaves at worst. The rest is weighed letter by letter.
LEAST_SIMILAR = {1: 0.1, 2: 0.1, 3: 0.1, 4: 0.15, 5: 0.2}
LEAST_SIMILAR_LONG = 0.25
_DIVISIONS = WeakKeyDictionary()
COLUMNS = """
    entry.id, entry.kind, entry.name, entry.source, entry.is_generated, entry.road, entry.number, entry.sub,
    ST_AsBinary(entry.geom) AS shape"""
NAMED = sa.text(f"""
    SELECT {COLUMNS}, found.normal AS found_by, found.is_alias
    FROM gazetteer_name AS found JOIN gazetteer_entry AS entry ON entry.id = found.entry_id
    WHERE found.normal = ANY (:names) AND entry.lifespan @> CAST(:at AS timestamptz)
    ORDER BY length(found.normal) DESC, entry.id
    LIMIT :limit""")
SIMILARITY = sa.text("SELECT set_config('pg_trgm.similarity_threshold', :least, false)")
ALIKE = sa.text(f"""
    WITH found AS MATERIALIZED (
        SELECT entry_id, normal, is_alias FROM gazetteer_name
        WHERE normal % :name AND length(normal) BETWEEN :shortest AND :longest
        ORDER BY similarity(normal, :name) DESC, entry_id LIMIT :limit)
    SELECT {COLUMNS}, found.normal AS found_by, found.is_alias
    FROM found JOIN gazetteer_entry AS entry ON entry.id = found.entry_id
    WHERE entry.lifespan @> CAST(:at AS timestamptz)
    ORDER BY entry.id""")
ALIKE_ROADS = sa.text(
    "SELECT road FROM gazetteer_road WHERE road % :name ORDER BY similarity(road, :name) DESC, road LIMIT :limit"
)
DOORS = sa.text(f"""
    SELECT {COLUMNS}, entry.road AS found_by, false AS is_alias
    FROM gazetteer_entry AS entry
    WHERE entry.kind = 'door' AND entry.road = ANY (:roads) AND entry.number BETWEEN :least AND :most
      AND entry.lifespan @> CAST(:at AS timestamptz)
    ORDER BY abs(entry.number - :number), entry.id
    LIMIT :limit""")


@dataclass(frozen=True, slots=True)
class Found:
    """What an address may mean.

    Attributes
    ----------
    parts : Parts
    candidates : list of Candidate
        By confidence, the highest first.
    """

    parts: Parts
    candidates: list[Candidate]


def geocode(connection, snapshot, text, *, at, near=None, within="", limit=10):
    """Places that an address may mean, as the gazetteer and the register are at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    snapshot : boundaries.store.snapshots.Snapshot
        The register at that instant.
    text : str
    at : datetime
    near : tuple of float, optional
        Longitude and latitude in degrees of CGCS2000: what lies near goes before its namesakes far away.
    within : str
        Code of a unit; nothing outside is a candidate.
    limit : int
        Most candidates.

    Returns
    -------
    Found

    Raises
    ------
    Refusal
        ``empty_query``, ``address_too_long``.
    """
    parts = parse(require_text(text), divisions(snapshot))
    if not parts.text:
        raise Refusal(
            "empty_query", "The address holds no letter and no digit; write a road with a number, or the name of a place."
        )
    found = readings(parts, *_looked_up(connection, parts, at))
    codes = codes_of(snapshot, [position(reading.entry) for reading in found]).tolist()
    scored = [
        score(parts, reading.entry, code, called=reading.called, number=reading.number, near=near)
        for reading, code in zip(found, codes, strict=True)
        if code.startswith(within)
    ]
    return Found(parts, ranked(each for each in scored if each)[:limit])


def require_text(text):
    """Refuse a text that is too long to be an address.

    Raises
    ------
    Refusal
        ``address_too_long``.
    """
    if len(text) > LONGEST_TEXT:
        sentence = f"An address has at most {LONGEST_TEXT} characters; this text has {len(text):,}."
        raise Refusal("address_too_long", sentence)
    return text


def divisions(snapshot):
    """The names of a snapshot's city, counties, towns and villages, worked out once."""
    held = _DIVISIONS.get(snapshot)
    if held is None:
        held = _DIVISIONS[snapshot] = divisions_from({code: label.name for code, label in snapshot.labels.items()})
    return held


def codes_of(snapshot, lonlat):
    """The smallest unit from grid to county that each place lies in.

    Parameters
    ----------
    snapshot : boundaries.store.snapshots.Snapshot
    lonlat : sequence of (float, float)

    Returns
    -------
    ndarray of str, shape (n,)
        Empty outside.
    """
    codes = np.full(len(lonlat), "", dtype=f"U{LENGTH_OF_LEVEL['grid']}")
    for level in LEVELS:
        open_rows = np.flatnonzero(codes == "")
        index = snapshot.index(level)
        if len(open_rows) and index.locator is not None:
            places = np.asarray(lonlat, dtype=np.float64)[open_rows]
            codes[open_rows] = index.codes_of(index.locate(places, distances=False).face)
    return codes


def _looked_up(connection, parts, at):
    """Entries by name, and doors of the roads among them."""
    named = _entries(connection, NAMED, names=names_in(parts), at=at, limit=MOST_NAMED)
    exact = {entry.found_by for entry in named}
    missing = [name for name in main_names(parts) if name not in exact and not exact & set(parts.spellings)]
    doors = _doors(connection, parts, named, at) if parts.door else []
    if parts.door and doors:
        missing = [name for name in missing if name not in parts.door.roads]
    for name in missing:
        alike = _entries(connection, ALIKE, at=at, **_alike(connection, name))
        named += [entry for entry in alike if likeness(name, entry.found_by) >= LEAST_ALIKE]
    if missing and parts.door and not doors:
        doors = _doors(connection, parts, named, at, alike=missing)
    return named, doors


def _doors(connection, parts, named, at, *, alike=()):
    roads = {*parts.door.roads, *roads_named(parts, named_roads(named))}
    for name in alike:
        found = connection.execute(ALIKE_ROADS, _alike(connection, name)).scalars()
        roads |= {road for road in found if likeness(name, road) >= LEAST_ALIKE}
    number = parts.door.number
    window = {"number": number, "least": number - WINDOW, "most": number + WINDOW}
    return _entries(connection, DOORS, roads=sorted(roads), at=at, limit=MOST_DOORS, **window)


def _alike(connection, name):
    """What to look for names with that are like a name; the connection is set to the likeness that its length asks for."""
    least = LEAST_SIMILAR.get(len(name), LEAST_SIMILAR_LONG)
    connection.execute(SIMILARITY, {"least": str(least)})
    shortest, longest = math.ceil(len(name) * LEAST_ALIKE), math.floor(len(name) / LEAST_ALIKE)
    return {"name": name, "shortest": shortest, "longest": longest, "limit": MOST_ALIKE}


def _entries(connection, query, **values):
    return [
        Entry(
            row.id,
            row.kind,
            row.name,
            row.found_by,
            row.is_alias,
            shapely.from_wkb(bytes(row.shape)),
            row.source,
            row.is_generated,
            row.road,
            row.number,
            row.sub,
        )
        for row in connection.execute(query, values)
    ]
