"""Lists of matters: drafted, approved, published; and which line holds where and when."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.store import audit
from boundaries.store.connecting import engine_for
from gis.errors import Refusal
from incidents.matter_lists import DraftLine, OwnMatter, Sheet
from incidents.matters import BARRED, DEFAULT_MATTERS, Matter, barred_word
from incidents.store import drafting
from incidents.store.matter_lists import in_force, line_for, lines, lines_for, lists, one
from tests.registers import register_of_module

pytestmark = pytest.mark.database

COUNTY, OTHER = "510502", "510503"
ROAD = DraftLine("0406", "urban_management", "work_day", 2, False, "群众反映集中")
FISHING = OwnMatter("510502-01", "hazard", "江边钓鱼隐患", "Fishing on the river bank")


@pytest.fixture(scope="module")
def _lists(cluster, _template):
    with register_of_module(cluster, _template, "matter_lists") as engine:
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO unit (code) VALUES ('5105'), ('510502'), ('510503')"))
        yield engine


@pytest.fixture
def connection(_lists):
    """In a transaction that is taken back."""
    with _lists.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def today(days=0):
    return now().astimezone(CITY_ZONE).date() + timedelta(days=days)


def drafted(connection, *given, own=(), exits=None, county=COUNTY):
    return drafting.draft(connection, county, sheet=Sheet(given or (ROAD,), own, exits or {}), source="list.xlsx")


def approved(connection, *given, county=COUNTY, **more):
    version = drafted(connection, *given, county=county, **more)
    drafting.approve(connection, county, version, document="江阳府发〔2026〕12号", day=today())
    return version


def published(connection, *given, since=None, county=COUNTY, **more):
    version = approved(connection, *given, county=county, **more)
    drafting.publish(connection, county, version, since=since)
    return version


def refused(act, *arguments, **options):
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **options)
    return refusal.value.code


def test_the_table_begins_with_the_default_matters_each_with_a_term_and_marked(connection):
    columns = "code, family, name_zh, name_en, urgent, department, clock, clock_limit"
    rows = connection.execute(sa.text(f"SELECT {columns} FROM matter WHERE is_default ORDER BY code")).all()
    assert [Matter(*row) for row in rows] == list(DEFAULT_MATTERS)


def test_a_county_without_a_published_list_has_the_default(connection):
    drafted(connection)
    line = line_for(connection, COUNTY, "0404", now())
    assert (line.department, line.clock, line.limit, line.urgent, line.list_id) == (
        "urban_management",
        "urgent_hour",
        1,
        True,
        None,
    )
    assert set(lines_for(connection, COUNTY, now())) == {matter.code for matter in DEFAULT_MATTERS}
    assert line_for(connection, None, "0404", now()) == line


def test_a_published_list_holds_from_its_day_on_and_nothing_else_does(connection):
    before = now()
    published(connection, since=today(3))
    assert line_for(connection, COUNTY, "0406", now()).limit == 5
    then = start_of_day(today(3))
    assert line_for(connection, COUNTY, "0406", then).limit == 2
    assert line_for(connection, COUNTY, "0406", then).list_id is not None
    assert refused(line_for, connection, COUNTY, "0404", then) == "matter_not_listed"
    assert line_for(connection, OTHER, "0404", then).limit == 1
    assert line_for(connection, COUNTY, "0404", before).limit == 1
    assert list(lines_for(connection, COUNTY, then)) == ["0406"]


def test_a_matter_that_is_none_is_told_apart_from_one_that_is_not_listed(connection):
    assert refused(line_for, connection, COUNTY, "unheard-of", now()) == "unknown_matter"


def test_a_county_adds_matters_of_its_own_which_hold_only_while_listed(connection):
    line = replace(ROAD, matter_code=FISHING.code)
    approved(connection, line, own=(FISHING,))
    assert refused(line_for, connection, COUNTY, FISHING.code, now()) == "matter_not_listed"
    drafting.publish(connection, COUNTY, 1)
    assert line_for(connection, COUNTY, FISHING.code, now()).limit == 2
    assert refused(line_for, connection, OTHER, FISHING.code, now()) == "matter_not_listed"
    version = drafted(connection, county=OTHER)
    assert refused(drafting.put_line, connection, OTHER, version, line) == "matter_of_elsewhere"


def test_the_next_list_ends_the_one_before_and_the_past_keeps_its_own(connection):
    published(connection)
    at_first = now()
    published(connection, replace(ROAD, limit=9), since=today(2))
    first, second = (one(connection, COUNTY, version) for version in (1, 2))
    assert first.valid_to == second.valid_from == start_of_day(today(2))
    assert second.valid_to is None
    assert [line_for(connection, COUNTY, "0406", at).limit for at in (at_first, second.valid_from)] == [2, 9]
    assert in_force(connection, COUNTY, at_first).version == 1
    assert [row.version for row in lists(connection, COUNTY)] == [2, 1]


def test_a_matter_leaves_with_a_reason_only(connection):
    published(connection, ROAD, replace(ROAD, matter_code="0407"))
    version = drafting.draft(connection, COUNTY)
    assert [line.matter_code for line in lines(connection, one(connection, COUNTY, version).id)] == ["0406", "0407"]
    assert refused(drafting.take_off, connection, COUNTY, version, "0407") == "exit_without_reason"
    assert refused(drafting.take_off, connection, COUNTY, version, "0101") == "matter_not_listed"
    drafting.take_off(connection, COUNTY, version, "0407", reason="已由市级平台统一受理")
    drafting.approve(connection, COUNTY, version, document="x", day=today())
    drafting.publish(connection, COUNTY, version)
    assert list(lines_for(connection, COUNTY, now())) == ["0406"]


def test_who_puts_a_matter_on_again_takes_its_exit_back(connection):
    published(connection, ROAD, replace(ROAD, matter_code="0407"))
    version = drafting.draft(connection, COUNTY)
    drafting.take_off(connection, COUNTY, version, "0407", reason="x")
    drafting.put_line(connection, COUNTY, version, replace(ROAD, matter_code="0407"))
    drafting.approve(connection, COUNTY, version, document="x", day=today())


@pytest.mark.parametrize(
    ("exits", "code"),
    [
        ({}, "exit_without_reason"),
        ({"0407": "x", "0406": "y"}, "exit_of_nothing"),
        ({"0407": "x", "0101": "y"}, "exit_of_nothing"),
    ],
)
def test_a_list_whose_exits_do_not_match_is_not_approved(connection, exits, code):
    published(connection, ROAD, replace(ROAD, matter_code="0407"))
    version = drafted(connection, exits=exits)
    assert refused(drafting.approve, connection, COUNTY, version, document="x", day=today()) == code


def test_a_list_that_was_approved_against_another_one_before_is_not_published(connection):
    version = approved(connection)
    published(connection, replace(ROAD, matter_code="0407"))
    assert refused(drafting.publish, connection, COUNTY, version) == "exit_without_reason"


def test_each_step_needs_the_one_before(connection):
    version = drafted(connection)
    assert refused(drafting.publish, connection, COUNTY, version) == "list_not_approved"
    drafting.approve(connection, COUNTY, version, document="x", day=today())
    for act, more in ((drafting.approve, {"document": "x", "day": today()}), (drafting.discard, {})):
        assert refused(act, connection, COUNTY, version, **more) == "list_is_kept"
    assert refused(drafting.put_line, connection, COUNTY, version, ROAD) == "list_is_kept"
    drafting.publish(connection, COUNTY, version)
    assert refused(drafting.publish, connection, COUNTY, version) == "list_not_approved"
    assert refused(drafting.take_off, connection, COUNTY, version, "0406", reason="x") == "list_is_kept"


def test_an_empty_list_is_not_approved(connection):
    version = drafted(connection)
    drafting.take_off(connection, COUNTY, version, "0406")
    assert refused(drafting.approve, connection, COUNTY, version, document="x", day=today()) == "empty_list"


def test_a_draft_can_be_discarded_and_its_version_is_given_again(connection):
    drafting.discard(connection, COUNTY, drafted(connection))
    assert lists(connection, COUNTY) == []
    assert drafted(connection) == 1


def test_days_and_documents_that_cannot_be_are_refused(connection):
    version = drafted(connection)
    assert refused(drafting.approve, connection, COUNTY, version, document="x", day=today(1)) == "bad_approval"
    assert refused(drafting.approve, connection, COUNTY, version, document=" ", day=today()) == "bad_approval"
    drafting.approve(connection, COUNTY, version, document="x", day=date(2026, 1, 1))
    assert refused(drafting.publish, connection, COUNTY, version, since=today(-1)) == "day_is_past"
    drafting.publish(connection, COUNTY, version, since=today(9))
    other = approved(connection)
    assert refused(drafting.publish, connection, COUNTY, other, since=today(9)) == "later_list"


@pytest.mark.parametrize("county", ["510599", "5105", "", "510502001"])
def test_only_a_county_of_the_register_has_lists(connection, county):
    assert refused(drafting.draft, connection, county) == "unknown_county"


def test_a_line_of_what_is_not_known_is_refused(connection):
    version = drafted(connection)
    assert refused(drafting.put_line, connection, COUNTY, version, replace(ROAD, matter_code="x")) == "unknown_matter"
    assert refused(drafting.put_line, connection, COUNTY, version, replace(ROAD, department="x")) == "unknown_department"
    assert refused(drafting.put_line, connection, COUNTY, version, replace(ROAD, limit=0)) == "bad_clock_limit"
    assert refused(drafting.put_line, connection, COUNTY, version, replace(ROAD, reason="")) == "bad_reason"
    assert refused(drafting.put_line, connection, COUNTY, 99, ROAD) == "unknown_list"


def test_every_act_is_in_the_audit_trail(connection):
    version = published(connection)
    found = [(line.action, line.record) for line in audit.read(connection, limit=3)]
    assert found == [(f"matter_list.{verb}", f"matter_list:{COUNTY}/{version}") for verb in ("publish", "approve", "draft")]


NAMES = ["行政许可代办", "违章处罚", "强制拆除", "行政 许 可", "行政許可", "強制執行", "x", "占道经营"]
ENGLISH = ["y", "Licensing", "Unlicensed trading", "a PENALTY", "Coercion", "Punishment", "Licence"]


@pytest.mark.parametrize(("name_zh", "name_en"), [(name, "y") for name in NAMES] + [("x", name) for name in ENGLISH])
def test_the_database_bars_the_words_that_the_code_bars(connection, name_zh, name_en):
    statement = sa.text("INSERT INTO matter (code, family, name_zh, name_en, is_default) VALUES ('z', 'hazard', :zh, :en, false)")
    barred = barred_word(name_zh, name_en)
    try:
        connection.execute(statement, {"zh": name_zh, "en": name_en})
    except sa.exc.IntegrityError as error:
        assert barred and error.orig.diag.constraint_name == "barred_matter"
    else:
        assert not barred


def test_no_matter_about_licensing_punishment_or_coercion_is_added(connection):
    barred = replace(FISHING, name_zh="钓鱼处罚")
    assert BARRED.search(barred.name_zh)
    version = drafted(connection)
    assert refused(drafting.put_own, connection, COUNTY, version, barred) == "barred_matter"
    assert refused(drafting.put_own, connection, COUNTY, version, replace(FISHING, code="510503-01")) == "bad_own_matter"
    assert refused(drafting.put_own, connection, COUNTY, version, replace(FISHING, family="x")) == "bad_own_matter"


def test_the_words_of_a_matter_stay_once_a_list_with_it_was_approved(connection):
    version = drafted(connection, replace(ROAD, matter_code=FISHING.code), own=(FISHING,))
    drafting.put_own(connection, COUNTY, version, replace(FISHING, name_zh="江边垂钓隐患"))
    drafting.approve(connection, COUNTY, version, document="x", day=today())
    other = drafted(connection, exits={})
    assert refused(drafting.put_own, connection, COUNTY, other, FISHING) == "matter_is_kept"


ATTACKS = [
    "UPDATE matter_list SET version = 9",
    "UPDATE matter_list SET state = 'draft', approval_document = NULL, approved_on = NULL, lifespan = NULL",
    "UPDATE matter_list SET approved_on = '2020-01-01'",
    "UPDATE matter_list SET lifespan = tstzrange('2020-01-01', NULL)",
    "DELETE FROM matter_list",
    "TRUNCATE matter_list CASCADE",
    "UPDATE matter_list_line SET clock_limit = 99",
    "DELETE FROM matter_list_line",
    "TRUNCATE matter_list_line",
    "INSERT INTO matter_list_exit SELECT id, '0101', 'x' FROM matter_list",
    "INSERT INTO matter_list (county_code, version, state, source, approval_document, approved_on) "
    "VALUES ('510502', 5, 'approved', 'x', 'x', '2026-01-01')",
    "UPDATE matter SET name_zh = 'x' WHERE code = '0406'",
]


@pytest.fixture(scope="module")
def held_list(cluster, _template):
    """Engine, as the owner of the tables, on a register with a published list."""
    with register_of_module(cluster, _template, "held_list") as engine, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO unit (code) VALUES ('5105'), ('510502')"))
        published(connection)
        connection.commit()
        owner = engine_for(cluster.url(owner=True, database="held_list"))
        yield owner
        owner.dispose()


@pytest.mark.parametrize("statement", ATTACKS)
@pytest.mark.parametrize("replica", [False, True])
def test_nobody_changes_a_published_list_with_any_client(held_list, statement, replica):
    with held_list.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="is_kept") as refusal:
        if replica:
            connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.text(statement))
    assert isinstance(refusal.value.orig, psycopg.errors.CheckViolation)
