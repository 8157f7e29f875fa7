"""What a city can set, for all of it or for one county, town or village: one table of keys with defaults and checks.

Values are dated (boundaries/store/city_settings.py). Only what something reads stands here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gis.errors import Refusal

SCOPE = re.compile(r"(?:\d{6}|\d{9}|\d{12})?", re.ASCII)
MOST_HOUSEHOLDS = 100_000


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
    """

    default: object
    check: Callable
    meaning: str


def _check_size(value):
    whole = isinstance(value, dict) and set(value) == {"min", "max"} and all(type(each) is int for each in value.values())
    if not whole or not 1 <= value["min"] <= value["max"] <= MOST_HOUSEHOLDS:
        raise ValueError(f'must be {{"min": …, "max": …}}, whole numbers of households from 1 to {MOST_HOUSEHOLDS}')


# The defaults are the published standard of Zhoushan, a neighbouring city: 300-500 households a grid, 50-80 a micro-grid.
SETTINGS = {
    "size.comprehensive": CitySetting({"min": 300, "max": 500}, _check_size, "households of a comprehensive grid; a warning"),
    "size.micro": CitySetting({"min": 50, "max": 80}, _check_size, "households of a micro-grid; a warning"),
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
