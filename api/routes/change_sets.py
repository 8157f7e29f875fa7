"""Change sets: opened, edited, checked, compared, decided, withdrawn, reversed."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query

from api import change_answers
from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.borders import follow_decision
from api.change_models import (
    ChangeSetAnswer,
    ChangeSets,
    ChangeSetWish,
    CheckAnswer,
    Commands,
    Decision,
    Details,
    Difference,
    Effects,
    ReferenceLines,
)
from api.database import private_cluster
from api.deciding import checked, decided, effects_of, noted, reversed_set, withdrawn
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.slots import Slots
from boundaries.changes.reference import reference_from
from boundaries.changes.states import STEPS
from boundaries.store import changes
from boundaries.store.recorded import inspect

router = APIRouter(tags=["change sets"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Number = Annotated[int, Path(ge=1, le=2**62, examples=[7])]
PREVIEWS = Slots(2, patience_s=1)  # a check takes a core for its time, seconds for hundreds of commands


@router.post("/change-sets", response_model=ChangeSetAnswer, status_code=201, summary="Open a change set")
def open_one(body: ChangeSetWish, asking: Asking, held: Held):
    """A draft; commands can come with it."""
    asking.require_at(body.scope)
    wish = body.model_dump(exclude={"commands"})
    with held.engine.begin() as connection:
        number = changes.open_change(connection, **wish, opened_by=asking.actor.account_id)
        if body.commands:
            changes.add_commands(connection, number, body.commands, added_by=asking.actor.account_id)
        noted(connection, number, "open", by=asking.by)
        return unstored(change_answers.shown(changes.change(connection, number)), status=201)


@router.get("/change-sets", response_model=ChangeSets, summary="Change sets")
def several(
    asking: Asking,
    held: Held,
    scope: Annotated[str, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit.")] = "",
    state: Annotated[list[str], Query(max_length=6, json_schema_extra={"items": {"enum": list(STEPS)}})] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
):
    """Those that one may see, the newest first."""
    reach = asking.scopes()
    with held.reading() as connection:
        found = changes.changes(connection, scope=scope, states=state, limit=limit)
    return unstored({"change_sets": [change_answers.shown(each) for each in found if each.scope.startswith(tuple(reach))]})


@router.get("/change-sets/{number}", response_model=ChangeSetAnswer, summary="A change set")
def one(number: Number, asking: Asking, held: Held):
    """With its commands."""
    with held.reading() as connection:
        return unstored(change_answers.shown(_mine(connection, asking, number)))


@router.patch("/change-sets/{number}", response_model=ChangeSetAnswer, summary="Edit title, reason, note or day")
def edit(number: Number, body: Details, asking: Asking, held: Held):
    """What is not given stays."""
    given = body.model_dump(exclude_unset=True)
    with held.engine.begin() as connection:
        _mine(connection, asking, number)
        changes.edit_details(connection, number, revision=given.pop("revision", None), **given)
        noted(connection, number, "edit", by=asking.by, fields=sorted(given))
        return unstored(change_answers.shown(changes.change(connection, number)))


@router.post("/change-sets/{number}/commands", response_model=ChangeSetAnswer, summary="Add commands")
def add(number: Number, body: Commands, asking: Asking, held: Held):
    """At the end; the set is a draft again."""
    with held.engine.begin() as connection:
        _mine(connection, asking, number)
        by = asking.actor.account_id
        changes.add_commands(connection, number, body.commands, revision=body.revision, added_by=by)
        noted(connection, number, "edit", by=asking.by, added=len(body.commands))
        return unstored(change_answers.shown(changes.change(connection, number)))


@router.delete("/change-sets/{number}/commands/last", response_model=ChangeSetAnswer, summary="Take the last command back")
def undo(number: Number, asking: Asking, held: Held, revision: Annotated[int | None, Query(ge=1)] = None):
    """The set is a draft again."""
    with held.engine.begin() as connection:
        _mine(connection, asking, number)
        changes.remove_last_command(connection, number, revision=revision)
        noted(connection, number, "edit", by=asking.by, taken_back=1)
        return unstored(change_answers.shown(changes.change(connection, number)))


@router.post("/change-sets/{number}/check", response_model=CheckAnswer, summary="Check it on the map as it is now")
def check(number: Number, asking: Asking, held: Held):
    """Carries all commands out on a copy and proves the result; also after others have changed the map meanwhile."""
    with PREVIEWS.one(), held.engine.begin() as connection:
        _mine(connection, asking, number)
        return unstored(checked(connection, number, by=asking.by, kept=held.replays))


@router.get("/change-sets/{number}/effects", response_model=Effects, summary="What it means for units, people and work")
def effects(number: Number, asking: Asking, held: Held):
    """Of a decided set as it was recorded."""
    with PREVIEWS.one(), held.reading() as connection:
        _mine(connection, asking, number)
        return unstored(effects_of(connection, inspect(connection, number, kept=held.replays)))


@router.post("/change-sets/{number}/effects", response_model=Effects, summary="The same, with the clarity of borders")
def effects_along(number: Number, body: ReferenceLines, asking: Asking, held: Held):
    """Which part of each border runs within 20 m of the lines that are sent, before and after. Nothing is stored."""
    with PREVIEWS.one(), held.reading() as connection:
        _mine(connection, asking, number)
        lines = reference_from(body.features)
        return unstored(effects_of(connection, inspect(connection, number, kept=held.replays), reference=lines))


@router.get("/change-sets/{number}/diff", response_model=Difference, summary="The map before and after")
def diff(number: Number, asking: Asking, held: Held):
    """Shapes of every unit that changes in more than nodes on its border."""
    with PREVIEWS.one(), held.reading() as connection:
        _mine(connection, asking, number)
        return unstored(change_answers.difference(inspect(connection, number, kept=held.replays)))


@router.post("/change-sets/{number}/decide", response_model=ChangeSetAnswer, summary="Decide it")
def decide(number: Number, body: Decision, asking: Asking, held: Held, afterwards: BackgroundTasks):
    """Writes its versions, to begin on a day, and prepares its filing. Open incidents follow once it is stored."""
    afterwards.add_task(follow_decision, held.engine, index_folder=private_cluster(held.settings).indexes)
    with PREVIEWS.one(), held.engine.begin() as connection:
        _mine(connection, asking, number)
        decided(connection, number, effective_on=body.effective_on, by=asking.by, kept=held.replays)
        return unstored(change_answers.shown(changes.change(connection, number)))


@router.post("/change-sets/{number}/withdraw", response_model=ChangeSetAnswer, summary="Withdraw it")
def withdraw(number: Number, asking: Asking, held: Held):
    """As long as it is not in force, then by who may decide; what is in force is reversed by another change set."""
    with held.engine.begin() as connection:
        mine = changes.change(connection, number, lock=True)
        asking.require_at(mine.scope)
        if mine.decided_at is not None:
            asking.require_at(mine.scope, right="change_set.decide")  # else a planner annuls what the county has decided
        withdrawn(connection, number, by=asking.by)
        return unstored(change_answers.shown(changes.change(connection, number)))


@router.post("/change-sets/{number}/reverse", response_model=ChangeSetAnswer, status_code=201, summary="Open its inverse")
def reverse(number: Number, asking: Asking, held: Held):
    """A draft that gives the land back to whom it was taken from. Codes that were given up stay given up."""
    with held.engine.begin() as connection:
        _mine(connection, asking, number)
        made = reversed_set(connection, number, by=asking.by)
        return unstored(change_answers.shown(changes.change(connection, made)), status=201)


def _mine(connection, asking, number):
    held = changes.change(connection, number)
    asking.require_at(held.scope)
    return held
