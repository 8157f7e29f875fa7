"""Open incidents follow a change of borders; what has ended stays in the grid it was in."""

from datetime import datetime
from statistics import median

import pytest
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes, deciding
from boundaries.store.snapshots import Snapshots
from boundaries.store.units import units_at
from incidents.states import ENDED
from incidents.store import reassigning
from incidents.store.reassigning import reassign
from tests import workers
from tests.incidents.desk import incident, note

pytestmark = pytest.mark.database

VILLAGE = "510504001001"
ALL = sa.text("""
    SELECT incident.id, no, state, grid_code, grid_version_id, micro_grid_version_id, micro.code AS micro_code, worker_id, also,
           ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat
    FROM incident LEFT JOIN unit_version AS micro ON micro.id = micro_grid_version_id ORDER BY incident.id""")
OWNER = sa.text("""
    SELECT incident.id, (locate_unit(ST_X(geom), ST_Y(geom), 'grid', now())).owner AS grid,
           (locate_unit(ST_X(geom), ST_Y(geom), 'micro_grid', now())).owner AS micro
    FROM incident WHERE incident.id = ANY (:ids)""")
VERSION = sa.text("SELECT id FROM unit_version WHERE code = :code AND lifespan @> now()")
CHOOSE = sa.text("""
    UPDATE incident SET grid_code = :code, grid_version_id = :version, micro_grid_version_id = NULL, also = :also
    WHERE id = :id""")
ELSEWHERE = "510599001001001"  # no number of the demo begins so
ACT = sa.text("SELECT FROM incident WHERE id = :id FOR NO KEY UPDATE")
CLOSE_OFF = sa.text("UPDATE incident SET department = 'health' WHERE id = :id")
EVENTS = sa.text("SELECT incident_id, detail FROM incident_event WHERE action = 'reassign' ORDER BY id")


def rows_of(engine):
    with engine.connect() as connection:
        return {row.id: row for row in connection.execute(ALL)}


def moved_by(engine):
    with engine.begin() as connection:
        return reassign(connection, Snapshots(engine, stamp_seconds=0).at(now()))


def busiest(engine):
    """The grid of the village with the most open incidents, and its shape."""
    with engine.connect() as connection:
        units = units_at(connection, codes=[], children_of=[VILLAGE], at=now())
    opened = [row for row in rows_of(engine).values() if row.state not in ENDED]
    counts = {code: sum(row.grid_code == code for row in opened) for code in units.code.tolist()}
    code = max(counts, key=counts.get)
    return code, dict(zip(units.code.tolist(), units.geometry, strict=True))[code]


def decide(engine, *commands, scope=VILLAGE):
    with engine.begin() as connection:
        number = changes.open_change(connection, title="分设", reason="other", scope=scope)
        changes.add_commands(connection, number, list(commands))
        deciding.check(connection, number)
        deciding.decide(connection, number, effective_on=datetime.now(CITY_ZONE).date())
    return number


def halved(code, shape, rows):
    """A division by a line from south to north that has half of the open incidents on each side."""
    _, south, _, north = shape.bounds
    middle = median(row.lon for row in rows.values() if row.grid_code == code and row.state not in ENDED) + 0.00000137
    line = [[middle, south - 0.01], [middle + 0.00001, north + 0.01]]
    return {"op": "split", "unit": code, "lines": {"type": "LineString", "coordinates": line}}


def test_nothing_moves_while_no_border_does(demo_copy):
    before = rows_of(demo_copy)
    assert moved_by(demo_copy) == []
    assert rows_of(demo_copy) == before


def test_open_incidents_of_a_divided_grid_go_to_the_grid_that_contains_them(demo_copy):
    code, shape = busiest(demo_copy)
    with demo_copy.begin() as connection:
        old = workers.taking_over(connection, code, scope=VILLAGE)
    before = rows_of(demo_copy)
    number = decide(demo_copy, halved(code, shape, before))
    moved = moved_by(demo_copy)
    after = rows_of(demo_copy)
    assert len({one.after for one in moved} - {code}) == 1, "one half has another code"

    with demo_copy.connect() as connection:
        owners = {row.id: row for row in connection.execute(OWNER, {"ids": list(after)})}
        told = {row.incident_id: row.detail for row in connection.execute(EVENTS)}
    touched = [row for row in before.values() if row.grid_code == code]
    for row in touched:
        now_is = after[row.id]
        if row.state in ENDED:
            assert now_is == row, "what has ended keeps its version"
        else:
            assert (now_is.grid_code, now_is.micro_code) == (owners[row.id].grid, owners[row.id].micro)
    assert {row.state in ENDED for row in touched} == {True, False}
    elsewhere = [key for key in before if before[key] != after[key] and before[key].grid_code == after[key].grid_code]
    assert all(before[key].state not in ENDED for key in elsewhere)

    gone = [row for row in touched if after[row.id].grid_code != code]
    assert gone
    for row in gone:
        detail = told[row.id]
        assert (detail["from"], detail["to"], detail["change_set"]) == (code, after[row.id].grid_code, number)
        assert detail["workers"][0] == row.worker_id and after[row.id].worker_id is None, "the new grid has nobody yet"
    assert all(after[row.id].worker_id == old for row in touched if row.state not in ENDED and row not in gone)
    assert all((detail["from"], detail["micro_from"]) != (detail["to"], detail["micro_to"]) for detail in told.values())
    assert moved_by(demo_copy) == [], "a second call changes nothing"


def test_who_is_acting_is_not_waited_for_and_nobody_waits(demo_copy):
    """One incident of a grid that has ended is being acted on; one that lies in no grid stays where it is and is not held."""
    code, shape = busiest(demo_copy)
    before = rows_of(demo_copy)
    decide(demo_copy, halved(code, shape, before))
    touched = [row for row in before.values() if row.grid_code == code and row.state not in ENDED]
    with demo_copy.begin() as connection:
        outside = incident(connection, near=ELSEWHERE)[0]
    with demo_copy.connect() as acting:
        acting.execute(ACT, {"id": touched[0].id})
        with demo_copy.connect() as mover:
            mover.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            moved = reassign(mover, Snapshots(demo_copy, stamp_seconds=0).at(now()))
            assert {one.no for one in moved} >= {row.no for row in touched[1:]} and touched[0].no not in {one.no for one in moved}
            with demo_copy.begin() as other:
                other.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
                note(other, outside)
                assert incident(other, near=ELSEWHERE)
            mover.commit()
        acting.commit()
    assert [one.no for one in moved_by(demo_copy)] == [touched[0].no], "the one that was held is moved next time"


def test_what_was_moved_by_a_person_meanwhile_stays_where_it_was_put(demo_copy, monkeypatch):
    code, shape = busiest(demo_copy)
    before = rows_of(demo_copy)
    decide(demo_copy, halved(code, shape, before))
    row = next(row for row in before.values() if row.grid_code == code and row.state not in ENDED)
    looked = reassigning.assign

    def while_it_is_located(*given):
        found = looked(*given)
        with demo_copy.begin() as connection:
            connection.execute(CLOSE_OFF, {"id": row.id})
        return found

    monkeypatch.setattr(reassigning, "assign", while_it_is_located)
    assert row.no not in {one.no for one in moved_by(demo_copy)}
    monkeypatch.setattr(reassigning, "assign", looked)
    assert row.no in {one.no for one in moved_by(demo_copy)}


def test_whoever_was_chosen_on_a_border_stays_chosen(demo_copy):
    opened = [row for row in rows_of(demo_copy).values() if row.state not in ENDED]
    row = next(row for row in opened if row.also)
    chosen = row.also[0]
    with demo_copy.begin() as connection:
        version = connection.execute(VERSION, {"code": chosen}).scalar_one()
        connection.execute(CHOOSE, {"id": row.id, "code": chosen, "version": version, "also": [row.grid_code]})
    decide(demo_copy, {"op": "rename", "unit": chosen, "name": "滨江路新网格"}, scope=chosen[:12])
    moved_by(demo_copy)
    after = rows_of(demo_copy)[row.id]
    assert (after.grid_code, after.also) == (chosen, [row.grid_code])
    assert after.grid_version_id != version
    assert after.micro_code is None or after.micro_code.startswith(chosen)
