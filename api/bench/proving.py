"""Benchmark `prove`: 50,000 faces tile their parents."""

import tracemalloc

import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, require_agreement
from gis import engine
from gis.lattice import UNITS_PER_DEGREE
from gis.tiling import prove

SIZE = {"columns": 250, "rows": 200}
AT_LEAST = 4


def run():
    """Compare the proof, validity of the rings included, with ``shapely.coverage_is_valid``, which sees no gap."""
    columns, rows = SIZE["columns"], SIZE["rows"]
    engine.warm()
    layer = nested(columns, rows)
    _require_agreement(layer, inner=columns // 2 * rows + rows // 2)
    work = f"prove that {len(layer.faces):,} faces tile their {len(layer.parents):,} parents, rings valid"
    times = in_turns(lambda: prove(layer.faces, layer.parent_of, layer.parents), lambda: shapely.coverage_is_valid(layer.faces))
    remarks = (
        "coverage_is_valid tests for overlaps and unmatched borders only: it sees no gap and knows no parent.",
        f"The proof takes {_memory(layer):.2f} times the memory of the coordinates; "
        + ("its loops are compiled." if engine.warm() else "its loops run in NumPy."),
    )
    return Report("prove", (Ratio(work, "shapely.coverage_is_valid", *times, at_least=AT_LEAST),), remarks)


def _memory(layer):
    """Most memory in use on the way, over that of the coordinates of faces and parents."""
    coordinates = shapely.get_num_coordinates(np.append(layer.faces, layer.parents)).sum() * 16
    tracemalloc.start()
    try:
        prove(layer.faces, layer.parent_of, layer.parents)
        return tracemalloc.get_traced_memory()[1] / coordinates
    finally:
        tracemalloc.stop()


def _require_agreement(layer, inner):
    """Both must accept the coverage, and refuse it once an inner face reaches one lattice unit into a neighbour.

    (One unit the other way opens a gap, which coverage_is_valid cannot see.)
    """
    broken = layer.faces.copy()
    vertices = shapely.get_coordinates(broken[inner])
    vertices[2] -= 1 / UNITS_PER_DEGREE
    broken[inner] = shapely.polygons(vertices)
    for faces, truth in ((layer.faces, True), (broken, False)):
        ours = prove(faces, layer.parent_of, layer.parents).ok
        same = ours == bool(shapely.coverage_is_valid(faces)) == truth
        require_agreement(same, "The proof and coverage_is_valid disagree")
