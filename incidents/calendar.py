"""The calendar that terms run by: which days are worked, and the office hours of each.

The decreed days of `boundaries.workdays` hold; what a city sets for a day stands over them. Beyond both, Monday to Friday are
supposed, and said to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from boundaries.clock import start_of_day
from boundaries.workdays import workday

# Minutes of the day: 08:00-12:00 and 14:00-18:00.
DEFAULT_OFFICE_HOURS = ((480, 720), (840, 1080))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Worked days and office hours.

    Attributes
    ----------
    days : mapping of date to bool
        What the city sets: whether the day is worked.
    hours : tuple of (date, tuple of (int, int))
        Office hours from a day on, by day: each spell from one minute of the day to another. Before the first, the default.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    hours: tuple[tuple[date, tuple[tuple[int, int], ...]], ...] = ()

    def workday(self, day):
        """Whether a day is worked, and whether that is only supposed.

        Parameters
        ----------
        day : date

        Returns
        -------
        is_workday, supposed : bool

        Examples
        --------
        >>> Calendar().workday(date(2026, 10, 10)), Calendar({date(2099, 1, 1): False}).workday(date(2099, 1, 1))
        ((True, False), (False, False))
        >>> Calendar().workday(date(2099, 1, 1))
        (True, True)
        """
        if day in self.days:
            return self.days[day], False
        return workday(day)

    def office_hours(self, day):
        """Office hours of a worked day.

        Returns
        -------
        tuple of (int, int)
            Minutes of the day, in order, apart from each other.
        """
        return next((spells for since, spells in reversed(self.hours) if since <= day), DEFAULT_OFFICE_HOURS)

    def office_spells(self, day):
        """Office hours of a day as instants; none of a day that is not worked.

        Returns
        -------
        list of (datetime, datetime)

        Examples
        --------
        >>> [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in Calendar().office_spells(date(2026, 10, 10))]
        ['08:00-12:00', '14:00-18:00']
        """
        if not self.workday(day)[0]:
            return []
        midnight = start_of_day(day)
        return [tuple(midnight + timedelta(minutes=minute) for minute in spell) for spell in self.office_hours(day)]

    def close(self, day):
        """The instant at which office hours end on a day that is taken for worked."""
        return start_of_day(day) + timedelta(minutes=self.office_hours(day)[-1][1])
