"""Somebody who opens, checks and decides random change sets, as fast as it goes: a thread, or a program that can be killed.

As a program: ``python -m tests.boundaries.store.deciders URL SEED VILLAGE…`` prints the number of each change set, once
its decision has been committed, until it is killed.
"""

import json
import random
import sys

import numpy as np
import shapely

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes, deciding
from boundaries.store.connecting import engine_for
from boundaries.store.units import units_at
from boundaries.store.writing import refusals
from gis.errors import Refusal

# What somebody may be told who is too late, or draws what cannot be: everything else is a fault.
MAY_BE_REFUSED = {
    "stale_base",
    "changed_later",
    "busy",
    "unknown_unit",
    "line_does_not_divide",
    "line_ends_inside",
    "cut_not_settled",
    "edit_breaks_coverage",
    "ends_off_border",
    "line_leaves_faces",
    "not_adjacent",
    "face_used_up",
    "nothing_to_take",
    "border_ambiguous",
    "codes_used_up",
    "unknown_face",
    "begins_that_day",
}


def attempt(engine, rng, village):
    """One change set from its opening to its decision; its number, or the code of the refusal."""
    try:
        with refusals(), engine.begin() as connection:
            number = changes.open_change(connection, title="Wettlauf", reason="other", scope=village)
            changes.add_commands(connection, number, [_command(connection, rng, village)])
        with refusals(), engine.begin() as connection:
            deciding.check(connection, number)
        with refusals(), engine.begin() as connection:
            deciding.decide(connection, number, effective_on=now().astimezone(CITY_ZONE).date())
    except Refusal as refusal:
        if refusal.code not in MAY_BE_REFUSED:
            raise
        return refusal.code
    return number


def _command(connection, rng, village):
    units = units_at(connection, codes=[], children_of=[village], at=now())
    row = rng.randrange(len(units))
    shape, code = units.geometry[row], units.code[row]
    west, south, east, north = shape.bounds
    x, y = rng.uniform(west, east), rng.uniform(south, north)
    kind = rng.choice(("split", "merge", "merge", "transfer", "carve", "rename"))
    if kind == "split" and len(units) < 40:
        return {"op": "split", "unit": code, "lines": _geojson(shapely.LineString([(x, south - 1e-3), (x, north + 1e-3)]))}
    square = _geojson(shapely.box(x - 3e-4, y - 3e-4, x + 3e-4, y + 3e-4))
    if kind == "transfer":
        return {"op": "transfer", "piece": square, "to": code}
    if kind == "carve":
        return {"op": "carve", "parent": village, "polygon": square, "name": "市场"}
    if kind == "merge" and len(units) > 5:
        beside = _beside(units, row)
        if len(beside):
            return {"op": "merge", "units": [code, units.code[rng.choice(beside.tolist())]]}
    return {"op": "rename", "unit": code, "name": f"第{rng.randrange(1000)}网格"}


def _beside(units, row):
    meets = shapely.length(shapely.intersection(units.geometry, units.geometry[row])) > 0
    meets[row] = False
    return np.flatnonzero(meets)


def _geojson(shape):
    return json.loads(shapely.to_geojson(shape))


def main(url, seed, *villages):
    engine, rng = engine_for(url), random.Random(int(seed))
    while True:
        done = attempt(engine, rng, rng.choice(villages))
        if isinstance(done, int):
            print(done, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
