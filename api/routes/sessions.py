"""Signing in and out in a browser."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED, NO_STORE, unstored
from api.authorising import COOKIE, Asking, Caller, address_of, require_same_origin
from api.models import Answer
from api.resources import Resources, resources
from boundaries.accounts.passwords import LONGEST
from boundaries.accounts.secrets import csrf_token, digest
from boundaries.store.accounts import set_password
from boundaries.store.sessions import actor_of_session, close_session, close_sessions
from boundaries.store.signing_in import prove_password, sign_in

router = APIRouter(tags=["session"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["correct horse battery"])]


class SignIn(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, examples=["li.ming"])
    password: Password


class PasswordChange(BaseModel):
    """The password so far and the one from now on."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password


class Role(Answer):
    role: str = Field(examples=["town_planner"])
    scope: str = Field(examples=["510502001"], description="Beginning of the codes it reaches; empty for the whole city.")


class Session(Answer):
    """Who one is; ``account`` is null for the public."""

    account: str | None = Field(examples=["li.ming"])
    display_name: str | None = Field(examples=["江阳区 规划员"])
    grants: list[Role]
    csrf_token: str | None = Field(description="To be sent as X-CSRF-Token with everything that changes something.")


@router.post("/session", response_model=Session, summary="Sign in with a password")
def begin(body: SignIn, request: Request, held: Held):
    """Sets the cookie of a new session; the one before ends. Programs use a token in its place."""
    require_same_origin(request)
    lasts = timedelta(hours=held.settings.session_hours)
    secret = sign_in(held.engine, body.name, body.password, origin=address_of(request), lasts=lasts)
    return with_session(_answer(held, secret), request, held, secret)


@router.get("/session", response_model=Session, summary="Who one is")
def current(asking: Asking):
    """The public too gets an answer, with nobody in it."""
    return _shown(asking)


@router.delete("/session", status_code=204, summary="Sign out")
def end(
    request: Request,
    asking: Asking,
    held: Held,
    everywhere: Annotated[bool, Query(description="End the account's sessions in other browsers too.")] = False,
):
    """Ends this session, or all of the account; without one nothing happens."""
    if asking.session:
        with held.engine.begin() as connection:
            close_session(connection, asking.session)
            if everywhere:
                close_sessions(connection, asking.actor.account_id)
    answer = Response(status_code=204, headers=NO_STORE)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return answer


@router.put("/session/password", status_code=204, summary="Change one's own password")
def change_password(body: PasswordChange, asking: Asking, held: Held):
    """Needs the password so far; ends the account's other sessions."""
    prove_password(held.engine, asking.actor.name, body.old, origin=asking.origin)
    with held.engine.begin() as connection:
        but = digest(asking.session) if asking.session else None
        set_password(connection, asking.actor.name, body.new, by=asking.by, but=but)
    return Response(status_code=204, headers=NO_STORE)


def with_session(answer, request, held, secret):
    """Put the cookie of a session into an answer, and end the session that the browser had."""
    before = request.cookies.get(COOKIE)
    if before:
        with held.engine.begin() as connection:
            close_session(connection, before)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=held.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def _answer(held, secret):
    with held.reading() as connection:
        actor, display_name = actor_of_session(connection, secret, idle=timedelta(days=1))
    return _shown(Caller(actor, "session.own", "", display_name=display_name, session=secret))


def _shown(asking):
    body = {
        "account": asking.actor.name if asking.actor.account_id is not None else None,
        "display_name": asking.display_name,
        "grants": [{"role": grant.role, "scope": grant.scope} for grant in asking.actor.grants],
        "csrf_token": csrf_token(asking.session) if asking.session else None,
    }
    return unstored(body)
