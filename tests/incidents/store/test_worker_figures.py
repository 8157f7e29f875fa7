"""Figures of grid workers: each is as many as the incidents behind it, and they are those of whoever served at that time."""

import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.absences import add_absence
from boundaries.store.snapshots import Snapshots
from boundaries.store.standing import change_worker
from boundaries.store.workers import workers
from gis.errors import Refusal
from incidents.intake import Report
from incidents.store import flow
from incidents.store.indicators import Question
from incidents.store.intake import take_in
from incidents.store.worker_figures import COUNTS, MEASURES, behind_figure, figures
from tests import workers as staff
from tests.api import town
from tests.incidents.reported import ORIGIN, ROAD, person
from tests.people import account_with
from tests.registers import register_of_module

pytestmark = pytest.mark.database

WEST = (105.41, 28.805)
DISPATCHER = person("dispatcher", "")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "worker_figures") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def take(engine, connection):
    """Take a report in, in the western grid; its number."""

    def taken(*, account_id=None):
        report = Report(matter_code=ROAD, lon=WEST[0], lat=WEST[1], datum="cgcs2000", description="坑")
        snapshot = Snapshots(engine).at(now())
        return take_in(connection, report, snapshot=snapshot, by=(account_id, "machine"), actor="x").no

    return taken


def told(connection, **asked):
    rows = workers(connection, [""])
    return {row["id"]: row for row in figures(connection, rows, Question(**asked), at=now())}


def numbers(connection, worker_id, measure, *, limit=100, after=""):
    rows, total = behind_figure(connection, worker_id, measure, Question(), at=now(), limit=limit, after=after)
    return [row.no for row in rows], total


def test_every_figure_is_as_many_as_the_incidents_behind_it(connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    taken = [take() for _ in range(3)]
    row = told(connection)[one]
    for measure in COUNTS:
        listed, total = numbers(connection, one, measure)
        assert row[measure] == total == len(listed), measure
    assert numbers(connection, one, "responsible")[0] == sorted(taken)
    assert numbers(connection, one, "responsible", limit=2, after=sorted(taken)[0]) == (sorted(taken)[1:], 3)


def test_a_report_is_of_whoever_served_when_it_came_and_an_absence_changes_no_other(connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    other = staff.qualified(connection, scope="510502001001", name="李强")
    before = take()
    add_absence(connection, one, until=staff.day(3), substitute_id=other)
    after = take()
    row = told(connection)
    assert (row[one]["responsible"], row[other]["responsible"]) == (1, 1)
    assert numbers(connection, one, "responsible")[0] == [before] and numbers(connection, other, "responsible")[0] == [after]


def test_what_is_open_of_the_absent_one_is_in_the_list_of_who_stands_in(engine, connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    other = staff.qualified(connection, scope="510502001001", name="李强")
    before = take()
    assert numbers(connection, other, "open") == ([], 0)
    add_absence(connection, one, until=staff.day(3), substitute_id=other)
    after = take()
    assert numbers(connection, other, "open")[0] == sorted([before, after])
    assert numbers(connection, one, "open")[0] == [before]


def test_what_a_worker_reported_is_known_by_the_account_that_is_named(connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    name = account_with(connection, "wang.fang")
    account_id = connection.execute(sa.text("SELECT id FROM account WHERE name = :name"), {"name": name}).scalar_one()
    assert told(connection)[one]["reported"] is None
    change_worker(connection, one, account=name)
    assert told(connection)[one]["reported"] == 0
    mine, _ = take(account_id=account_id), take()
    assert told(connection)[one]["reported"] == 1 and numbers(connection, one, "reported") == ([mine], 1)


def test_a_worker_of_whom_nothing_is_counted_has_zeros_and_no_mean(connection):
    one = staff.serving(connection, town.WEST_GRID)
    row = told(connection)[one]
    assert {row[measure] for measure in COUNTS} == {0} and row["mean_handling_h"] is None


def test_a_figure_that_there_is_not_is_refused(connection):
    one = staff.serving(connection, town.WEST_GRID)
    for measure in ("due", "worker", ""):
        with pytest.raises(Refusal) as caught:
            numbers(connection, one, measure)
        assert caught.value.code == "unknown_measure"
    assert all(numbers(connection, one, measure) == ([], 0) for measure in MEASURES)


def test_after_a_rework_the_worker_has_one_and_the_mean_is_of_what_was_closed(connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    no = take()
    for act in ("register", "dispatch", "accept", "feed_back", "fail"):
        given = {"department": None} if act == "dispatch" else {}
        who = person("worker", "510502") if act in ("accept", "feed_back") else DISPATCHER
        flow.act(connection, no, act, by=(None, ORIGIN), actor=who, note="x", **given)
    row = told(connection)[one]
    assert (row["rework"], row["mean_handling_h"]) == (1, None)
    assert numbers(connection, one, "rework") == ([no], 1)


def test_what_lies_beyond_ones_reach_is_not_in_a_worker_s_figures(engine, connection, take):
    one = staff.serving(connection, town.WEST_GRID)
    name = account_with(connection, "li.qiang")
    account_id = connection.execute(sa.text("SELECT id FROM account WHERE name = :name"), {"name": name}).scalar_one()
    change_worker(connection, one, account=name)
    no = take(account_id=account_id)
    for scope, count, listed in (("510502001", 1, [no]), ("510503", 0, [])):
        asked = Question(scopes=(scope,))
        assert told(connection, scopes=(scope,))[one]["reported"] == count
        for measure in ("reported", "open", "responsible"):
            rows, total = behind_figure(connection, one, measure, asked, at=now(), limit=9)
            assert ([row.no for row in rows], total) == (listed, count), measure
