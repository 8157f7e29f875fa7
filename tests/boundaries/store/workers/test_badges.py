"""Badges, lists and accounts of grid workers."""

import re

import pytest
import sqlalchemy as sa

from boundaries.store import absences
from boundaries.store.standing import change_worker
from boundaries.store.workers import add_worker, grids_served, worker, worker_of_badge, workers
from tests.boundaries.store.workers.acts import COUNTY, FAR_GRID, GRID, VILLAGE, refused
from tests.workers import CONTACT, day, qualified

pytestmark = pytest.mark.database


def test_each_worker_has_a_number_of_their_own_that_is_found_as_people_write_it(connection):
    numbers = {worker(connection, add_worker(connection, scope=VILLAGE, **CONTACT)).badge_no for _ in range(50)}
    assert len(numbers) == 50
    assert all(re.fullmatch(r"W[0-9A-HJKMNP-TV-Z]{10}", number) for number in numbers)
    number = numbers.pop()
    assert worker_of_badge(connection, f" {number[:6].lower()}-{number[6:]} ").badge_no == number
    for wrong in ("W0000000000", "", "'; DROP TABLE grid_worker --", "W" + "U" * 10):
        assert refused(connection, worker_of_badge, wrong) == "unknown_badge"


def test_a_worker_serves_the_grids_of_the_one_for_whom_they_stand_in(connection, pair):
    absent, substitute = pair
    absences.add_absence(connection, absent, until=day(5), substitute_id=substitute)
    assert [row.code for row in grids_served(connection, substitute)] == [GRID]
    assert grids_served(connection, absent) == []


def test_workers_are_listed_by_place_within_scopes_and_within_a_unit(connection, pair):
    far = qualified(connection, scope=FAR_GRID[:6], name="远")
    assert [row.id for row in workers(connection, [COUNTY])] == [pair[1], pair[0]]
    assert {row.id for row in workers(connection, [""])} == {*pair, far}
    assert workers(connection, [COUNTY], within=FAR_GRID[:6]) == [] and len(workers(connection, [""], within=VILLAGE)) == 2


def test_an_account_belongs_to_one_worker(connection, pair):
    connection.execute(sa.text("INSERT INTO account (name, display_name) VALUES ('wang.fang', 'x')"))
    change_worker(connection, pair[0], account="wang.fang")
    assert worker(connection, pair[0]).account == "wang.fang"
    assert refused(connection, change_worker, pair[1], account="wang.fang") == "account_of_another"
    assert refused(connection, change_worker, pair[1], account="nobody") == "unknown_account"
    change_worker(connection, pair[0], work_phone="12345")
    assert worker(connection, pair[0]).account == "wang.fang"
    change_worker(connection, pair[0], account="")
    assert worker(connection, pair[0]).account is None
