"""gis.checking.check finds every planted fault and invents none."""

import numpy as np
import shapely
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from gis.checking.check import check
from gis.checking.findings import TILING_RULES
from gis.crs import METRIC_EPSG, Frame
from gis.datum import from_wgs84
from gis.lattice import from_lattice, on_lattice
from tests.gis.coverages import coverages
from tests.gis.faults import area_in_units, brute_force_gaps, brute_force_outside, brute_force_overlaps, in_units, nudged, planted

LON, LAT = 105.44, 28.88
STEP = 0.001


def names(faces):
    return [f"{k:03d}" for k in range(len(faces))]


def pairs_of(report):
    return {tuple(map(int, f.faces)) for f in report.findings if f.code == "overlap"}


def outside_of(report):
    return {int(f.faces[0]) for f in report.findings if f.code == "outside_parent"}


def shapes_of(report, code):
    return [f.geometry for f in report.findings if f.code == code]


def codes_of(report):
    return [f.code for f in report.findings]


def square(column, row, width=1, height=1):
    """Squares of about 100 m; column and row may be fractions."""
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


def polygon(*corners):
    return shapely.Polygon(np.round(np.array([LON, LAT]) + np.array(corners) * STEP, 7))


def area_exactly(shape):
    """Square units of a fault, whose corners may be crossings off the lattice."""
    return float(shapely.area(shapely.transform(shape, lambda lonlat: (lonlat - [LON, LAT]) * 1e7)))


def off_lattice(*corners):
    return shapely.Polygon(np.array([LON, LAT]) + np.array(corners) * STEP / 3)


def column_of(faces):
    column = np.empty(len(faces), dtype=object)
    column[:] = faces
    return column


nonempty_coverages = coverages().filter(lambda drawn: len(drawn[0]) > 0)


class TestLaws:
    @settings(deadline=None)
    @given(nonempty_coverages)
    def test_a_tiling_has_no_error_and_no_unmatched_vertex(self, drawn):
        faces, parent = drawn
        report = check(faces, names(faces), parent=parent)
        assert report.ok
        assert report.tiles_parent
        assert "unmatched_vertex" not in codes_of(report)

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_the_faults_of_a_nudged_face_are_those_of_brute_force(self, drawn, data):
        faces, parent = drawn
        faces, _ = data.draw(nudged(faces))
        assume(shapely.is_valid(in_units(faces)).all())
        report = check(faces, names(faces), parent=parent)
        assert pairs_of(report) == brute_force_overlaps(faces)
        assert outside_of(report) == brute_force_outside(faces, parent)
        assert len(shapes_of(report, "gap")) >= len(brute_force_gaps(faces, parent))

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_the_areas_of_the_faults_of_a_nudged_face_account_for_the_difference(self, drawn, data):
        # Where no point is covered three times, the faces have the area of the parent, and what is covered twice inside
        # it, and what lies outside, less the gaps.
        faces, parent = drawn
        faces, _ = data.draw(nudged(faces))
        assume(shapely.is_valid(in_units(faces)).all())
        report = check(faces, names(faces), parent=parent)
        twice = sum(area_exactly(shapely.intersection(s, parent)) for s in shapes_of(report, "overlap"))
        gaps, outside = (sum(map(area_exactly, shapes_of(report, code))) for code in ("gap", "outside_parent"))
        surplus = area_in_units(faces) - area_in_units([parent])
        assert np.isclose(surplus, twice - gaps + outside, rtol=1e-6, atol=0.01)

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_no_nudge_of_a_vertex_goes_unnoticed(self, drawn, data):
        faces, parent = drawn
        before = check(faces, names(faces), parent=parent)
        faces, face = data.draw(nudged(faces))
        report = check(faces, names(faces), parent=parent)
        news = [f for f in report.findings if f.code not in ("multipart", "sliver", "spike")]
        assert news and before.ok
        assert any(f"{face:03d}" in f.faces or f.code == "gap" for f in news)

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_a_removed_face_is_a_gap_of_its_area_and_no_other_fault(self, drawn, data):
        faces, parent = drawn
        lost = data.draw(st.integers(0, len(faces) - 1))
        report = check(np.delete(faces, lost), names(faces)[:-1], parent=parent)
        assert {code for code in codes_of(report) if code in TILING_RULES} == {"gap"}
        assert not report.tiles_parent
        gaps = sum(area_exactly(shape) for shape in shapes_of(report, "gap"))
        assert np.isclose(gaps, area_in_units([faces[lost]]), rtol=1e-6)

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_a_copied_face_overlaps_its_copy_and_nothing_else(self, drawn, data):
        faces, parent = drawn
        twin = data.draw(st.integers(0, len(faces) - 1))
        report = check(np.append(faces, faces[twin]), names([*faces, 0]), parent=parent)
        assert pairs_of(report) == {(twin, len(faces))}
        assert [f.faces for f in report.findings if f.code == "duplicate"] == [(f"{twin:03d}", f"{len(faces):03d}")]
        assert "gap" not in codes_of(report) and "outside_parent" not in codes_of(report)

    @settings(deadline=None)
    @given(coverages(largest=4), coverages(largest=4))
    def test_two_coverages_on_top_of_each_other_overlap_as_brute_force_says(self, first, second):
        faces = np.append(first[0], second[0])
        assume(len(faces))
        assert pairs_of(check(faces, names(faces))) == brute_force_overlaps(faces)

    @settings(deadline=None)
    @given(nonempty_coverages, coverages(largest=4).filter(lambda drawn: len(drawn[0]) > 0))
    def test_a_coverage_against_a_foreign_parent_has_the_gaps_of_brute_force(self, drawn, other):
        faces, parent = drawn[0], other[1]
        report = check(faces, names(faces), parent=parent)
        gaps = shapes_of(report, "gap")
        expected = brute_force_gaps(faces, parent)
        assert np.isclose(sum(map(area_exactly, gaps)), shapely.area(expected).sum(), rtol=1e-6, atol=1)
        assert outside_of(report) == brute_force_outside(faces, parent)
        outside = sum(map(area_exactly, shapes_of(report, "outside_parent")))
        uncovered = area_in_units([parent]) - sum(map(area_exactly, gaps))
        assert np.isclose(outside, area_in_units(faces) - uncovered, rtol=1e-6, atol=1)

    @settings(deadline=None)
    @given(nonempty_coverages, st.data())
    def test_the_order_of_the_faces_does_not_matter(self, drawn, data):
        faces, parent = drawn
        faces, _ = data.draw(nudged(faces))
        order = data.draw(st.permutations(range(len(faces))))
        ids = names(faces)
        shuffled = check(faces[list(order)], [ids[k] for k in order], parent=parent)
        assert shuffled == check(faces, ids, parent=parent)


rings = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=8)


class TestAnyPolygons:
    @settings(deadline=None)
    @given(st.lists(rings, min_size=1, max_size=5), st.sampled_from([polygon, off_lattice]), st.booleans())
    def test_rings_of_any_shape_are_judged_without_a_crash(self, drawn, draw_ring, with_parent):
        faces = column_of([draw_ring(*ring) for ring in drawn])
        report = check(faces, names(faces), parent=square(0, 0, 5, 5) if with_parent else None)
        assert all(np.isfinite([f.area_m2, f.width_m, f.lon, f.lat]).all() for f in report.findings)
        # three points in a line of the lattice are in a line, even where their degrees are not to the last digit
        exact = in_units(faces) if on_lattice(faces).all() else faces
        invalid = {f.faces[0] for f in report.findings if f.code == "invalid_geometry"}
        assert invalid == {name for name, face in zip(names(faces), exact, strict=True) if not face.is_valid}


class TestPlantedFaults:
    def test_a_face_inside_another_is_an_overlap_with_its_whole_area(self):
        report = check([square(0, 0, 4, 4), square(1, 1)], ["big", "small"])
        assert codes_of(report) == ["overlap"]
        assert report.findings[0].faces == ("big", "small")
        assert np.isclose(report.findings[0].area_m2, 97.6 * 110.8, rtol=0.01)

    def test_a_strip_of_one_lattice_unit_between_two_faces_is_a_gap_against_the_parent(self):
        # +-----+|+-----+   the parent has no vertex at the strip
        left = square(0, 0)
        right = shapely.box(LON + STEP + 1e-7, LAT, LON + 2 * STEP, LAT + STEP)
        report = check([left, right], ["L", "R"], parent=square(0, 0, 2, 1))
        gaps = [f for f in report.findings if f.code == "gap"]
        assert [f.faces for f in gaps] == [("L", "R")]
        assert np.isclose(gaps[0].width_m, 1e-7 * 97_560, rtol=0.01)
        assert not report.tiles_parent

    def test_an_open_notch_is_a_gap_only_where_a_parent_is_given(self):
        # +--+  +--+
        # |  +--+  |   the notch is open to the outside
        # +--------+
        notched = polygon((0, 0), (3, 0), (3, 2), (2, 2), (2, 1), (1, 1), (1, 2), (0, 2))
        assert check([notched], ["A"]).findings == ()
        report = check([notched], ["A"], parent=square(0, 0, 3, 2))
        assert [(f.code, f.faces) for f in report.findings if f.severity == "error"] == [("gap", ("A",))]

    def test_an_enclosed_void_is_a_gap_unless_it_is_a_hole_of_the_parent(self):
        ring = square(0, 0, 3, 3).difference(square(1, 1))
        assert codes_of(check([ring], ["A"])) == ["gap"]
        assert check([ring], ["A"], parent=ring).findings == ()

    def test_ten_enclaves_of_a_city_and_its_own_exclave_in_one_of_them_are_no_gaps(self):
        # holes of the city where other towns lie; one of them holds a piece of the city again
        holes = [square(3 * k + 1, 1, 2, 2) for k in range(10)]
        exclave = square(1.5, 1.5, 0.5, 0.5)
        city = shapely.union(square(0, 0, 31, 4).difference(shapely.union_all(holes)), exclave)
        west, east = shapely.intersection(city, square(0, 0, 15.5, 4)), shapely.intersection(city, square(15.5, 0, 15.5, 4))
        report = check([west, east], ["W", "E"], parent=city)
        assert report.tiles_parent and {f.code for f in report.findings} <= {"multipart", "unmatched_vertex"}
        lost = check([shapely.difference(west, exclave), east], ["W", "E"], parent=city)
        assert [f.code for f in lost.findings if f.severity == "error"] == ["gap"]
        assert len([f for f in check([west, east], ["W", "E"]).findings if f.code == "gap"]) == 10

    def test_a_void_with_an_island_in_it_is_one_gap_without_the_island(self):
        ring, island = square(0, 0, 5, 5).difference(square(1, 1, 3, 3)), square(2, 2)
        report = check([ring, island], ["A", "B"])
        assert codes_of(report) == ["gap"]
        assert report.findings[0].faces == ("A", "B")
        assert np.isclose(area_exactly(report.findings[0].geometry), 8 * (STEP * 1e7) ** 2)

    def test_faces_that_only_touch_at_corners_enclose_nothing(self):
        #    +--+
        # +--+  +--+
        # +--+  +--+    the void in the middle is open at four corners
        #    +--+
        faces = [square(1, 0), square(0, 1), square(2, 1), square(1, 2)]
        assert check(faces, names(faces)).findings == ()

    def test_a_missing_node_is_reported_at_its_place_and_nothing_else(self):
        # +---+---+
        # | A | B |
        # +---+---+   C has no vertex in the middle of its upper edge
        # |   C   |
        # +-------+
        report = check([square(0, 1), square(1, 1), square(0, 0, 2, 1)], ["A", "B", "C"])
        assert [(f.code, f.faces) for f in report.findings] == [("unmatched_vertex", ("C", "A", "B"))]
        assert np.allclose([report.findings[0].lon, report.findings[0].lat], [LON + STEP, LAT + STEP], atol=1e-12)
        assert report.ok

    def test_a_node_that_the_parent_lacks_is_a_warning_and_the_parent_is_tiled(self):
        report = check([square(0, 0), square(1, 0)], ["A", "B"], parent=square(0, 0, 2, 1))
        assert [(f.code, f.faces) for f in report.findings] == [("unmatched_vertex", ("A", "B"))] * 2
        assert report.tiles_parent

    def test_a_face_that_covers_a_hole_of_the_parent_lies_outside_it_there(self):
        parent = square(0, 0, 3, 3).difference(square(1, 1))
        report = check([square(0, 0, 3, 3)], ["A"], parent=parent)
        assert [(f.code, f.faces) for f in report.findings] == [("outside_parent", ("A",))]
        assert np.isclose(area_exactly(report.findings[0].geometry), (STEP * 1e7) ** 2)

    def test_a_layer_far_from_its_parent_is_outside_and_leaves_all_of_it_open(self):
        report = check([square(50, 50)], ["A"], parent=square(0, 0))
        assert codes_of(report) == ["gap", "outside_parent"]

    def test_a_layer_without_a_usable_face_leaves_the_parent_open(self):
        report = check([None], ["A"], parent=square(0, 0))
        assert codes_of(report) == ["gap", "null_geometry"]

    def test_parents_are_taken_together(self):
        faces = [square(0, 0), square(1, 0)]
        report = check(faces, ["A", "B"], parent=column_of([square(1, 0), square(0, 0)]))
        assert report.tiles_parent and report.findings == ()

    def test_an_invalid_parent_is_named_and_mended_for_the_comparison(self):
        bow_tie = polygon((0, 0), (2, 2), (2, 0), (0, 2))
        report = check([square(0, 0, 2, 2)], ["A"], parent=bow_tie)
        assert "invalid_parent" in codes_of(report)
        assert not report.tiles_parent

    @settings(deadline=None, max_examples=40)
    @given(planted(), st.booleans())
    def test_overlaps_gaps_slivers_and_junctions_of_every_size_are_all_found_with_no_false_alarm(self, layer, with_parent):
        self.all_found(layer, with_parent=with_parent)

    @settings(deadline=None, max_examples=3, phases=[Phase.generate], suppress_health_check=[HealthCheck.large_base_example])
    @given(planted(sites=15))
    def test_hundreds_of_them_at_once_too(self, layer):
        self.all_found(layer, with_parent=True)

    def all_found(self, layer, *, with_parent):
        report = check(list(layer.faces.values()), list(layer.faces), parent=layer.parent if with_parent else None)
        told = {code: {f.faces: f for f in report.findings if f.code == code} for code in codes_of(report)}
        # around a gap lie also those faces that touch it at a corner
        between = {pair: [f for faces, f in told.get("gap", {}).items() if set(pair) <= set(faces)] for pair in layer.gaps}
        told |= {"gap": {pair: found[0] for pair, found in between.items() if len(found) == 1}} if "gap" in told else {}
        expected = {"overlap": layer.overlaps, "gap": layer.gaps, "sliver": layer.slivers, "unmatched_vertex": layer.junctions}
        assert {code: set(findings) for code, findings in told.items()} == {code: set(x) for code, x in expected.items() if x}
        assert len(report.findings) == sum(map(len, expected.values()))
        for code in ("overlap", "gap"):
            areas = {faces: area_in_units([finding.geometry]) for faces, finding in told.get(code, {}).items()}
            assert areas == expected[code]
        assert report.tiles_parent == ((not layer.overlaps and not layer.gaps) if with_parent else None)


class TestOddShapes:
    def test_a_strip_of_half_a_metre_is_a_sliver(self):
        assert codes_of(check([shapely.box(LON, LAT, LON + 5e-6, LAT + 0.01)], ["A"])) == ["sliver"]

    def test_a_face_in_two_parts_is_multipart_at_its_smaller_part(self):
        report = check([shapely.MultiPolygon([square(0, 0, 2, 2), square(5, 5)])], ["A"])
        assert codes_of(report) == ["multipart"]
        assert square(5, 5).contains(shapely.Point(report.findings[0].lon, report.findings[0].lat))

    def test_a_thorn_is_a_spike_at_its_tip_but_not_for_the_neighbour_around_it(self):
        thorn = polygon((0, 0), (1, 0), (1, 0.5), (2, 0.501), (1, 0.502), (1, 1), (0, 1))
        around = square(-1, -1, 4, 4).difference(thorn)
        report = check([thorn, around], ["A", "B"])
        spikes = [f for f in report.findings if f.code == "spike"]
        assert [f.faces for f in spikes] == [("A",)]
        assert np.allclose([spikes[0].lon, spikes[0].lat], [LON + 2 * STEP, LAT + 0.501 * STEP])


class TestBadFeatures:
    def test_null_and_empty_geometries_are_findings_and_the_rest_is_checked(self):
        report = check([None, shapely.Polygon(), square(0, 0), square(0.5, 0)], ["A", "B", "C", "D"])
        assert codes_of(report)[:3] == ["overlap", "null_geometry", "empty_geometry"]

    def test_an_infinite_coordinate_is_named_and_left_out(self):
        broken = shapely.Polygon([(0, 0), (1, 0), (1, np.inf), (0, 0)])
        report = check([broken, square(0, 0)], ["A", "B"])
        assert [(f.code, f.faces) for f in report.findings] == [("invalid_geometry", ("A",))]

    def test_a_self_crossing_ring_is_reported_with_ring_and_place(self):
        bow_tie = polygon((0, 0), (2, 2), (2, 0), (0, 2))
        (finding,) = check([bow_tie], ["A"]).findings
        assert (finding.code, finding.detail) == ("invalid_geometry", "self-intersection in the shell")
        assert np.allclose([finding.lon, finding.lat], [LON + STEP, LAT + STEP])

    def test_a_self_crossing_face_still_overlaps_its_neighbours(self):
        bow_tie = polygon((0, 0), (2, 2), (2, 0), (0, 2))
        report = check([bow_tie, square(1.5, 0.5)], ["A", "B"])
        assert codes_of(report)[:2] == ["overlap", "invalid_geometry"]

    def test_a_ring_of_one_point_is_invalid_and_covers_nothing(self):
        dot = shapely.from_wkt("POLYGON ((1 1, 1 1, 1 1, 1 1))")
        assert codes_of(check([dot, square(0, 0)], ["A", "B"])) == ["invalid_geometry"]

    def test_points_and_lines_are_named_and_polygons_of_collections_count(self):
        mixed = shapely.GeometryCollection([square(0, 0), shapely.Point(0, 0)])
        pure = shapely.GeometryCollection([square(0.5, 0)])
        report = check([mixed, pure, shapely.Point(0, 0)], ["A", "B", "C"])
        assert [(f.code, f.faces) for f in report.findings if f.severity == "error"] == [
            ("overlap", ("A", "B")),
            ("not_a_polygon", ("A",)),
            ("not_a_polygon", ("C",)),
        ]

    def test_ids_that_repeat_or_are_missing_are_findings(self):
        report = check([square(0, 0), square(1, 0), square(2, 0), square(3, 0)], ["A", "A", None, None])
        assert [(f.code, f.faces, f.detail) for f in report.findings] == [
            ("null_id", ("",), "2 features"),
            ("duplicate_id", ("A",), "2 features"),
        ]

    def test_heights_are_ignored(self):
        high = shapely.force_3d(square(0, 0), 300.0)
        assert check([high, square(1, 0)], ["A", "B"]).findings == ()


class TestForeignCoordinates:
    def test_a_vertex_put_on_an_edge_by_arithmetic_is_a_missing_node_and_no_gap(self):
        # thirds are no doubles: the vertex lies a rounding error beside the edge
        start, end = np.array([LON + 1 / 3, LAT + 1 / 7]), np.array([LON + 1 / 3 + 1 / 30, LAT + 1 / 7 + 1 / 11])
        for share in np.linspace(0.1, 0.9, 17):
            middle = start + share * (end - start)
            below, first, second = (
                shapely.Polygon([start, (end[0], start[1]), end]),
                shapely.Polygon([start, middle, (start[0], end[1])]),
                shapely.Polygon([middle, end, (start[0], end[1])]),
            )
            report = check([below, first, second], ["A", "B", "C"])
            assert [(f.code, f.faces) for f in report.findings] == [("unmatched_vertex", ("A", "B", "C"))]

    def test_a_metric_layer_is_judged_in_its_own_coordinates_and_placed_in_degrees(self):
        # the long edge is straight in the metric CRS; in degrees its middle would lie centimetres beside the neighbour
        long = shapely.box(500_000, 3_196_000, 502_000, 3_197_000)
        halves = [shapely.box(500_000, 3_197_000, 501_000, 3_198_000), shapely.box(501_000, 3_197_000, 502_000, 3_198_000)]
        report = check([long, *halves], ["A", "B", "C"], frame=Frame(METRIC_EPSG))
        assert [(f.code, f.faces) for f in report.findings] == [("unmatched_vertex", ("A", "B", "C"))]
        assert 105 < report.findings[0].lon < 105.1 and 28 < report.findings[0].lat < 29

    def test_overlaps_of_float_layers_count_from_a_thousandth_of_a_square_metre(self):
        base = shapely.box(500_000, 3_196_000, 501_000, 3_197_000)
        for strip_m, found in ((5e-7, []), (2e-6, ["overlap"])):
            other = shapely.box(501_000 - strip_m, 3_196_000, 502_000, 3_197_000)
            codes = codes_of(check([base, other], ["A", "B"], frame=Frame(METRIC_EPSG)))
            assert [code for code in codes if code == "overlap"] == found

    def test_a_layer_in_gcj02_is_placed_where_it_really_is(self):
        true = square(0, 0, 4, 4)
        shifted = shapely.transform([true, square(1, 1)], lambda lonlat: from_wgs84(lonlat, "gcj02"))
        report = check(shifted, ["A", "B"], frame=Frame(4490, "gcj02"))
        overlap = report.findings[0]
        assert overlap.code == "overlap"
        assert square(1, 1).contains(shapely.Point(overlap.lon, overlap.lat))

    def test_a_shifted_layer_is_suspected_and_a_fitting_one_is_not(self):
        parent = square(0, 0, 30, 30)
        faces = column_of([square(0, 0, 15, 30), square(15, 0, 15, 30)])
        shifted = shapely.transform(faces, lambda lonlat: from_wgs84(lonlat, "bd09"))
        suspects = [f for f in check(shifted, ["A", "B"], parent=parent).findings if f.code == "datum_suspect"]
        assert [f.detail for f in suspects] == ["declared cgcs2000, fits in bd09"]
        assert "datum_suspect" not in codes_of(check(faces, ["A", "B"], parent=parent))


def test_random_tilings_of_voronoi_cells_are_clean_and_show_a_lost_face():
    seeds = np.random.default_rng(7).uniform(0, 1, (400, 2)) * 0.2 + [LON, LAT]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shapely.box(105, 28, 106, 29)))
    faces = shapely.transform(cells, lambda lonlat: from_lattice(np.rint(lonlat * 1e7).astype(np.int64)))
    assert check(faces, names(faces)).findings == ()
    inner = int(np.argmin(shapely.distance(faces, shapely.Point(LON + 0.1, LAT + 0.1))))
    report = check(np.delete(faces, inner), names(faces)[1:])
    assert codes_of(report) == ["gap"]
    assert np.isclose(area_exactly(report.findings[0].geometry), area_in_units([faces[inner]]))
    assert np.isclose(shapely.area(in_units([faces[inner]]))[0], area_in_units([faces[inner]]))
