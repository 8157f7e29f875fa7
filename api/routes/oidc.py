"""Signing in at an identity provider (OpenID Connect, authorization code flow with PKCE)."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse

from api.answers import GUARDED, NO_STORE
from api.authorising import address_of
from api.oidc import Attempt, Provider, local_path
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.routes.sessions import with_session
from boundaries.store.identities import account_of
from boundaries.store.signing_in import begin_session
from gis.errors import Refusal

router = APIRouter(tags=["session"], responses=GUARDED)
COOKIE, COOKIE_PATH = "wangge_oidc", "/api/v1/oidc"
LASTS_S = 600
Held = Annotated[Resources, Depends(resources)]
SEE_OTHER = 303
TEXT = Query(max_length=2000, pattern=PRINTABLE)


def provider(request: Request) -> Provider:
    """The identity provider of the settings.

    Raises
    ------
    Refusal
        ``oidc_off``.
    """
    found = request.app.state.oidc
    if found is None:
        raise Refusal("oidc_off", "No identity provider is set up; sign in with a password, or set WANGGE_OIDC_ISSUER.")
    return found


Provided = Annotated[Provider, Depends(provider)]


@router.get("/oidc/start", status_code=SEE_OTHER, summary="Go to the identity provider", response_class=RedirectResponse)
def start(request: Request, provided: Provided, to: Annotated[str, TEXT] = "/"):
    """Sends the browser there; `to` is the page of ours to come back to."""
    address, attempt = provided.begin(_callback(request), to=local_path(to))
    answer = RedirectResponse(address, SEE_OTHER, headers=NO_STORE)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, attempt.as_text(), max_age=LASTS_S, path=COOKIE_PATH, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/oidc/callback", status_code=SEE_OTHER, summary="Come back", response_class=RedirectResponse)
def callback(
    request: Request,
    provided: Provided,
    held: Held,
    state: Annotated[str, TEXT] = "",
    code: Annotated[str, TEXT] = "",
):
    """The identity provider sends the browser here. An account has to be there: it is never made by signing in."""
    attempt = Attempt.from_text(request.cookies.get(COOKIE, ""))
    claims = provided.finish(attempt, _callback(request), state=state, code=code)
    origin, lasts = address_of(request), timedelta(hours=held.settings.session_hours)
    with held.engine.begin() as connection:
        account_id = account_of(connection, claims, name_claim=held.settings.oidc_name_claim, origin=origin)
        secret = begin_session(connection, account_id, way="oidc", origin=origin, lasts=lasts)
    answer = RedirectResponse(attempt.to, SEE_OTHER, headers=NO_STORE)
    answer.delete_cookie(COOKIE, path=COOKIE_PATH)
    return with_session(answer, request, held, secret)


def _callback(request):
    return str(request.base_url).rstrip("/") + f"{COOKIE_PATH}/callback"
