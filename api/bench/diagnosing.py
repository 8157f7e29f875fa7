"""Benchmark `diagnose`: 40 faults planted in 50,000 faces, each told with its kind, its faces and its polygon."""

import tracemalloc
from dataclasses import dataclass

import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, require_agreement
from gis import engine
from gis.checking.check import check
from gis.lattice import from_lattice, to_lattice
from gis.measures import geodesic_area_m2

SIZE = {"columns": 250, "rows": 200}
PLANTED = {"overlap": 20, "gap": 17, "notch": 3}
AT_MOST = 1.2
WIDEST = 1500  # lattice units by which a vertex is moved at most: far from every other border


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault: its code, the faces to be named with it, and its polygon."""

    code: str
    faces: tuple
    shape: shapely.Geometry


def run():
    """Compare the full diagnosis with ``shapely.coverage_is_valid``, which says no more than whether all borders match."""
    engine.warm()
    layer = nested(SIZE["columns"], SIZE["rows"])
    codes, parent = layer.codes.tolist(), shapely.coverage_union_all(layer.parents)
    faces, faults = plant(layer.faces, codes, SIZE["rows"])
    require_all_found(check(faces, codes, parent=parent).findings, faults, faces)
    work = f"diagnose {len(faces):,} faces with {len(faults)} faults: kind, faces, polygon"
    times = in_turns(lambda: check(faces, codes, parent=parent), lambda: shapely.coverage_is_valid(faces))
    remarks = (
        f"All {len(faults)} planted faults were found with their faces and polygons, and nothing else was reported: "
        f"{PLANTED['overlap']} overlaps, {PLANTED['gap']} enclosed gaps, {PLANTED['notch']} notches open to the outside, "
        f"by a vertex moved between 1 and {WIDEST:,} lattice units. coverage_is_valid says only that some border is wrong.",
        f"The diagnosis takes {_memory(faces, codes, parent):.1f} times the memory of the coordinates.",
    )
    return Report("diagnose", (Ratio(work, "shapely.coverage_is_valid", *times, at_most=AT_MOST),), remarks)


def plant(faces, codes, rows):
    """Move a vertex in the lower border of some faces, down into the neighbour or up to leave a part without cover.

    Parameters
    ----------
    faces : ndarray of Polygon, shape (n,)
        Of :func:`api.bench.coverages.nested`, column by column.
    codes : sequence of str, shape (n,)
    rows : int
        Faces in a column.

    Returns
    -------
    faces : ndarray of Polygon, shape (n,)
    faults : list of Fault

    Examples
    --------
    >>> layer = nested(20, 20)
    >>> faces, faults = plant(layer.faces, layer.codes.tolist(), 20)
    >>> len(faults), int((faces != layer.faces).sum())
    (40, 40)
    """
    kinds = np.repeat(list(PLANTED), list(PLANTED.values()))
    moved, faults = faces.copy(), []
    amounts = np.geomspace(1, WIDEST, len(kinds)).round().astype(np.int64)
    at = _spread(len(faces), rows, kinds == "notch")
    for kind, amount, face in zip(kinds.tolist(), np.random.default_rng(3).permutation(amounts), at, strict=True):
        up = -amount if kind == "overlap" else amount
        moved[face], shape = _with_bend_moved(faces[face], up)
        named = (codes[face],) if kind == "notch" else (codes[face - 1], codes[face])
        faults.append(Fault("overlap" if kind == "overlap" else "gap", named, shape))
    return moved, faults


def _spread(count, rows, on_edge):
    """Faces apart from one another: some in the lowest row, the others above it."""
    columns = count // rows
    inner = [column * rows + row for column in range(1, columns, 2) for row in range(2, rows, 3)]
    edge = [column * rows for column in range(2, columns, 2)]
    inner = iter(inner[:: len(inner) // np.count_nonzero(~on_edge)])
    edge = iter(edge[:: len(edge) // np.count_nonzero(on_edge)])
    return [next(edge if one else inner) for one in on_edge]


def _with_bend_moved(face, up):
    """The face with its third vertex moved up, and the polygon between the old border and the new one."""
    units = to_lattice(shapely.get_coordinates(face))
    before, old, after = units[1:4].copy()
    units[2, 1] += up
    between = shapely.polygons(from_lattice(np.array([before, old, after, units[2]])))
    return shapely.polygons(from_lattice(units)), between


def require_all_found(findings, faults, faces):
    """Refuse findings that are not each fault once, with its code, faces, polygon and area, and nothing besides.

    Parameters
    ----------
    findings : sequence of Finding
    faults : list of Fault
    faces : ndarray of Polygon, shape (n,)

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    found = sorted(findings, key=lambda finding: (finding.code, finding.faces))
    planted = sorted(faults, key=lambda fault: (fault.code, fault.faces))
    same = [(f.code, f.faces) for f in found] == [(f.code, f.faces) for f in planted]
    if same:
        shapes = np.array([f.shape for f in planted])
        same = shapely.equals([f.geometry for f in found], shapes).all()
        same &= np.allclose([f.area_m2 for f in found], geodesic_area_m2(shapes), rtol=1e-6)
    require_agreement(same and not shapely.coverage_is_valid(faces), "The diagnosis is not exactly the planted faults")


def _memory(faces, codes, parent):
    """Most memory in use on the way, over that of the coordinates of the faces."""
    tracemalloc.start()
    try:
        check(faces, codes, parent=parent)
        return tracemalloc.get_traced_memory()[1] / (shapely.get_num_coordinates(faces).sum() * 16)
    finally:
        tracemalloc.stop()
