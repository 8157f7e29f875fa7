"""Comparing coverages: laws on random editions of one board, and every kind of change on a drawn one."""

from collections import defaultdict

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.chain import signature
from gis.comparing.compare import compare
from gis.comparing.overlay import NOTHING, area_in_units, overlay
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.locating.locate import Locator
from gis.measures import geodesic_area_m2
from tests.gis.coverages import ORIGIN, coverages
from tests.gis.editions import NAMES, boards, edition, editions, owners, squares_of

REVERSED = {"split": "merge", "merge": "split", "created": "removed", "removed": "created"}
BEND = 1e-5  # how far sums of geodesic pieces may be from whole faces, for edges of a kilometre
few = settings(max_examples=40, deadline=None)


def compared(before, after, **options):
    return compare(before.faces, before.ids, after.faces, after.ids, **options)


def flows(found):
    return {(row.old, row.new): row.area_m2 for row in found.lineage if row.area_m2}


def named_kinds(found, before, after):
    return dict(zip(before.ids, found.old_kind, strict=True)), dict(zip(after.ids, found.new_kind, strict=True))


class TestLaws:
    @few
    @given(coverages(), st.randoms(use_true_random=False))
    def test_a_coverage_compared_with_itself_in_any_order_has_no_change(self, coverage, random):
        faces, _ = coverage
        ids = [f"F{k}" for k in range(len(faces))]
        order = list(range(len(faces)))
        random.shuffle(order)
        found = compare(faces, ids, faces[order], [ids[k] for k in order])
        assert not found.changed and not found.lineage
        assert set(found.old_kind) | set(found.new_kind) <= {"unchanged"}

    @few
    @given(editions())
    def test_the_land_that_went_from_face_to_face_is_that_of_the_squares(self, drawn):
        before, after, squares = drawn
        expected = defaultdict(float)
        for square, one, other in zip(squares, before.owner, after.owner, strict=True):
            key = NAMES[one] if one >= 0 else None, NAMES[other] if other >= 0 else None
            expected[key] += geodesic_area_m2([square])[0]
        found = compared(before, after)
        old_kind, _ = named_kinds(found, before, after)
        expected = {k: v for k, v in expected.items() if k != (None, None) and old_kind.get(k[0]) != "unchanged"}
        assert flows(found) == pytest.approx(expected, rel=BEND)

    @few
    @given(editions(names=(NAMES, "CDXY")))
    def test_gains_less_losses_are_the_change_of_area(self, drawn):
        before, after, _ = drawn
        found = compared(before, after)
        area = [dict(zip(part.ids, geodesic_area_m2(part.faces), strict=True)) for part in (before, after)]
        scale = sum(area[0].values()) + sum(area[1].values())
        for change in found.changes:
            gained = sum(row.area_m2 for name in change.new for row in found.gained(name))
            lost = sum(row.area_m2 for name in change.old for row in found.lost(name))
            difference = change.area_after_m2 - change.area_before_m2
            assert gained - lost == pytest.approx(difference, abs=BEND * scale)
            assert difference == pytest.approx(
                sum(area[1][name] for name in change.new) - sum(area[0][name] for name in change.old)
            )

    @few
    @given(boards(), st.data())
    def test_pieces_add_up_to_their_faces_in_lattice_units(self, squares, data):
        other = shapely.transform(squares, lambda xy: from_lattice(to_lattice(xy) + data.draw(st.integers(-900, 900))))
        old = edition(squares, data.draw(owners(len(squares)))).faces
        new = edition(other, data.draw(owners(len(squares)))).faces
        pieces = overlay(old, new)
        for faces, side in ((old, pieces.old), (new, pieces.new)):
            inside = side != NOTHING
            total = np.bincount(side[inside], weights=pieces.area[inside], minlength=len(faces))
            assert total == pytest.approx(area_in_units(faces), rel=1e-9, abs=1e-3)

    @few
    @given(editions(names=(NAMES, "CDXY")))
    def test_the_comparison_the_other_way_round_is_the_inverse(self, drawn):
        before, after, _ = drawn
        forth, back = compared(before, after), compared(after, before)
        assert [REVERSED.get(kind, kind) for kind in forth.old_kind] == back.new_kind.tolist()
        assert [REVERSED.get(kind, kind) for kind in forth.new_kind] == back.old_kind.tolist()
        turned = {(new, old): area for (old, new), area in flows(back).items()}
        assert flows(forth) == pytest.approx(turned, rel=1e-9)
        assert {(r.old, r.new) for r in forth.moved} == {(r.new, r.old) for r in back.moved}

    @few
    @given(editions(names=(NAMES, "CDXY")), st.randoms(use_true_random=False))
    def test_the_order_of_the_faces_changes_nothing(self, drawn, random):
        before, after, _ = drawn
        sides = []
        for part in (before, after):
            order = list(range(len(part.ids)))
            random.shuffle(order)
            sides += [part.faces[order], [part.ids[k] for k in order]]
        found, shuffled = compared(before, after), compare(*sides)
        assert [(c.kind, c.old, c.new) for c in found.changes] == [(c.kind, c.old, c.new) for c in shuffled.changes]
        assert flows(found) == pytest.approx(flows(shuffled), rel=1e-9)
        assert [(r.old, r.new, r.moved, r.noise) for r in found.lineage] == [
            (r.old, r.new, r.moved, r.noise) for r in shuffled.lineage
        ]

    @few
    @given(boards(), st.data())
    def test_a_face_that_was_split_is_found_split_with_the_right_lineage(self, squares, data):
        owner = data.draw(owners(len(squares)))
        parts = np.where(owner == 0, data.draw(owners(len(squares), least=4, most=6)), owner)
        before, after = edition(squares, owner), edition(squares, parts, "ABCDXYZ")
        found = compared(before, after)
        born = tuple(name for name in after.ids if name in "XYZ")
        kinds = [(change.kind, change.old, change.new) for change in found.changes]
        expected = {0: [], 1: [("renamed", ("A",), born)]}.get(len(born), [("split", ("A",), born)])
        assert kinds == expected
        assert set(flows(found)) == {("A", name) for name in born}

    @few
    @given(editions())
    def test_known_signatures_change_nothing(self, drawn):
        before, after, _ = drawn
        known = signature(before.faces), signature(after.faces)
        assert compared(before, after, signatures=known).changes == compared(before, after).changes

    @few
    @given(editions(), st.data())
    def test_households_go_with_the_owner_of_their_point(self, drawn, data):
        before, after, squares = drawn
        corners = shapely.get_coordinates(squares)
        inside = shapely.get_coordinates(shapely.point_on_surface(squares))
        points = np.concatenate([corners, inside])[data.draw(st.lists(st.integers(0, len(squares) * 5), max_size=30))]
        expected = defaultdict(int)
        owner = [
            [part.ids[k] if k >= 0 else None for k in Locator(part.faces, part.ids).locate(points, distances=False).face]
            if len(part.ids)
            else [None] * len(points)
            for part in (before, after)
        ]
        found = compared(before, after, household_points=points)
        kinds, _ = named_kinds(found, before, after)
        for pair in zip(*owner, strict=True):
            if pair != (None, None) and not (pair[0] == pair[1] and kinds[pair[0]] == "unchanged"):
                expected[pair] += 1
        assert {(r.old, r.new): r.households for r in found.lineage if r.households} == expected


STEP = 10_000  # 0.001 degrees, about 100 m


def at(*points):
    """Degrees of lattice points, counted from the corner of the board."""
    return from_lattice(np.array(points) + ORIGIN)


def land(*rows):
    """Faces of a drawn board: every letter is a face, a dot is no face; the first row is the north."""
    letters = np.array([list(row) for row in rows])[::-1].T
    nodes = np.stack(np.meshgrid(*(np.arange(n + 1) for n in letters.shape), indexing="ij"), axis=-1) * STEP + ORIGIN
    names = sorted(set(letters.ravel()) - {"."})
    owner = np.array([names.index(letter) if letter != "." else -1 for letter in letters.ravel()])
    return edition(squares_of(nodes), owner, names)


class TestKinds:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (["AABB"], ["AXBB"], [("split", "A", "AX")]),
            (["AABB"], ["XYBB"], [("split", "A", "XY")]),
            (["AABB"], ["AAAA"], [("merge", "AB", "A")]),
            (["AABB"], ["XXXX"], [("merge", "AB", "X")]),
            (["AABB"], ["XXBB"], [("renamed", "A", "X")]),
            (["AABB"], ["BBAA"], [("renamed", "A", "B"), ("renamed", "B", "A")]),
            (["AABB"], ["ABBB"], [("modified", "A", "A"), ("modified", "B", "B")]),
            (["AAAB"], ["ABBB"], [("modified", "A", "A"), ("modified", "B", "B")]),  # even where most of A went over
            (["AABB"], ["AA.."], [("removed", "B", "")]),
            (["AA.."], ["AABB"], [("created", "", "B")]),
            (["AA.."], ["AAA."], [("modified", "A", "A")]),
            (["AAABBB"], ["AXXXBB"], [("complex", "A", "AX"), ("modified", "B", "B")]),
            (["AAABBB", "CCC..."], ["AAXXBB", "CCX..."],
             [("modified", "A", "A"), ("modified", "B", "B"), ("modified", "C", "C"), ("created", "", "X")]),
            (["AAABBBCCC"], ["WWWXXYYYY"], [("renamed", "A", "W"), ("modified", "B", "X"), ("modified", "C", "Y")]),
            (["AAABBB"], ["XXXXXZ"], [("complex", "AB", "XZ")]),
            (["AAABBB"], ["XXYYXX"], [("complex", "AB", "X"), ("created", "", "Y")]),
            (["AABB"], ["AXXB"], [("modified", "A", "A"), ("modified", "B", "B"), ("created", "", "X")]),
            (["AA..BB"], ["..AA.B"], [("removed", "A", ""), ("modified", "B", "B"), ("created", "", "A")]),
        ],
    )  # fmt: skip
    def test_every_face_is_called_what_it_is(self, before, after, expected):
        found = compared(land(*before), land(*after))
        assert [(c.kind, "".join(c.old), "".join(c.new)) for c in found.changes] == sorted(
            expected, key=lambda change: (change[1] or change[2], change[2])
        )

    def test_where_ids_are_names_only_equal_faces_are_unchanged_and_the_others_found_by_land(self):
        found = compared(land("AABBB", "CCCCC"), land("XXXYY", "ZZZZZ"), match="overlap")
        assert found.old_kind.tolist() == ["modified", "modified", "unchanged"]
        assert [(c.kind, *c.old, *c.new) for c in found.changes] == [("modified", "A", "X"), ("modified", "B", "Y")]
        assert [(r.old, r.new) for r in found.moved] == [("B", "X")]

    def test_the_moved_piece_is_the_land_between_the_old_and_the_new_border(self):
        (row,) = compared(land("AABB"), land("ABBB"), households=[200, 100]).moved
        assert (row.old, row.new, row.noise, row.households) == ("A", "B", False, 100)
        middle = shapely.box(*at((STEP, 0), (2 * STEP, STEP)).ravel())
        assert shapely.equals(row.geometry, middle)

    def test_an_enclave_that_is_swallowed_is_a_merge(self):
        assert compared(land("AAA", "ABA", "AAA"), land("AAA", "AAA", "AAA")).summary == {"merge": 1}

    def test_a_city_laid_out_anew_from_nothing_is_created_and_back_removed(self):
        some = land("AB")
        assert compare([], [], some.faces, some.ids).summary == {"created": 2}
        assert compare(some.faces, some.ids, [], []).summary == {"removed": 2}
        assert compare([], [], [], []).summary == {}


class TestNoise:
    @pytest.fixture
    def pair(self):
        """Two faces side by side, and the same with their border moved to the east by some metres, or bent."""

        def make(shift_m, only_middle=False):
            units = round(shift_m / (0.01113195 * np.cos(np.radians(28.8))))
            border = [(0, 0), (0, 5000), (0, 10_000)]
            moved = [(units * (not only_middle), 0), (units, 5000), (units * (not only_middle), 10_000)]
            return [
                np.array([
                    shapely.Polygon(at((-10_000, 0), *line, (-10_000, 10_000))),
                    shapely.Polygon(at((10_000, 10_000), *line[::-1], (10_000, 0))),
                ])
                for line in (border, moved)
            ]  # fmt: skip

        return make

    @pytest.mark.parametrize("only_middle", [False, True])
    def test_a_border_drawn_anew_within_the_tolerance_is_noise_and_beyond_it_a_change(self, pair, only_middle):
        for shift_m, kind in ((0.01, "re-digitised"), (0.9, "re-digitised"), (1.1, "modified"), (40, "modified")):
            before, after = pair(shift_m, only_middle)
            found = compare(before, ["A", "B"], after, ["A", "B"], tolerance_m=1.0)
            assert found.new_kind.tolist() == [kind] * 2, shift_m
            assert [row.noise for row in found.moved] == [kind == "re-digitised"]

    def test_noise_hides_no_split(self, pair):
        before, after = pair(0.5)
        south, north = (shapely.box(*at((-20_000, y), (20_000, y + 5000)).ravel()) for y in (0, 5000))
        halves = shapely.intersection(after[0], [south, north])
        found = compare(before, ["A", "B"], [*halves, after[1]], ["A1", "A2", "B"])
        assert [(c.kind, c.old, c.new) for c in found.changes] == [
            ("split", ("A",), ("A1", "A2")),
            ("re-digitised", ("B",), ("B",)),
        ]

    def test_a_node_more_on_a_straight_border_moves_nothing(self):
        before = land("AB")
        after = [shapely.segmentize(before.faces[0], 0.0006), before.faces[1]]
        found = compare(before.faces, before.ids, after, before.ids)
        assert found.new_kind.tolist() == ["re-digitised", "unchanged"]
        assert found.moved == ()

    def test_a_long_needle_is_a_change_however_thin(self, pair):
        before, _ = pair(0)
        needle = shapely.Polygon(at((0, 5000), (4000, 5020), (0, 5040)))
        after = shapely.union(before[0], needle), shapely.difference(before[1], needle)
        assert set(compare(before, ["A", "B"], after, ["A", "B"]).new_kind) == {"modified"}

    def test_a_face_narrower_than_the_tolerance_is_no_noise_when_it_goes(self):
        thin = shapely.box(*at((20_000, 0), (20_030, 10_000)).ravel())
        wide = land("AA")
        found = compare([wide.faces[0], thin], ["A", "T"], wide.faces, ["A"])
        assert [(c.kind, c.old) for c in found.changes] == [("removed", ("T",))]
        merged = shapely.union(wide.faces[0], thin)
        found = compare([wide.faces[0], thin], ["A", "T"], [merged], ["A"])
        assert [(c.kind, c.old) for c in found.changes] == [("merge", ("A", "T"))]


class TestBadInput:
    SQUARE = shapely.box(105, 28, 105.001, 28.001)
    BOW_TIE = shapely.Polygon([(105, 28), (105.001, 28.001), (105.001, 28), (105, 28.001)])

    @pytest.mark.parametrize(
        ("faces", "ids", "options", "code"),
        [
            ([SQUARE], ["A", "B"], {}, "ids_do_not_match"),
            ([SQUARE], [None], {}, "missing_code"),
            ([SQUARE, SQUARE], ["A", "A"], {}, "duplicate_code"),
            ([None], ["A"], {}, "not_a_polygon"),
            ([shapely.Polygon()], ["A"], {}, "not_a_polygon"),
            ([shapely.Point(105, 28)], ["A"], {}, "not_a_polygon"),
            ([shapely.Polygon([(105, 28), (np.nan, 28), (105, 29)])], ["A"], {}, "not_finite"),
            ([shapely.box(500_000, 3_000_000, 500_100, 3_000_100)], ["A"], {}, "outside_lonlat"),
            ([BOW_TIE], ["A"], {}, "invalid_geometry"),
            ([SQUARE], ["A"], {"tolerance_m": 0}, "bad_tolerance"),
            ([SQUARE], ["A"], {"tolerance_m": float("nan")}, "bad_tolerance"),
            ([SQUARE], ["A"], {"match": "name"}, "unknown_match"),
            ([SQUARE], ["A"], {"households": [-1]}, "bad_households"),
            ([SQUARE], ["A"], {"households": [1, 2]}, "bad_households"),
            ([SQUARE], ["A"], {"households": [1], "household_points": [[105, 28]]}, "excluded_option"),
            ([SQUARE], ["A"], {"household_points": [[np.inf, 28]]}, "not_finite"),
            ([SQUARE], ["A"], {"signatures": (np.zeros((2, 2)), None)}, "ids_do_not_match"),
        ],
    )
    def test_it_is_refused_by_name(self, faces, ids, options, code):
        with pytest.raises(Refusal) as refused:
            compare(faces, ids, [shapely.box(105, 28, 105.002, 28.001)], ["Z"], **options)
        assert refused.value.code == code

    def test_an_invalid_face_that_did_not_change_does_no_harm(self):
        assert not compare([self.BOW_TIE], ["A"], [self.BOW_TIE], ["A"]).changed

    def test_unknown_households_stay_unknown(self):
        before, after = land("AABB"), land("ABBB")
        found = compared(before, after, households=[np.nan, 40])
        assert {(r.old, r.new): r.households for r in found.lineage} == {("A", "A"): None, ("A", "B"): None, ("B", "B"): 40}

    def test_faces_that_overlap_are_compared_all_the_same(self):
        whole = shapely.box(105, 28, 105.002, 28.001)
        found = compare([whole, self.SQUARE], ["A", "B"], [whole], ["A"])
        assert found.summary == {"unchanged": 1, "removed": 1}


def test_with_known_signatures_an_unchanged_face_is_not_even_opened():
    before, after = land("AABBCC"), land("AXBBCC")
    known = signature(before.faces), signature(after.faces)
    for part in (before, after):
        part.faces[part.ids.index("C")] = None
    assert compared(before, after, signatures=known).summary == {"unchanged": 2, "split": 1}
