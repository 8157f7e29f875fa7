"""Incidents with random courses, their times moved into the past, and what indicators have to say of them, replayed in Python."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE
from incidents.cases import case_of, place_of
from incidents.flow import possible
from incidents.store import flow
from tests.incidents.reported import ASKED, EAST, INSIDE, ON_BORDER, ORIGIN, OUTSIDE, TRIED, person, reported

BEGIN = datetime(2026, 1, 26, tzinfo=CITY_ZONE)
DAYS = 50
PEOPLE = [person("dispatcher", ""), person("worker", ""), *(person("department", "", department=code) for code in (TRIED, ASKED))]
ONWARD = {"register", "dispatch", "accept", "feed_back", "pass", "close"}
ASIDE = {"fail", "send_back", "refuse_suspension"}
SUSPENSION = {"ask_suspension", "suspend", "resume"}
OTHERWISE = {"reject", "cancel", "merge", "note"}
MOVE = sa.text("UPDATE incident_event SET at = :at WHERE id = :id")
# What the triggers would have written, had the events happened then.
REWRITE = sa.text("""
    UPDATE incident SET reported_at = :reported_at, registered_at = :registered_at, dispatched_at = :dispatched_at,
                        handled_at = :handled_at, closed_at = :closed_at, due_at = CAST(:due_at AS timestamptz)
    WHERE id = :id""")
GENERATE = sa.text("UPDATE incident SET source = 'synthetic', registered_at = NULL, handled_at = NULL WHERE id = :id")
FORGET = sa.text("DELETE FROM incident_event WHERE incident_id = :id")
TABLES = ("incident", "incident_event")


@dataclass(frozen=True, slots=True, repr=False)  # a test that fails has more to show than all of them
class Told:
    """An incident as a row and a course; a generated one has none."""

    row: object
    events: list

    @property
    def place(self):
        return place_of(self.row)


def make(engine, owner, *, count, seed):
    """Incidents with random courses, acted on as the application and moved in time as the owner of the tables."""
    chance = random.Random(seed)
    numbers = []
    with engine.begin() as connection:
        for _ in range(count):
            place = chance.choice([INSIDE, INSIDE, ON_BORDER, OUTSIDE, EAST])
            numbers.append(reported(connection, place, urgent=chance.random() < 0.3))
        for no in numbers:
            _go_on(connection, chance, no, numbers)
    with owner.begin() as connection:
        _triggers(connection, "DISABLE")
        for no in numbers:
            _move(connection, chance, no)
        _triggers(connection, "ENABLE ALWAYS")
    with engine.connect() as connection:
        return [Told(flow.one(connection, no), flow.course(connection, no)) for no in numbers]


def _go_on(connection, chance, no, numbers):
    for _ in range(chance.choice([0, 1, 2, 4, 8, 12, 16, 24])):
        row, events = flow.one(connection, no), flow.course(connection, no)
        can = [(actor, name) for actor in PEOPLE for name in possible(case_of(row, events), actor)]
        wished = chance.choices([ONWARD, ASIDE, SUSPENSION, OTHERWISE], [8, 2, 3, 0.5])[0]
        can = [(actor, name) for actor, name in can if name in wished]
        if can:
            _act(connection, chance, no, *chance.choice(can), numbers)


def _act(connection, chance, no, actor, name, numbers):
    given = {}
    if name == "dispatch":
        given = {"department": chance.choice([None, TRIED, ASKED])}
    if name == "merge":
        others = [other for other in numbers if other > no and flow.one(connection, other).state == "reported"]
        if not others:
            return
        given = {"into": others[0]}
    flow.act(connection, no, name, by=(None, ORIGIN), actor=actor, note="说明", **given)


def _triggers(connection, how):
    for table in TABLES:
        for name in connection.execute(_NAMES, {"table": table}).scalars().all():
            connection.execute(sa.text(f'ALTER TABLE {table} {how} TRIGGER "{name}"'))


_NAMES = sa.text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal")


def _move(connection, chance, no):
    """Each event some hours after the one before; now and then at midnight, where days, weeks and months meet."""
    row, events = flow.one(connection, no), flow.course(connection, no)
    at = BEGIN + timedelta(hours=chance.uniform(0, DAYS * 24))
    times = []
    for event in events:
        times.append(at)
        connection.execute(MOVE, {"id": event.id, "at": at})
        at += timedelta(hours=chance.choice([0.5, 3, 20, 100]) * chance.uniform(0.5, 1.5))
        if chance.random() < 0.1:
            at = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    connection.execute(REWRITE, {"id": row.id, "due_at": _due(chance, row, times)} | _columns(events, times))
    if chance.random() < 0.1:
        connection.execute(FORGET, {"id": row.id})
        connection.execute(GENERATE, {"id": row.id})


def _due(chance, row, times):
    """Somewhen after the report; at times the very instant of the end."""
    if row.due_at is None:
        return None
    return chance.choice([times[-1], times[0] + timedelta(hours=chance.uniform(1, 500))])


def _columns(events, times):
    last = {}
    for event, at in zip(events, times, strict=True):
        last[event.action] = at
        last["end"] = at if event.to_state in ("rejected", "closed", "cancelled", "merged") else None
    named = {"reported_at": "report", "registered_at": "register", "dispatched_at": "dispatch", "handled_at": "feed_back"}
    return {column: last.get(action) for column, action in named.items()} | {"closed_at": last["end"]}


def replay(told, since, until):
    """The numbers that count an incident in a period, and the hours of its handling."""
    row, numbers, hours = told.row, set(), 0.0
    if since <= row.reported_at < until:
        numbers |= {"received", "reported" if told.events else "without_course"}
    past = [event for event in told.events if event.at < until]
    if not past:
        return numbers, hours
    went = [event.action for event in past]
    if "reported" in numbers and "register" in went:
        numbers.add("registered")
    end = past[-1].at if past[-1].to_state == "closed" else None
    if row.due_at and since <= row.due_at < until and past[-1].to_state not in ("cancelled", "merged", "rejected"):
        numbers |= {"due"} | ({"closed"} if end else set())
        numbers.add("closed_on_time" if end and end <= row.due_at else "overdue")
        numbers |= (
            {"handled"} if ([None] + [name for name in went if name in ("feed_back", "fail")])[-1] == "feed_back" else set()
        )
    looks = [event.action for event in past if event.at >= since and event.action in ("pass", "fail")]
    numbers |= ({"checked"} if looks else set()) | ({"reworked"} if "fail" in looks else set())
    if end and end >= since:
        numbers.add("finished")
        hours = _hours(past)
    return numbers, hours


def _hours(course):
    """The clock runs from the first dispatch and stands while the incident is suspended; read at each feedback."""
    began, suspended_at, stood, read = None, None, timedelta(), None
    for event in course:
        if event.action == "dispatch":
            began = began or event.at
        elif event.action == "suspend":
            suspended_at = event.at
        elif event.action == "resume":
            stood += event.at - suspended_at
        elif event.action == "feed_back":
            read = event.at - began - stood
    return read.total_seconds() / 3600


def spans(step, since, until):
    """The days, weeks or months that meet a period, cut to it, by their first day."""
    begin = since.astimezone(CITY_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    begin -= timedelta(days={"day": 0, "week": begin.weekday(), "month": begin.day - 1}[step])
    while begin < until:
        after = begin + timedelta(days={"day": 1, "week": 7, "month": 32}[step])
        after = after.replace(day=1) if step == "month" else after
        yield begin.date().isoformat(), max(begin, since), min(after, until)
        begin = after
