"""Faces of a file that are to divide a unit: what conforming would do, and the command that comes of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api import change_answers, import_answers
from api.answers import GUARDED_ACTS, unstored
from api.apart import Apart
from api.authorising import Asking
from api.change_models import ChangeSetAnswer
from api.deciding import noted
from api.import_models import ImportDecision, ImportPreview, ImportWish
from api.resources import Resources, resources
from api.slots import Slots
from api.uploads import Upload, form_body, uploaded
from boundaries.changes.commands import is_below, parents_of
from boundaries.imports.arriving import incoming
from boundaries.imports.proposal import command_of, propose
from boundaries.store import changes
from boundaries.store.carrying_out import instant_of
from boundaries.store.carrying_out import preview as carry_out
from boundaries.store.changes import ChangeSet
from boundaries.store.lands import base_around
from gis.errors import Refusal

router = APIRouter(tags=["change sets"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Number = Annotated[int, Path(ge=1, le=2**62, examples=[7])]
CONFORMING = Slots(1, patience_s=1)  # a core for seconds; the others answer whoever only looks at the map
APART = Apart(most_s=60)


def editable(number: Number, asking: Asking, held: Held) -> ChangeSet:
    """The change set, for who may edit it; asked before the file is taken."""
    with held.reading() as connection:
        found = changes.change(connection, number)
    asking.require_at(found.scope)
    return found


Mine = Annotated[ChangeSet, Depends(editable)]
Sent = Annotated[Upload, Depends(uploaded)]  # after `Mine` in each route: dependencies are solved in this order


@router.post(
    "/change-sets/{number}/imports",
    response_model=ImportPreview,
    openapi_extra=form_body(ImportWish),
    summary="What a file of faces would make of a unit",
)
def preview(mine: Mine, upload: Sent, held: Held):
    """The faces that lie in the unit, conformed to it as it is after all commands of the set, and every mend with its
    evidence. Nothing is stored: send the file again to `apply`, with the `digest` of this answer."""
    wish = upload.wish(ImportWish)
    with CONFORMING.one():
        land, digest, proposal = _proposed(held, mine, upload, wish)
        return unstored({"digest": digest, "revision": mine.revision} | import_answers.shown(proposal, land, wish.parent))


@router.post(
    "/change-sets/{number}/imports/apply",
    response_model=ChangeSetAnswer,
    status_code=201,
    openapi_extra=form_body(ImportDecision),
    summary="Divide a unit into the faces of a file",
)
def apply(mine: Mine, upload: Sent, asking: Asking, held: Held):
    """Conforms the file anew with the answers given, and adds the command `divide` once the whole set is carried out and
    proven with it."""
    wish = upload.wish(ImportDecision)
    with CONFORMING.one():
        _, digest, proposal = _proposed(held, mine, upload, wish)
        if digest != wish.digest:
            sentence = "The file, its fields or the land have changed since the preview; look at it anew."
            raise Refusal("import_changed", sentence, digest=digest)
        command = command_of(proposal, wish.parent)
        with held.engine.begin() as connection:
            changes.add_commands(connection, mine.id, [command], revision=wish.revision, added_by=asking.actor.account_id)
            carry_out(connection, mine.id, kept=held.replays)  # a command that cannot be carried out is not kept
            noted(connection, mine.id, "edit", by=asking.by, faces=len(command["faces"]))
            return unstored(change_answers.shown(changes.change(connection, mine.id)), status=201)


def _proposed(held, mine, upload, wish):
    """The land, the digest of all that the proposal is made of, and the proposal."""
    with held.reading_once() as connection:
        land = _land(connection, mine, wish.parent, kept=held.replays)
    wishes = wish.wishes()
    digest = wishes.digest(upload.digest(), land)
    with upload.on_disk() as path:
        return land, digest, APART.run(_read_and_conformed, path, wishes, land, wish.answers)


def _read_and_conformed(path, wishes, land, answers):
    """In a process of its own: what strangers draw may cross itself in millions of places."""
    return propose(incoming(path, wishes, land), wishes, land, answers=answers)


def _land(connection, mine, parent, *, kept):
    """The units around one after all commands of a change set, on the map of its day."""
    if not is_below(parent, mine.scope):
        sentence = f"{parent} lies outside of {mine.scope}, the scope of the change set; open one for it."
        raise Refusal("out_of_scope", sentence, unit=parent, scope=mine.scope)
    named = set().union(*map(parents_of, mine.commands), parents_of({"parent": parent}))
    base = base_around(connection, sorted(named), instant_of(connection, mine.effective_on), kept=kept)
    return kept.after(base, mine.commands)
