"""Who asks, and whether they may: run before every route."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.resources import Resources, resources
from api.route_rights import right_for
from boundaries.accounts.secrets import TOKEN_PREFIX, csrf_token, same
from boundaries.rights import PUBLIC, RIGHTS, Actor, denied
from boundaries.store.sessions import actor_of_session, actor_of_token
from gis.errors import Refusal
from incidents.store.generated import all_generated

COOKIE = "wangge_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# What everybody gets alike: whose cookie comes along is not looked up, and a forged request would gain nothing by it.
NAMELESS = {"register.read", "register.export", "session.open", "report.send", "report.follow", "badge.check"}
NAMELESS |= {"service_word.send", "service_word.follow"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a route.

    Attributes
    ----------
    actor : Actor
    right : str
        That the route needs.
    origin : str
        Network address, for the audit trail.
    display_name : str or None
        None for the public and for programs.
    session : str or None
        Secret of a browser's session.
    """

    actor: Actor
    right: str
    origin: str
    display_name: str | None = None
    session: str | None = field(default=None, repr=False)

    @property
    def by(self):
        """Account and origin, as the stores take them for the audit trail."""
        return self.actor.account_id, self.origin

    def require_at(self, code, *, right=None):
        """Refuse unless the route's right, or another one, reaches a code. Every route asks whose right reaches by code.

        Parameters
        ----------
        code : str
            Of the record that is read or changed.
        right : str, optional

        Raises
        ------
        Refusal
            ``not_signed_in``, ``forbidden``.
        """
        right = right or self.right
        if not self.actor.may(right, code):
            raise denied(self.actor, right, code)

    def scopes(self):
        """Where the route's right reaches: beginnings of codes, for the filter of a list."""
        return self.actor.scopes(self.right)


async def caller(request: Request, held: Annotated[Resources, Depends(resources)]) -> Caller:
    """Who asks. Without a cookie or token the public, and the database is not asked."""
    right = right_for(request.app.state.rights, request.method, request.scope["route"].endpoint, request.path_params)
    asking = {"right": right, "origin": address_of(request)}
    if right in NAMELESS:
        return Caller(PUBLIC, **asking)
    bearer = _bearer(request)
    if bearer:
        return Caller(await run_in_threadpool(_of_token, held, bearer), **asking)
    secret = request.cookies.get(COOKIE)
    found = secret and await run_in_threadpool(_of_session, held, secret)
    if not found:
        return Caller(PUBLIC, **asking)
    _refuse_forged(request, secret)
    actor, display_name = found
    return Caller(actor, display_name=display_name, session=secret, **asking)


Asking = Annotated[Caller, Depends(caller)]


async def authorise(request: Request, asking: Asking, held: Annotated[Resources, Depends(resources)]):
    """Refuse who has the route's right nowhere. Where it reaches by code, the route asks for the code it is about."""
    line = RIGHTS[asking.right]
    if asking.actor.may(asking.right):
        return
    if line.in_demo and await run_in_threadpool(_in_demo, held):
        return
    raise denied(asking.actor, asking.right, None)


def address_of(request):
    """The network address that a request came from."""
    return request.client.host if request.client else "unknown"


def require_same_origin(request):
    """Refuse a request that a page of another site makes the browser send.

    Raises
    ------
    Refusal
        ``forged_request``.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        foreign = urlsplit(origin).netloc != request.headers.get("host")
    else:
        foreign = request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
    if foreign:
        raise Refusal("forged_request", "The request comes from a page of another site; open Wangge itself.")


def _refuse_forged(request, secret):
    if request.method in SAFE_METHODS:
        return
    require_same_origin(request)
    if not same(request.headers.get(CSRF_HEADER, ""), csrf_token(secret)):
        sentence = "The request lacks the token of this session; send that of GET /api/v1/session as X-CSRF-Token."
        raise Refusal("forged_request", sentence)


def _bearer(request):
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _of_token(held, secret):
    actor = None
    if secret.startswith(TOKEN_PREFIX):
        with held.reading() as connection:
            actor = actor_of_token(connection, secret)
    if actor is None:
        raise Refusal("bad_token", "The token is unknown, has expired or was revoked; make a new one.")
    return actor


def _of_session(held, secret):
    idle = timedelta(minutes=held.settings.session_idle_minutes)
    with held.reading() as connection:
        return actor_of_session(connection, secret, idle=idle)


def _in_demo(held):
    with held.reading() as connection:
        return all_generated(connection)
