"""Change sets in the register of the demo town: opened, checked, decided, withdrawn, and who came first."""

from datetime import datetime, timedelta

import pytest
import shapely
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes, deciding
from boundaries.store.proof import broken_instants
from boundaries.store.recorded import inspect
from boundaries.store.units import units_at
from gis.errors import Refusal

VILLAGE, OTHER = "510504001001", "510504001003"


def today():
    return datetime.now(CITY_ZONE).date()


def grids(engine, village=VILLAGE, at=None):
    with engine.connect() as connection:
        return units_at(connection, codes=[], children_of=[village], at=at or now())


def line_across(shape):
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    return {"type": "LineString", "coordinates": [[middle, south - 0.01], [middle + 0.0003, north + 0.01]]}


def split_of(engine, row=0, village=VILLAGE):
    units = grids(engine, village)
    return {"op": "split", "unit": units.code[row], "lines": line_across(units.geometry[row])}


def rename(unit, name="新名"):
    return {"op": "rename", "unit": unit, "name": name}


def opened(engine, *commands, scope=VILLAGE, **details):
    with engine.begin() as connection:
        number = changes.open_change(connection, title="试验", reason="other", scope=scope, **details)
        changes.add_commands(connection, number, commands)
    return number


def checked(engine, number):
    with engine.begin() as connection:
        return deciding.check(connection, number)


def decided(engine, number, *, on=None):
    with engine.begin() as connection:
        return deciding.decide(connection, number, effective_on=on or today())


def done(engine, *commands, on=None, **details):
    number = opened(engine, *commands, **details)
    checked(engine, number)
    decided(engine, number, on=on)
    return number


def state(engine, number):
    with engine.connect() as connection:
        return changes.change(connection, number).state


def is_whole(engine):
    with engine.connect() as connection:
        return broken_instants(connection) == []


class TestDeciding:
    def test_a_split_is_in_force_from_now_on_and_the_map_before_stays(self, demo_copy):
        before, earlier = grids(demo_copy), now()
        number = done(demo_copy, split_of(demo_copy))
        after = grids(demo_copy)
        assert len(after) == len(before) + 1
        assert grids(demo_copy, at=earlier).code.tolist() == before.code.tolist()
        assert state(demo_copy, number) == "in_force"
        assert is_whole(demo_copy)

    def test_households_and_lineage_account_for_every_family(self, demo_copy):
        before = grids(demo_copy)
        number = done(demo_copy, split_of(demo_copy))
        after = grids(demo_copy)
        assert sum(after.households) == sum(before.households)
        with demo_copy.connect() as connection:
            rows = connection.execute(
                sa.text(
                    "SELECT sum(lineage.households), sum(lineage.area_m2) FROM lineage "
                    "JOIN unit_version AS old ON old.id = from_version_id "
                    "WHERE lineage.change_set_id = :id AND old.code = :code"
                ),
                {"id": number, "code": before.code[0]},
            ).one()
        assert rows[0] == before.households[0]
        assert rows[1] == pytest.approx(
            area_of(demo_copy, before.code[0]), rel=1e-5
        )  # borders bend by under a unit at their nodes

    def test_the_population_goes_with_the_land_and_nobody_is_lost(self, demo_copy):
        code, below = grids(demo_copy).code[0], grids(demo_copy, grids(demo_copy).code[0]).code
        counts = [{"op": "count_population", "unit": unit, "population": 90 + row} for row, unit in enumerate(below)]
        done(demo_copy, {"op": "count_population", "unit": code, "population": 1001}, *counts)
        inside = [*grids(demo_copy, code).population]
        known = dict(zip(grids(demo_copy).code, grids(demo_copy).population, strict=True))
        assert inside == [90 + row for row in range(len(below))] and len(inside) > 1
        assert {unit for unit, people in known.items() if people is not None} == {code}
        number = done(demo_copy, split_of(demo_copy))
        after = grids(demo_copy)
        assert sum(people for people in after.population if people is not None) == known[code]
        with demo_copy.connect() as connection:
            heirs = [heir for heir in inspect(connection, number).outcome.heirs if heir.old == code]
        assert sum(heir.population for heir in heirs) == known[code] and len(heirs) == 2

    def test_new_codes_follow_the_highest_ever_issued_and_stay_given_up(self, demo_copy):
        codes = set(grids(demo_copy).code)
        first = done(demo_copy, split_of(demo_copy))
        new = (set(grids(demo_copy).code) - codes).pop()
        done(demo_copy, {"op": "merge", "units": [grids(demo_copy).code[0], new], "into": grids(demo_copy).code[0]})
        done(demo_copy, split_of(demo_copy))
        newest = (set(grids(demo_copy).code) - codes).pop()
        assert int(newest) == int(new) + 1
        assert state(demo_copy, first) in ("in_force", "superseded")

    def test_a_later_day_begins_at_its_first_instant_and_until_then_nothing_changes(self, demo_copy):
        day, code = today() + timedelta(days=3), grids(demo_copy).code[1]
        number = done(demo_copy, rename(code), on=day)
        assert grids(demo_copy).name[1] != "新名"
        assert grids(demo_copy, at=datetime.combine(day, datetime.min.time(), CITY_ZONE)).name[1] == "新名"
        assert state(demo_copy, number) == "county_decided"

    def test_two_changes_of_one_day_have_instants_of_their_own(self, demo_copy):
        day = today() + timedelta(days=3)
        first = done(demo_copy, split_of(demo_copy), on=day)
        second = done(demo_copy, split_of(demo_copy, village=OTHER), on=day, scope=OTHER)
        with demo_copy.connect() as connection:
            instants = [changes.change(connection, number).effective_at for number in (first, second)]
        assert instants[0] < instants[1] < instants[0] + timedelta(seconds=1)
        assert is_whole(demo_copy)

    def test_a_day_that_is_past_is_refused(self, demo_copy):
        number = opened(demo_copy, rename(grids(demo_copy).code[0]))
        checked(demo_copy, number)
        with pytest.raises(Refusal) as refused:
            decided(demo_copy, number, on=today() - timedelta(days=1))
        assert refused.value.code == "day_is_past"

    def test_only_what_was_checked_can_be_decided(self, demo_copy):
        number = opened(demo_copy, rename(grids(demo_copy).code[0]))
        with pytest.raises(Refusal) as refused:
            decided(demo_copy, number)
        assert refused.value.code == "illegal_transition"

    def test_what_was_decided_reads_the_same_as_recorded_and_as_it_was_foreseen(self, demo_copy):
        number = opened(demo_copy, split_of(demo_copy))
        foreseen = checked(demo_copy, number).outcome
        decided(demo_copy, number)
        with demo_copy.connect() as connection:
            recorded = inspect(connection, number).outcome
        assert [unit.id for unit in recorded.before] == [unit.id for unit in foreseen.before]
        assert sorted(unit.id for unit in recorded.after) == sorted(foreseen.codes.values())
        assert sum(heir.households for heir in recorded.heirs) == sum(heir.households for heir in foreseen.heirs)
        assert {heir.population for heir in recorded.heirs} == {None}


class TestWhoCameFirst:
    def test_the_second_on_one_grid_is_told_whose_change_came_first(self, demo_copy):
        code = grids(demo_copy).code[2]
        first, second = opened(demo_copy, rename(code, "甲")), opened(demo_copy, rename(code, "乙"))
        checked(demo_copy, first)
        checked(demo_copy, second)
        decided(demo_copy, first)
        with pytest.raises(Refusal) as refused:
            decided(demo_copy, second)
        assert refused.value.code == "stale_base"
        details = refused.value.details
        assert (details["units"], details["change_set"]) == ([code], first)
        assert [(each["change_set"], each["units"]) for each in details["conflicts"]] == [(first, [code])]
        checked(demo_copy, second)
        decided(demo_copy, second)
        assert grids(demo_copy).name[2] == "乙"

    def test_changes_of_different_villages_never_disturb_each_other(self, demo_copy):
        numbers = [opened(demo_copy, split_of(demo_copy, village=v), scope=v) for v in (VILLAGE, OTHER)]
        for number in numbers:
            checked(demo_copy, number)
        for number in reversed(numbers):
            decided(demo_copy, number)
        assert is_whole(demo_copy)

    def test_a_change_before_a_later_one_that_is_decided_already_is_refused_by_name(self, demo_copy):
        code = grids(demo_copy).code[2]
        later = done(demo_copy, rename(code, "后"), on=today() + timedelta(days=5))
        number = opened(demo_copy, rename(code, "前"))
        with pytest.raises(Refusal) as refused:
            checked(demo_copy, number)
        assert refused.value.code == "changed_later"
        assert refused.value.details["change_set"] == later


class TestWithdrawing:
    def test_a_decided_change_can_be_withdrawn_before_its_day_and_leaves_no_trace_on_the_map(self, demo_copy):
        day, before = today() + timedelta(days=3), grids(demo_copy)
        number = done(demo_copy, split_of(demo_copy), on=day)
        with demo_copy.begin() as connection:
            deciding.withdraw(connection, number)
        after = grids(demo_copy, at=datetime.combine(day, datetime.min.time(), CITY_ZONE) + timedelta(days=1))
        assert after.code.tolist() == before.code.tolist()
        assert shapely.equals_identical(after.geometry, before.geometry).all()
        assert state(demo_copy, number) == "withdrawn"
        assert is_whole(demo_copy)

    def test_not_while_another_builds_upon_it(self, demo_copy):
        day, code = today() + timedelta(days=3), grids(demo_copy).code[3]
        first = done(demo_copy, rename(code, "甲"), on=day)
        second = done(demo_copy, rename(code, "乙"), on=day, effective_on=day)
        with pytest.raises(Refusal) as refused, demo_copy.begin() as connection:
            deciding.withdraw(connection, first)
        assert refused.value.code == "built_upon"
        assert refused.value.details["change_set"] == second

    def test_what_is_in_force_cannot_be_withdrawn(self, demo_copy):
        number = done(demo_copy, rename(grids(demo_copy).code[0]))
        with pytest.raises(Refusal) as refused, demo_copy.begin() as connection:
            deciding.withdraw(connection, number)
        assert refused.value.code == "illegal_transition"


class TestEditing:
    def test_a_command_makes_a_checked_set_a_draft_again(self, demo_copy):
        number = opened(demo_copy, rename(grids(demo_copy).code[0]))
        checked(demo_copy, number)
        with demo_copy.begin() as connection:
            changes.add_commands(connection, number, [rename(grids(demo_copy).code[1])])
        assert state(demo_copy, number) == "draft"

    def test_an_old_revision_is_refused(self, demo_copy):
        number = opened(demo_copy, rename(grids(demo_copy).code[0]))
        with pytest.raises(Refusal) as refused, demo_copy.begin() as connection:
            changes.remove_last_command(connection, number, revision=1)
        assert refused.value.code == "stale_revision"

    def test_a_command_outside_of_the_scope_is_refused(self, demo_copy):
        with pytest.raises(Refusal) as refused:
            opened(demo_copy, rename(grids(demo_copy, OTHER).code[0]))
        assert refused.value.code == "out_of_scope"

    def test_a_failing_command_is_named_by_its_number(self, demo_copy):
        number = opened(demo_copy, rename(grids(demo_copy).code[0]), rename(f"{VILLAGE}777"))
        with pytest.raises(Refusal) as refused:
            checked(demo_copy, number)
        assert (refused.value.code, refused.value.details["command"]) == ("unknown_unit", 2)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE change_set SET title = 'x' WHERE id = :id",
            "UPDATE change_set SET state = 'draft' WHERE id = :id",
            "UPDATE change_set SET effective_on = '2020-01-01' WHERE id = :id",
            "DELETE FROM change_command WHERE change_set_id = :id",
            "UPDATE change_command SET command = command WHERE change_set_id = :id",
            "UPDATE lineage SET area_m2 = 0 WHERE change_set_id = :id",
            "DELETE FROM change_unit WHERE change_set_id = :id",
        ],
    )
    def test_the_database_keeps_what_was_decided(self, demo_copy, statement):
        number = done(demo_copy, split_of(demo_copy))
        with (
            pytest.raises(sa.exc.DBAPIError, match=r"is_kept|illegal_transition|permission denied"),
            demo_copy.begin() as connection,
        ):
            connection.execute(sa.text(statement), {"id": number})


def area_of(engine, code):
    with engine.connect() as connection:
        query = sa.text("SELECT area_m2 FROM unit_version WHERE code = :code ORDER BY lower(lifespan) LIMIT 1")
        return connection.execute(query, {"code": code}).scalar_one()
