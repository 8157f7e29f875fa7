"""The law of the course: whoever does whatever in whatever order, an incident is where its events have led it, what is illegal is
refused and changes nothing, and what ended went the whole way."""

from collections import namedtuple

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.rights import PUBLIC
from gis.errors import Refusal
from incidents.cases import case_of, place_of
from incidents.flow import ACTIONS, OPEN, STEPS, possible, replayed
from incidents.store import flow
from tests.api import town
from tests.incidents.reported import ASKED, EAST, FIRE_LANE, INSIDE, ON_BORDER, ORIGIN, OUTSIDE, ROAD, TRIED, person, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

PEOPLE = [
    person("dispatcher", ""),
    person("community", "510502001001"),
    person("worker", town.WEST_GRID),
    person("worker", "510503"),
    person("department", "", department=TRIED),
    person("department", "510502", department=ASKED),
    person("department"),
    person("county_officer"),
    person("town_planner"),
    PUBLIC,
    "timer",
    "desk",
]
# What leads from a report to its close, by whatever way.
ONWARD = {"register", "dispatch", "accept", "send_back", "feed_back", "pass", "fail", "close"}
ONWARD |= {"ask_suspension", "suspend", "refuse_suspension", "resume"}
REFUSED_AS = {
    *("not_signed_in", "forbidden", "not_given_to_you", "illegal_step", "bad_text", "bad_detail", "bad_merge"),
    *("not_reroutable", "unknown_department", "course_went_on", "unknown_incident"),
    *("same_matter", "unknown_matter", "matter_not_listed"),
}
AHEAD = ["register", "dispatch", "accept", "feed_back", "pass"]  # what is urgent skips the first
ANYWHERE = {"accept": person("worker", ""), "feed_back": person("worker", "")}
EVERYTHING = sa.text("SELECT CAST(to_jsonb(incident) AS text) FROM incident WHERE no = ANY (:numbers) ORDER BY no")
Turn = namedtuple("Turn", "action actor before row")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """The small register; what an example does in it is undone."""
    with register_of_module(cluster, _template, "flow_laws") as engine:
        town.store(engine)
        yield engine


def begun(connection, draw):
    """An incident somewhere on its way; its number."""
    urgent = draw(st.booleans())
    no = reported(connection, draw(st.sampled_from([INSIDE, ON_BORDER, OUTSIDE, EAST])), urgent=urgent)
    for action in AHEAD[urgent : draw(st.integers(0, len(AHEAD)))]:
        flow.act(connection, no, action, by=(None, ORIGIN), actor=ANYWHERE.get(action, PEOPLE[0]), note="说明")
    return no


def details(draw, name, numbers):
    """What comes with an action: mostly what it wants."""
    departments = st.sampled_from([TRIED, TRIED, ASKED, "nowhere"])
    choices = {
        "dispatch": st.fixed_dictionaries({}, optional={"department": st.none() | departments}),
        "merge": st.fixed_dictionaries({"into": st.sampled_from(numbers)}),
        "urge": st.fixed_dictionaries({"kind": st.sampled_from(["leader", "timeout", "loud"])}),
        "consult": st.fixed_dictionaries({"departments": st.lists(departments, max_size=2, unique=True)}),
        "correct_matter": st.fixed_dictionaries({"matter": st.sampled_from([ROAD, FIRE_LANE, "0404", "nothing"])}),
        "reroute": st.fixed_dictionaries({"to": st.sampled_from([town.WEST_GRID, town.MIDDLE_GRID, town.EAST_GRID])}),
    }
    return draw(choices.get(name, st.just({})))


def chosen(draw, case):
    """Who does what: often what brings the incident on, at times what is legal, at times anything."""
    legal = [(actor, name) for actor in PEOPLE for name in possible(case, actor)]
    onward = [(actor, name) for actor, name in legal if name in ONWARD]
    way = draw(st.sampled_from(["onward", "onward", "onward", "legal", "anything"]))
    if way == "anything" or not legal:
        return draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(sorted(ACTIONS)))
    return draw(st.sampled_from(onward if way == "onward" and onward else legal))


def turn(connection, draw, numbers):
    """One act; None where it was refused, after a look that nothing has changed."""
    no = draw(st.sampled_from(numbers))
    before = flow.one(connection, no)
    actor, action = chosen(draw, case_of(before, flow.course(connection, no)))
    note, given_details = draw(st.sampled_from(["说明", "说明", "说明", "", None])), details(draw, action, numbers)
    whole = everything(connection, numbers)
    try:
        with connection.begin_nested():
            row = flow.act(connection, no, action, by=(None, ORIGIN), actor=actor, note=note, **given_details)
    except Refusal as refusal:
        assert refusal.code in REFUSED_AS and everything(connection, numbers) == whole, (action, refusal.code)
        return None
    return Turn(action, actor, before, row)


def everything(connection, numbers):
    return connection.execute(EVERYTHING, {"numbers": numbers}).scalars().all(), [flow.course(connection, no) for no in numbers]


def was_lawful(connection, done):
    event = [each for each in flow.course(connection, done.row.no) if each.action == done.action][-1]
    assert (event.action, event.from_state, event.to_state) in STEPS
    assert (event.from_state, event.to_state) == (done.before.state, done.row.state)
    if not isinstance(done.actor, str):
        assert done.actor.may(ACTIONS[done.action].right, place_of(done.before))


def is_whole(connection, no):
    """What holds of every incident at every time, whatever has been done."""
    row, course = flow.one(connection, no), flow.course(connection, no)
    went = [event.action for event in course]
    assert row.state == replayed(course)
    assert (row.closed_at is None) == (row.state in OPEN)
    assert (row.state == "merged") == (row.merged_into is not None)
    assert (row.registered_at is not None) == ("register" in went)
    assert (row.clock is not None) == ("register" in went or (row.urgent and "dispatch" in went))
    if row.state not in ("suspended", "merged"):
        assert (row.due_at is None) == (row.clock is None)
    if row.state == "closed":
        steps = [name for name in went if name in ("feed_back", "fail", "pass", "close")]
        assert "register" in went and steps[-3:] == ["feed_back", "pass", "close"]


@settings(max_examples=15)
@given(data=st.data(), count=st.integers(1, 2), turns=st.integers(8, 20))
def test_whoever_does_whatever_an_incident_is_where_its_events_have_led_it(engine, data, count, turns):
    with engine.connect() as connection:
        numbers = [begun(connection, data.draw) for _ in range(count)]
        for _ in range(turns):
            done = turn(connection, data.draw, numbers)
            if done is not None:
                was_lawful(connection, done)
                for no in numbers:
                    is_whole(connection, no)
        connection.rollback()
