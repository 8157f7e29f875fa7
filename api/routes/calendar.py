"""The city's calendar: which days are worked, and what the city says of them over what is decreed."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import GUARDED_ACTS, answer, unstored
from api.authorising import Asking
from api.json_text import moment
from api.matter_models import CalendarAnswer, CalendarChanged, CalendarHistory, CalendarWish
from api.resources import Resources, resources
from boundaries.store import workdays as store
from gis.errors import Refusal
from incidents.store.calendar import calendar_of

router = APIRouter(tags=["calendar"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
First = Annotated[date, Query(alias="from", examples=["2027-01-01"])]
Last = Annotated[date, Query(alias="to", examples=["2027-12-31"], description="Included.")]


@router.get("/calendar", response_model=CalendarAnswer, summary="Which days are worked")
def calendar(since: First, until: Last, held: Held):
    """Decreed days with those of the city over them; beyond both, Monday to Friday are supposed, and said to be."""
    count = _count(since, until)
    with held.reading() as connection:
        found = calendar_of(connection)
        said = {row.day: row for row in store.days_set(connection, since=since, until=until)}
    days = (since + timedelta(days=each) for each in range(count))
    return answer({"days": [_day(day, found.workday(day), said.get(day)) for day in days]})


@router.put("/calendar", response_model=CalendarChanged, summary="Set days of the calendar")
def put(body: CalendarWish, asking: Asking, held: Held):
    """From now on; what was said before is kept. Terms that run into days that were supposed are reckoned anew."""
    wanted = [store.SetDay(each.day, each.is_workday, each.name) for each in body.days]
    with held.engine.begin() as connection:
        changed = store.put(connection, wanted, by=asking.by)
    return answer({"changed": [day.isoformat() for day in changed]})


@router.get("/calendar/history", response_model=CalendarHistory, summary="What the city said of days, when and who")
def history(since: First, until: Last, held: Held):
    """At most 1,000 changes."""
    _count(since, until)
    with held.reading() as connection:
        rows = store.history(connection, since=since, until=until, limit=store.MOST_DAYS + 1)
    changes = [_change(row) for row in rows[: store.MOST_DAYS]]
    return unstored({"changes": changes, "truncated": len(rows) > store.MOST_DAYS})


def _count(since, until):
    count = (until - since).days + 1
    if not 1 <= count <= store.MOST_DAYS:
        raise Refusal("bad_calendar", f"The calendar is shown for 1 to {store.MOST_DAYS} days at a time, not for {count}.")
    return count


def _day(day, found, said):
    told = {"day": day.isoformat(), "is_workday": found[0], "supposed": found[1], "set_by_city": said and said.name}
    return told | {"set_from": said and moment(said.valid_from), "set_by": said and said.set_by}


def _change(row):
    times = {name: moment(getattr(row, name)) for name in ("valid_from", "valid_to", "recorded_at")}
    return {"day": row.day.isoformat(), "is_workday": row.is_workday, "name": row.name, "set_by": row.set_by} | times
