"""What is done to incidents in the register: the whole course, and what follows from each act."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store import audit
from boundaries.store.snapshots import Snapshots
from gis.errors import Refusal
from incidents.clocks import due
from incidents.flow import STEPS, replayed
from incidents.store import flow
from incidents.store.calendar import calendar_of
from incidents.store.reassigning import reassign
from tests import workers
from tests.api import town
from tests.incidents.reported import ASKED, ON_BORDER, ORIGIN, OUTSIDE, TRIED, person, reported
from tests.people import account_with
from tests.registers import register_of_module

pytestmark = pytest.mark.database

DISPATCHER, WORKER = person("dispatcher"), person("worker", town.WEST_GRID)
OF_TRIED, OF_ASKED = person("department", department=TRIED), person("department", department=ASKED)
BY = (None, ORIGIN)
MICRO = "SELECT code FROM unit_version WHERE id = :id"
TO_HANDLING = [("register", DISPATCHER), ("dispatch", DISPATCHER), ("accept", WORKER)]


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """The small register; what a test does in it is undone."""
    with register_of_module(cluster, _template, "flow") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def act(connection):
    """Do something as somebody; the incident as it is then."""

    def acting(no, action, actor, note="说明", **given):
        return flow.act(connection, no, action, by=BY, actor=actor, note=note, **given)

    return acting


@pytest.fixture
def refused(connection, act):
    """The refusal of what changes nothing."""

    def asked(no, *arguments, **given):
        before = flow.one(connection, no), flow.course(connection, no)
        with pytest.raises(Refusal) as caught, connection.begin_nested():
            act(no, *arguments, **given)
        assert (flow.one(connection, no), flow.course(connection, no)) == before
        return caught.value

    return asked


def led(act, no, steps=TO_HANDLING):
    for action, actor in steps:
        row = act(no, action, actor)
    return row


def actions(connection, no):
    return [event.action for event in flow.course(connection, no)]


def test_the_database_holds_the_same_steps(connection):
    rows = connection.execute(sa.text("SELECT action, from_state, to_state FROM incident_step")).all()
    assert {tuple(row) for row in rows} == STEPS


def test_an_incident_goes_from_report_to_close_and_every_step_is_kept(connection, act):
    no = reported(connection)
    row = led(act, no, [*TO_HANDLING, ("feed_back", WORKER), ("pass", DISPATCHER), ("close", DISPATCHER)])
    events = flow.course(connection, no)
    assert row.state == "closed" == replayed(events)
    assert [event.actor for event in events[1:4]] == ["dispatcher.510502", "dispatcher.510502", f"worker.{town.WEST_GRID}"]
    at = {event.action: event.at for event in events}
    assert (row.registered_at, row.dispatched_at, row.handled_at) == (at["register"], at["dispatch"], at["feed_back"])
    assert row.closed_at == at["close"]


def test_what_moves_nothing_leaves_the_times_of_the_steps_alone(connection, act):
    no = reported(connection)
    before = led(act, no, [*TO_HANDLING, ("feed_back", WORKER)])
    after = act(no, "note", DISPATCHER)
    assert (after.handled_at, after.dispatched_at) == (before.handled_at, before.dispatched_at)


def test_each_act_of_a_person_is_in_the_audit_trail_with_its_origin(connection, act):
    name = account_with(connection, "chen", ("dispatcher", "510502"))
    account_id = connection.execute(sa.text("SELECT id FROM account WHERE name = :name"), {"name": name}).scalar_one()
    no, chen = reported(connection), person("dispatcher", account_id=account_id)
    flow.act(connection, no, "register", by=(account_id, ORIGIN), actor=chen)
    (line,) = audit.read(connection, limit=5, record=f"incident:{no}")
    assert (line.actor, line.action, line.origin) == ("chen", "incident.register", ORIGIN)
    assert flow.course(connection, no)[-1].account_id == account_id


def test_registering_freezes_the_term_of_the_matter(connection, act):
    row = act(reported(connection), "register", DISPATCHER)
    wanted = due(row.registered_at, "work_day", 5, calendar=calendar_of(connection))
    assert (row.clock, row.clock_limit, row.due_at, row.due_supposed) == ("work_day", 5, wanted.at, wanted.supposed)
    connection.execute(sa.text("UPDATE matter SET clock_limit = 1 WHERE code = :code"), {"code": row.matter_code})
    assert act(row.no, "note", DISPATCHER).due_at == wanted.at


def test_what_is_urgent_goes_to_the_department_at_once_and_is_registered_afterwards(connection, act, refused):
    no = reported(connection, urgent=True, at=now() - timedelta(minutes=10))
    row = act(no, "dispatch", "desk", None, department=TRIED)
    assert (row.state, row.department, row.registered_at) == ("dispatched", TRIED, None)
    assert (row.clock, row.due_at) == ("urgent_hour", row.reported_at + timedelta(hours=2))
    for action, actor in [("accept", OF_TRIED), ("feed_back", OF_TRIED), ("pass", DISPATCHER)]:
        act(no, action, actor)
    assert "registered first" in refused(no, "close", DISPATCHER).message
    registered = act(no, "register", DISPATCHER)
    assert (registered.state, registered.due_at) == ("checked", row.due_at)
    assert refused(no, "register", DISPATCHER).code == "illegal_step"
    assert act(no, "close", DISPATCHER).state == "closed"


def test_what_is_not_urgent_is_registered_before_it_is_dispatched(connection, refused):
    no = reported(connection)
    for actor in (DISPATCHER, "desk"):
        assert refused(no, "dispatch", actor).code == "illegal_step"


def test_a_dispatch_gives_to_a_department_leaves_it_or_gives_to_the_worker(connection, act, refused):
    no = reported(connection)
    act(no, "register", DISPATCHER)
    assert act(no, "dispatch", DISPATCHER, department=TRIED).department == TRIED
    assert refused(no, "accept", WORKER).code == "not_given_to_you"
    assert refused(no, "accept", OF_ASKED).code == "not_given_to_you"
    assert act(no, "send_back", OF_TRIED, "不属于本部门职责").state == "returned"
    assert act(no, "dispatch", DISPATCHER).department == TRIED
    assert act(no, "dispatch", DISPATCHER, department=None).department is None
    assert act(no, "accept", WORKER).state == "handling"
    assert refused(no, "consult", DISPATCHER, departments=["nowhere"]).code == "unknown_department"


def test_a_department_is_bound_by_its_own_scope_too(connection, act, refused):
    no = reported(connection)
    act(no, "register", DISPATCHER)
    act(no, "dispatch", DISPATCHER, department=TRIED)
    elsewhere = person("department", "510503", department=TRIED, account_id=7)
    assert refused(no, "accept", elsewhere).code == "forbidden"


def test_departments_consult_and_only_those_asked_advise(connection, act, refused):
    no = reported(connection)
    led(act, no)
    assert refused(no, "advise", OF_ASKED).code == "not_given_to_you"
    act(no, "consult", DISPATCHER, departments=[TRIED, ASKED])
    act(no, "advise", OF_ASKED, "建议先断电")
    event = flow.course(connection, no)[-1]
    assert (event.detail, event.note, event.to_state) == ({"department": ASKED}, "建议先断电", "handling")
    assert refused(no, "accept", OF_ASKED).code == "not_given_to_you"


def test_a_suspension_stops_the_clock_and_the_term_goes_on_where_it_stood(connection, act, refused):
    no = reported(connection)
    before = led(act, no)
    assert refused(no, "suspend", DISPATCHER).code == "illegal_step"
    act(no, "ask_suspension", WORKER, "等待配件")
    assert refused(no, "ask_suspension", WORKER).code == "illegal_step"
    assert refused(no, "suspend", WORKER).code in ("forbidden", "not_signed_in")
    assert act(no, "suspend", DISPATCHER).due_at is None
    row = act(no, "resume", DISPATCHER)
    turns = {event.action: event.at for event in flow.course(connection, no)}
    paused = [(turns["suspend"], turns["resume"])]
    wanted = due(row.registered_at, "work_day", 5, calendar=calendar_of(connection), paused=paused)
    assert (row.state, row.due_at) == ("handling", wanted.at) and row.due_at >= before.due_at


def test_a_term_that_had_ended_before_the_suspension_stays_ended(connection, act):
    no = reported(connection, urgent=True, at=now() - timedelta(hours=3))
    ended = act(no, "dispatch", "desk", department=TRIED).due_at
    for action, actor in [("ask_suspension", OF_TRIED), ("suspend", DISPATCHER)]:
        assert act(no, action, actor).due_at == ended < now()
    assert act(no, "resume", DISPATCHER).due_at == ended


def test_a_suspension_can_be_refused_and_asked_for_again(connection, act):
    no = reported(connection)
    led(act, no)
    for _ in range(2):
        act(no, "ask_suspension", WORKER)
        assert act(no, "refuse_suspension", DISPATCHER).state == "handling"


def test_a_duplicate_is_merged_and_the_other_one_knows(connection, act, refused):
    no, kept = reported(connection), reported(connection)
    row = act(no, "merge", DISPATCHER, into=kept)
    assert (row.state, row.merged_into_no) == ("merged", kept)
    assert flow.course(connection, kept)[-1].detail == {"merged": no}
    assert "is final" in refused(no, "note", DISPATCHER).message


def test_a_merge_into_itself_into_a_merged_one_or_of_one_that_has_others_is_refused(connection, act, refused):
    first, second, third = (reported(connection) for _ in range(3))
    assert refused(first, "merge", DISPATCHER, into=first).code == "bad_merge"
    act(first, "merge", DISPATCHER, into=second)
    assert refused(third, "merge", DISPATCHER, into=first).code == "bad_merge"
    assert "merge the other one into this" in refused(second, "merge", DISPATCHER, into=third).message
    assert refused(third, "merge", DISPATCHER, into="5105022026050299999").code == "unknown_incident"
    assert act(third, "merge", DISPATCHER, into=second).state == "merged"


def test_a_merge_needs_the_right_where_the_other_lies_too(connection, refused):
    here, there = reported(connection), reported(connection, OUTSIDE)
    west = person("community", town.MIDDLE_GRID, account_id=7)
    assert refused(here, "merge", west, into=there).code == "forbidden"


def test_on_a_border_an_incident_goes_to_the_other_grid_with_its_micro_grid_and_worker(connection, act, refused):
    worker = workers.serving(connection, town.MIDDLE_GRID)
    no = reported(connection, ON_BORDER)
    assert refused(no, "reroute", DISPATCHER, to=town.EAST_GRID).code == "not_reroutable"
    row = act(no, "reroute", DISPATCHER, "在路南侧", to=town.MIDDLE_GRID)
    assert (row.grid_code, row.also, row.worker_id) == (town.MIDDLE_GRID, [town.WEST_GRID], worker)
    micro = connection.execute(sa.text(MICRO), {"id": row.micro_grid_version_id}).scalar_one()
    assert micro == f"{town.MIDDLE_GRID}01"
    assert flow.course(connection, no)[-1].detail == {
        "from": town.WEST_GRID,
        "to": town.MIDDLE_GRID,
        "was": {"code": town.WEST_GRID, "department": None},
    }
    back = act(no, "reroute", DISPATCHER, to=town.WEST_GRID)
    assert (back.grid_code, back.also, back.worker_id) == (town.WEST_GRID, [town.MIDDLE_GRID], None)


def test_outside_every_grid_a_person_gives_it_to_a_grid_of_the_nearest_village(connection, act, refused):
    no = reported(connection, OUTSIDE)
    assert refused(no, "reroute", DISPATCHER, to=town.EAST_GRID).details["grids"] == [town.WEST_GRID, town.MIDDLE_GRID]
    row = act(no, "reroute", DISPATCHER, to=town.MIDDLE_GRID)
    assert (row.grid_code, row.also, row.micro_grid_version_id) == (town.MIDDLE_GRID, [], None)
    assert act(no, "reroute", DISPATCHER, to=town.WEST_GRID).grid_code == town.WEST_GRID


@pytest.mark.parametrize("grid", [town.WEST_GRID, town.MIDDLE_GRID])
def test_what_was_given_to_a_grid_from_outside_stays_there_when_the_borders_are_looked_at(connection, engine, act, grid):
    no = reported(connection, OUTSIDE)
    given = act(no, "reroute", DISPATCHER, to=grid)
    reassign(connection, Snapshots(engine).at(now()))
    assert flow.one(connection, no) == given
    assert flow.course(connection, no)[-1].action == "reroute"


def test_inside_its_grid_an_incident_stays(connection, refused):
    assert refused(reported(connection), "reroute", DISPATCHER, to=town.MIDDLE_GRID).code == "illegal_step"


def test_the_desk_and_the_timer_write_what_no_person_does(connection, act):
    no = reported(connection)
    led(act, no)
    act(no, "due_soon", "timer", None, due_at="2026-05-11T18:00:00+08:00")
    act(no, "overdue", "timer", None)
    act(no, "urge", "timer", None, kind="timeout")
    events = flow.course(connection, no)[-3:]
    assert [(event.action, event.actor, event.account_id) for event in events] == [
        ("due_soon", "timer", None),
        ("overdue", "timer", None),
        ("urge", "timer", None),
    ]


def test_who_acts_on_an_old_page_is_told_what_has_happened_since(connection, act, refused):
    no = reported(connection)
    act(no, "register", DISPATCHER)
    seen = flow.course(connection, no)[-1].id
    act(no, "dispatch", DISPATCHER)
    refusal = refused(no, "dispatch", DISPATCHER, department=TRIED, seen=seen)
    assert refusal.code == "course_went_on" and "dispatch by dispatcher.510502" in refusal.message
    act(no, "overdue", "timer", None)
    assert act(no, "dispatch", DISPATCHER, department=TRIED, seen=refusal.details["last_event"]).department == TRIED


def test_an_incident_that_is_not_there_is_refused(connection):
    with pytest.raises(Refusal) as caught:
        flow.act(connection, "5105022026050299999", "register", by=BY, actor=DISPATCHER)
    assert caught.value.code == "unknown_incident"
