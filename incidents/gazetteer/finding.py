"""From an address and what the gazetteer has of its names to candidates."""

from dataclasses import dataclass, replace

from incidents.gazetteer.doors import place_number
from incidents.gazetteer.entries import Entry
from incidents.gazetteer.matching import Evidence, between, likeness, stated

SHORTEST_PART, LONGEST_PART = 3, 24  # characters of a name that is looked for inside of an address
LOOKED_THROUGH = 60  # characters of an address that are looked through for names


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry that an address may mean, by what it calls it.

    Attributes
    ----------
    entry : Entry
    called : str
    number : tuple of Evidence
        About the number of a door.
    """

    entry: Entry
    called: str
    number: tuple[Evidence, ...] = ()


def names_in(parts):
    """All texts that may be the name of an entry that an address speaks of.

    Parameters
    ----------
    parts : incidents.gazetteer.parts.Parts

    Returns
    -------
    list of str
        In normal form, ascending.

    Examples
    --------
    >>> from incidents.gazetteer.parts import divisions_from, parse
    >>> names_in(parse("东门口旁", divisions_from({})))
    ['东', '东门', '东门口', '东门口旁']
    """
    vague = [parts.vague[:end] for end in range(len(parts.vague) + 1)]
    names = {parts.text, parts.place, *(spelling + word for spelling in parts.spellings for word in vague)}
    if parts.building:
        names |= {f"{parts.place}{parts.building}{what}" for what in ("栋", "号")}
    if parts.door:
        names |= set(parts.door.roads)
    text = (parts.spellings[-1] if parts.spellings else "")[:LOOKED_THROUGH]
    for begin in range(len(text)):
        names |= {text[begin:end] for end in range(begin + SHORTEST_PART, min(begin + LONGEST_PART, len(text)) + 1)}
    return sorted(names - {""})


def main_names(parts):
    """What an address calls the thing that it is about: the road of its number and the place, without districts.

    Parameters
    ----------
    parts : incidents.gazetteer.parts.Parts

    Returns
    -------
    list of str
    """
    roads = [parts.door.roads[-1]] if parts.door else []
    return list(dict.fromkeys(name for name in (*roads, parts.place) if name))


def roads_named(parts, roads):
    """Which names of roads an address with a number may mean, and what it calls them.

    Parameters
    ----------
    parts : incidents.gazetteer.parts.Parts
        With a door.
    roads : iterable of Entry
        Roads that were found by name.

    Returns
    -------
    dict of str to Entry
        By the official name in its normal form; the entry that was found by a name most like it.
    """
    named = {}
    for road in sorted(roads, key=lambda each: (-_most_like(parts.door.roads, each.found_by)[0], each.is_alias, each.id or 0)):
        named.setdefault(road.road, road)
    return named


def readings(parts, named, doors):
    """All that an address may mean of what was found.

    Parameters
    ----------
    parts : incidents.gazetteer.parts.Parts
    named : sequence of Entry
        Entries found by a name that is in the address, or is like one in it.
    doors : sequence of Entry
        Of the roads of :func:`roads_named`, with numbers about the one that is asked for.

    Returns
    -------
    list of Reading
    """
    found = [Reading(entry, _called(parts, entry), _without_number(parts, entry)) for entry in named]
    return found + (_door_readings(parts, named, doors) if parts.door else [])


def _called(parts, entry):
    """What the address calls an entry: its very name, or else the part that is most like it."""
    if entry.found_by in names_in(parts):
        return entry.found_by
    return _most_like([*main_names(parts), *parts.spellings[-1:]], entry.found_by)[1]


def _most_like(texts, name):
    return max(((likeness(text, name), text) for text in texts), default=(0.0, ""))


def _without_number(parts, entry):
    return (stated("number_unknown", str(parts.door.number)),) if entry.kind == "road" and parts.door else ()


def _door_readings(parts, named, doors):
    lines, asked = {}, parts.door
    for entry in named:
        if entry.kind == "road" and entry.geometry.geom_type != "Point":
            lines.setdefault(entry.road, []).append(entry.geometry)
    found = []
    for name, road in roads_named(parts, [*named_roads(named), *_roads_of(doors, parts)]).items():
        called = road.found_by if road.found_by in asked.roads else _most_like(asked.roads, road.found_by)[1]
        of_road = [replace(door, found_by=road.found_by, is_alias=road.is_alias) for door in doors if door.road == name]
        found += [Reading(door, called, _same_number(door, asked)) for door in of_road if door.number == asked.number]
        placed = place_number(asked.number, of_road, lines.get(name, ()))
        found += [Reading(each.entry, called, (between(each, asked.number),)) for each in placed]
    return found


def named_roads(named):
    """The roads among entries."""
    return [entry for entry in named if entry.kind == "road"]


def _roads_of(doors, parts):
    """Roads that no entry stands for: doors alone name them."""
    return [
        replace(door, id=None, kind="road", found_by=door.road, is_alias=False)
        for door in {door.road: door for door in sorted(doors, key=lambda each: -(each.id or 0))}.values()
    ]


def _same_number(door, asked):
    known = stated("number_is", f"{door.number}{f'-{door.sub}' if door.sub else ''}")
    return (known,) if door.sub == asked.sub else (known, stated("sub_unknown", asked.sub or door.sub))
