"""The city's calendar: which days are worked, and what the city says of them over what is decreed."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import GUARDED_ACTS, answer
from api.authorising import Asking
from api.matter_models import CalendarAnswer, CalendarChanged, CalendarWish
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
    count = (until - since).days + 1
    if not 1 <= count <= store.MOST_DAYS:
        raise Refusal("bad_calendar", f"The calendar is shown for 1 to {store.MOST_DAYS} days at a time, not for {count}.")
    with held.reading() as connection:
        found = calendar_of(connection)
        named = {row.day: row.name for row in store.days_set(connection, since=since, until=until)}
    days = (since + timedelta(days=each) for each in range(count))
    return answer({"days": [_day(day, found.workday(day), named.get(day)) for day in days]})


@router.put("/calendar", response_model=CalendarChanged, summary="Set days of the calendar")
def put(body: CalendarWish, asking: Asking, held: Held):
    """From now on; what was said before is kept. Terms that run into days that were supposed are reckoned anew."""
    wanted = [store.SetDay(each.day, each.is_workday, each.name) for each in body.days]
    with held.engine.begin() as connection:
        changed = store.put(connection, wanted, by=asking.by)
    return answer({"changed": [day.isoformat() for day in changed]})


def _day(day, said, name):
    return {"day": day.isoformat(), "is_workday": said[0], "supposed": said[1], "set_by_city": name}
