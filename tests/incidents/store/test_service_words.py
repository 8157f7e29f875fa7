"""Complaints and praise: taken in once, about whoever is responsible, answered once, their contacts kept for a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.city_settings import put
from gis.errors import Refusal
from incidents.intake import digest
from incidents.sealing import Seal
from incidents.service_words import Word
from incidents.store.contacts import SERVICE_WORDS, add_contact, contact_of, delete_old_contacts
from incidents.store.intake import Submission
from incidents.store.service_words import answer_word, take_word, word_of, words
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

OPERATOR = (None, "machine")
SEAL = Seal(bytes(32))
WORD = Word(grid_code=town.WEST_GRID, kind="complaint", text="三次预约都没有来")
ANSWERED_SO_LONG_AGO = sa.text("""
    INSERT INTO service_word (no, grid_code, kind, text, received_at, answer, answered_at)
    VALUES (:no, :grid, 'complaint', 'x', :at, :answer, :answered_at) RETURNING id""")
LEFT = sa.text("SELECT no FROM service_word_contact JOIN service_word ON service_word.id = word_id ORDER BY no")
LOOKS = sa.text("SELECT action, record, detail FROM audit WHERE record = :record ORDER BY id")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "service_words") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def connection(engine):
    """What a test writes is gone after it."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def said(connection, word=WORD, **more):
    return take_word(connection, word, **more).no


def test_what_was_said_waits_for_an_answer_and_then_has_it(connection):
    no = said(connection)
    (row,) = words(connection, [""])
    assert (row.no, row.state, row.grid_name, row.worker, row.has_contact) == (
        no,
        "received",
        town.NAMES[town.WEST_GRID],
        None,
        False,
    )
    answer_word(connection, no, " 已安排上门。\r\n", by=OPERATOR)
    (row,) = words(connection, [""])
    assert (row.state, row.answer, row.answered_at is not None) == ("answered", "已安排上门。", True)


def test_the_number_names_the_county_and_the_year(connection):
    no = said(connection)
    assert no.startswith(f"FW{town.WEST_GRID[:6]}-{now().year}-") and len(no) == 20


def test_a_list_holds_what_is_in_the_scopes_and_in_the_unit(connection):
    west, east = said(connection), said(connection, Word(grid_code=town.EAST_GRID, kind="praise", text="好"))
    found = [
        {row.no for row in words(connection, scopes, within=within)}
        for scopes, within in ((["510502"], ""), ([""], "510503"), (["510502"], "510503"), (["510502", ""], ""), ([], ""))
    ]
    assert found == [{west}, {east}, set(), {west, east}, set()]


def test_those_that_wait_come_first_and_the_longest_waiting_of_them(connection):
    answered, *waiting = (said(connection) for _ in range(3))
    answer_word(connection, answered, "x", by=OPERATOR)
    assert [row.no for row in words(connection, [""])] == [*waiting, answered]
    assert [row.no for row in words(connection, [""], state="answered")] == [answered]
    assert [row.no for row in words(connection, [""], state="received", limit=1)] == waiting[:1]


def test_an_answer_is_given_once(connection):
    no = said(connection)
    answer_word(connection, no, "one", by=OPERATOR)
    with pytest.raises(Refusal) as refused:
        answer_word(connection, no, "two", by=OPERATOR)
    assert (refused.value.code, word_of(connection, no).answer) == ("word_answered", "one")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE service_word SET text = 'x'",
        "UPDATE service_word SET answer = NULL",
        "UPDATE service_word SET answer = 'other', kind = 'praise'",
        "DELETE FROM service_word",
        "TRUNCATE service_word CASCADE",
    ],
)
@pytest.mark.parametrize("replaying", [False, True])
def test_what_was_said_cannot_be_changed_by_anybody(register, owned, statement, replaying):
    town.store(register)
    with register.begin() as connection:
        said(connection)
    with pytest.raises(sa.exc.IntegrityError, match="service_word_is_kept"), owned.begin() as connection:
        if replaying:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("column", ["received_at", "answered_at", "text"])
def test_the_application_cannot_say_when_something_was_said_or_answered(register, column):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), register.begin() as connection:
        connection.execute(sa.text(f"UPDATE service_word SET {column} = NULL"))


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"grid_code": "510502001001777"}, "unknown_unit"),
            ({"grid_code": town.WEST_GRID[:12]}, "bad_code"),
            ({"grid_code": "'; DROP"}, "bad_code"),
            ({"kind": "joke"}, "bad_word_kind"),
            ({"text": " \n "}, "bad_text"),
            ({"text": "x" * 2001}, "bad_text"),
            ({"text": "a\x00b"}, "bad_text"),
            ({"contact": "a\x07"}, "bad_contact"),
        ],
    )
    def test_bad_input_is_named(self, connection, change, code):
        values = {"grid_code": WORD.grid_code, "kind": WORD.kind, "text": WORD.text} | change
        with pytest.raises(Refusal) as refused:
            said(connection, Word(**values))
        assert refused.value.code == code

    def test_a_number_that_is_none(self, connection):
        with pytest.raises(Refusal) as refused:
            answer_word(connection, "FW510502-2026-999999", "x", by=OPERATOR)
        assert refused.value.code == "unknown_service_word"


class TestSentTwice:
    key = Submission("public:word", "0123456789abcdef", digest(WORD))

    def test_it_is_one(self, connection):
        first, again = (take_word(connection, WORD, submission=self.key) for _ in range(2))
        assert (first.no, first.repeated, again.repeated) == (again.no, False, True)
        assert len(words(connection, [""])) == 1

    def test_of_two_that_come_at_once_there_is_one(self, register):
        town.store(register)
        with register.connect() as first, ThreadPoolExecutor(1) as elsewhere:
            one = take_word(first, WORD, submission=self.key)
            other = elsewhere.submit(self.sent_again, register)
            first.commit()
            assert (other.result(timeout=30).no, other.result().repeated) == (one.no, True)

    def sent_again(self, engine):
        with engine.begin() as connection:
            return take_word(connection, WORD, submission=self.key)

    def test_something_else_under_the_key_is_refused(self, connection):
        take_word(connection, WORD, submission=self.key)
        with pytest.raises(Refusal) as refused:
            take_word(connection, WORD, submission=Submission(self.key.sender, self.key.key, digest(WORD, [b"x"])))
        assert refused.value.code == "key_used"


class TestContacts:
    def test_a_contact_is_sealed_and_each_look_is_written_down(self, connection):
        taken = take_word(connection, WORD)
        add_contact(connection, taken.word_id, taken.no, "139 0000 0000", SEAL, drawer=SERVICE_WORDS)
        sealed = connection.execute(sa.text("SELECT sealed FROM service_word_contact")).scalar_one()
        assert b"139" not in bytes(sealed)
        assert contact_of(connection, taken.no, SEAL, by=OPERATOR, drawer=SERVICE_WORDS) == "139 0000 0000"
        record = f"service_word:{taken.no}"
        assert connection.execute(LOOKS, {"record": record}).all() == [("service_word.contact", record, {})]

    def test_one_that_is_not_there_is_told(self, connection):
        with pytest.raises(Refusal) as refused:
            contact_of(connection, said(connection), SEAL, by=OPERATOR, drawer=SERVICE_WORDS)
        assert refused.value.code == "no_contact"

    def test_they_are_deleted_some_time_after_the_answer_and_not_before(self, register, owned):
        town.store(register)
        with owned.begin() as connection:
            for serial, days in enumerate((91, 89, 20, None)):
                at = days and now() - timedelta(days=days)
                values = {"no": f"FW510502-2026-00000{serial}", "grid": town.WEST_GRID, "at": now() - timedelta(days=999)}
                row = connection.execute(ANSWERED_SO_LONG_AGO, values | {"answered_at": at, "answer": at and "x"})
                add_contact(connection, row.scalar_one(), values["no"], "139", SEAL, drawer=SERVICE_WORDS)
        with register.begin() as connection:
            assert (delete_old_contacts(connection), delete_old_contacts(connection)) == (1, 0)
            put(connection, "contact.keep_days", 30, scope="510502001")
        with register.begin() as connection:
            assert delete_old_contacts(connection) == 1
            assert connection.execute(LEFT).scalars().all() == ["FW510502-2026-000002", "FW510502-2026-000003"]
