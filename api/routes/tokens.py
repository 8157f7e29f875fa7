"""Tokens of programs: one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED, NO_STORE, unstored
from api.authorising import Asking
from api.json_text import moment
from api.models import Answer
from api.resources import Resources, resources
from boundaries.store.sessions import LONGEST_DAYS, make_token, revoke_token, tokens

router = APIRouter(tags=["tokens"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]


class TokenWish(BaseModel):
    """What a token shall be good for."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, examples=["nightly export"])
    rights: list[str] = Field(min_length=1, max_length=100, examples=[["register.export"]])
    scope: str = Field(default="", max_length=15, examples=["510502"], description="Beginning of the codes it reaches.")
    days: int = Field(default=90, ge=1, le=LONGEST_DAYS, description="Until it expires.")


class Token(Answer):
    id: int
    name: str
    rights: list[str]
    scope: str
    created_at: str
    expires_at: str


class Tokens(Answer):
    tokens: list[Token]


class MadeToken(Answer):
    id: int
    token: str = Field(examples=["wg_…"], description="Shown this once.")
    expires_at: str


@router.get("/tokens", response_model=Tokens, summary="One's own tokens")
def own_tokens(asking: Asking, held: Held):
    """Those that can be used; a token itself is never shown again."""
    with held.reading() as connection:
        rows = tokens(connection, asking.actor.account_id)
    return unstored({"tokens": [_shown(row) for row in rows]})


@router.post("/tokens", response_model=MadeToken, status_code=201, summary="Make a token")
def make(body: TokenWish, asking: Asking, held: Held):
    """It carries the rights named here as far as the account has them at the time it is used."""
    wish = body.model_dump()
    with held.engine.begin() as connection:
        secret, made = make_token(connection, asking.actor, origin=asking.origin, **wish)
    return unstored({"id": made.id, "token": secret, "expires_at": moment(made.expires_at)}, status=201)


@router.delete("/tokens/{token_id}", status_code=204, summary="Revoke a token")
def revoke(token_id: Annotated[int, Path(ge=1, le=2**62, examples=[7])], asking: Asking, held: Held):
    """It is of no use from this moment on."""
    with held.engine.begin() as connection:
        revoke_token(connection, asking.actor, token_id, origin=asking.origin)
    return Response(status_code=204, headers=NO_STORE)


def _shown(row):
    when = {"created_at": moment(row.created_at), "expires_at": moment(row.expires_at)}
    return {"id": row.id, "name": row.name, "rights": list(row.rights), "scope": row.scope} | when
