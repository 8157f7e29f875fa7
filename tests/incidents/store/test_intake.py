"""Single reports: what was kept from the reports before never answers for what has changed since, and a key is used once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import duties
from boundaries.store.snapshots import Snapshots
from boundaries.store.standing import change_worker
from gis.errors import Refusal
from incidents.intake import Report, digest
from incidents.matter_lists import DraftLine, Sheet
from incidents.store import drafting
from incidents.store.intake import Submission, take_in
from tests import workers
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

COUNTY, VILLAGE = "510502", "510502001001"
ROAD, LEAK = "0406", "0402"
REPORT = Report(matter_code=ROAD, lon=105.41, lat=28.805, datum="cgcs2000")
MANY = 8  # after five a connection keeps one plan for all values
COURSE = sa.text("SELECT action, to_state FROM incident_event WHERE incident_id = :id ORDER BY id")
STATE = sa.text("SELECT state, dispatched_at IS NOT NULL AS dispatched FROM incident WHERE id = :id")
COUNT = sa.text("SELECT count(*) FROM incident")
WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def engine(cluster, _template):
    with register_of_module(cluster, _template, "intake_alone") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def alone(engine):
    """A connection of which each statement is committed at its end, as that of a report without photos."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@pytest.fixture
def snapshot(engine):
    return Snapshots(engine).at(now())


@pytest.fixture
def take(snapshot):
    def taken(connection, report=REPORT, key=None):
        again = key and Submission("test", key, digest(report))
        return take_in(connection, report, snapshot=snapshot, by=(None, "x"), actor="x", submission=again)

    return taken


def publish(engine, *lines, exits=None):
    with engine.begin() as connection:
        version = drafting.draft(connection, COUNTY, sheet=Sheet(lines, (), exits or {}), source="list.xlsx")
        drafting.approve(connection, COUNTY, version, document="江阳府发〔2026〕12号", day=now().astimezone(CITY_ZONE).date())
        drafting.publish(connection, COUNTY, version)


def test_a_duty_that_begins_or_ends_is_seen_by_the_next_report(engine, alone, take):
    assert {take(alone).values["worker_name"] for _ in range(MANY)} == {None}
    with engine.begin() as connection:
        first, second = (workers.qualified(connection, scope=VILLAGE, name=name) for name in ("王芳", "李强"))
        duty = duties.begin_duty(connection, first, town.WEST_GRID, role="responsible")
        helping = duties.begin_duty(connection, second, town.WEST_GRID, role="assisting")
    assert {take(alone).values["worker_name"] for _ in range(MANY)} == {"王芳"}
    with engine.begin() as connection:
        for each in (duty, helping):
            duties.end_duty(connection, each, town.WEST_GRID)
        duties.begin_duty(connection, second, town.WEST_GRID, role="responsible")
    assert take(alone).values["worker_name"] == "李强"
    with engine.begin() as connection:
        change_worker(connection, second, work_phone="0830-7654321")
    assert take(alone).values["worker_phone"] == "0830-7654321"


def test_a_list_that_is_published_is_seen_by_the_next_report(engine, alone, take):
    assert not any(take(alone).values["urgent"] for _ in range(MANY))
    urgent = DraftLine(ROAD, "emergency", "urgent_hour", 1, True, "群众反映集中")
    publish(engine, urgent)
    taken = take(alone)
    assert taken.values["urgent"] and taken.values["department"] == "emergency"
    assert alone.execute(COURSE, {"id": taken.incident_id}).all() == [("report", "reported"), ("dispatch", "dispatched")]
    assert alone.execute(STATE, {"id": taken.incident_id}).one() == ("dispatched", True)
    publish(engine, replace(urgent, matter_code=LEAK), exits={ROAD: "不再由网格处置"})
    with pytest.raises(Refusal) as refused:
        take(alone)
    assert refused.value.code == "matter_not_listed"


def test_what_comes_again_is_answered_with_the_first_although_it_would_be_refused_by_now(engine, alone, take):
    first = take(alone, key="one")
    publish(engine, DraftLine(LEAK, "emergency", "urgent_hour", 1, True, "群众反映集中"))
    before = alone.execute(COUNT).scalar_one()
    again = take(alone, key="one")
    assert (again.no, again.repeated) == (first.no, True)
    for report, key, code in ((REPORT, "two", "matter_not_listed"), (replace(REPORT, lat=28.806), "one", "key_used")):
        with pytest.raises(Refusal) as refused:
            take(alone, report, key)
        assert refused.value.code == code
    assert alone.execute(COUNT).scalar_one() == before


@pytest.mark.parametrize("kept", [True, False])
def test_a_key_that_is_just_being_used_is_waited_for(engine, alone, take, kept):
    found = []
    with engine.connect() as connection:
        first = take(connection, key="same")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            second = threading.Thread(target=lambda: found.append(take(other, key="same")))
            second.start()
            patience = now() + timedelta(seconds=20)
            while not alone.execute(WAITING).scalar_one():
                assert now() < patience and second.is_alive()
            connection.commit() if kept else connection.rollback()
            second.join()
    assert found[0].repeated is kept and (found[0].incident_id == first.incident_id) is kept
    assert alone.execute(COUNT).scalar_one() == 1


def test_serials_have_no_gap_where_a_key_comes_again(alone, take):
    numbers = [take(alone, key=f"key-{nth // 2}").no for nth in range(8)]
    assert numbers[::2] == numbers[1::2]
    assert [int(no[-5:]) for no in numbers[::2]] == [1, 2, 3, 4]
