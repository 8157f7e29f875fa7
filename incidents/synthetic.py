"""Generated reports of incidents for the demo city: the same seed gives the same reports."""

from dataclasses import dataclass

import numpy as np

from gis.datum import from_wgs84
from gis.errors import Refusal
from gis.lattice import from_lattice
from incidents.matters import DEFAULT_MATTERS
from incidents.numbers import CITY_OFFSET
from incidents.places import places
from incidents.reports import Reports

HOUR = np.timedelta64(1, "h")
# By local hour from midnight, and by weekday from Monday: office hours, a rest at noon, a quieter weekend.
WEIGHT_OF_HOUR = np.array(
    [4, 3, 2, 2, 2, 4, 10, 25, 60, 88, 92, 70, 38, 40, 72, 85, 82, 64, 44, 38, 34, 25, 14, 8], dtype=np.float64
)
WEIGHT_OF_WEEKDAY = np.array([1.15, 1.10, 1.06, 1.04, 1.05, 0.74, 0.66])
WEIGHT_OF_FAMILY = {
    "publicity": 0.05,
    "base_information": 0.13,
    "public_opinion": 0.14,
    "hazard": 0.26,
    "dispute": 0.15,
    "livelihood": 0.27,
}
EVENING = (18, 7)  # from … to: hours in which disputes and hazards prevail
WEIGHT_OF_FAMILY_IN_THE_EVENING = {"publicity": 0.1, "base_information": 0.1, "public_opinion": 0.7, "dispute": 2.5}
SHARE_OF_DATUM = {"gcj02": 0.10, "bd09": 0.05, "wgs84": 0.25, "cgcs2000": 0.60}
# Median hours from one state to the next, and the spread of their logarithm.
STAGES = (
    ("registered", 0.7, 0.8),
    ("dispatched", 1.6, 0.8),
    ("handling", 4.0, 0.9),
    ("handled", 28.0, 1.0),
    ("checked", 9.0, 0.7),
    ("closed", 5.0, 0.7),
)
HASTE = 0.15  # an urgent matter takes this share of the time
SHARE_REJECTED, SHARE_CANCELLED = 0.018, 0.009


@dataclass(frozen=True, slots=True)
class Course:
    """How far each report has come."""

    state: np.ndarray
    closed_at: np.ndarray


def generate(units, *, count, seed, start, end):
    """Generate reports.

    Parameters
    ----------
    units : boundaries.units.Units
        Micro-grids with their households; they say where people live. One part in a hundred of the reports lies outside
        all of them, within some kilometres; one in twelve on a border of grids or within a metre of it.
    count : int
    seed : int
        Not negative.
    start, end : datetime or datetime64
        Reports are made from `start` (included) to `end` (not included), which is taken as now. A datetime64 and a
        datetime without a zone are UTC.

    Returns
    -------
    incidents.reports.Reports
        By time; positions declared in four datums.

    Raises
    ------
    Refusal
        ``no_micro_grids``, ``bad_count`` or ``bad_period``.
    """
    start, end = _utc(start), _utc(end)
    if count < 0:
        raise Refusal("bad_count", f"{count} is not a number of incidents; give 0 or more.")
    if not start < end:
        raise Refusal("bad_period", f"The period ends at {end}, not after its begin {start}.")
    rng = np.random.default_rng([seed, 3])
    units_at = places(units, count=count, rng=rng)
    reported_at = np.sort(_times(count, start, end, rng))
    matter = _matters(reported_at, rng)
    urgent = np.array([each.urgent for each in DEFAULT_MATTERS])[matter]
    course = _course(reported_at, end, urgent, rng)
    datum, lonlat = _declared(from_lattice(units_at), rng)
    return Reports(
        matter_code=np.array([each.code for each in DEFAULT_MATTERS])[matter],
        state=course.state,
        reported_at=reported_at,
        closed_at=course.closed_at,
        lonlat=lonlat,
        datum=datum,
        source="synthetic",
    )


def _utc(instant):
    if getattr(instant, "tzinfo", None) is not None:
        instant = (instant - instant.utcoffset()).replace(tzinfo=None)
    return np.datetime64(instant, "us")


def _times(count, start, end, rng):
    """Instants drawn by the weight of their local hour and weekday."""
    first = (start + CITY_OFFSET).astype("datetime64[h]")
    hours = np.arange(first, (end + CITY_OFFSET).astype("datetime64[h]") + HOUR)
    begin = np.maximum(hours.astype("datetime64[us]") - CITY_OFFSET, start)
    length = (np.minimum(hours.astype("datetime64[us]") + HOUR - CITY_OFFSET, end) - begin).astype(np.int64)
    weekday = (hours.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    weight = WEIGHT_OF_HOUR[hours.astype(np.int64) % 24] * WEIGHT_OF_WEEKDAY[weekday] * length
    chosen = rng.choice(len(hours), size=count, p=weight / weight.sum())
    return begin[chosen] + np.floor(rng.random(count) * length[chosen]).astype(np.int64).astype("timedelta64[us]")


def _matters(reported_at, rng):
    """Index of the matter of each report; in the evening other families prevail."""
    families = [matter.family for matter in DEFAULT_MATTERS]
    rank = np.array([int(matter.code[2:]) for matter in DEFAULT_MATTERS])
    common = np.where([matter.urgent for matter in DEFAULT_MATTERS], 0.3, 1.0) / (1 + 0.3 * rank)
    shares = {family: common[[each == family for each in families]].sum() for family in set(families)}
    day = common * [WEIGHT_OF_FAMILY[family] / shares[family] for family in families]
    evening = day * [WEIGHT_OF_FAMILY_IN_THE_EVENING.get(family, 1.0) for family in families]
    hour = (reported_at + CITY_OFFSET).astype("datetime64[h]").astype(np.int64) % 24
    late = (hour >= EVENING[0]) | (hour < EVENING[1])
    drawn = rng.random(len(reported_at))
    by_day, by_evening = (np.searchsorted(np.cumsum(weight / weight.sum())[:-1], drawn) for weight in (day, evening))
    return np.where(late, by_evening, by_day)


def _course(reported_at, now, urgent, rng):
    """State at `now` and time of closing."""
    count = len(reported_at)
    pace = np.where(urgent, HASTE, 1.0)
    reached_h = np.cumsum([pace * median * rng.lognormal(0, spread, count) for _, median, spread in STAGES], axis=0)
    age_h = (now - reported_at) / HOUR
    names = np.array(["reported", *(name for name, _, _ in STAGES)])
    state = names[(reached_h <= age_h).sum(axis=0)]
    fate = rng.random(count)
    seen = state != "reported"
    state = np.where(seen & (fate < SHARE_REJECTED), "rejected", state)
    state = np.where(seen & (fate > 1 - SHARE_CANCELLED), "cancelled", state)
    finished = reported_at + np.rint(reached_h[-1] * 3600).astype("timedelta64[s]").astype("timedelta64[us]")
    return Course(state, np.where(state == "closed", np.minimum(finished, now), np.datetime64("NaT", "us")))


def _declared(lonlat, rng):
    """Datum of each report and the position as declared in it, from which the lattice point comes back exactly."""
    names = list(SHARE_OF_DATUM)
    datum = np.array(names)[rng.choice(len(names), size=len(lonlat), p=list(SHARE_OF_DATUM.values()))]
    declared = lonlat.copy()
    for name in ("gcj02", "bd09"):
        rows = datum == name
        declared[rows] = np.round(from_wgs84(lonlat[rows], name), 9)
    return datum, declared
