"""The dispatcher's desk: open incidents, and what happens to incidents from then on, as it happens."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers import GUARDED, NO_STORE
from api.authorising import Asking
from api.event_models import DeskAnswer
from api.event_stream import EventStream
from api.json_text import dumps
from api.live import MOST_EVENTS, Audience, message, message_for
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from boundaries.clock import now
from boundaries.codes import level_of
from boundaries.rights import WHOLE_CITY
from incidents.store import following

router = APIRouter(tags=["incidents"], responses=GUARDED)

Held = Annotated[Resources, Depends(resources)]
Unit = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="Only in this grid or unit above it.")]
Position = Annotated[
    str | None,
    Query(max_length=following.LONGEST_POSITION, description="`position` of the desk, or id of the last message taken in."),
]
RETRY_MS = 2000
STREAM = {
    200: {
        "description": "A stream of server-sent events: what was missed, `ready`, then `incidents` with a list of events in "
        "their order, `gone` with the numbers of incidents that one can see no longer, `beat` every 15 seconds, `reset` where "
        "too much has happened to be told: then ask for the desk again.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": "event: beat\nid: 7.5:9:9:\ndata: {}\n\n"}},
    }
}


@router.get("/desk", response_model=DeskAnswer, summary="Open incidents within one's scopes")
def show_desk(
    held: Held,
    asking: Asking,
    unit: Unit = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Most incidents; 'total' counts them all.")] = 5000,
):
    """Those with the nearest term first, then the latest reported. What happens later follows from ``position`` on as
    GET /api/v1/events."""
    audience = audience_of(asking, unit)
    with held.reading_once() as connection:
        desk = following.desk(
            connection,
            audience.scopes,
            unit=audience.unit,
            department=audience.department,
            department_scopes=audience.department_scopes,
            generated_only=audience.generated_only,
            limit=limit,
        )
        departments = [dict(row._mapping) for row in following.departments(connection)]
    words = dumps({"areas": _areas(held, audience), "departments": departments})[1:]
    text = f'{{"position":"{desk.position}","total":{desk.total},"incidents":[{",".join(desk.rows)}],{words}'
    return Response(text, media_type="application/json", headers=NO_STORE)


@router.get("/events", response_class=Response, responses=STREAM, summary="What happens to incidents, as it happens")
async def follow_events(
    request: Request,
    held: Held,
    asking: Asking,
    unit: Unit = None,
    after: Position = None,
    last_event_id: Annotated[str | None, Header(max_length=following.LONGEST_POSITION)] = None,
):
    """Each event once, in an order in which they were committed, within one's scopes. After a break it goes on behind
    ``Last-Event-ID``, which browsers send by themselves, or behind ``after``; also after a restart of the server."""
    audience = audience_of(asking, unit)
    live = request.app.state.live
    listener = await live.join(audience)
    try:
        first = await run_in_threadpool(_first, held, listener, last_event_id or after)
    except BaseException:
        live.leave(listener)
        raise
    return EventStream(live, listener, first)


def _first(held, listener, before):
    """What was missed, and only then the position reached: a break in between would else lose what was missed."""
    opened = f"retry: {RETRY_MS}\n".encode() + message("ready", listener.since, "{}")
    if before is None:
        return opened
    with held.reading() as connection:
        missed = following.since(connection, before, upto=listener.since, limit=MOST_EVENTS)
    return message_for(missed, listener.audience) + opened


def _areas(held, audience):
    """Counties, towns and villages in reach, as code and name."""
    scopes = audience.scopes + audience.department_scopes
    labels = held.snapshots.at(now()).labels
    return sorted((code, label.name) for code, label in labels.items() if 6 <= len(code) <= 12 and code.startswith(scopes))


def audience_of(asking, unit):
    """Whom a caller may hear of. Who has the right nowhere is the public of a demo, or would not have come so far."""
    if unit is not None:
        level_of(unit)
    scopes = asking.scopes()
    if not scopes:
        return Audience(unit=unit or WHOLE_CITY, generated_only=True)
    ours = {grant.scope for grant in asking.actor.grants if grant.role == "department"}
    others = replace(asking.actor, grants=tuple(grant for grant in asking.actor.grants if grant.role != "department"))
    return Audience(
        others.scopes(asking.right),
        unit or WHOLE_CITY,
        department=asking.actor.department,
        department_scopes=tuple(sorted(ours)),
    )
