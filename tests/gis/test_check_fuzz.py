"""Whatever is checked, the answer is a finding that names the face or a refusal, and it comes."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.checking.change import check_change
from gis.checking.check import check
from gis.checking.findings import RULES
from gis.checking.nested import check_tree
from gis.crs import METRIC_EPSG, Frame
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.measures import geodesic_area_m2

numbers = (
    st.sampled_from([0.0, 105.0, 105.5, 28.0, 28.00000001, 106.0, -0.0, np.nan, np.inf, 1e308, 181.0, 1e-300, 5e5]) | st.floats()
)
near = st.sampled_from([105.0, 105.0001, 105.0002, 105.0003, 105.0000001]), st.sampled_from([28.0, 28.0001, 28.0002, 28.0003])
points = st.tuples(*near) | st.tuples(*near) | st.tuples(numbers, numbers)
inner = st.lists(points, min_size=2, max_size=6)
rings = st.tuples(st.tuples(*near), inner).map(lambda ring: [ring[0], *ring[1], ring[0]])  # NaN at its end closes no ring
names = st.sampled_from([None, "", "A", "B", "C", "甲", "A\nB", "<b>"])


@st.composite
def polygons(draw):
    shell, holes = draw(rings), draw(st.lists(rings, max_size=2))
    with np.errstate(all="ignore"):
        return shapely.Polygon(shell, holes)


shapes = st.deferred(
    lambda: (
        polygons()
        | polygons().map(lambda p: shapely.force_3d(p, 7.0))
        | st.lists(polygons(), max_size=3).map(shapely.MultiPolygon)
        | st.lists(shapes.filter(lambda s: isinstance(s, shapely.Geometry)), max_size=3).map(shapely.GeometryCollection)
        | points.map(shapely.Point)
        | st.just(shapely.Polygon())
        | st.none()
        | st.sampled_from(["POLYGON", 3.5, b"\x00"])
    )
)
features = st.lists(st.tuples(shapes, names, names), max_size=5)
frames = st.sampled_from([Frame(4490), Frame(4490, "gcj02"), Frame(METRIC_EPSG)])


def column_of(values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(features, frames, st.none() | shapes, st.data())
def test_garbage_raises_nothing_but_a_refusal(drawn, frame, parent, data):
    faces, ids, parents = (column_of([each[k] for each in drawn]) for k in range(3))
    ids, parents = list(ids), list(parents)
    for run in (
        lambda: check(faces, ids, frame=frame),
        lambda: check(faces, ids, parent=parent, frame=frame),
        lambda: check_tree(faces, ids, parents, frame=frame),
        lambda: check_tree(faces, ids, parents, parents=column_of([parent]), parent_names=["A"], frame=frame),
        lambda: check_change([shapely.box(105, 28, 105.0002, 28.0002)], faces, ids),
    ):
        try:
            report = run()
        except Refusal as refusal:
            assert refusal.code and refusal.message.endswith(".")
        else:
            told = report.as_dict()["findings"]
            assert all(finding["code"] in RULES and finding["sentence_zh"] for finding in told)
            assert len({finding["id"] for finding in told}) == len(told)


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON ((105 28, 105 28, 105 28, 105 28))", "invalid_geometry"),
        ("POLYGON ((105 28, 106 28, 105 28, 105 28))", "invalid_geometry"),
        ("POLYGON ((105 28, 106 29, 106 28, 105 29, 105 28))", "invalid_geometry"),
        ("POLYGON ((105 28, 106 28, 106 129, 105 28))", "invalid_geometry"),
        ("POLYGON ((105 28, 106 28, 106 29, 105 28), (5 5, 6 5, 6 6, 5 5))", "invalid_geometry"),
        ("POLYGON EMPTY", "empty_geometry"),
        ("GEOMETRYCOLLECTION EMPTY", "empty_geometry"),
        ("GEOMETRYCOLLECTION (POINT (105 28))", "not_a_polygon"),
        ("LINESTRING (105 28, 106 29)", "not_a_polygon"),
    ],
)
def test_what_is_no_face_is_a_finding_that_names_it(wkt, code):
    (finding,) = check([shapely.from_wkt(wkt)], ["A"]).findings
    assert (finding.code, finding.faces) == (code, ("A",))


@pytest.mark.parametrize("kind", ["Z", "M", "ZM"])
def test_heights_and_measures_do_not_count(kind):
    more = " 1" * len(kind)
    corners = ", ".join(f"{xy}{more}" for xy in ("105 28", "105.1 28", "105.1 28.1", "105 28.1", "105 28"))
    assert (
        check([shapely.from_wkt(f"POLYGON {kind} (({corners}))")], ["A"], parent=shapely.box(105, 28, 105.1, 28.1)).findings == ()
    )


def test_what_is_no_geometry_at_all_is_refused_by_name():
    with pytest.raises(Refusal) as refusal:
        check(column_of([shapely.box(105, 28, 106, 29), "POLYGON"]), ["A", "B"])
    assert refusal.value.code == "not_a_polygon" and "B" in str(refusal.value)


def test_a_parent_in_other_numbers_than_the_faces_is_refused():
    with pytest.raises(Refusal) as refusal:
        check([shapely.box(105, 28, 106, 29)], ["A"], parent=shapely.box(5e5, 3e6, 6e5, 4e6))
    assert refusal.value.code == "outside_lonlat"


def coast(vertices, *, rough=0.0005):
    """One jagged ring on the lattice."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    reach = 3e6 * (1 + rough * np.random.default_rng(3).uniform(-1, 1, vertices) * min(1, 2e5 / vertices)) + 2e5 * np.sin(
        9 * turn
    )
    units = np.rint(np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])).astype(np.int64)
    return shapely.Polygon(from_lattice(units + np.array([1_054_000_000, 288_000_000])))


@pytest.mark.parametrize(
    "vertices", [20_000, pytest.param(200_000, marks=pytest.mark.heavy), pytest.param(1_000_000, marks=pytest.mark.heavy)]
)
def test_a_polygon_of_very_many_vertices_is_judged(vertices):
    face, inside = coast(vertices), shapely.box(105.4, 28.8, 105.41, 28.81)
    report = check([face, inside], ["A", "B"])
    invalid = not shapely.is_valid(shapely.transform(face, lambda lonlat: np.rint(lonlat * 1e7)))
    assert {f.code for f in report.findings if f.severity == "error"} == {"overlap"} | (
        {"invalid_geometry"} if invalid else set()
    )


@pytest.mark.parametrize("vertices", [5_000, pytest.param(200_000, marks=pytest.mark.heavy)])
def test_a_polygon_that_crosses_its_parent_thousands_of_times_is_judged(vertices):
    face, parent = coast(vertices), coast(vertices, rough=0)
    report = check([face], ["A"], parent=parent)
    gaps, outside = (np.array([f.area_m2 for f in report.findings if f.code == code]) for code in ("gap", "outside_parent"))
    surplus_m2 = np.subtract(*geodesic_area_m2(np.array([face, parent])))
    assert len(gaps) > vertices / 10 and len(outside) == 1
    assert np.isclose(outside.sum() - gaps.sum(), surplus_m2, rtol=0, atol=1e-6 * outside.sum())


@pytest.mark.parametrize("vertices", [5_000, pytest.param(1_000_000, marks=pytest.mark.heavy)])
def test_a_polygon_of_very_many_vertices_that_crosses_itself_is_judged(vertices):
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    noise = np.random.default_rng(1).uniform(-2, 2, (vertices, 2))
    units = np.rint(np.column_stack([3e6 * np.sin(turn), 2e6 * np.sin(2 * turn)]) + noise).astype(np.int64)
    eight = shapely.Polygon(from_lattice(units + np.array([1_054_000_000, 288_000_000])))
    report = check([eight], ["A"], parent=shapely.box(105, 28.5, 105.8, 29.1))
    assert {f.code for f in report.findings if f.severity == "error"} == {"invalid_geometry", "gap"}
