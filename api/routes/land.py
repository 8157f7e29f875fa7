"""The land of a place, exact and with the vertices that its units share: what the workbench opens."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.answers import GUARDED, PROBLEMS, answer, unstored
from api.authorising import Asking
from api.land_answers import LandAnswer, land_answer
from api.parameters import PRINTABLE, Box, instant, optional_box
from api.resources import Resources, resources
from api.slots import Slots
from boundaries.changes.commands import parents_of
from boundaries.changes.land import level_of_id, up_to_city
from boundaries.changes.outcome import counted
from boundaries.changes.surroundings import MOST_UNITS, place_in_box, place_of, require_size
from boundaries.codes import LEVELS, level_of
from boundaries.store import changes, lands
from boundaries.store.carrying_out import instant_of, land_made
from boundaries.store.conflicts import came_between
from boundaries.store.recorded import DECIDED
from gis.errors import Refusal
from incidents.counting import counts_in
from incidents.store.open import open_places

At = Annotated[datetime, Depends(instant)]
Held = Annotated[Resources, Depends(resources)]
InBox = Annotated[Box | None, Depends(optional_box)]
Number = Annotated[int, Path(ge=1, le=2**62, examples=[7])]
OF_UNIT = "The unit with all below it; else give a box, for the grids that meet it."
Parent = Annotated[str | None, Query(max_length=80, pattern=PRINTABLE, examples=["510504001001"], description=OF_UNIT)]
LANDS = Slots(2, patience_s=2)
LARGEST_COUNTED = "town"  # the incidents of a larger unit take long to read

router = APIRouter(responses=PROBLEMS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A place by the id of a unit or by a box."""

    parent: str | None
    box: Box | None

    def codes(self, connection, at, commands=()):
        """Of units of the register around which the place lies; commands may lead grids of elsewhere into a box."""
        if self.parent is not None:
            return sorted(parents_of({"parent": self.parent}))
        found = lands.grids_in(connection, self.box, at, limit=MOST_UNITS + 1)
        require_size(len(found))
        return sorted({*found, *(code for command in commands for code in parents_of(command))})

    def place(self, land):
        """The place on a land."""
        return place_in_box(land, self.box) if self.parent is None else place_of(land, self.parent)


@router.get("/land", response_model=LandAnswer, tags=["register"], summary="The land of a place, vertex by vertex")
def land(at: At, held: Held, bbox: InBox, parent: Parent = None):
    """Exact: neighbours have the same vertices, and the units of one level tile those above without a gap or an overlap.

    Around the units that belong to the place stand the lowest units that touch them, as `locked`."""
    asked = _asked(parent, bbox)
    if parent is not None:
        level_of(parent)
    with LANDS.one(), held.reading_once() as connection:
        codes = asked.codes(connection, at)
        base = lands.base_around(connection, codes, at, kept=held.replays, scope=parent)
        place = asked.place(base.land)
        return answer(land_answer(place, at=at, synthetic=base.synthetic, incidents=_incidents(connection, place)))


@router.get(
    "/change-sets/{number}/land",
    response_model=LandAnswer,
    tags=["change sets"],
    responses=GUARDED,
    summary="The land of a place after all its commands",
)
def land_after(number: Number, asking: Asking, held: Held, bbox: InBox, parent: Parent = None):
    """On the map as it is now, or will be on the day of the set; of a decided set as it was then."""
    asked = _asked(parent, bbox)
    with LANDS.one(), held.reading_once() as connection:
        mine = changes.change(connection, number)
        asking.require_at(mine.scope)
        at = mine.effective_at if mine.state in DECIDED else instant_of(connection, mine.effective_on)
        codes = asked.codes(connection, at, mine.commands)
        base = lands.base_around(connection, codes, at, kept=held.replays, scope=parent)
        place = asked.place(_changed(connection, base.land, mine, at, held.replays))
        told = {"incidents": _incidents(connection, place), "conflicts": _between(connection, mine)}
        return unstored(land_answer(place, at=at, synthetic=base.synthetic, held=mine, **told))


def _changed(connection, land, mine, at, kept):
    """The land of a place with what the commands of a change set end and begin."""
    if mine.state in DECIDED or not mine.commands:
        return land
    try:
        base, made = land_made(connection, mine, at, kept=kept)
    except Refusal as refusal:
        if between := _between(connection, mine, command=refusal.details.get("command")):
            refusal.details["conflicts"] = between
        raise
    before, after = counted(base.land, made)
    return land.with_units(gone=before, placed=after.values())


def _between(connection, mine, *, command=None):
    return [] if mine.state in DECIDED or not mine.commands else came_between(connection, mine, command=command)


def _asked(parent, box):
    if (parent is None) == (box is None):
        raise Refusal("missing_parameter", "Name the place by one of 'parent', a code, and 'bbox', west,south,east,north.")
    if parent is not None:
        level_of_id(parent)
    return Asked(parent, box)


def _incidents(connection, place):
    """Open incidents in each unit of a place; nothing for a large one."""
    if LEVELS.index(level_of_id(place.scope)) < LEVELS.index(LARGEST_COUNTED):
        return {}
    lowest = [(unit.id, unit.geometry) for unit in place.units if not unit.divided]
    totals = Counter()
    for name, count in counts_in(open_places(connection, place.bounds), lowest).items():
        totals.update(dict.fromkeys(up_to_city(name), count))
    return {unit.id: totals[unit.id] for unit in place.units}
