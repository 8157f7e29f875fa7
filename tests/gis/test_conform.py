"""Laws of conforming, on random coverages with planted faults, and the rules case by case."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.bench.coverages import nested
from gis.conforming.conform import conform
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.tiling import prove
from tests.gis.coverages import coverages
from tests.gis.faults import in_units

WEST, SOUTH = 1_054_000_000, 288_000_000
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def box(west, south, east, north):
    """A rectangle by lattice units counted from a corner of the city; 1000 units are 10 to 11 m."""
    return shapely.box(*from_lattice([[WEST + west, SOUTH + south], [WEST + east, SOUTH + north]]).ravel())


def polygon(*points):
    return shapely.Polygon(from_lattice(np.array(points) + np.array([WEST, SOUTH])))


def names(faces):
    return [f"{k:03d}" for k in range(len(faces))]


def bits(faces):
    return [None if face is None else shapely.to_wkb(face) for face in faces]


@st.composite
def faulty(draw):
    """A coverage with vertices of single faces moved, faces taken away, doubled or laid over the others."""
    faces, parent = draw(coverages(largest=4).filter(lambda made: len(made[0]) > 0 and shapely.is_valid(made[0]).all()))
    faces = list(faces)
    for _ in range(draw(st.integers(0, 4))):
        which = draw(st.integers(0, len(faces) - 1))
        faces[which] = draw(jittered(faces[which]))
    if draw(st.booleans()):
        faces.append(draw(patch(parent)))
    if len(faces) > 2 and draw(st.booleans()):
        del faces[draw(st.integers(0, len(faces) - 1))]
    return np.array(faces, dtype=object), parent


@st.composite
def jittered(draw, face):
    """One vertex moved, or one put into an edge, by a lattice unit up to half a square."""
    units = to_lattice(shapely.get_coordinates(face))
    far = draw(st.sampled_from([1, 3, 40, 30_000]))
    by = draw(st.tuples(st.integers(-far, far), st.integers(-far, far)))
    which = draw(st.integers(0, len(units) - 1))
    moved = np.where((units == units[which]).all(axis=1)[:, None], units + np.array(by), units)
    answer = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(face)), from_lattice(moved))
    return answer


@st.composite
def patch(draw, parent):
    west, south, east, north = to_lattice(np.array(shapely.bounds(parent)).reshape(2, 2)).ravel().tolist()
    x = sorted(draw(st.tuples(st.integers(west - 50, east), st.integers(west, east + 50))))
    y = sorted(draw(st.tuples(st.integers(south - 50, north), st.integers(south, north + 50))))
    return shapely.box(*from_lattice([[x[0], y[0]], [x[1] + 1, y[1] + 1]]).ravel())


def conformed(faces, ids, **options):
    """The answer, or None where it was refused with a word for it."""
    try:
        return conform(faces, ids, **options)
    except Refusal as refusal:
        assert refusal.code in {"does_not_settle", "not_nodable", "outside_parent"}, refusal
        return None


class TestLaws:
    @LAWS
    @given(faulty(), st.sampled_from([0.0, 0.05, 0.5]), st.booleans())
    def test_the_result_tiles_or_says_what_is_open_and_a_second_run_changes_nothing(self, layer, snap_m, free):
        faces, parent = layer
        options = {"snap_m": snap_m, "gap_width_m": 2.0, "parent": None if free else parent}
        answer = conformed(faces, names(faces), **options)
        if answer is None:
            return
        assert answer.max_shift_m <= snap_m
        assert answer.noding_m < 0.03
        land = [face for face in answer.faces if face is not None]
        assert shapely.is_valid(land).all()
        gaps = [mend.geometry for mend in answer.mends if mend.kind == "gap" and not mend.accepted]
        if free and not gaps:
            assert answer.proof.ok
        if not free:
            assert prove([*land, *gaps], np.zeros(len(land) + len(gaps), dtype=int), [answer.parent]).ok
        again = conform(answer.faces, answer.ids, **options)
        assert bits(again.faces) == bits(answer.faces)
        assert not again.touched.any()

    @LAWS
    @given(faulty(), st.randoms())
    def test_the_order_of_the_faces_never_matters(self, layer, random):
        faces, parent = layer
        order = list(range(len(faces)))
        random.shuffle(order)
        one = conformed(faces, names(faces), parent=parent)
        other = conformed(faces[order], [names(faces)[k] for k in order], parent=parent)
        assert (one is None) == (other is None)
        if one is not None:
            assert bits(other.faces) == [bits(one.faces)[k] for k in order]
            assert other.mends == one.mends

    @LAWS
    @given(coverages(largest=4).filter(lambda made: len(made[0]) > 0), st.booleans())
    def test_a_coverage_comes_out_as_it_came_in(self, made, free):
        faces, parent = made
        answer = conform(faces, names(faces), parent=None if free else parent, gap_width_m=0.0)
        assert not answer.touched.any()
        assert bits(answer.faces) == bits(faces)
        if not free:
            assert answer.ok

    @LAWS
    @given(faulty(), st.data())
    def test_a_refused_mend_is_left_out_and_stays_out(self, layer, data):
        faces, parent = layer
        first = conformed(faces, names(faces), parent=parent)
        land = ("overlap", "contained", "duplicate", "gap", "outside")
        wide = 0.05  # what is as narrow as the lattice may be noded away
        done = [m.id for m in first.mends if m.accepted and m.kind in land and m.width_m > wide] if first else []
        if not done:
            return
        refuse = {data.draw(st.sampled_from(sorted(set(done))))}
        answer = conformed(faces, names(faces), parent=parent, refuse=refuse)
        if answer is None:
            return
        assert [m.question for m in answer.mends if m.id in refuse] == ["refused"]
        assert not answer.ok
        again = conform(answer.faces, answer.ids, parent=parent, refuse=refuse)
        assert bits(again.faces) == bits(answer.faces)


def test_a_refused_mend_stays_out_where_its_border_passes_a_vertex_within_a_rounding():
    """Only once the mend is refused, the vertex (0, 0) is on a border that does not cancel."""
    faces = [polygon((0, 0), (0, 2), (2, 0), (4, 2), (4, 0), (2, 0)), polygon((1, -50), (1, 1), (-17, 1), (-17, -50))]
    parent = polygon((0, 0), (0, 2), (2, 2), (4, 2), (4, 0), (2, 0))
    (outside,) = [mend for mend in conform(faces, ["A", "B"], parent=parent).mends if mend.kind == "outside"]
    answer = conform(faces, ["A", "B"], parent=parent, refuse={outside.id})
    assert [mend.question for mend in answer.mends if mend.id == outside.id] == ["refused"]
    again = conform(answer.faces, answer.ids, parent=parent, refuse={outside.id})
    assert bits(again.faces) == bits(answer.faces)


class TestOverlaps:
    # two faces side by side, the right one 100 units (1 m) too far to the left
    #  +-------+
    #  | A  +--+----+
    #  |    |  | B  |     A is higher, so B's border with the overlap is the shorter one
    #  +----+--+----+
    A, B = box(0, 0, 1000, 1200), box(900, 0, 2000, 800)

    def test_go_to_the_face_with_the_longest_border_with_them(self):
        answer = conform([self.A, self.B], ["A", "B"], snap_m=0)
        (mend,) = answer.mends
        assert answer.ok and (mend.kind, mend.faces, mend.to) == ("overlap", ("A", "B"), "A")
        assert [one.face for one in mend.candidates] == ["A", "B"]
        assert mend.candidates[0].border_m > mend.candidates[1].border_m > 0

    @pytest.mark.parametrize(
        ("options", "winner"),
        [
            ({"strategy": "largest"}, "A"),
            ({"strategy": "smallest"}, "B"),
            ({"strategy": "priority", "priority": ["B"]}, "B"),
            ({"locked": ["A"], "strategy": "smallest"}, None),
            ({"overlap_width_m": 0.5}, None),
        ],
    )
    def test_go_where_the_strategy_says(self, options, winner):
        if "locked" in options:  # B's border would need a node on A's
            with pytest.raises(Refusal) as refused:
                conform([self.A, self.B], ["A", "B"], snap_m=0, **options)
            assert refused.value.code == "locked_faces"
            return
        answer = conform([self.A, self.B], ["A", "B"], snap_m=0, **options)
        assert answer.mends[0].to == winner
        assert answer.ok == (winner is not None)

    def test_go_to_the_smallest_code_where_all_is_equal(self):
        pair = [box(0, 0, 1010, 1000), box(1000, 0, 2010, 1000)]
        for ids in (["A", "B"], ["B", "A"]):
            (mend,) = conform(pair, ids, snap_m=0).mends
            assert mend.to == "A" and mend.even

    def test_go_to_the_village_with_the_longest_border(self):
        # nobody has the strip between: 1 alone has the longest border, 2 and 3 of one village have more together
        #   +-------------+----+
        #   | 1           |    |
        #   +~~~~~~~~~~~~~+    |
        #   | 2    |   3       |
        ids = ["510502001001001", "510502002001001", "510502002001002"]
        faces = [box(0, 1100, 2000, 2000), box(0, 0, 1000, 1000), box(1000, 0, 3000, 1000)]
        faces[2] = faces[2].union(box(2000, 1000, 3000, 2000))
        options = {"snap_m": 0, "parent": box(0, 0, 3000, 2000)}
        by_face = conform(faces, ids, **options).mends[0]
        by_village = conform(faces, ids, strategy="by_village_code", **options).mends[0]
        assert (by_face.to, by_village.to) == (ids[0], ids[2])

    def test_are_given_to_whom_a_person_says(self):
        known = conform([self.A, self.B], ["A", "B"], snap_m=0).mends[0].id
        answer = conform([self.A, self.B], ["A", "B"], snap_m=0, give={known: "B"})
        assert answer.ok and answer.mends[0].to == "B"

    def test_of_a_locked_face_go_to_it_where_its_border_needs_no_node(self):
        locked = polygon((0, 0), (900, 0), (1000, 0), (1000, 800), (1000, 1200), (0, 1200))
        other = polygon((900, 0), (2000, 0), (2000, 800), (1000, 800), (900, 800))
        answer = conform([locked, other], ["A", "B"], snap_m=0, locked=["A"], strategy="smallest")
        assert answer.ok and bits(answer.faces)[0] == bits([locked])[0]


class TestFacesThatWouldVanish:
    def test_a_contained_face_is_carved_out(self):
        outer, inner = box(0, 0, 1000, 1000), box(200, 200, 400, 400)
        answer = conform([outer, inner], ["A", "B"])
        assert answer.ok and [m.kind for m in answer.mends] == ["contained"]
        assert len(answer.faces[0].interiors) == 1 and not answer.touched[1]

    def test_nested_ones_are_carved_from_the_inside(self):
        answer = conform([box(k * 200, k * 200, 1000 - k * 200, 1000 - k * 200) for k in range(3)], ["A", "B", "C"])
        assert answer.ok and [len(face.interiors) for face in answer.faces] == [1, 1, 0]

    def test_of_duplicates_the_smallest_code_keeps_the_land_and_a_person_is_asked(self):
        answer = conform([box(0, 0, 1000, 1000)] * 2, ["B", "A"])
        assert not answer.ok and answer.faces[0] is None and answer.faces[1] is not None
        assert sorted(m.question for m in answer.needs_a_person) == ["duplicate", "without_land"]

    def test_an_answer_settles_it(self):
        pair = [box(0, 0, 1000, 1000)] * 2
        asked = {m.kind: m.id for m in conform(pair, ["A", "B"]).needs_a_person}
        answer = conform(pair, ["A", "B"], give={asked["duplicate"]: "B"}, accept=[asked["duplicate"]])
        assert answer.faces[0] is None and answer.faces[1] is not None
        assert [m.question for m in answer.needs_a_person] == ["without_land"]


class TestGaps:
    @staticmethod
    def ring(width):
        """A square of four faces around a void of a width in units."""
        middle = 1000 + width
        return [
            box(0, 0, middle, 1000),
            box(middle, 0, 2000 + width, middle),
            box(1000, middle, 2000 + width, 2000 + width),
            box(0, 1000, 1000, 2000 + width),
        ]

    def test_up_to_the_width_are_filled(self):
        answer = conform(self.ring(100), list("ABCD"), gap_width_m=1.5)
        assert answer.ok and shapely.union_all(answer.faces).equals(box(0, 0, 2100, 2100))

    def test_beyond_it_are_left_and_asked_about(self):
        answer = conform(self.ring(100), list("ABCD"), gap_width_m=0.5, snap_m=0)
        assert not answer.ok and shapely.equals(answer.faces, self.ring(100)).all()  # but for their nodes
        (mend,) = answer.needs_a_person
        assert (mend.kind, mend.question, mend.accepted) == ("gap", "wide_gap", False)
        assert mend.width_m == pytest.approx(0.98, abs=0.02)
        assert len(mend.candidates) == 4 and set("ABCD") == {one.face for one in mend.candidates}

    def test_are_filled_when_a_person_accepts(self):
        known = conform(self.ring(100), list("ABCD"), gap_width_m=0.5).needs_a_person[0].id
        assert conform(self.ring(100), list("ABCD"), gap_width_m=0.5, accept=[known]).ok

    def test_are_as_wide_as_their_widest_place(self):
        # a ditch of 0.3 m with a pond of 10 m: on average narrow
        frame, ditch = box(0, 0, 12000, 12000), box(100, 1000, 11900, 1030).union(box(5000, 1000, 6000, 2000))
        answer = conform([frame.difference(ditch)], ["A"], gap_width_m=2.0)
        assert [m.question for m in answer.mends] == ["wide_gap"]
        assert answer.mends[0].width_m == pytest.approx(9.9, abs=0.3)

    def test_open_to_the_outside_are_closed_against_the_parent(self):
        # a notch of 1 m at the parent's northern border
        parent = box(0, 0, 2000, 1000)
        faces = [polygon((0, 0), (1000, 0), (1000, 1000), (500, 1000), (500, 900), (400, 900), (400, 1000), (0, 1000))]
        faces.append(box(1000, 0, 2000, 1000))
        answer = conform(faces, ["A", "B"], parent=parent)
        assert answer.ok and answer.faces[0].equals(box(0, 0, 1000, 1000)) and not answer.touched[1]
        assert not len(answer.parent_nodes) or answer.parent_nodes.shape[1] == 2


class TestParent:
    def test_land_outside_it_is_cut_and_nothing_is_taken_there(self):
        parent = box(0, 0, 2000, 1000)
        answer = conform([box(-300, 0, 1000, 1000), box(1000, 0, 2000, 1000)], ["A", "B"], parent=parent)
        assert answer.ok and answer.faces[0].equals(box(0, 0, 1000, 1000))
        assert [(m.kind, m.faces, m.to) for m in answer.mends] == [("outside", ("A",), None)]

    def test_its_holes_are_no_gaps(self):
        parent = box(0, 0, 3000, 3000).difference(box(1400, 1400, 1500, 1500))
        halves = [box(0, 0, 1500, 3000).difference(box(1400, 1400, 1500, 1500)), box(1500, 0, 3000, 3000)]
        answer = conform(halves, ["A", "B"], parent=parent)
        assert answer.ok and shapely.union_all(answer.faces).equals(parent)

    def test_it_gets_a_node_where_a_border_ends_on_its_edge(self):
        parent = polygon((0, 0), (3000, 0), (3000, 1000), (0, 1001))
        answer = conform([box(0, -100, 1000, 1100), box(1000, -100, 3000, 1100)], ["A", "B"], parent=parent)
        assert answer.ok and len(answer.parent_nodes) == 2
        assert (in_units([answer.parent])[0].symmetric_difference(in_units([parent])[0])).area < 3000

    def test_faces_that_do_not_meet_it_are_refused(self):
        with pytest.raises(Refusal) as refused:
            conform([box(0, 0, 10, 10)], ["A"], parent=box(5000, 5000, 6000, 6000))
        assert refused.value.code == "outside_parent"


class TestSnapping:
    def test_brings_borders_together_that_run_beside_each_other(self):
        left = polygon((0, 0), (1000, 0), (1003, 500), (1000, 1000), (0, 1000))
        right = polygon((1002, 1), (2000, 0), (2000, 1000), (1001, 1001), (1005, 499))
        answer = conform([left, right], ["A", "B"], parent=box(0, 0, 2000, 1000))
        assert answer.ok and 0 < answer.max_shift_m < 0.06
        assert {m.kind for m in answer.mends} <= {"snap", "bend"}
        vertices = np.unique(np.concatenate([to_lattice(shapely.get_coordinates(f)) for f in answer.faces]), axis=0)
        assert len(vertices) == 7

    def test_never_moves_anything_further_than_it_may(self):
        left = box(0, 0, 1000, 1000)
        right = box(960, 0, 2000, 1000)  # 0.4 m
        assert conform([left, right], ["A", "B"], snap_m=0.3).max_shift_m == 0
        assert 0.3 < conform([left, right], ["A", "B"], snap_m=0.5).max_shift_m <= 0.5

    def test_leaves_a_vertex_that_is_refused(self):
        left, right = box(0, 0, 1000, 1000), box(998, 0, 2000, 1000)
        snaps = [m.id for m in conform([left, right], ["A", "B"]).mends]
        answer = conform([left, right], ["A", "B"], refuse=snaps)
        assert answer.ok and {m.kind for m in answer.mends} == {"overlap"}


def test_t_junctions_get_their_node():
    answer = conform([box(0, 0, 2000, 1000), box(0, 1000, 900, 2000), box(900, 1000, 2000, 2000)], ["A", "B", "C"])
    assert answer.ok and not answer.mends and answer.touched.tolist() == [True, False, False]


def test_faces_beside_no_fault_stay_as_they_are():
    faces = [box(k * 1000, 0, k * 1000 + 1000 + 7 * (k == 3), 1000) for k in range(8)]
    answer = conform(faces, list("ABCDEFGH"))
    assert answer.ok and set(np.flatnonzero(answer.touched)) <= {3, 4}


def test_of_two_thousand_faces_only_those_at_forty_planted_faults_are_touched():
    made = nested(50, 40)
    faces, planted = made.faces.copy(), np.random.default_rng(7).choice(2000, 40, replace=False)
    for nth, which in enumerate(planted.tolist()):  # every other one a little larger, the others smaller
        units = to_lattice(shapely.get_coordinates(faces[which]))
        middle = units[:-1].mean(axis=0)
        grown = middle + (units - middle) * (1.02 if nth % 2 else 0.98)
        faces[which] = shapely.Polygon(from_lattice(np.rint(grown)))
    parent = shapely.coverage_union_all(made.parents)
    answer = conform(faces, made.codes.tolist(), parent=parent, gap_width_m=5.0)
    assert answer.ok
    beside = np.unique(shapely.STRtree(made.faces).query(made.faces[planted], predicate="intersects")[1])
    assert set(np.flatnonzero(answer.touched)) <= set(beside)
    kept = np.flatnonzero(~answer.touched)
    assert bits(answer.faces[kept]) == bits(made.faces[kept])
    assert shapely.area(in_units(answer.faces)).sum() == pytest.approx(shapely.area(in_units([parent])[0]), rel=1e-9)


def with_nan():
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(105, 28), (105.1, 28), (np.nan, 29)])


class TestBadInput:
    square = box(0, 0, 1000, 1000)

    @pytest.mark.parametrize(
        ("faces", "ids", "options", "code"),
        [
            ([square], ["A", "B"], {}, "ids_do_not_match"),
            ([], [], {}, "no_faces"),
            ([None], ["A"], {}, "no_faces"),
            ([square], [None], {}, "null_id"),
            ([square, square], ["A", "A"], {}, "duplicate_id"),
            ([square, shapely.Point(105, 28)], ["A", "B"], {}, "not_a_polygon"),
            ([square, shapely.GeometryCollection([square])], ["A", "B"], {}, "not_a_polygon"),
            ([with_nan()], ["A"], {}, "not_finite"),
            ([shapely.box(500, 0, 501, 1)], ["A"], {}, "outside_lonlat"),
            ([shapely.box(-170, 0, 170, 1)], ["A"], {}, "too_wide"),
            ([square], ["A"], {"snap_m": -1}, "not_a_number"),
            ([square], ["A"], {"gap_width_m": float("nan")}, "not_a_number"),
            ([square], ["A"], {"strategy": "random"}, "unknown_strategy"),
            ([square], ["A"], {"locked": ["B"]}, "unknown_id"),
            ([square], ["A"], {"parent": shapely.Point(0, 0)}, "invalid_parent"),
            ([square], ["A"], {"parent": shapely.Polygon()}, "no_parent"),
        ],
    )
    def test_is_refused_with_a_word(self, faces, ids, options, code):
        with pytest.raises(Refusal) as refused:
            conform(faces, ids, **options)
        assert refused.value.code == code

    def test_a_ring_that_crosses_itself_is_mended(self):
        bow = polygon((0, 0), (1000, 1000), (1000, 0), (0, 1000))
        answer = conform([bow], ["A"])
        assert answer.ok and [m.kind for m in answer.mends] == ["invalid_geometry"] and answer.touched.all()

    def test_a_face_smaller_than_the_lattice_is_left_without_land(self):
        speck = shapely.Polygon([(105.1, 28.1), (105.10000001, 28.1), (105.1, 28.10000001)])
        answer = conform([self.square, speck], ["A", "B"])
        assert [m.question for m in answer.needs_a_person] == ["without_land"]

    def test_a_third_dimension_is_dropped(self):
        assert conform([shapely.force_3d(self.square)], ["A"]).ok

    def test_a_part_smaller_than_the_lattice_goes_and_the_others_stay(self):
        speck = shapely.Polygon([(105.5, 28.5), (105.50000001, 28.5), (105.5, 28.50000001)])
        answer = conform([shapely.MultiPolygon([self.square, speck])], ["A"])
        assert answer.ok and answer.faces[0].equals(self.square)
