"""Split into parts of equal weight, and the refusals."""

import numpy as np
import shapely

from gis.editing.balance import split_balanced
from gis.editing.change import apply, invert
from gis.editing.coverage import coverage_of
from tests.gis.drawings import at, box, refused, size


def test_a_face_is_split_by_households():
    long = coverage_of(["a"], [box(0, 0, 90_000, 10_000)])
    rng = np.random.default_rng(5)
    homes = at(*np.column_stack([rng.integers(0, 30_000, 600), rng.integers(0, 10_000, 600)]).tolist())
    edit = split_balanced(long, "a", parts=3, points=homes)
    counts = [int(shapely.intersects_xy(face, homes).sum()) for face in edit.coverage.faces]
    assert sum(counts) == 600 and max(counts) - min(counts) <= 18


def test_a_bent_face_with_a_hole_is_split_by_area_into_connected_parts():
    bent = shapely.difference(box(0, 0, 10_000, 10_000), box(4000, 4000, 10_000, 10_000))
    bent = shapely.difference(bent, box(1000, 1000, 2000, 2000))
    edit = split_balanced(coverage_of(["a"], [bent]), "a", parts=4)
    sizes = [size(edit.coverage, name) for name in edit.coverage.ids]
    assert max(sizes) < 1.06 * min(sizes) and (shapely.get_num_geometries(edit.coverage.faces) == 1).all()


def test_of_a_face_in_several_pieces_each_is_cut_as_often_as_its_weight_calls_for():
    #  +-----------+   +-----+   +-+
    #  | 6 × 3     |   | 3×3 |   +-+ too small for a part of its own
    #  +-----------+   +-----+
    pieces = [box(0, 0, 60_000, 30_000), box(70_000, 0, 100_000, 30_000), box(110_000, 0, 111_000, 1000)]
    edit = split_balanced(coverage_of(["a"], [shapely.union_all(pieces)]), "a", parts=3)
    shares = np.array([size(edit.coverage, name) for name in edit.coverage.ids]) / size(coverage_of(["a"], pieces[1:2]), "a")
    assert sorted(shares.round(3).tolist()) == [1, 1, 1.001]
    assert sorted(shapely.get_num_geometries(edit.coverage.faces).tolist()) == [1, 1, 2]


def test_pieces_of_land_may_be_parted_without_a_cut_and_homes_decide_who_gets_the_empty_one():
    pieces = [box(0, 0, 9000, 9000), box(20_000, 0, 21_000, 1000), box(30_000, 0, 31_000, 1000)]
    homes = at((20_500, 500), (20_600, 500), (30_500, 500))
    far = coverage_of(["a"], [shapely.union_all(pieces)])
    edit = split_balanced(far, "a", parts=2, points=homes)
    assert not len(edit.change.inserted) and len(edit.coverage) == 2
    loads = [int(shapely.intersects_xy(face, homes).sum()) for face in edit.coverage.faces]
    assert loads == [1, 2] and shapely.get_num_geometries(edit.coverage.faces).tolist() == [2, 1]
    assert apply(invert(edit.change), edit.coverage) == far


def test_balance_is_refused_with_reasons(row):
    assert refused(split_balanced, row, "a", parts=1) == "bad_part_count"
    assert refused(split_balanced, row, "a", parts=2.5) == "bad_part_count"
    assert refused(split_balanced, row, "a", parts=2, points=at((5000, 5000))) == "no_weight"
    assert refused(split_balanced, row, "a", parts=2, points=at((500, 500)), weights=[-1]) == "bad_weights"
    assert refused(split_balanced, row, "a", parts=2, weights=[1]) == "bad_weights"
