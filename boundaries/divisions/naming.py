"""Names of divisions: what is the name proper, what only says which kind of division it is."""

import re
from dataclasses import dataclass

from boundaries.codes import level_of

# Ethnic townships 民族乡 of Sichuan, whose nationality is part of the kind: 石坝彝族乡 is the township of 石坝.
NATIONALITY = "(?:(?:彝|苗|回|藏|羌|土家|傈僳|纳西|白|傣|布依|壮|满|蒙古)族)?"
# Endings by level, each with the kind it stands for. The longest first: 社区村委会 is the committee of a village that some
# office has named a community, 社区居委会 that of a community.
ENDINGS = {
    "county": ((r"(?:自治)?县|区|市", ""),),
    "town": (
        (r"街道办事处|街道", "subdistrict"),
        (r"镇", "town"),
        (rf"{NATIONALITY}乡", "township"),
    ),
    "village": (
        (r"社区村委会|社区村民委员会|村民委员会|村委会", "village"),
        (r"(?:社区)?(?:居民委员会|居委会)|社区", "community"),
        (r"村", "village"),
    ),
}
AFTER_COMMITTEE = {"village": re.compile(r"(.+?)村+"), "community": re.compile(r"(.+?)社区")}


@dataclass(frozen=True, slots=True, order=True)
class Division:
    """A county, town or village of one edition of the division codes 行政区划代码.

    Attributes
    ----------
    code : str
        6, 9 or 12 digits.
    name : str

    Examples
    --------
    >>> Division("510502005", "蓝田街道办事处").level
    'town'
    """

    code: str
    name: str

    @property
    def level(self):
        """``county``, ``town`` or ``village``, by the length of the code."""
        return level_of(self.code)


def stem_and_kind(division):
    """The name proper of a division, and which kind of division its ending says it is.

    Parameters
    ----------
    division : Division

    Returns
    -------
    stem, kind : str
        The kind is empty where the ending says none. Names that differ in the spelling of their ending alone agree in both.

    Examples
    --------
    >>> stem_and_kind(Division("510502005", "蓝田街道办事处")), stem_and_kind(Division("510502005", "蓝田街道"))
    (('蓝田', 'subdistrict'), ('蓝田', 'subdistrict'))
    >>> stem_and_kind(Division("510503101215", "瓦窑村民委员会")), stem_and_kind(Division("510503101215", "瓦窑村村民委员会"))
    (('瓦窑', 'village'), ('瓦窑', 'village'))
    >>> stem_and_kind(Division("510502005005", "重湾社区")), stem_and_kind(Division("510503003200", "柿子社区村委会"))
    (('重湾', 'community'), ('柿子', 'village'))
    """
    for ending, kind in ENDINGS[division.level]:
        found = re.fullmatch(f"(.+?)(?:{ending})", division.name)
        if found:
            return _without_second_ending(found[1], kind), kind
    return division.name, ""


def _without_second_ending(stem, kind):
    """瓦窑村村民委员会 and 瓦窑村民委员会 are one name, and so are 马村村村民委员会 and 马村村民委员会."""
    found = kind in AFTER_COMMITTEE and AFTER_COMMITTEE[kind].fullmatch(stem)
    return found[1] if found else stem


def proper_name(division):
    """The name proper, whichever kind of division it is: a village 新村 that became a community is 新村社区.

    Examples
    --------
    >>> proper_name(Division("510502008001", "新村社区")), proper_name(Division("510502102201", "新村村民委员会"))
    ('新', '新')
    """
    stem = stem_and_kind(division)[0]
    return re.sub(r"(?<=.)(?:村|社区)+$", "", stem) if division.level == "village" else stem


def same_but_for_spelling(one, other):
    """Whether two names differ in the spelling of their ending at most.

    Examples
    --------
    >>> community, village = Division("510502005005", "重湾社区居民委员会"), Division("510502005005", "重湾村民委员会")
    >>> same_but_for_spelling(Division("510502005005", "重湾社区"), community), same_but_for_spelling(community, village)
    (True, False)
    """
    return stem_and_kind(one) == stem_and_kind(other)
