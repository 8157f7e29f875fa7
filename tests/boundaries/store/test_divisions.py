"""Editions of the division codes in the register: brought in whole, in order, and never changed."""

from datetime import date, datetime

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, end_of_day
from boundaries.divisions.correspondences import Correspondence
from boundaries.divisions.lineage import lineage
from boundaries.divisions.naming import Division
from boundaries.store import audit
from boundaries.store import divisions as store
from gis.errors import Refusal
from tests.boundaries.small_editions import ENDED, ENDING
from tests.registers import register_of_module

pytestmark = pytest.mark.database

DAYS = {"2016": date(2016, 7, 31), "2023": date(2023, 6, 30)}
TABLES = ("division_edition", "division", "division_step")


@pytest.fixture(scope="module")
def held(cluster, _template):
    """A register with two editions, between which a town ends."""
    with register_of_module(cluster, _template, "divisions") as engine:
        bring_in(engine, "2016", ENDING)
        bring_in(engine, "2023", ENDED, lineage(ENDING, ENDED, given=[Correspondence("510502104204", "510502106209")]))
        yield engine


def bring_in(engine, name, divisions, steps=(), *, day=None):
    with engine.begin() as connection:
        store.import_edition(connection, name, in_force_on=day or DAYS[name], source="tables", divisions=divisions, steps=steps)


def names_at(engine, day, **wanted):
    with engine.connect() as connection:
        edition, rows, total = store.divisions_at(connection, end_of_day(day), limit=100, **wanted)
    assert total == len(rows)
    return edition.name, [row.name for row in rows]


def test_every_date_is_answered_from_the_edition_in_force_then(held):
    towns = {"level": "town"}
    assert names_at(held, date(2016, 7, 31), **towns) == ("2016", ["黄舣镇", "弥陀镇", "通滩镇"])
    assert names_at(held, date(2023, 6, 29), **towns) == ("2016", ["黄舣镇", "弥陀镇", "通滩镇"])
    assert names_at(held, date(2023, 6, 30), **towns) == ("2023", ["黄舣镇", "通滩镇"])
    assert names_at(held, date(2023, 6, 30), parent="510502106") == ("2023", ["丙村村民委员会"])
    with pytest.raises(Refusal) as refused:
        names_at(held, date(2016, 7, 30))
    assert refused.value.code == "no_edition"


def test_the_day_begins_in_the_city_and_not_in_greenwich(held):
    with held.connect() as connection:
        assert store.edition_at(connection, datetime(2023, 6, 30, 0, 30, tzinfo=CITY_ZONE)).name == "2023"


def test_the_history_of_a_village_follows_its_codes(held):
    with held.connect() as connection:
        names, steps = store.history(connection, "510502103211")
    assert [(row.edition, row.code) for row in names] == [("2016", "510502104201"), ("2023", "510502103211")]
    assert [(row.from_code, row.to_code, row.found_by) for row in steps] == [("510502104201", "510502103211", "name_in_county")]


def test_the_history_of_a_town_tells_whose_villages_it_got(held):
    with held.connect() as connection:
        _, steps = store.history(connection, "510502103")
    assert [(row.from_code, row.kind) for row in steps] == [("510502103", "unchanged"), ("510502104", "ended")]
    assert steps[1].evidence["shares"][0] == {"code": "510502103", "name": "黄舣镇", "villages": 2}


def test_those_that_were_merged_are_no_relatives_of_one_another(cluster, register):
    old = [Division(f"51050200{n}", f"{name}镇") for n, name in enumerate("甲乙丙", 1)]
    given = [Correspondence("510502001", "510502003"), Correspondence("510502002", "510502003")]
    given.append(Correspondence("510502003", "510502003"))
    bring_in(register, "2016", [Division("510502", "江阳区"), *old])
    county = Division("510502", "江阳区")
    bring_in(register, "2023", [county, old[2]], lineage([county, *old], [county, old[2]], given=given))
    with register.connect() as connection:
        names, _ = store.history(connection, "510502001")
        heir, _ = store.history(connection, "510502003")
    assert [row.code for row in names] == ["510502001", "510502003"]
    assert [row.code for row in heir] == ["510502001", "510502002", "510502003", "510502003"]


def test_all_steps_between_two_editions_are_told_and_each_division_stands_in_one(held):
    with held.connect() as connection:
        rows = store.steps_between(connection, "2016", "2023")
        assert {row.from_code for row in rows if row.from_code} == {each.code for each in ENDING}
        assert {row.to_code for row in rows if row.to_code} == {each.code for each in ENDED}
        for pair, code in ((("2023", "2016"), "edition_out_of_order"), (("2016", "2020"), "unknown_edition")):
            with pytest.raises(Refusal) as refused:
                store.steps_between(connection, *pair)
            assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("2020", date(2020, 1, 1), "edition_out_of_order"),
        ("2024", date(2023, 6, 30), "edition_out_of_order"),
        ("2023", date(2024, 1, 1), "edition_taken"),
        ("", date(2024, 1, 1), "bad_edition"),
        ("2024\x07", date(2024, 1, 1), "bad_edition"),
        ("年" * 41, date(2024, 1, 1), "bad_edition"),
    ],
)
def test_an_edition_that_cannot_follow_is_refused(held, name, day, code):
    with pytest.raises(Refusal) as refused:
        bring_in(held, name, ENDED, day=day)
    assert refused.value.code == code


def test_an_edition_without_all_its_steps_is_not_stored(held):
    for steps in ((), lineage(ENDING, ENDED), lineage(ENDED, ENDED)[:-1]):
        with pytest.raises(ValueError, match="not those between"):
            bring_in(held, "2024", ENDED, steps, day=date(2024, 6, 30))


@pytest.mark.parametrize("table", TABLES)
def test_not_even_the_owner_changes_an_edition(cluster, held, table):
    column = {"division_edition": "source", "division": "name", "division_step": "kind"}[table]
    statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]
    with psycopg.connect(cluster.url(owner=True, database="divisions"), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for statement in statements:
            with pytest.raises(psycopg.errors.CheckViolation, match="edition_is_kept"):
                owner.execute(statement)


def test_nothing_is_added_to_an_edition_once_it_is_in(cluster, held):
    late = "INSERT INTO division (edition_id, code, name) SELECT id, '510502109', '迟来镇' FROM division_edition LIMIT 1"
    early = "INSERT INTO division_edition (name, in_force_on, source) VALUES ('2020', '2020-01-01', 'x')"
    for statement in (late, early):
        with (
            psycopg.connect(cluster.url(owner=True, database="divisions")) as owner,
            pytest.raises(psycopg.errors.CheckViolation, match="edition_is_kept"),
        ):
            owner.execute(statement)


def test_the_application_has_no_right_to_say_when_an_edition_was_brought_in(held):
    statement = "INSERT INTO division_edition (name, in_force_on, source, imported_at) VALUES ('x', '2030-01-01', 'x', now())"
    with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), held.begin() as connection:
        connection.execute(sa.text(statement))


def test_an_import_stands_in_the_audit_trail(held):
    with held.connect() as connection:
        (line,) = audit.read(connection, limit=5, record="division_edition:2023")
    assert (line.action, line.detail["divisions"]) == ("division.import", len(ENDED))
