"""Chinese numerals as they stand in addresses: 一百二十三, 二〇一, 廿三, 壹佰."""

import re

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卅": 30}
CHARACTERS = "".join((*DIGITS, *PLACES, *TENS))
WHOLE = re.compile(
    r"(?:(?P<thousands>[^十拾百佰千仟廿卅])[千仟])?[零〇]?(?:(?P<hundreds>[^十拾百佰千仟廿卅])[百佰])?[零〇]?"
    r"(?:(?P<tens>[^十拾百佰千仟廿卅])?(?P<ten>[十拾])|(?P<twenties>[廿卅]))?[零〇]?(?P<ones>[^十拾百佰千仟廿卅])?"
)


def value(text):
    """The number that a numeral stands for, or None where it is none.

    Parameters
    ----------
    text : str
        Only characters of `CHARACTERS`.

    Returns
    -------
    int or None

    Examples
    --------
    >>> [value(text) for text in ("一百二十三", "一百零五", "十二", "二〇一", "廿三", "百", "壹佰二", "二百五")]
    [123, 105, 12, 201, 23, None, 102, 205]
    """
    if len(text) > 1 and all(each in DIGITS for each in text):
        return int("".join(str(DIGITS[each]) for each in text))
    found = WHOLE.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    tens = DIGITS.get(found["tens"], 1) * 10 if found["ten"] else TENS.get(found["twenties"], 0)
    return 1000 * _digit(found["thousands"]) + 100 * _digit(found["hundreds"]) + tens + _digit(found["ones"])


def _digit(text):
    return DIGITS.get(text, 0)
