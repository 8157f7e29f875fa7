"""One incident: seen whole, and acted on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api import desk_answers
from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.desk_models import Act, Consult, CorrectMatter, Dispatch, IncidentDetail, Merge, Reroute, Urge
from api.intake_forms import Sent, body_of, sent_as
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from incidents.cases import case_of, place_of
from incidents.flow import ACTIONS, BY_PEOPLE, require_sight
from incidents.store import flow
from incidents.store.photos import add_photo

router = APIRouter(tags=["incidents"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
No = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["5105022026050200017"])]
BODIES = {
    "dispatch": Dispatch,
    "merge": Merge,
    "urge": Urge,
    "consult": Consult,
    "reroute": Reroute,
    "correct_matter": CorrectMatter,
}
WITH_PHOTOS = {"feed_back": "feedback", "note": "note"}  # which stage their photos are of
PHOTOS_TOO = " As JSON, or as a form with up to five photos, each called ``photo``."
SUMMARIES = {
    "register": "Register an incident 立案",
    "reject": "Refuse to register it 不予立案",
    "cancel": "Cancel it before it is dispatched 作废",
    "dispatch": "Give it to who handles it 派遣",
    "accept": "Begin to handle it 处置",
    "send_back": "Return it with a reason 回退",
    "feed_back": "Say what was done 反馈",
    "pass": "Find it handled 核查",
    "fail": "Have it handled again 返工",
    "close": "Close it 结案",
    "ask_suspension": "Ask for a suspension 申请挂账",
    "suspend": "Approve the suspension: the clock stops 挂账",
    "refuse_suspension": "Refuse the suspension",
    "resume": "End the suspension: the clock runs on",
    "merge": "Merge a duplicate into another",
    "urge": "Urge whoever handles it 督办",
    "consult": "Ask departments for a joint consultation 会商",
    "advise": "A department's answer to a consultation",
    "note": "Add a note",
    "reroute": "Give it to another grid that it borders on",
    "correct_matter": "Correct its matter, and the term with it",
}


@router.get("/incidents/{no}", response_model=IncidentDetail, summary="An incident")
def one(no: No, asking: Asking, held: Held):
    """Whole: where it lies, its term, its worker, its course, and what one can do to it now."""
    with held.reading_once() as connection:
        row = flow.one(connection, no)
        asking.require_at(place_of(row))
        require_sight(case_of(row, flow.course(connection, no)), asking.actor)
        return unstored(desk_answers.detail(connection, row, asking.actor))


def _acting(action):
    """The function of one action's address: each has a body and a right of its own."""
    if action in WITH_PHOTOS:
        return _telling(action)
    model = BODIES.get(action, Act)
    # Without a body, words that are due are missed in the domain, whose sentence says so.
    default = ... if ACTIONS[action].wanted else model()

    def act(no: No, asking: Asking, held: Held, body: model = default):
        with held.engine.begin() as connection:
            said = body.model_dump(exclude_unset=True)
            row = flow.act(connection, no, action, by=asking.by, actor=asking.actor, **said)
            return unstored(desk_answers.detail(connection, row, asking.actor))

    act.__name__ = action
    return act


def _telling(action):
    """The same where photos may come with the words: JSON, or a form with photos."""

    def act(no: No, asking: Asking, held: Held, sent: Annotated[Sent, Depends(sent_as(Act))]):
        drawn = sent.redrawn()
        with held.engine.begin() as connection:
            row = flow.act(connection, no, action, by=asking.by, actor=asking.actor, **sent.body.model_dump(exclude_unset=True))
            event = flow.course(connection, no)[-1]
            for picture in drawn:
                add_photo(connection, row.id, picture, by=asking.by, stage=WITH_PHOTOS[action], event_id=event.id)
            return unstored(desk_answers.detail(connection, row, asking.actor))

    act.__name__ = action
    return act


for name in BY_PEOPLE:
    router.add_api_route(
        f"/incidents/{{no}}/{name}",
        _acting(name),
        methods=["POST"],
        response_model=IncidentDetail,
        summary=SUMMARIES[name],
        description=f"Answers with the incident as it is then.{PHOTOS_TOO if name in WITH_PHOTOS else ''}",
        openapi_extra=body_of(Act) if name in WITH_PHOTOS else None,
    )
