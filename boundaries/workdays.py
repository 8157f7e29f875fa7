"""Working days of China 工作日: public holidays and make-up workdays 调休 honoured as far as they have been decreed."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term in working days.

    Attributes
    ----------
    day : date
    provisional : bool
        Some day of the term lies beyond the decreed holidays, where Monday to Friday are taken for working days; the true
        day may be a later one.
    """

    day: date
    provisional: bool


@lru_cache(maxsize=10_000)  # the library looks through all its holidays at every question
def workday(day):
    """Whether a day is a working day, and whether that is only supposed.

    Parameters
    ----------
    day : date

    Returns
    -------
    is_workday, supposed : bool
        The holidays of a year are decreed in the autumn before; until then, Monday to Friday are supposed.

    Examples
    --------
    >>> workday(date(2026, 10, 1)), workday(date(2026, 10, 10)), workday(date(2099, 1, 1))
    ((False, False), (True, False), (True, True))
    """
    try:
        return chinese_calendar.is_workday(day), False
    except NotImplementedError:
        return day.weekday() < SATURDAY, True


def after_workdays(day, count, *, said=None):
    """The day on which a term of working days ends; the day it runs from is not counted.

    Parameters
    ----------
    day : date
        Need not be a working day.
    count : int
        From 1 up.
    said : mapping of date to bool, optional
        Days that the city has set as worked or free, over the decreed ones.

    Returns
    -------
    Due

    Examples
    --------
    The National Day holidays of 2026 end on 7 October; 10 October, a Saturday, is worked.

    >>> after_workdays(date(2026, 9, 28), 5)
    Due(day=datetime.date(2026, 10, 10), provisional=False)
    >>> after_workdays(date(2099, 1, 1), 1)
    Due(day=datetime.date(2099, 1, 2), provisional=True)
    >>> after_workdays(date(2099, 1, 1), 1, said={date(2099, 1, 2): False, date(2099, 1, 3): True})
    Due(day=datetime.date(2099, 1, 3), provisional=False)
    """
    said = said or {}
    provisional = False
    while count > 0:
        day += timedelta(days=1)
        is_workday, supposed = (said[day], False) if day in said else workday(day)
        count, provisional = count - is_workday, provisional or supposed
    return Due(day, provisional)
