"""The table of steps and what is decided by it, without a database."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.rights import GRANTABLE, RIGHTS, Actor, Grant
from gis.errors import Refusal
from incidents.act_words import checked_detail, checked_words
from incidents.cases import Case, case_of
from incidents.flow import ACTIONS, BY_PEOPLE, OPEN, STEPS, SYSTEM, next_state, not_allowed, possible, replayed, require_sight
from incidents.states import ENDED, STATES

NO, GRID, ELSEWHERE = "5105022026050200017", "510502001001001", "510503001001001"
DEPARTMENTS = ("emergency", "health")
ACTORS = st.one_of(
    st.sampled_from(SYSTEM),
    st.builds(
        lambda role, scope, department: Actor(1, "li", (Grant(role, scope),), None, department),
        st.sampled_from(GRANTABLE),
        st.sampled_from(["", "510502", GRID, "510503"]),
        st.sampled_from([None, *DEPARTMENTS]),
    ),
)
CASES = st.builds(
    Case,
    no=st.just(NO),
    state=st.sampled_from(STATES),
    code=st.sampled_from([GRID, ELSEWHERE]),
    department=st.sampled_from([None, *DEPARTMENTS]),
    urgent=st.booleans(),
    registered=st.booleans(),
    movable=st.booleans(),
    consulted=st.frozensets(st.sampled_from(DEPARTMENTS)),
    suspension_asked=st.booleans(),
    suspended_from=st.sampled_from(["dispatched", "handling", "rework"]),
    has_absorbed=st.booleans(),
)
ACTION_NAMES = st.sampled_from(sorted(ACTIONS))


def event(action, before, after, **detail):
    return SimpleNamespace(action=action, from_state=before, to_state=after, detail=detail)


def row(**given):
    usual = {"no": NO, "state": "handling", "grid_code": GRID, "nearest_code": None, "department": None, "urgent": False}
    return SimpleNamespace(**usual | {"registered_at": None, "also": [], "distance_m": 0} | given)


def refusal_of(case, name, actor):
    try:
        next_state(case, name, actor)
    except Refusal as refusal:
        return refusal
    return None


@given(CASES, ACTION_NAMES, ACTORS)
def test_what_is_possible_is_done_and_all_else_is_refused(case, name, actor):
    refusal = refusal_of(case, name, actor)
    assert (refusal is None) == (name in possible(case, actor))
    if refusal is None:
        assert (name, case.state, next_state(case, name, actor)) in STEPS
    else:
        assert refusal.code in ("illegal_step", "forbidden", "not_given_to_you") and refusal.message.endswith(".")


@given(CASES, ACTION_NAMES, ACTORS)
def test_an_illegal_step_names_the_state_and_what_is_possible(case, name, actor):
    refusal = refusal_of(case, name, actor)
    if refusal is not None and refusal.code == "illegal_step":
        assert f"Incident {NO} is {case.state}" in refusal.message
        assert refusal.details["allowed"] == list(possible(case, actor))
        assert all(allowed in refusal.message for allowed in refusal.details["allowed"])


@given(CASES, ACTION_NAMES, ACTORS)
def test_nobody_does_what_no_right_reaches(case, name, actor):
    if isinstance(actor, Actor) and refusal_of(case, name, actor) is None:
        right = ACTIONS[name].right
        assert right is not None and actor.may(right, case.code)


@given(CASES, ACTORS, ACTION_NAMES)
def test_a_department_acts_on_nothing_but_what_it_was_given_or_asked(case, actor, name):
    if isinstance(actor, Actor) and actor.grants[0].role == "department" and name in possible(case, actor):
        assert actor.department in {case.department, *case.consulted} - {None}
        if name not in ("note", "advise"):
            assert actor.department == case.department


@given(CASES, ACTORS)
def test_nothing_more_happens_to_what_has_ended(case, actor):
    assert case.state in OPEN or possible(case, actor) == ()


def test_every_state_is_reached_and_every_open_one_can_be_left():
    reached = {after for _, _, after in STEPS} | {"reported"}
    left = {before for _, before, after in STEPS if before != after}
    assert reached == set(STATES) and left == set(OPEN) and set(ENDED).isdisjoint(before for _, before, _ in STEPS)


def test_every_action_of_people_needs_a_right_that_reaches_by_code():
    assert {RIGHTS[ACTIONS[name].right].reach for name in BY_PEOPLE} == {"code"}


def test_feedback_stands_before_every_check():
    into = {(before, after) for _, before, after in STEPS if before != after}
    assert {before for before, after in into if after == "checked"} == {"handled"}
    assert {action for action, before, after in STEPS if after == "handled" and before != after} == {"feed_back"}
    assert {before for before, after in into if after == "closed"} == {"checked"}


DISPATCHER, WORKER = Actor(1, "li", (Grant("dispatcher", "510502"),)), Actor(2, "wang", (Grant("worker", GRID),))


def case(state, **given):
    return Case(no=NO, state=state, code=GRID, **given)


@pytest.mark.parametrize(
    ("held", "name", "hint"),
    [
        (case("reported", registered=False), "dispatch", "only what is urgent"),
        (case("checked", registered=False), "close", "registered first"),
        (case("handling"), "suspend", "has to ask"),
        (case("handling"), "refuse_suspension", "nobody asks"),
        (case("registered", has_absorbed=True), "merge", "merged into it"),
        (case("handling"), "register", "registered already"),
        (case("handling"), "reroute", "on no border"),
        (case("handled"), "close", "what you can do now is pass, fail, urge, consult, note, correct_matter."),
    ],
)
def test_the_sentence_says_what_stands_in_the_way(held, name, hint):
    refusal = refusal_of(held, name, DISPATCHER)
    assert refusal.code == "illegal_step" and hint in refusal.message


def test_a_worker_does_not_handle_what_a_department_was_given_and_the_other_way_round():
    for_health = Actor(3, "zhao", (Grant("department", "510502"),), None, "health")
    assert not_allowed(case("dispatched"), "accept", WORKER) is None
    assert not_allowed(case("dispatched"), "accept", for_health).code == "not_given_to_you"
    assert not_allowed(case("dispatched", department="health"), "accept", for_health) is None
    assert not_allowed(case("dispatched", department="health"), "accept", WORKER).code == "not_given_to_you"
    assert not_allowed(case("dispatched", department="emergency"), "accept", for_health).code == "not_given_to_you"


def test_a_consulted_department_sees_the_incident_and_advises_and_does_not_handle_it():
    for_health = Actor(3, "zhao", (Grant("department", "510502"),), None, "health")
    held = case("handling", department="emergency", consulted=frozenset(["health"]))
    require_sight(held, for_health)
    assert possible(held, for_health) == ("advise", "note")
    with pytest.raises(Refusal, match="is given to the department emergency"):
        require_sight(case("handling", department="emergency"), for_health)


def test_a_grant_as_worker_helps_an_account_of_a_department_to_no_other_departments_incidents():
    both = Actor(3, "zhao", (Grant("department", "510502"), Grant("worker", ELSEWHERE)), None, "health")
    assert not_allowed(case("dispatched"), "accept", both).code == "not_given_to_you"
    assert not_allowed(Case(no=NO, state="dispatched", code=ELSEWHERE), "accept", both) is None


def test_a_token_acts_with_the_rights_it_carries():
    narrow = Actor(1, "li", DISPATCHER.grants, frozenset(["incident.check"]))
    assert possible(case("handled"), narrow) == ("pass", "fail")


def test_a_suspension_that_was_asked_for_lapses_with_the_state():
    ask, refuse = event("ask_suspension", "handling", "handling"), event("refuse_suspension", "handling", "handling")
    note, fed = event("note", "handling", "handling"), event("feed_back", "handling", "handled")
    for course, asked in [
        ([ask], True),
        ([ask, note], True),
        ([ask, refuse], False),
        ([ask, fed], False),
        ([ask, refuse, ask], True),
    ]:
        assert case_of(row(), course).suspension_asked is asked


def test_a_resumption_brings_back_the_state_before():
    course = [event("suspend", "rework", "suspended")]
    assert next_state(case_of(row(state="suspended"), course), "resume", DISPATCHER) == "rework"


def test_what_was_generated_in_the_middle_of_its_course_counts_as_registered():
    assert case_of(row(state="checked"), []).registered
    assert case_of(row(state="checked"), [event("note", "checked", "checked")]).registered
    assert not case_of(row(state="reported"), []).registered
    assert not case_of(row(), [event("report", None, "reported"), event("dispatch", "reported", "dispatched")]).registered


def test_outside_every_grid_the_nearest_one_decides_on_rights():
    held = case_of(row(grid_code=None, nearest_code=ELSEWHERE, distance_m=40), [])
    assert held.code == ELSEWHERE and held.movable
    assert case_of(row(grid_code=None), []).code == "510502"  # of the number


def test_a_course_is_replayed_and_a_broken_one_is_found():
    course = [event("report", None, "reported"), event("register", "reported", "registered")]
    assert replayed(course) == "registered"
    for wrong in (course[1:], [course[0], course[0]], [*course, event("close", "registered", "closed")]):
        with pytest.raises(ValueError, match="does not follow"):
            replayed(wrong)


@pytest.mark.parametrize("name", [name for name in BY_PEOPLE if ACTIONS[name].reason])
def test_an_action_that_needs_words_does_not_go_without(name):
    for text in (None, "", " \n"):
        with pytest.raises(Refusal, match="write it") as caught:
            checked_words(name, text)
        assert caught.value.code == "bad_text"
    assert checked_words(name, " 原因\r\n") == "原因"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("urge", {"kind": "angry"}),
        ("urge", {"kind": "leader", "extra": 1}),
        ("consult", {"departments": []}),
        ("consult", {"departments": ["health", "health"]}),
        ("consult", {"departments": "health"}),
        ("dispatch", {"department": 7}),
        ("merge", {}),
        ("note", {"to": "x"}),
    ],
)
def test_a_detail_that_an_action_does_not_take_is_refused(name, given):
    with pytest.raises(Refusal) as caught:
        checked_detail(name, given)
    assert caught.value.code == "bad_detail"


def test_nobody_writes_what_the_desk_writes_and_no_stranger_is_the_desk():
    everything = Actor(1, "root", tuple(Grant(role, "") for role in GRANTABLE))
    for name in set(ACTIONS) - set(BY_PEOPLE):
        assert not_allowed(case("handling"), name, everything).code == "forbidden"
        assert not_allowed(case("handling"), name, "timer") is None
    assert not_allowed(case("handling"), "note", "somebody").code == "forbidden"
    assert refusal_of(case("handling"), "explode", everything).code == "unknown_action"
