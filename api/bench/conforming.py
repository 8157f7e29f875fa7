"""Benchmark `conform`: 50,000 faces with narrow gaps and overlaps become an exact tiling of their parent."""

import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, require_agreement
from gis import engine
from gis.conforming.conform import conform
from gis.lattice import from_lattice, to_lattice
from gis.measures import geodesic_area_m2
from gis.tiling import prove

SIZE = {"columns": 250, "rows": 200, "faults": 200}
AT_MOST = 2
SNAP_M = 0.5
WIDEST = 40  # lattice units, 0.4 m: narrower than what is snapped


def run():
    """Compare conforming, the proof against the parent included, with ``shapely.coverage_clean`` alone."""
    engine.warm()
    layer = nested(SIZE["columns"], SIZE["rows"])
    codes, parent = layer.codes.tolist(), shapely.coverage_union_all(layer.parents)
    faces = jolted(layer.faces, SIZE["faults"])

    def ours():
        return conform(faces, codes, parent=parent, snap_m=SNAP_M)

    def peer():
        return shapely.coverage_clean(faces)

    mends = _require_exact(ours(), faces, parent)
    work = f"conform {len(faces):,} faces with {SIZE['faults']} narrow faults, and prove the result"
    left_m2 = geodesic_area_m2([shapely.symmetric_difference(shapely.coverage_union_all(peer()), parent)])[0]
    remarks = (
        f"{mends} mends; the result tiles the parent to the last lattice unit, which the proof says anew. "
        f"coverage_clean knows no parent: its faces differ from it by {left_m2:.1f} m².",
    )
    return Report("conform", (Ratio(work, "shapely.coverage_clean", *in_turns(ours, peer), at_most=AT_MOST),), remarks)


def jolted(faces, count):
    """Faces of which some have one vertex moved by up to :data:`WIDEST` lattice units, each time another way.

    Parameters
    ----------
    faces : ndarray of Polygon, shape (n,)
    count : int

    Returns
    -------
    ndarray of Polygon, shape (n,)

    Examples
    --------
    >>> layer = nested(20, 20)
    >>> int((jolted(layer.faces, 10) != layer.faces).sum())
    10
    """
    rng, moved = np.random.default_rng(17), faces.copy()
    for face in np.linspace(0, len(faces) - 1, count).astype(np.int64).tolist():
        units = to_lattice(shapely.get_coordinates(faces[face]))
        units[2] += rng.integers(1, WIDEST // 2, 2) * rng.choice([-1, 1], 2)
        moved[face] = shapely.polygons(from_lattice(units))
    return moved


def _require_exact(answer, faces, parent):
    """The faces tile the parent and there was something to mend; how many mends there were."""
    exact = prove(answer.faces, np.zeros(len(answer.faces), dtype=np.int64), [answer.parent]).ok
    same_land = shapely.equals(answer.parent, parent)
    tiles = answer.ok and exact and same_land and answer.mends and not shapely.coverage_is_valid(faces)
    require_agreement(tiles, "The conformed faces do not tile their parent")
    return len(answer.mends)
