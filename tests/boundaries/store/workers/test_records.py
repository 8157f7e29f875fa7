"""Training and assessment of grid workers: on which record a duty may begin, and what annulling one does."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.store import audit
from boundaries.store.worker_records import add_assessment, add_training, annul, assessments, trainings
from boundaries.store.workers import add_worker, duties_of_worker, worker
from gis.errors import Refusal
from tests.boundaries.store.workers.acts import GRID, OTHER_GRID, VILLAGE, bare, begin, refused, serves
from tests.workers import CONTACT, day, qualify

pytestmark = pytest.mark.database


def test_no_duty_of_any_role_begins_without_a_training_and_a_passed_assessment(connection, one):
    for role in ("responsible", "assisting", "stationed"):
        assert refused(connection, begin, one, role=role) == "worker_not_trained"
    add_training(connection, one, held_on=day(-30), course="岗前培训", hours=16)
    assert refused(connection, begin, one) == "worker_not_assessed"
    add_assessment(connection, one, held_on=day(-20), passed=False, score=41)
    assert refused(connection, begin, one) == "worker_not_assessed"
    add_assessment(connection, one, held_on=day(-10), passed=True)
    begin(connection, one)


def test_the_latest_assessment_counts_and_of_one_day_the_one_entered_last(connection, one):
    qualify(connection, one)
    add_assessment(connection, one, held_on=day(-20), passed=False)
    assert refused(connection, begin, one) == "worker_not_assessed"
    assert (worker(connection, one).qualified, worker(connection, one).assessed_on) == (False, None)
    add_assessment(connection, one, held_on=day(-20), passed=True)
    assert worker(connection, one).qualified


def test_an_assessment_of_before_the_training_counts_for_nothing(connection, one):
    assert refused(connection, add_assessment, one, held_on=day(-5), passed=True) == "assessment_before_training"
    first = add_training(connection, one, held_on=day(-30), course="岗前培训", hours=16)
    add_assessment(connection, one, held_on=day(-20), passed=True)
    add_training(connection, one, held_on=day(-10), course="再培训", hours=4)
    annul(connection, "training", one, first, reason="录入错误")
    assert refused(connection, begin, one) == "worker_not_assessed"


@pytest.mark.parametrize(
    ("act", "given", "code"),
    [
        (add_training, {"held_on": day(1), "course": "x", "hours": 1}, "day_in_future"),
        (add_training, {"held_on": date(1066, 1, 1), "course": "x", "hours": 1}, "bad_record"),
        (add_training, {"held_on": day(0), "course": "", "hours": 1}, "bad_record"),
        (add_training, {"held_on": day(0), "course": "x" * 200, "hours": 1}, "bad_record"),
        (add_training, {"held_on": day(0), "course": "x", "hours": 0}, "bad_record"),
        (add_training, {"held_on": day(0), "course": "x", "hours": float("nan")}, "bad_record"),
        (add_assessment, {"held_on": day(0), "passed": True, "score": 101}, "bad_record"),
        (add_assessment, {"held_on": day(0), "passed": True, "score": float("inf")}, "bad_record"),
    ],
)
def test_a_record_that_cannot_be_is_refused(connection, one, act, given, code):
    assert refused(connection, act, one, **given) == code
    assert trainings(connection, one) == assessments(connection, one) == []


def test_a_record_of_nobody_is_refused(connection, one):
    assert refused(connection, add_training, one + 1, held_on=day(0), course="x", hours=1) == "unknown_worker"
    assert refused(connection, add_assessment, one + 1, held_on=day(0), passed=True) == "unknown_worker"
    other = add_worker(connection, scope=VILLAGE, **CONTACT)
    qualify(connection, other)
    theirs = trainings(connection, other)[0].id
    assert refused(connection, annul, "training", one, theirs, reason="x") == "unknown_record"


def test_annulling_keeps_the_record_with_its_reason_and_is_done_once(connection, one):
    qualify(connection, one)
    (training,) = trainings(connection, one)
    annul(connection, "training", one, training.id, reason="他人的记录")
    assert [(row.id, row.annulled) for row in trainings(connection, one)] == [(training.id, "他人的记录")]
    assert refused(connection, annul, "training", one, training.id, reason="再来") == "record_is_kept"
    assert refused(connection, annul, "assessment", one, assessments(connection, one)[0].id, reason=" ") == "bad_record"


def test_annulling_what_a_duty_began_on_ends_it_and_takes_back_those_to_come(connection, one):
    qualify(connection, one)
    begin(connection, one)
    begin(connection, one, OTHER_GRID, role="assisting", since=day(3))
    assert sorted(annul(connection, "training", one, trainings(connection, one)[0].id, reason="x")) == [GRID, OTHER_GRID]
    assert serves(connection) == [] and len(duties_of_worker(connection, one)) == 1
    assert bare(connection) == "ended"
    actions = [line.action for line in audit.read(connection, limit=3)]
    assert actions == ["training.annul", "duty.end", "duty.end"]


def test_a_duty_goes_on_where_another_record_bears_it(connection, one):
    qualify(connection, one)
    add_training(connection, one, held_on=day(-25), course="再培训", hours=4)
    begin(connection, one)
    assert annul(connection, "training", one, trainings(connection, one)[-1].id, reason="x") == []
    assert serves(connection) == [("王芳", None)]


def test_a_failed_assessment_takes_back_duties_to_come_and_leaves_those_that_began_before_it(connection, one):
    qualify(connection, one)
    begin(connection, one, since=day(2))
    add_assessment(connection, one, held_on=day(0), passed=False)
    assert duties_of_worker(connection, one) == [] and bare(connection) == "never"


RECORDS = st.lists(
    st.tuples(st.integers(-40, 0), st.sampled_from(["training", "passed", "failed", "annulled training", "annulled passed"])),
    max_size=7,
)


@settings(max_examples=40)
@given(records=RECORDS, begins=st.integers(0, 5))
def test_a_duty_begins_just_when_the_records_bear_it(engine, records, begins):
    """The rule said once more, over lists: whatever is entered, in whatever order of days."""
    with engine.connect() as connection:
        one = add_worker(connection, scope=VILLAGE, **CONTACT)
        for days, kind in records:
            enter(connection, one, days, kind)
        begun = True
        try:
            begin(connection, one, since=day(begins))
        except Refusal as refusal:
            assert refusal.code in ("worker_not_trained", "worker_not_assessed")
            begun = False
        assert begun == borne(records)
        connection.rollback()


def enter(connection, one, days, kind):
    """As a client of the database would, in any order."""
    table, columns, value = (
        ("worker_training", "course, hours", "'x', 1")
        if "training" in kind
        else ("worker_assessment", "passed", str(kind != "failed"))
    )
    added = connection.execute(
        sa.text(f"INSERT INTO {table} (worker_id, held_on, {columns}) VALUES (:one, :day, {value}) RETURNING id"),
        {"one": one, "day": day(days)},
    ).scalar_one()
    if kind.startswith("annulled"):
        connection.execute(sa.text(f"UPDATE {table} SET annulled = 'x' WHERE id = :id"), {"id": added})


def borne(records):
    trained = [days for days, kind in records if kind == "training"]
    judged = [(days, nth, kind) for nth, (days, kind) in enumerate(records) if kind in ("passed", "failed")]
    latest = max(judged, default=None)
    return bool(trained) and latest is not None and latest[2] == "passed" and min(trained) <= latest[0]
