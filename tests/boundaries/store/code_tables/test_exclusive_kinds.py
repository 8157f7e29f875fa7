"""Of which kind an exclusive grid is, and until when."""

import pytest

from boundaries.clock import now, start_of_day
from boundaries.store import code_tables as store
from tests.api import town
from tests.boundaries.filings.change_sets import filed, tomorrow
from tests.boundaries.store.code_tables.acts import day, end, put_kind, refusal

pytestmark = pytest.mark.database


def kind_of(engine, at=None):
    with engine.connect() as connection:
        return store.exclusive_kind(connection, town.EAST_GRID, at or now())


def test_an_exclusive_grid_is_of_a_kind_from_a_day_on(small):
    put_kind(small, "market")
    put_kind(small, "school", since=day(2))
    found = kind_of(small)
    assert (found.code, found.name, found.department, found.department_name) == (
        "market",
        "商贸市场",
        "market_regulation",
        "市场监管",
    )
    assert kind_of(small, start_of_day(day(2))).code == "school"
    put_kind(small, None)
    assert kind_of(small) is None and kind_of(small, start_of_day(day(2))).code == "school"


def test_only_an_exclusive_grid_has_a_kind_and_only_one_in_force(small):
    assert refusal(put_kind, small, "market", grid=town.WEST_GRID) == "not_exclusive"
    assert refusal(put_kind, small, "harbour") == "unknown_exclusive_kind"
    assert refusal(put_kind, small, "market", grid="510502001001999") == "unknown_unit"
    assert refusal(put_kind, small, "market", grid="510502001001") == "bad_code"
    assert refusal(put_kind, small, None) == "nothing_set"
    end(small, "exclusive_kind", "market", since=day(3))
    assert refusal(put_kind, small, "market") == "unknown_exclusive_kind"


def test_a_kind_that_a_grid_is_of_does_not_end_until_the_grid_is_of_another(small):
    put_kind(small, "market")
    assert refusal(end, small, "exclusive_kind", "market", since=day(3)) == "code_in_use"
    put_kind(small, "school", since=day(2))
    end(small, "exclusive_kind", "market", since=day(3))
    assert refusal(end, small, "exclusive_kind", "market", since=day(1)) == "code_in_use"


def test_a_grid_that_is_converted_has_no_kind_any_more(small):
    put_kind(small, "market")
    filed(small, {"op": "convert", "unit": town.EAST_GRID, "kind": "comprehensive"}, scope="510503001001")
    assert kind_of(small).code == "market" and kind_of(small, start_of_day(tomorrow())) is None
