"""Reference lines that anybody may have written: taken, or refused with a code."""

import json

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.changes.reference import LONGEST_KM, MOST_KINDS, MOST_LINES, MOST_VERTICES, reference, reference_from
from boundaries.imports.layers import read_lines
from gis.errors import Refusal

ROAD = {"type": "LineString", "coordinates": [[105, 28], [105.01, 28.01]]}


def feature(geometry=ROAD, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def code(features):
    with pytest.raises(Refusal) as refused:
        reference_from(features)
    return refused.value.code


def line(*positions):
    return {"type": "LineString", "coordinates": list(positions)}


def test_lines_outlines_and_what_they_are_are_taken_and_what_has_no_shape_is_left_out():
    lake = {"type": "Polygon", "coordinates": [[[105, 28, 240.5], [105.1, 28, 240.5], [105, 28.1, 240.5], [105, 28, 240.5]]]}
    found = reference_from([feature(kind="road"), feature(None, kind="wall"), feature(lake), feature(kind="河")])
    assert found.kinds == ("road", "line", "河")
    assert [shape.geom_type for shape in found.lines] == ["LineString", "Polygon", "LineString"]


@pytest.mark.parametrize(
    "given",
    [
        None,
        "x",
        {},
        {"type": "Feature", "geometry": {}},
        feature([]),
        feature({"type": "Point", "coordinates": [105, 28]}),
        feature({"type": "GeometryCollection", "geometries": [ROAD]}),
        feature(line([105, 28])),
        feature(line([105, 28], [105, float("nan")])),
        feature(line([105, 28], [10**400, 28])),
        feature(line([105, 28], [28, 105])),
        feature(line([105, 28], ["105", "29"])),
        feature(line([105, 28], [True, False])),
        feature({"type": "LineString", "coordinates": json.loads("[" * 500 + "]" * 500)}),
        feature({"type": "Polygon", "coordinates": [[[105, 28], [106, 28], [106, 29], [105, 29]]]}),
        feature(kind=7),
        feature(kind=""),
        feature(kind="x" * 41),
        feature(kind="a\x00b"),
        feature(kind="\u202eriver"),
    ],
    ids=lambda given: str(given)[:60],
)
def test_a_feature_that_is_no_line_is_refused_by_its_number(given):
    with pytest.raises(Refusal, match="Feature 2 of the reference lines") as refused:
        reference_from([feature(), given])
    assert (refused.value.code, refused.value.details) == ("bad_lines", {"feature": 2})


def test_more_than_is_taken_is_refused():
    assert code([]) == code([feature(None)]) == "no_lines"
    assert code([feature()] * (MOST_LINES + 1)) == "too_many_lines"
    assert code([feature(kind=str(k)) for k in range(MOST_KINDS + 1)]) == "too_many_kinds"
    half = line(*([105 + k * 1e-7, 28] for k in range(MOST_VERTICES // 2 + 1)))
    assert code([feature(half), feature(half)]) == "too_many_vertices"
    scribble = line(*([105 + k % 2, 28] for k in range(LONGEST_KM // 98 + 1)))
    assert code([feature(scribble)]) == "lines_too_long"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["Feature", "LineString", "MultiLineString", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "geometry", "coordinates", "properties", "kind"]), inner, max_size=4)
    ),
    max_leaves=12,
)


GIVEN = JSON | JSON.map(feature) | JSON.map(lambda each: feature(line(each, each)))


@given(st.lists(GIVEN, max_size=3))
def test_any_json_is_taken_or_refused(features):
    try:
        found = reference_from(features)
    except Refusal as refusal:
        assert refusal.code in ("bad_lines", "no_lines", "lines_too_long")
    else:
        assert len(found.lines) == len(found.kinds) > 0


class TestLayers:
    """Read from files."""

    def test_lines_are_read_on_their_datum_and_what_is_no_line_has_no_shape(self, tmp_path):
        path = tmp_path / "roads.geojson"
        point = {"type": "Point", "coordinates": [105, 28]}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(kind="road"), feature(point)]}))
        layer = read_lines(path)
        assert layer.attributes["kind"].tolist()[0] == "road"
        assert shapely.equals_exact(layer.geometries[0], shapely.from_geojson(json.dumps(ROAD)), 1e-9)
        assert reference(layer.geometries, [None, None]).kinds == ("line",)
        moved = read_lines(path, datum="gcj02").geometries[0]
        assert 0.001 < np.abs(shapely.get_coordinates(moved) - ROAD["coordinates"]).max() < 0.01

    def test_a_layer_without_lines_is_refused(self, tmp_path):
        path = tmp_path / "points.geojson"
        point = {"type": "Point", "coordinates": [105, 28]}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(point)]}))
        with pytest.raises(Refusal) as refused:
            read_lines(path)
        assert refused.value.code == "no_lines"

    def test_of_several_layers_of_lines_one_has_to_be_named(self, tmp_path):
        frame = geopandas.GeoDataFrame({"kind": ["a"]}, geometry=[shapely.LineString([(105, 28), (105, 29)])], crs=4490)
        path = tmp_path / "lines.gpkg"
        for name in ("roads", "rivers"):
            frame.to_file(path, layer=name)
        with pytest.raises(Refusal) as refused:
            read_lines(path)
        assert (refused.value.code, refused.value.details["layers"]) == ("ambiguous_layer", ["roads", "rivers"])
        assert len(read_lines(f"{path}::rivers").geometries) == 1
