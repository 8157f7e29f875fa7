"""An address taken apart: what it says of county, town and village, of the road and its number, of the place and its building."""

import re
from dataclasses import dataclass, field

from boundaries.codes import LENGTH_OF_LEVEL
from incidents.gazetteer.normal import normal

LONGEST_TEXT = 200
NATION = re.compile("^(?:中华人民共和国|中国)")
PROVINCES = {
    "北京": "11",
    "天津": "12",
    "上海": "31",
    "重庆": "50",
    "河北": "13",
    "山西": "14",
    "辽宁": "21",
    "吉林": "22",
    "黑龙江": "23",
    "江苏": "32",
    "浙江": "33",
    "安徽": "34",
    "福建": "35",
    "江西": "36",
    "山东": "37",
    "河南": "41",
    "湖北": "42",
    "湖南": "43",
    "广东": "44",
    "海南": "46",
    "四川": "51",
    "贵州": "52",
    "云南": "53",
    "陕西": "61",
    "甘肃": "62",
    "青海": "63",
    "台湾": "71",
    "内蒙古": "15",
    "广西": "45",
    "西藏": "54",
    "宁夏": "64",
    "新疆": "65",
    "香港": "81",
    "澳门": "82",
}
PROVINCE = re.compile(f"^({'|'.join(PROVINCES)})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)")
OTHER_CITY = re.compile(r"^([^\d路街巷道]{2,5}?市)(?=[^\d路街巷道]{1,5}[区县])")
COMMITTEE = re.compile("(?:居民委员会|村民委员会|居委会|村委会|委会)$")
SHORT = re.compile("(?:街道|镇|乡|社区|村|[区县市])$")
SHORTEST = 2
ROAD_WORDS = "路街巷弄道段坊组社队里沟湾村"
SAID = re.compile(r"(?P<road>.+?)(?<![0-9])(?P<number>[0-9]{1,5})号(?:附(?P<sub>[0-9]{1,4})号?)?院?(?!公路|线)")
BARE = re.compile(rf"(?P<road>.*?[{ROAD_WORDS}])(?P<number>[0-9]{{1,5}})(?P<sub>)(?=$|[^0-9栋单室层楼期段巷组社队区号路街弄-])")
VAGUE_WORDS = (
    "附近|旁边|斜对面|正对面|对面|周边|周围|1带|一带|隔壁|背后|后面|前面|大门口|门口|左边|右边|旁|边上|路边|楼下|交叉口|岔路口|"
    "转角处|转角|路口"
)
VAGUE = re.compile(f"的?(?:{VAGUE_WORDS})+$")
VAGUE_BEFORE = re.compile(f"(?<=.)(?P<word>{VAGUE_WORDS})的(?P<what>.+)$")
INSIDE = re.compile(
    r"(?:(?P<building>[0-9]{1,4}|[a-z])栋)(?:(?P<unit>[0-9a-z]{1,2})单元)?(?P<room>(?:[0-9]{1,3}[层楼])?(?:[0-9]{1,5}(?:室|号)?)?)$"
    r"|(?:(?P<lone_unit>[0-9]{1,2})单元)(?P<lone_room>(?:[0-9]{1,3}[层楼])?(?:[0-9]{1,5}室?)?)$"
    r"|(?P<short_building>[0-9]{1,3})-(?P<short_unit>[0-9]{1,2})-(?P<short_room>[0-9]{1,5})$"
    r"|(?P<floor>[0-9]{1,3}[层楼](?:[0-9]{1,5}室?)?|[0-9]{2,5}室)$"
)


@dataclass(frozen=True, slots=True)
class Divisions:
    """The names of a register's city, counties, towns and villages, as an address may begin with them.

    Attributes
    ----------
    names : dict of str to (dict of str to tuple of str)
        Level to name to codes: two towns may have villages of one name.
    short : dict of str to (dict of str to tuple of str)
        The same for names without 区, 街道, 社区 and the like.
    """

    names: dict
    short: dict


@dataclass(frozen=True, slots=True)
class Door:
    """A number at a road.

    Attributes
    ----------
    roads : tuple of str
        The road as it may be called, with and without what stands before it, the longest first.
    number : int
    sub : str
        Of 12号附3号 the 3; empty without.
    """

    roads: tuple[str, ...]
    number: int
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """An address taken apart; all texts in their normal form.

    Attributes
    ----------
    text : str
        The whole.
    said : dict of str to tuple of str
        By level, the codes that its words of county, town and village may mean.
    elsewhere : str
        Another province or city that it names; empty without.
    spellings : tuple of str
        What is left when none, one … of the words before are taken off, and vague words: the last is what it is about.
    door : Door or None
    place : str
        What is not road, number, building or vague word.
    building, unit, room : str
    inside : str
        All of building, unit and room as it stands in the text.
    vague : str
        附近, 对面 and the like.
    rest : str
        Of 世纪城旁边的火锅店 the 火锅店: something that is near the place, and not the place.
    """

    text: str
    said: dict = field(default_factory=dict)
    elsewhere: str = ""
    spellings: tuple[str, ...] = ()
    door: Door | None = None
    place: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    inside: str = ""
    vague: str = ""
    rest: str = ""


def divisions_from(names):
    """The names of divisions, in every form that an address gives them.

    Parameters
    ----------
    names : dict of str to str
        By code; codes of other levels than city, county, town and village are not looked at.

    Returns
    -------
    Divisions

    Examples
    --------
    >>> divisions_from({"510502": "江阳区", "510502001001": "大山坪社区居委会"}).names["village"]
    {'大山坪社区': ('510502001001',)}
    """
    found, short = ({level: {} for level in ("city", "county", "town", "village")} for _ in range(2))
    level_of_length = {LENGTH_OF_LEVEL[level]: level for level in found}
    for code, name in sorted(names.items()):
        level = level_of_length.get(len(code))
        if level is None:
            continue
        whole = COMMITTEE.sub("", normal(name))
        stem = SHORT.sub("", whole)
        _add(found[level], whole, code)
        if len(stem) >= SHORTEST and stem != whole:
            _add(short[level], stem, code)
    return Divisions(found, short)


def parse(text, divisions):
    """Take an address apart.

    Parameters
    ----------
    text : str
    divisions : Divisions

    Returns
    -------
    Parts

    Examples
    --------
    >>> luzhou = divisions_from({"5105": "泸州市", "510502": "江阳区", "510502001": "南城街道"})
    >>> parts = parse("四川省泸州市江阳区南城街道江阳中路一百二十三号对面", luzhou)
    >>> parts.said, parts.spellings[-1], parts.door.number, parts.vague
    ({'county': ('510502',), 'town': ('510502001',)}, '江阳中路123号', 123, '对面')
    >>> parts = parse("佳乐世纪城3号楼2单元501", luzhou)
    >>> parts.place, parts.building, parts.unit, parts.room
    ('佳乐世纪城', '3', '2', '501')
    """
    whole = normal(text)
    bare, vague, rest = _without_vague(whole)
    core, elsewhere = _without_city(bare, divisions)
    said, spellings = _divided(core, divisions)
    spellings = tuple(dict.fromkeys(each for each in (bare, *spellings) if each))
    door, place, inside = _door_and_place(spellings)
    return Parts(whole, said, elsewhere, spellings, door, place, *inside, vague, rest)


def _add(table, name, code):
    if name:
        table[name] = (*table.get(name, ()), code)


def _without_city(text, divisions):
    """The text without country, province and city, and another province or city that it names."""
    text = NATION.sub("", text)
    cities = divisions.names["city"] | divisions.short["city"]
    own = {code[:2] for codes in cities.values() for code in codes}
    province = PROVINCE.match(text)
    if province:
        if own and PROVINCES[province[1]] not in own:
            return text[province.end() :] or text, province[0]
        text = text[province.end() :] or text
    for city in sorted(cities, key=len, reverse=True):
        if text.startswith(city) and text != city:
            return text[len(city) :], ""
    other = OTHER_CITY.match(text)
    counties = divisions.names["county"]
    if other and not any(text.startswith(name) for name in counties):
        return text[other.end() :], other[1]
    return text, ""


def _without_vague(text):
    """The text without words that say that it is not quite there, those words, and what it is that is near."""
    before = VAGUE_BEFORE.search(text)
    if before:
        return text[: before.start()], before["word"], before["what"]
    found = VAGUE.search(text)
    if not found or not found.start():
        return text, "", ""
    return text[: found.start()], found[0], ""


def _divided(text, divisions):
    """Codes said of each level, as far as they agree, and the text with none, one … of those words taken off."""
    said, spellings = {}, [text]
    for level in ("county", "town", "village"):
        name = _leading(spellings[-1], level, divisions)
        if name:
            codes = divisions.names[level].get(name) or divisions.short[level].get(name, ())
            within = tuple(code for code in codes if any(code.startswith(above) for above in _last(said)))
            said[level] = within or codes
            spellings.append(spellings[-1][len(name) :])
    return said, spellings


def _last(said):
    return list(said.values())[-1] if said else ("",)


def _leading(text, level, divisions):
    """The longest name of a level that a text begins with; a shortened one only right before a name of the next level."""
    whole = [name for name in divisions.names[level] if text.startswith(name)]
    if whole:
        return max(whole, key=len)
    below = {"county": "town", "town": "village"}.get(level)
    short = [name for name in divisions.short[level] if text.startswith(name)] if below else ()
    follows = [name for name in short if any(text.startswith(inner, len(name)) for inner in divisions.names[below])]
    return max(follows, key=len, default="")


def _door_and_place(spellings):
    last = spellings[-1] if spellings else ""
    found = SAID.match(last) or BARE.match(last)
    if not found:
        place, inside = _without_inside(last)
        return None, place, inside
    tail = last[found.start("number") :]
    roads = tuple(dict.fromkeys(each[: len(each) - len(tail)] for each in spellings))
    door = Door(roads, int(found["number"]), found["sub"] or "")
    place, inside = _without_inside(last[found.end() :])
    if not place and found["road"][-1] not in ROAD_WORDS:  # 世纪城3号 is a building more often than a door
        return door, found["road"], (inside[0] or found["number"], *inside[1:3], tail)
    return door, place, inside


def _without_inside(text):
    """A place without building, unit and room, and those."""
    found = INSIDE.search(text)
    if not found:
        return text, ("", "", "", "")
    said = {name: found[name] or "" for name in INSIDE.groupindex}
    building = said["building"] or said["short_building"]
    unit = said["unit"] or said["lone_unit"] or said["short_unit"]
    room = said["room"] or said["lone_room"] or said["short_room"] or said["floor"]
    return text[: found.start()], (building, unit, room, found[0])
