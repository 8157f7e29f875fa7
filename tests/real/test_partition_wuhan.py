"""A district of Wuhan divided along all of its roads at once: the blocks tile it exactly, and stay so whatever is done."""

from functools import reduce

import geopandas
import numpy as np
import pytest
import shapely

from gis.conforming.conform import conform
from gis.editing.balance import split_balanced
from gis.editing.change import apply, invert, prove_change
from gis.editing.composing import compose
from gis.editing.coverage import coverage_of
from gis.editing.insertion import with_nodes
from gis.editing.merge import dissolve_level, merge
from gis.editing.split import split
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice
from gis.measuring.clarity import clarity
from gis.measuring.neighbours import neighbours
from gis.tiling import prove
from tests.gis.edits import area_within, outline_of, total_area

pytestmark = pytest.mark.real_data

HALF_KM = 4.5


@pytest.fixture(scope="module")
def district(real_data):
    """A square of the city as a coverage of one face, and the roads that lead through it, in degrees."""
    lines = geopandas.read_parquet(real_data / "roads" / "wuhan_8989_simplified.parquet").to_crs(4490).geometry.values
    middle = np.median(shapely.get_coordinates(lines), axis=0)
    half = HALF_KM / 111.2 * np.array([1 / np.cos(np.radians(middle[1])), 1])
    square = shapely.box(*from_lattice(to_lattice([middle - half, middle + half])).ravel())
    return coverage_of(["district"], [square]), through_roads(lines[shapely.intersects(lines, square)], square)


def through_roads(lines, square):
    """The roads on the lattice, noded, without those that end inside of a block."""
    units = shapely.transform(lines, lambda lonlat: to_lattice(lonlat).astype(float))
    outline = shapely.transform(square, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE)).exterior
    noded = shapely.get_parts(shapely.unary_union([*units, outline], grid_size=1))
    blocks, bridges, _, _ = shapely.polygonize_full(noded)
    enclosing = shapely.get_parts(shapely.unary_union(shapely.boundary(shapely.get_parts(blocks))))
    merged = shapely.line_merge(shapely.multilinestrings([*enclosing, *shapely.get_parts(bridges)]))
    return shapely.transform(shapely.get_parts(merged), from_lattice)


@pytest.fixture(scope="module")
def partition(district):
    """The edit that divides the district."""
    whole, roads = district
    return split(whole, "district", list(roads))


def test_the_whole_district_is_divided_at_once_and_tiled_exactly(district, partition):
    whole, _ = district
    blocks = partition.coverage
    assert 626 <= len(blocks) <= 1346
    parent = with_nodes(whole.faces, partition.outline_nodes)
    assert prove(blocks.faces, np.zeros(len(blocks), dtype=int), parent).ok
    assert total_area(blocks) == area_within(outline_of(whole, partition.outline_nodes))
    assert apply(invert(partition.change), blocks) == whole


def test_nearly_all_borders_of_the_blocks_are_roads(district, partition):
    _, roads = district
    found = clarity(partition.coverage.faces, roads, ["road"] * len(roads), tolerance_m=0.1)
    assert np.median(found.share) == 1.0 and (found.border_m * found.share).sum() > 0.97 * found.border_m.sum()


def test_the_blocks_dissolve_into_the_district(district, partition):
    whole, _ = district
    level = dissolve_level(partition.coverage, lambda name: "district").coverage
    assert outline_of(level) == outline_of(whole, partition.outline_nodes)


def test_blocks_are_made_into_grids_by_one_composed_change_and_back(partition):
    """Small blocks go to a neighbour, large ones are halved; all of it is one change, proven by the changed faces alone."""
    blocks, changes = partition.coverage, []
    coverage = blocks
    area = dict(zip(blocks.ids.tolist(), shapely.area(blocks.faces).tolist(), strict=True))
    by_size = sorted(area, key=lambda name: (area[name], name))
    for name in by_size[:60] + by_size[-15:]:
        edit = smaller_or_larger(coverage, name, area[name] < area[by_size[len(by_size) // 2]])
        if edit is not None:
            changes.append(edit.change)
            coverage = edit.coverage
    assert len(changes) >= 60
    whole = reduce(compose, changes)
    prove_change(whole)
    assert apply(whole, blocks) == coverage and apply(invert(whole), coverage) == blocks
    assert outline_of(coverage) == outline_of(blocks, whole.inserted)


def smaller_or_larger(coverage, name, is_small):
    try:
        if not is_small:
            return split_balanced(coverage, name, parts=2)
        beside = coverage.take(coverage.near(shapely.bounds(coverage.face(name))))
        second, length_m = longest_beside(beside, name)
        return merge(coverage, [name, second], into=second) if length_m else None
    except Refusal as refusal:
        assert refusal.code in {"unknown_face", "id_taken"}  # it went to a neighbour before
        return None


def longest_beside(coverage, name):
    others, border_m = neighbours(coverage.faces, rule="rook").of(coverage.rows([name])[0])
    beside = zip(border_m.tolist(), coverage.ids[others].tolist(), strict=True)
    length_m, second = max(beside, default=(0.0, ""))
    return second, length_m


def test_the_blocks_are_conformed_to_themselves_and_after_rough_handling_tile_again(district, partition):
    blocks = partition.coverage
    answer = conform(blocks.faces, blocks.ids.tolist(), gap_width_m=0.0)
    assert answer.ok and not answer.touched.any()
    rng = np.random.default_rng(11)
    rough = blocks.faces.copy()
    for k in rng.choice(len(rough), 40, replace=False):
        units = to_lattice(shapely.get_coordinates(rough[k]))
        units[1:-1] += rng.integers(-9, 10, (len(units) - 2, 2)) * (rng.random(len(units) - 2) < 0.2)[:, None]
        moved = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(rough[k])), from_lattice(units))
        rough[k] = moved if shapely.is_valid(moved) else rough[k]
    parent = with_nodes(district[0].faces, partition.outline_nodes)[0]
    answer = conform(rough, blocks.ids.tolist(), parent=parent)
    assert answer.ok and answer.max_shift_m <= 0.5
    again = conform(answer.faces, answer.ids, parent=answer.parent)
    assert not again.touched.any()
