"""Complaints and praise about service: said without signing in, answered by the supervision body, then seen by the worker."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.intake_forms import Said
from api.intake_models import Contact
from api.json_text import moment
from api.models import Answer, Problem
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.routes.reports import allowance, public_key
from api.seals import blinding, seal_of
from gis.errors import Refusal
from incidents.intake import LONGEST_CONTACT, digest
from incidents.service_words import KINDS, LONGEST_WORDS, STATES, Word, checked
from incidents.store import contacts
from incidents.store import service_words as store
from incidents.store.intake import Submission

SENDER = "public:word"  # its keys are none of the reports'
NO = "FW510502-2026-000017"
LATER = {429: {"model": Problem, "description": "Too much came from one address; Retry-After says when again."}}
router = APIRouter(tags=["service words"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
No = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=[NO])]
Within = Annotated[str, Query(max_length=15, pattern=r"^[0-9]*$", examples=["510502"], description="A unit.")]


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewWord(Wish):
    grid_code: str = Field(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])
    kind: Literal[KINDS] = Field(examples=["praise"])
    text: Said = Field(min_length=1, max_length=LONGEST_WORDS, examples=["上门很及时，谢谢。"])
    contact: str | None = Field(
        default=None, max_length=LONGEST_CONTACT, description="How to reach who says it; encrypted, deleted after the answer."
    )


class NewAnswer(Wish):
    answer: Said = Field(min_length=1, max_length=LONGEST_WORDS, examples=["谢谢您的反映，已要求整改。"])


class WordReceipt(Answer):
    no: str = Field(examples=[NO])
    token: str = Field(examples=["mB0fV3m1o0H4kqz5c2pY8w7D"], description="For GET /api/v1/service-words/mine.")


class OwnWord(Answer):
    no: str = Field(examples=[NO])
    kind: Literal[KINDS] = Field(examples=["praise"])
    state: Literal[STATES] = Field(examples=["answered"])
    text: str = Field(examples=["上门很及时，谢谢。"])
    answer: str | None = Field(examples=["谢谢您的反映。"])
    answered_at: str | None = Field(examples=["2026-05-04T10:00:00+08:00"])


class AnsweredWord(OwnWord):
    grid_code: str = Field(examples=["510502001001001"])
    grid_name: str = Field(examples=["大山坪社区第一网格"])
    worker: str | None = Field(examples=["王芳"], description="Who was responsible when it was said.")
    received_at: str = Field(examples=["2026-05-02T09:41:07+08:00"])


class ServiceWord(AnsweredWord):
    answered_by: str | None = Field(examples=["chen.jing"])
    has_contact: bool = Field(examples=[True])


class AnsweredWords(Answer):
    words: list[AnsweredWord]
    truncated: bool


class ServiceWords(Answer):
    words: list[ServiceWord]
    truncated: bool


AGAIN = {200: {"model": WordReceipt, "description": "It was sent before, under the same Idempotency-Key."}}


@router.post(
    "/service-words",
    status_code=201,
    response_model=WordReceipt,
    responses=AGAIN | LATER,
    dependencies=[Depends(allowance)],
    summary="Complain or praise, without signing in",
)
def say(body: NewWord, held: Held, key: Annotated[str | None, Depends(public_key)]):
    """It goes to the supervision body. The worker sees it once it is answered, and never who said it; nothing of who says it is
    kept but the contact, if there is one, encrypted."""
    word = checked(Word(**body.model_dump()))
    again = Submission(SENDER, key, digest(word, blind=blinding(held.settings))) if key else None
    seal = seal_of(held.settings)
    with held.engine.begin() as connection:
        taken = store.take_word(connection, word, submission=again)
        if word.contact and not taken.repeated:
            contacts.add_contact(connection, taken.word_id, taken.no, word.contact, seal, drawer=contacts.SERVICE_WORDS)
    return unstored({"no": taken.no, "token": seal.token(taken.no)}, status=200 if taken.repeated else 201)


@router.get("/service-words/mine", response_model=OwnWord, summary="What became of one's complaint or praise")
def mine(
    held: Held,
    no: Annotated[str, Query(max_length=40, pattern=PRINTABLE, examples=[NO])],
    token: Annotated[str, Query(max_length=100, pattern=PRINTABLE)],
):
    """What was said and answered, for who has the number and token of the receipt."""
    if not seal_of(held.settings).fits(token, no):
        raise Refusal("unknown_service_word", "No complaint or praise has this number and code; look at the receipt again.")
    with held.reading() as connection:
        row = store.word_of(connection, no)
    return unstored({name: _plain(getattr(row, name)) for name in OwnWord.model_fields})


@router.get("/service-words/answered", response_model=AnsweredWords, summary="What was said and is answered")
def answered(asking: Asking, held: Held, within: Within = ""):
    """For those who serve: about grids within one's own scopes, the latest answer first, never how to reach who said it."""
    return unstored(_listed(held, asking, AnsweredWord, within=within, state="answered"))


@router.get("/service-words", response_model=ServiceWords, summary="Complaints and praise")
def several(asking: Asking, held: Held, within: Within = "", state: Literal[STATES] | None = None):
    """About grids within one's own scopes; first those that wait for an answer, the longest waiting first."""
    return unstored(_listed(held, asking, ServiceWord, within=within, state=state))


@router.post("/service-words/{no}/contact", response_model=Contact, summary="See how to reach who said it")
def contact(no: No, asking: Asking, held: Held):
    """Each look stands in the audit trail. POST, because it leaves a trace."""
    with held.engine.begin() as connection:
        asking.require_at(store.word_of(connection, no).grid_code)
        drawer = contacts.SERVICE_WORDS
        return unstored({"contact": contacts.contact_of(connection, no, seal_of(held.settings), by=asking.by, drawer=drawer)})


@router.post("/service-words/{no}/answer", response_model=OwnWord, summary="Answer a complaint or praise")
def answer(no: No, body: NewAnswer, asking: Asking, held: Held):
    """Once, for good; who said it reads it by the token, and the worker sees both."""
    with held.engine.begin() as connection:
        asking.require_at(store.word_of(connection, no).grid_code)
        store.answer_word(connection, no, body.answer, by=asking.by)
        row = store.word_of(connection, no)
    return unstored({name: _plain(getattr(row, name)) for name in OwnWord.model_fields})


def _listed(held, asking, model, **wanted):
    """As many as a list holds, with the fields of a model and no others."""
    with held.reading() as connection:
        rows = store.words(connection, asking.scopes(), limit=store.MOST_WORDS + 1, **wanted)
    listed = [{name: _plain(getattr(row, name)) for name in model.model_fields} for row in rows[: store.MOST_WORDS]]
    return {"words": listed, "truncated": len(rows) > store.MOST_WORDS}


def _plain(value):
    return moment(value) if hasattr(value, "isoformat") else value
