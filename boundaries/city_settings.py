"""What a city can set, for all of it or for one county, town or village: one table of keys with defaults and checks.

Values are dated (boundaries/store/city_settings.py). Only what something reads stands here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from boundaries.names import checked_name
from boundaries.workers import PHONE
from gis.errors import Refusal

SCOPE = re.compile(r"(?:\d{6}|\d{9}|\d{12})?", re.ASCII)
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
MOST_HOUSEHOLDS = 100_000
OFFICE_HOURS = "office_hours"
DUE_SOON_PERCENT = "due_soon.percent"
SUBMISSION_KEEP_DAYS = "submission.keep_days"
SUPERVISION_PHONE = "publication.supervision_phone"
HOW_TO_REPORT = "publication.how_to_report"
REVIEW_NUMBER = "publication.review_number"
LONGEST_HOW_TO_REPORT, LONGEST_REVIEW_NUMBER = 200, 60


@dataclass(frozen=True, slots=True)
class CitySetting:
    """A line of the table.

    Attributes
    ----------
    default : JSON value
        Holds where nothing is set.
    check : callable
        Raises ValueError, saying what the value must be.
    meaning : str
    city_only : bool
        Whether no county, town or village has a value of its own.
    """

    default: object
    check: Callable
    meaning: str
    city_only: bool = False


def _check_size(value):
    whole = isinstance(value, dict) and set(value) == {"min", "max"} and all(type(each) is int for each in value.values())
    if not whole or not 1 <= value["min"] <= value["max"] <= MOST_HOUSEHOLDS:
        raise ValueError(f'must be {{"min": …, "max": …}}, whole numbers of households from 1 to {MOST_HOUSEHOLDS}')


def _check_days(value):
    if type(value) is not int or not 1 <= value <= 3650:
        raise ValueError("must be a whole number of days from 1 to 3650")


def _check_percent(value):
    if type(value) is not int or not 1 <= value <= 99:
        raise ValueError("must be a whole number from 1 to 99")


def _check_duplicates(value):
    whole = isinstance(value, dict) and set(value) == {"within_m", "hours"} and all(type(each) is int for each in value.values())
    if not whole or not (1 <= value["within_m"] <= 5000 and 1 <= value["hours"] <= 8760):
        raise ValueError('must be {"within_m": …, "hours": …}, whole numbers from 1 to 5000 metres and from 1 to 8760 hours')


def _check_office_hours(value):
    try:
        minutes = [minute for begin, end in value for minute in (minute_of_day(begin), minute_of_day(end))]
    except (TypeError, ValueError):
        minutes = []
    if not 2 <= len(minutes) <= 8 or any(one >= other for one, other in pairwise(minutes)):
        raise ValueError('must be 1 to 4 spells of the day in order, such as [["08:00", "12:00"], ["14:00", "18:00"]]')


def minute_of_day(text):
    """Minutes since midnight.

    Parameters
    ----------
    text : str
        ``HH:MM``, up to ``24:00``.

    Returns
    -------
    int

    Raises
    ------
    ValueError

    Examples
    --------
    >>> minute_of_day("08:30"), minute_of_day("24:00")
    (510, 1440)
    """
    if not TIME_OF_DAY.fullmatch(text):
        raise ValueError(f"{text!r} is no time of day")
    hour, minute = text.split(":")
    return 60 * int(hour) + int(minute)


def _check_confidence(value):
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1")


def _check_phone(value):
    if not isinstance(value, str) or not PHONE.fullmatch(value):
        raise ValueError("must be a phone number: 4 to 25 digits, blanks and hyphens, with + for a country")


def _check_how_to_report(value):
    try:
        if set(value) != {"zh", "en"}:
            raise ValueError("must name both")
        for each in value.values():
            checked_name(each, longest=LONGEST_HOW_TO_REPORT)
    except (TypeError, ValueError):
        raise ValueError(
            f'must be {{"zh": …, "en": …}}, one line of 1 to {LONGEST_HOW_TO_REPORT} characters in each language'
        ) from None


def _check_review_number(value):
    try:
        checked_name(value, longest=LONGEST_REVIEW_NUMBER)
    except ValueError as error:
        raise ValueError(f"{error}, such as 川S(2026)00012号") from error


# The defaults are the published standard of Zhoushan, a neighbouring city: 300-500 households a grid, 50-80 a micro-grid.
SETTINGS = {
    "size.comprehensive": CitySetting({"min": 300, "max": 500}, _check_size, "households of a comprehensive grid; a warning"),
    "size.micro": CitySetting({"min": 50, "max": 80}, _check_size, "households of a micro-grid; a warning"),
    "gazetteer.confirm_below": CitySetting(0.8, _check_confidence, "confidence under which a person confirms an address"),
    OFFICE_HOURS: CitySetting(
        [["08:00", "12:00"], ["14:00", "18:00"]], _check_office_hours, "when terms in office hours run", city_only=True
    ),
    "duplicates": CitySetting({"within_m": 50, "hours": 48}, _check_duplicates, "reports of a matter so near are offered as one"),
    "contact.keep_days": CitySetting(90, _check_days, "days that a reporter's contact is kept after the end"),
    DUE_SOON_PERCENT: CitySetting(20, _check_percent, "part of a term left when its end is told to be near", city_only=True),
    SUPERVISION_PHONE: CitySetting(None, _check_phone, "phone of the supervision, published with each grid"),
    HOW_TO_REPORT: CitySetting(
        {"zh": "拨打网格员电话，或扫描二维码上报。", "en": "Call the grid worker, or scan the code to report."},
        _check_how_to_report,
        "how to report something, published with each grid",
    ),
    REVIEW_NUMBER: CitySetting(None, _check_review_number, "review number 审图号 of the maps on boards; none, no line"),
    SUBMISSION_KEEP_DAYS: CitySetting(90, _check_days, "days that a submission which comes again is known", city_only=True),
}


def require_setting(key, scope, value=None):
    """Refuse what cannot be set.

    Parameters
    ----------
    key : str
        A name of `SETTINGS`.
    scope : str
        Code of a county, town or village; empty for the whole city.
    value : JSON value, optional
        None takes back what is set for the scope.

    Raises
    ------
    Refusal
        ``unknown_city_setting``, ``bad_setting_scope``, ``bad_setting_value``.

    Examples
    --------
    >>> require_setting("size.micro", "510502", {"min": 30, "max": 80})
    >>> require_setting("size.micro", "510502", {"min": 80, "max": 30})
    Traceback (most recent call last):
    gis.errors.Refusal: size.micro must be {"min": …, "max": …}, whole numbers of households from 1 to 100000.
    """
    if key not in SETTINGS:
        raise Refusal("unknown_city_setting", f"There is no setting {key[:60]!r}; there are: {', '.join(SETTINGS)}.")
    require_scope(scope)
    if scope and SETTINGS[key].city_only:
        raise Refusal("bad_setting_scope", f"{key} holds for the whole city; no place has its own.", key=key)
    if value is None:
        return
    try:
        SETTINGS[key].check(value)
    except ValueError as error:
        raise Refusal("bad_setting_value", f"{key} {error}.", key=key) from error


def require_scope(scope):
    """Refuse what is no place that a setting can be for.

    Raises
    ------
    Refusal
        ``bad_setting_scope``.
    """
    if not SCOPE.fullmatch(scope):
        sentence = f"{scope[:40]!r} is no place of a setting; give the code of a county, town or village, or none for the city."
        raise Refusal("bad_setting_scope", sentence)


def most_specific(values, code):
    """The value that holds at a place: village before town before county before the whole city.

    Parameters
    ----------
    values : dict of str to object
        By scope.
    code : str
        Of a unit of any level.

    Returns
    -------
    str or None
        The scope; None where the default holds.

    Examples
    --------
    >>> most_specific({"": 1, "510502": 2, "510503001": 3}, "510502001001001")
    '510502'
    >>> most_specific({"510502": 2}, "510503") is None
    True
    """
    return max((scope for scope in values if code.startswith(scope)), key=len, default=None)
