"""Absence of grid workers: who stands in for whom, and which grids nobody serves."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.clock import now, start_of_day
from boundaries.store import absences, duties
from boundaries.store.standing import change_worker
from boundaries.store.worker_records import annul, assessments
from boundaries.store.workers import add_worker, duties_of_worker
from gis.errors import Refusal
from tests.boundaries.store.workers.acts import FAR_GRID, GRID, VILLAGE, bare, begin, refused, responsible, serves
from tests.workers import CONTACT, day, qualified

pytestmark = pytest.mark.database


def test_in_an_absence_the_substitute_serves_and_the_worker_again_afterwards(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, since=day(2), until=day(5), substitute_id=substitute)
    seen = [
        (serves(connection, start_of_day(day(days))), responsible(connection, start_of_day(day(days)))) for days in (1, 2, 4, 5)
    ]
    own, other = ([("王芳", None)], "王芳"), ([("李强", "王芳")], "李强")
    assert seen == [own, other, other, own]


def test_without_a_substitute_nobody_serves_and_the_grid_is_on_the_list_at_once(connection, pair):
    absent, _ = pair
    assert bare(connection) is None
    added = absences.add_absence(connection, absent, until=day(3))
    assert (serves(connection), responsible(connection), bare(connection)) == ([], None, "absent")
    absences.end_absence(connection, absent, added)
    assert (responsible(connection), bare(connection)) == ("王芳", None)


def test_a_grid_is_on_the_list_from_the_moment_on_which_a_duty_ends(connection, pair):
    assert bare(connection) is None and bare(connection, within=FAR_GRID[:6]) is None
    (duty,) = duties_of_worker(connection, pair[0])
    duties.end_duty(connection, duty.duty_id, GRID)
    assert bare(connection) == "ended" and bare(connection, within=VILLAGE) == "ended"
    assert {row.code: row.since for row in duties.unstaffed(connection, [""], limit=9)}[FAR_GRID] is None


def test_a_substitute_who_becomes_absent_too_leaves_the_grid_without_anybody(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, until=day(5), substitute_id=substitute)
    absences.add_absence(connection, substitute, until=day(2))
    assert (serves(connection), bare(connection)) == ([], "absent")
    assert responsible(connection, start_of_day(day(3))) == "李强"


def test_a_substitute_who_is_no_longer_active_or_qualified_stands_in_no_longer_and_the_past_keeps_it(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, until=day(5), substitute_id=substitute)
    before = now()
    annul(connection, "assessment", substitute, assessments(connection, substitute)[0].id, reason="x")
    assert serves(connection) == [] and serves(connection, before) == [("李强", "王芳")]
    assert responsible(connection, start_of_day(day(5))) == "王芳"


def test_who_is_no_longer_active_has_no_duties_and_stands_in_for_nobody(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, since=day(1), until=day(5), substitute_id=substitute)
    change_worker(connection, substitute, active=False)
    assert serves(connection, start_of_day(day(2))) == []
    change_worker(connection, absent, active=False)
    assert serves(connection) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"until": day(0)}, "bad_absence"),
        ({"since": day(5), "until": day(5)}, "bad_absence"),
        ({"since": day(-1), "until": day(5)}, "day_is_past"),
        ({"until": day(5), "substitute_id": 2**40}, "unknown_worker"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(connection, pair, given, code):
    assert refused(connection, absences.add_absence, pair[0], **given) == code


def test_only_another_worker_who_may_serve_there_and_is_there_stands_in(connection, pair):
    absent, substitute = pair

    def stands_in(worker_id):
        return refused(connection, absences.add_absence, absent, until=day(5), substitute_id=worker_id)

    assert stands_in(absent) == "bad_absence"
    assert stands_in(add_worker(connection, scope=VILLAGE, **CONTACT)) == "worker_not_trained"
    assert stands_in(qualified(connection, scope=FAR_GRID[:12])) == "worker_of_elsewhere"
    absences.add_absence(connection, substitute, since=day(4), until=day(6))
    assert stands_in(substitute) == "substitute_absent"
    change_worker(connection, substitute, active=False)
    assert stands_in(substitute) == "worker_not_active"


def test_a_worker_is_absent_once_at_a_time_and_what_was_is_kept(connection, pair):
    absent, _ = pair
    added = absences.add_absence(connection, absent, until=day(5))
    assert refused(connection, absences.add_absence, absent, since=day(4), until=day(8)) == "one_absence_at_a_time"
    absences.end_absence(connection, absent, added)
    assert [row.id for row in absences.absences(connection, absent)] == [added]
    assert refused(connection, absences.end_absence, absent, added) == "history_is_kept"
    planned = absences.add_absence(connection, absent, since=day(3), until=day(5))
    absences.end_absence(connection, absent, planned)
    assert [row.id for row in absences.absences(connection, absent)] == [added]
    assert refused(connection, absences.end_absence, absent, planned) == "unknown_absence"


SPELLS = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 6), st.integers(1, 4), st.sampled_from(["甲", "乙", "丙", None]))
)


@settings(max_examples=30)
@given(spells=SPELLS, days=st.integers(1, 9))
def test_who_is_responsible_is_there_and_a_grid_has_nobody_just_when_it_is_listed(engine, spells, days):
    """Whatever absences there are: nobody who is absent serves, one name for one grid, and the two readings agree."""
    at = start_of_day(day(days)) + timedelta(hours=9)
    with engine.connect() as connection:
        people = {name: qualified(connection, scope=VILLAGE, name=name) for name in "甲乙丙"}
        begin(connection, people["甲"])
        begin(connection, people["乙"])
        away = {}
        for name, begins, lasts, other in spells:
            try:
                with connection.begin_nested():
                    given = {"since": day(begins), "until": day(begins + lasts), "substitute_id": people.get(other)}
                    absences.add_absence(connection, people[name], **given)
            except Refusal:
                continue
            away.setdefault(name, []).append((begins, begins + lasts, other))
        expected = [stands(name, away, days) for name in "甲乙"]
        found = [row.name for row in duties.duties_of(connection, [GRID], at)]
        assert found == [name for name in expected if name]
        assert responsible(connection, at) == next((name for name in expected if name), None)
        connection.rollback()


def stands(name, away, days):
    """Who serves for somebody on a day: the same, the substitute, or nobody."""
    spell = next((spell for spell in away.get(name, []) if spell[0] <= days < spell[1]), None)
    if spell is None:
        return name
    other = spell[2]
    return other if other and not any(begins <= days < ends for begins, ends, _ in away.get(other, [])) else None


def test_who_stands_in_for_somebody_who_has_left_can_leave_too(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, until=day(5), substitute_id=substitute)
    change_worker(connection, absent, active=False)
    change_worker(connection, substitute, active=False)
    assert bare(connection) == "ended"
