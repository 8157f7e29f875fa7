"""A finding keeps its id from run to run, whatever else changes, and shares it with no other."""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.checking.check import check
from gis.checking.findings import Finding
from gis.checking.identity import identified
from tests.gis.coverages import coverages
from tests.gis.faults import nudged

LON, LAT, STEP = 105.44, 28.88, 0.001
nonempty_coverages = coverages().filter(lambda drawn: len(drawn[0]) > 0)


def square(column, row, width=1, height=1):
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


def names(faces):
    return [f"{k:03d}" for k in range(len(faces))]


def ids_of(faces, **options):
    faces, ids = list(faces.values()), list(faces)
    return {(f.code, f.faces): f.id for f in check(faces, ids, **options).findings}


LAYER = {
    "A": square(0, 0),
    "B": square(0.9, 0),
    "C": square(0, 1, 2),
    "D": square(0, 2.1),
    "E": square(1, 2),
    "F": square(0, 3.1, 2),
}


@settings(deadline=None, max_examples=40)
@given(nonempty_coverages, st.data())
def test_no_two_faults_of_a_report_share_an_id(drawn, data):
    faces, parent = drawn
    for _ in range(3):
        faces, _ = data.draw(nudged(faces))
    findings = check(faces, names(faces), parent=parent).findings
    assert len({f.id for f in findings}) == len(findings)


@settings(deadline=None, max_examples=40)
@given(nonempty_coverages, st.data())
def test_the_order_of_the_faces_changes_no_id(drawn, data):
    faces, parent = drawn
    faces, _ = data.draw(nudged(faces))
    order = list(data.draw(st.permutations(range(len(faces)))))
    ids = np.array(names(faces))
    one, other = check(faces, ids, parent=parent), check(faces[order], ids[order], parent=parent)
    assert [f.id for f in one.findings] == [f.id for f in other.findings]


def test_a_fault_keeps_its_id_when_others_are_mended_or_made():
    before = ids_of(LAYER)
    after = ids_of(LAYER | {"F": square(0, 3.05, 2), "G": square(5, 5), "H": square(5.5, 5)})
    assert ("overlap", ("A", "B")) in before and ("overlap", ("G", "H")) in after
    kept = {key for key in before if key in after and "F" not in key[1]}
    assert kept and all(before[key] == after[key] for key in kept)


def test_noise_in_the_last_digits_changes_no_id_also_at_coordinates_of_seven_or_eight_decimals():
    for shift in (0, 0.5e-7, 0.1e-7):
        layer = {name: shapely.transform(face, lambda xy, by=shift: xy + by) for name, face in LAYER.items()}
        before = ids_of(layer)
        for wave in range(1, 6):  # equal coordinates stay equal
            noisy = {
                name: shapely.transform(face, lambda xy, k=wave: xy + 1e-13 * np.sin(k * 1e9 * xy))
                for name, face in layer.items()
            }
            assert ids_of(noisy) == before


def test_a_gap_keeps_its_id_when_a_neighbour_is_divided():
    ring = square(0, 0, 3, 3).difference(square(1, 1))
    west, east = ring.intersection(square(0, 0, 0.5, 3)), ring.intersection(square(0.5, 0, 2.5, 3))
    (whole,), parts = ids_of({"A": ring}).values(), ids_of({"A": west, "B": east})
    assert [name for (code, _), name in parts.items() if code == "gap"] == [whole]


def test_a_fault_that_grows_by_a_metre_is_another_one():
    grown = ids_of(LAYER | {"B": square(0.89, 0)})
    assert grown["overlap", ("A", "B")] != ids_of(LAYER)["overlap", ("A", "B")]


def test_faults_at_one_place_are_told_apart_by_their_exact_place_and_what_is_alike_is_numbered():
    dot = Finding("spike", ("A",), geometry=shapely.Point(105, 28))
    beside = replace(dot, geometry=shapely.Point(105.0000002, 28))
    nameless = Finding("null_geometry", ("",))
    found = identified([dot, beside, nameless, nameless, nameless])
    assert len({f.id for f in found}) == 5
    assert [f.id for f in found[2:]] == [found[2].id + suffix for suffix in ("", "-2", "-3")]


def test_triangles_that_share_a_box_are_two_gaps():
    low, high = shapely.Polygon([(105, 28), (106, 28), (106, 29)]), shapely.Polygon([(105, 28), (106, 29), (105, 29)])
    found = identified([Finding("gap", ("A",), geometry=low), Finding("gap", ("A",), geometry=high)])
    assert found[0].id != found[1].id


def test_an_id_is_short_and_printable():
    for name in ids_of(LAYER).values():
        assert len(name) == 10 and name.isalnum() and name.islower() and name.isascii()
