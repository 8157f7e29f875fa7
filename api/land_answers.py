"""The land of a place as an answer: one table of vertices, and every unit as rings of their numbers."""

from pydantic import Field

from api.change_models import CONFLICT
from api.json_text import moment
from api.models import Answer, Bounds, Level
from boundaries.changes.land import faces, parent_of_id
from boundaries.changes.shared_vertices import shared_vertices


class LandUnit(Answer):
    id: str = Field(examples=["510504001001001"], description="Its code, or what a new unit is called until it has one.")
    level: Level = Field(examples=["grid"])
    parent: str | None = Field(examples=["510504001001"])
    name: str = Field(examples=["杜家街社区第1网格"])
    kind: str | None = Field(examples=["comprehensive"])
    households: int | None = Field(examples=[342])
    population: int | None = Field(examples=[930])
    divided: bool = Field(examples=[False])
    locked: bool = Field(examples=[False], description="A neighbour of the place, which does not belong to it.")
    open_incidents: int | None = Field(examples=[3], description="That lie in it now; null for places larger than a town.")
    rings: list[list[list[int]]] = Field(
        examples=[[[[0, 1, 2, 3]]]],
        description="Parts, each a shell, counter-clockwise, and its holes, clockwise; a ring does not repeat its first vertex.",
    )


class LandAnswer(Answer):
    at: str = Field(examples=["2026-11-24T09:30:00+08:00"], description="The instant for which the register was read.")
    change_set: int | None = Field(examples=[7])
    revision: int | None = Field(examples=[3])
    commands: int | None = Field(examples=[5], description="How many were carried out.")
    scope: str = Field(examples=["510504001001"], description="The smallest unit that holds all that can be edited.")
    bbox: Bounds = Field(examples=[(105.44, 28.94, 105.45, 28.95)], description="Of all that can be edited, in degrees.")
    synthetic: bool = Field(examples=[True], description="Whether any unit of the place or near it was generated.")
    vertices: list[int] = Field(
        examples=[[1054400000, 289400000, 1054500000, 289400000, 1054500000, 289500000, 1054400000, 289500000]],
        description="Longitude and latitude of each vertex in whole units of 1e-7 degrees, one after the other.",
    )
    units: list[LandUnit]
    conflicts: list[dict] = Field(
        examples=[[CONFLICT]],
        description="What others have decided where the commands work since the last check, or else since the set was opened.",
    )


def land_answer(place, *, at, synthetic, incidents, held=None, conflicts=()):
    """A place as JSON.

    Parameters
    ----------
    place : boundaries.changes.surroundings.Place
    at : datetime
    synthetic : bool
    incidents : dict of str to int
        Open incidents by unit; of others they are not known.
    held : boundaries.store.changes.ChangeSet, optional
        Whose commands made the place.
    conflicts : sequence of dict
        As of :func:`boundaries.store.conflicts.came_between`.

    Returns
    -------
    dict
    """
    every = [*place.units, *place.locked]
    table = shared_vertices(faces(every))
    rings = table.parts(len(every))
    units = [_unit(unit, rings[k], locked=k >= len(place.units), incidents=incidents) for k, unit in enumerate(every)]
    return {
        "at": moment(at),
        "change_set": held and held.id,
        "revision": held and held.revision,
        "commands": held and len(held.commands),
        "scope": place.scope,
        "bbox": place.bounds,
        "synthetic": synthetic,
        "vertices": table.xy.ravel().tolist(),
        "units": units,
        "conflicts": list(conflicts),
    }


def _unit(unit, rings, *, locked, incidents):
    return {
        "id": unit.id,
        "level": unit.level,
        "parent": parent_of_id(unit.id),
        "name": unit.name,
        "kind": unit.kind,
        "households": unit.households,
        "population": unit.population,
        "divided": unit.divided,
        "locked": locked,
        "open_incidents": incidents.get(unit.id),
        "rings": rings,
    }
