"""Locked faces never change: not in shape and not by a node; where no tiling leaves them as they are, they are named."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gis.conforming.conform import conform
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from tests.gis.coverages import coverages
from tests.gis.test_conform import bits, box, faulty, names, polygon

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def refusal_of(*args, **options):
    with pytest.raises(Refusal) as refused:
        conform(*args, **options)
    assert refused.value.code == "locked_faces"
    return refused.value


@LAWS
@given(faulty(), st.data(), st.sampled_from([0.0, 0.5]), st.booleans())
def test_they_come_out_bit_by_bit_or_are_named(layer, data, snap_m, free):
    faces, parent = layer
    ids = names(faces)
    locked = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    options = {"snap_m": snap_m, "parent": None if free else parent, "locked": locked}
    try:
        answer = conform(faces, ids, **options)
    except Refusal as refusal:
        assert refusal.code in {"does_not_settle", "not_nodable", "outside_parent", "locked_faces"}, refusal
        assert refusal.code != "locked_faces" or set(refusal.details["faces"]) <= locked
        return
    rows = [ids.index(name) for name in locked]
    assert bits(answer.faces[rows]) == bits(faces[rows])
    again = conform(answer.faces, answer.ids, **options)
    assert bits(again.faces) == bits(answer.faces)


@LAWS
@given(coverages(largest=5, steps=(1000, 100_000)), st.integers(0, 2**32), st.sampled_from([1, 3, 20]))
def test_faces_that_were_drawn_anew_by_hand_fit_to_locked_ones_again(made, seed, far):
    """A tiling with the locked faces as they are exists, and is found."""
    faces, parent = made
    assume(len(faces) > 1)
    rng = np.random.default_rng(seed)
    locked = rng.random(len(faces)) < 0.5
    drawn = np.array([face if kept else redrawn(face, rng, far) for face, kept in zip(faces, locked, strict=True)])
    assume(locked.any() and shapely.is_valid(drawn).all())
    answer = conform(drawn, names(faces), parent=parent, locked=np.array(names(faces))[locked].tolist())
    assert answer.ok and bits(answer.faces[locked]) == bits(faces[locked])


def redrawn(face, rng, far):
    """Half of the vertices moved by up to some units."""
    units = to_lattice(shapely.get_coordinates(face))
    points, which = np.unique(units, axis=0, return_inverse=True)
    by = rng.integers(-far, far + 1, points.shape) * (rng.random(len(points)) < 0.5)[:, None]
    return shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(face)), from_lattice(units + by[which.ravel()]))


def test_an_edge_along_which_another_face_overlaps_gets_no_node():
    # B begins 1 m inside of A; its corners lie on A's edges, where nothing ends once the overlap is A's
    a, b = box(0, 0, 1000, 1000), box(900, 0, 2000, 1000)
    answer = conform([a, b], ["A", "B"], locked=["A"], snap_m=0, strategy="smallest")
    assert answer.ok and bits(answer.faces)[0] == bits([a])[0]
    assert answer.faces[1].equals_exact(box(1000, 0, 2000, 1000), normalize=True)


def test_a_gap_beside_it_goes_to_the_face_that_goes_on_there():
    #   +-----+------+
    #   |     |   B  |      the gap g has the longer border with C, but then B and C would meet
    #   |  A  +~~~~~~+ g    inside of A's edge
    #   |     |      |
    #   |     |   C  |      A's corner is at C's
    #   +-----+------+
    a = polygon((0, 0), (1000, 0), (1000, 500), (1000, 1000), (0, 1000))
    b = polygon((1000, 510), (1500, 505), (2000, 510), (2000, 1000), (1000, 1000))
    c = polygon((1000, 0), (2000, 0), (2000, 510), (1000, 500))
    options = {"snap_m": 0, "parent": box(0, 0, 2000, 1000), "strategy": "largest"}
    free = conform([a, b, c], ["A", "B", "C"], **options)
    answer = conform([a, b, c], ["A", "B", "C"], locked=["A"], **options)
    assert free.touched[0] and bits(answer.faces)[0] == bits([a])[0]
    assert answer.ok and [mend.to for mend in answer.mends if mend.kind == "gap"] == ["B"]


def test_a_border_that_ends_beside_its_corner_is_led_to_the_corner():
    # B and C end 20 cm below A's corner, on A's edge
    a = polygon((0, 0), (1000, 0), (1000, 500), (1000, 1000), (0, 1000))
    b = polygon((1000, 480), (2000, 480), (2000, 1000), (1000, 1000))
    c = box(1000, 0, 2000, 480)
    answer = conform([a, b, c], ["A", "B", "C"], locked=["A"], snap_m=0.5)
    assert answer.ok and bits(answer.faces)[0] == bits([a])[0] and 0.2 < answer.max_shift_m < 0.23
    far = refusal_of([a, b, c], ["A", "B", "C"], locked=["A"], snap_m=0.1)
    assert "locked face A would need a node at (105.4001, 28.800048), where B, C" in far.message


def test_what_no_tiling_can_leave_as_it_is_is_refused_by_name():
    a, b, wide = box(0, 0, 1000, 1000), box(0, 1000, 500, 2000), box(900, 0, 2000, 800)
    other = box(500, 1000, 1000, 2000)
    ending = refusal_of([a, b, other], ["A", "B", "C"], locked=["A"], snap_m=0)
    assert "locked face A" in ending.message and "where B, C has" in ending.message
    assert "locked faces A, B overlap" in refusal_of([a, wide], ["A", "B"], locked=["A", "B"]).message
    beyond = refusal_of([a, b], ["A", "B"], locked=["A"], parent=box(0, -10, 900, 2000))
    assert "locked face A reaches out of its parent" in beyond.message
    bow = polygon((0, 0), (1000, 1000), (1000, 0), (0, 1000))
    assert refusal_of([bow], ["A"], locked=["A"]).details["faces"] == ["A"]
