"""A matter that was wrong is corrected, and what follows from it is what would have followed from the right one."""

from datetime import timedelta

import pytest

from boundaries.clock import now
from gis.errors import Refusal
from incidents.clocks import due
from incidents.store import flow
from incidents.store.calendar import calendar_of
from tests.api import town
from tests.incidents.reported import ASKED, FIRE_LANE, ORIGIN, ROAD, TRIED, person, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

DISPATCHER, WORKER = person("dispatcher"), person("worker", town.WEST_GRID)
OTHER = "0502"  # another that is not urgent
AGO = timedelta(minutes=10)


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "correcting") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def act(connection):
    def acting(no, action, actor=DISPATCHER, **given):
        return flow.act(connection, no, action, by=(None, ORIGIN), actor=actor, note="说明", **given)

    return acting


def term_of(row):
    return row.clock, row.clock_limit, row.due_at, row.due_supposed


def test_what_is_registered_gets_the_term_that_it_would_have_had(connection, act):
    wrong, right = reported(connection), reported(connection)
    act(wrong, "register")
    act(wrong, "correct_matter", matter=OTHER)
    act(right, "correct_matter", matter=OTHER)
    row = act(right, "register")
    corrected = flow.one(connection, wrong)
    assert (corrected.matter_code, corrected.clock, corrected.clock_limit) == (OTHER, row.clock, row.clock_limit)
    wanted = due(corrected.registered_at, row.clock, row.clock_limit, calendar=calendar_of(connection))
    assert (corrected.due_at, corrected.due_supposed) == (wanted.at, wanted.supposed)


def test_the_course_says_who_corrected_what_and_why(connection, act):
    no = reported(connection)
    act(no, "correct_matter", matter=FIRE_LANE)
    event = next(each for each in flow.course(connection, no) if each.action == "correct_matter")
    assert (event.actor, event.note, event.from_state, event.to_state) == ("dispatcher.510502", "说明", "reported", "reported")
    assert (event.detail["from"], event.detail["matter"]) == (ROAD, FIRE_LANE)


def test_what_turns_out_to_be_urgent_goes_to_its_department_at_once_with_the_term_from_its_report(connection, act):
    no = reported(connection, at=now() - AGO)
    row = act(no, "correct_matter", matter=FIRE_LANE)
    assert (row.state, row.urgent, row.department, row.registered_at) == ("dispatched", True, "emergency", None)
    assert (row.clock, row.due_at) == ("urgent_hour", row.reported_at + timedelta(hours=2))
    assert [event.actor for event in flow.course(connection, no)[1:]] == ["dispatcher.510502", "desk"]


def test_what_is_dispatched_already_stays_with_whom_it_was_given_to(connection, act):
    no = reported(connection, at=now() - AGO)
    act(no, "register")
    act(no, "dispatch", department=TRIED)
    row = act(no, "correct_matter", matter=FIRE_LANE)
    assert (row.state, row.department, row.due_at) == ("dispatched", TRIED, row.reported_at + timedelta(hours=2))


def test_what_is_not_urgent_after_all_has_no_term_until_it_is_registered(connection, act):
    no = reported(connection, urgent=True)
    act(no, "dispatch", "desk", department=TRIED)
    assert term_of(act(no, "correct_matter", matter=ROAD)) == (None, None, None, False)
    assert act(no, "register").clock == "work_day"


def test_while_it_is_suspended_no_term_runs_and_the_new_one_goes_on_afterwards(connection, act):
    no = reported(connection)
    for action, actor in [
        ("register", DISPATCHER),
        ("dispatch", DISPATCHER),
        ("ask_suspension", WORKER),
        ("suspend", DISPATCHER),
    ]:
        act(no, action, actor)
    row = act(no, "correct_matter", matter=OTHER)
    assert row.due_at is None and row.clock is not None
    row = act(no, "resume")
    turns = {event.action: event.at for event in flow.course(connection, no)}
    calendar = calendar_of(connection)
    wanted = due(row.registered_at, row.clock, row.clock_limit, calendar=calendar, paused=[(turns["suspend"], turns["resume"])])
    assert row.due_at == wanted.at


@pytest.mark.parametrize(
    ("matter", "actor", "code"),
    [
        (ROAD, DISPATCHER, "same_matter"),
        ("9999", DISPATCHER, "unknown_matter"),
        (OTHER, WORKER, "forbidden"),
        (OTHER, person("department", department=ASKED), "forbidden"),
        (OTHER, person("dispatcher", "510503", account_id=7), "forbidden"),
    ],
)
def test_nobody_corrects_without_the_right_and_nothing_into_nothing(connection, act, matter, actor, code):
    no = reported(connection)
    with pytest.raises(Refusal) as caught:
        act(no, "correct_matter", actor, matter=matter)
    assert caught.value.code in (code, "not_signed_in" if code == "forbidden" else code)
