"""Benchmark `change`: proving a change of 1, 10 or 100 faces of 50,000 by these faces alone."""

import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, median_s, require_agreement
from gis import engine
from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice
from gis.tiling import prove, prove_change

SIZE = {"columns": 250, "rows": 200, "mutations": 200}
BLOCKS = {1: (1, 1, 0.5), 10: (2, 5, 1.0), 100: (10, 10, 5.0)}  # columns and rows of faces, and milliseconds to stay under
AT_LEAST = {10: 1000}
FULL_RUNS, RUNS = 5, 50


def run():
    """Compare the proof of a change with the proof of the whole, and plant mutations, all of which it must refuse."""
    engine.warm()
    layer = nested(SIZE["columns"], SIZE["rows"])
    full_s = median_s(lambda: prove(layer.faces, layer.parent_of, layer.parents), runs=FULL_RUNS)
    ratios, remarks = [], []
    for count, (columns, rows, most_ms) in BLOCKS.items():
        old, new = _change(layer.faces, columns, rows)
        require_agreement(prove_change(old, new).ok, "The proof of a change refuses a sound one")
        ours_s = median_s(lambda old=old, new=new: prove_change(old, new), runs=RUNS)
        work = f"prove a change of {count} of {len(layer.faces):,} faces"
        goal = AT_LEAST.get(count)
        ratios.append(Ratio(work, "proof of them all", ours_s, full_s, RUNS, FULL_RUNS, at_least=goal))
        remarks.append(f"{count} faces: {ours_s * 1e3:.3f} ms (goal: under {most_ms:g} ms).")
    return Report("change", tuple(ratios), (*remarks, _plant(layer.faces)))


def _change(faces, columns, rows):
    """Faces of a block in the midst, and what takes their place: every vertex inside the block moved by one unit.

    A face alone has no vertex inside; it is divided into two.
    """
    across, up = SIZE["columns"] // 2 - columns // 2, SIZE["rows"] // 2 - rows // 2
    old = faces[[(across + i) * SIZE["rows"] + up + j for i in range(columns) for j in range(rows)]]
    if len(old) == 1:
        ring = shapely.get_coordinates(old)
        half = len(ring) // 2
        halves = np.r_[ring[: half + 1], ring[:1]], np.r_[ring[half:-1], ring[:1], ring[half : half + 1]]
        return old, shapely.polygons([shapely.linearrings(each) for each in halves])
    edge = {tuple(vertex) for vertex in to_lattice(shapely.get_coordinates(shapely.coverage_union_all(old))).tolist()}

    def move(lonlat):
        units = to_lattice(lonlat)
        units[[tuple(vertex) not in edge for vertex in units.tolist()]] += 1
        return from_lattice(units)

    return old, shapely.transform(old, move)


def _plant(faces):
    """Changes of ten faces with one vertex of one new face moved by a unit: what was refused, in words."""
    rng = np.random.default_rng(11)
    old, new = _change(faces, *BLOCKS[10][:2])
    for _ in range(SIZE["mutations"]):
        wrong = new.copy()
        face = rng.integers(len(new))
        vertices = shapely.get_coordinates(new[face])
        vertices[rng.integers(1, len(vertices) - 1)] += rng.permutation([rng.choice([-1, 1]), 0]) / UNITS_PER_DEGREE
        wrong[face] = shapely.polygons(vertices)
        require_agreement(not prove_change(old, wrong).ok, "The proof of a change accepts a vertex out of its place")
    return f"All {SIZE['mutations']} planted mutations, one vertex of one face moved by one unit (1 cm), were refused."
