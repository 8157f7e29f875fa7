"""Complaints and praise about service: taken in once, read by the supervision body, answered once."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import audit
from boundaries.store.duties import responsible
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from gis.errors import Refusal
from incidents.service_words import checked, checked_answer

HERE = Path(__file__).parent
MOST_WORDS = 500
WAS_IN_FORCE = sa.text("SELECT FROM unit_version WHERE code = :code AND lower(lifespan) <= :at LIMIT 1")
EARLIER = sa.text("""
    SELECT word.id, word.no, submission.digest FROM submission JOIN service_word AS word ON word.id = submission.word_id
    WHERE sender = :sender AND key = :key""")
ONE = sa.text("""
    SELECT id, no, grid_code, kind, CASE WHEN answer IS NULL THEN 'received' ELSE 'answered' END AS state, text, answer,
           answered_at
    FROM service_word WHERE no = :no""")
ANSWER = sa.text("""
    UPDATE service_word SET answer = :answer, answered_by = :account_id WHERE no = :no AND answer IS NULL RETURNING id""")


@dataclass(frozen=True, slots=True)
class TakenWord:
    """A complaint or praise that is in."""

    word_id: int
    no: str
    repeated: bool


def take_word(connection, word, *, submission=None):
    """Take in a complaint or praise. It is about whoever is responsible for the grid at this moment.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    word : incidents.service_words.Word
    submission : incidents.store.intake.Submission, optional
        Of two that come at once under one key, the second waits for the first and is answered with its number.

    Returns
    -------
    TakenWord

    Raises
    ------
    Refusal
        ``unknown_unit``, ``key_used``, and all of :func:`incidents.service_words.checked`.
    """
    word, at = checked(word), now()
    if connection.execute(WAS_IN_FORCE, {"code": word.grid_code, "at": at}).one_or_none() is None:
        raise Refusal("unknown_unit", f"The register has no grid with the code {word.grid_code}.")
    concerned = responsible(connection, [word.grid_code], at).get(word.grid_code)
    values = {"grid_code": word.grid_code, "kind": word.kind, "text": word.text, "year": str(at.astimezone(CITY_ZONE).year)}
    values |= {"worker_id": concerned and concerned.worker_id, "sender": None, "key": None, "digest": None}
    if submission:
        values |= {"sender": submission.sender, "key": submission.key, "digest": submission.digest}
    with refusals():
        row = connection.execute(statement(HERE, "take_word"), values).one_or_none()
    return TakenWord(row.id, row.no, repeated=False) if row else _before(connection, submission)


def _before(connection, submission):
    row = connection.execute(EARLIER, {"sender": submission.sender, "key": submission.key}).one()
    submission.require_same(row.digest)
    return TakenWord(row.id, row.no, repeated=True)


def words(connection, scopes, *, within="", state=None, limit=MOST_WORDS):
    """What was said about grids in some scopes, those first that wait for an answer.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scopes : iterable of str
        Beginnings of codes.
    within : str
        Only about grids in this unit.
    state : {"received", "answered"}, optional
    limit : int

    Returns
    -------
    list of Row
        ``no grid_code grid_name worker kind state text received_at answer answered_at answered_by has_contact``. The worker is
        who was responsible when it was said.
    """
    values = {"scopes": list(scopes), "within": within, "state": state, "limit": limit}
    return connection.execute(statement(HERE, "service_words"), values).all()


def word_of(connection, no):
    """One complaint or praise, without who said it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no : str

    Returns
    -------
    Row
        ``id no grid_code kind state text answer answered_at``.

    Raises
    ------
    Refusal
        ``unknown_service_word``.
    """
    row = connection.execute(ONE, {"no": no}).one_or_none()
    if row is None:
        raise Refusal("unknown_service_word", f"There is no complaint or praise {no[:40]}.")
    return row


def answer_word(connection, no, text, *, by):
    """Answer a complaint or praise: once, for good. From then on the worker sees both.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    no : str
    text : str
    by : (int or None, str)
        Account and origin.

    Raises
    ------
    Refusal
        ``unknown_service_word``, ``word_answered``, ``bad_text``.
    """
    answer = checked_answer(text)
    word_of(connection, no)
    if connection.execute(ANSWER, {"no": no, "answer": answer, "account_id": by[0]}).one_or_none() is None:
        raise Refusal("word_answered", f"{no} is answered already; an answer is given once and stays.")
    audit.record(connection, account_id=by[0], action="service_word.answer", record=f"service_word:{no}", origin=by[1])
