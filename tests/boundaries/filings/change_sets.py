"""Decided change sets on the small register of tests/api/town.py, by the product's own commands."""

from datetime import timedelta

from boundaries.clock import CITY_ZONE, now
from boundaries.store.changes import add_commands, open_change
from boundaries.store.deciding import check, decide
from boundaries.store.filings import prepare
from tests.api import town

VILLAGE = "510502001001"
SPLIT = {
    "op": "split",
    "unit": town.MIDDLE_GRID,
    "lines": {"type": "LineString", "coordinates": [[105.42, 28.80], [105.425, 28.808], [105.44, 28.81]]},
}
MERGE = {"op": "merge", "units": [town.WEST_GRID, town.MIDDLE_GRID]}
MOVE = {
    "op": "transfer",
    "piece": {
        "type": "Polygon",
        "coordinates": [[[105.415, 28.80], [105.42, 28.80], [105.421, 28.805], [105.416, 28.806], [105.415, 28.80]]],
    },
    "to": town.MIDDLE_GRID,
}
RENAME = {"op": "rename", "unit": town.WEST_GRID, "name": "大山坪社区 <b>第一</b> 网格"}
EAST_RENAME = {"op": "rename", "unit": town.EAST_GRID, "name": "纳溪大市场网格"}


def tomorrow():
    """A day on which nothing has begun."""
    return now().astimezone(CITY_ZONE).date() + timedelta(days=1)


def decided(connection, *commands, title="调整大山坪社区网格", scope=VILLAGE, on=None, reason="population_change", note=""):
    """A change set, decided; its number."""
    day = on or tomorrow()
    number = open_change(connection, title=title, reason=reason, scope=scope, note=note, effective_on=day)
    add_commands(connection, number, list(commands))
    check(connection, number)
    decide(connection, number, effective_on=day)
    return number


def filed(engine, *commands, **how):
    """A filing of a change set decided in the same transaction; its number."""
    with engine.begin() as connection:
        number = decided(connection, *commands, **how)
        known = connection.exec_driver_sql("SELECT no FROM filing WHERE change_set_id = %s", (number,)).scalar_one_or_none()
        return known or prepare(connection, number)
