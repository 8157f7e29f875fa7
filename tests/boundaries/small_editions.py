"""Two small editions of the division codes: between them a town ends."""

from boundaries.divisions.naming import Division

COUNTY = ("510502", "江阳区")


def edition(*rows):
    """Divisions of a county, given as ``(code, name)``."""
    return [Division(*row) for row in (COUNTY, *rows)]


# Town 104 ends: 甲 and 乙 go to 103, 丙 to 106, of 丁 nothing is found.
ENDING = edition(
    ("510502103", "黄舣镇"),
    ("510502104", "弥陀镇"),
    ("510502106", "通滩镇"),
    *((f"51050210420{number}", f"{name}村村民委员会") for number, name in enumerate("甲乙丙丁", 1)),
)
ENDED = edition(
    ("510502103", "黄舣镇"),
    ("510502106", "通滩镇"),
    ("510502103211", "甲村村民委员会"),
    ("510502103212", "乙村村民委员会"),
    ("510502106209", "丙村村民委员会"),
)
