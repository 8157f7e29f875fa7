"""Every format gives back, to the last lattice unit and the last character, what was written."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from boundaries.exports.extract import Extract, digest
from boundaries.exports.files import WRITERS, write_extract
from boundaries.imports.layers import read_layer
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice

# What the register's own rule lets in: no control characters; blanks around a name say nothing.
NAMES = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=100).map(str.strip).filter(len)
)
AT = datetime(2026, 1, 1, tzinfo=UTC)
VILLAGE = "510502001001"


@st.composite
def shapes(draw):
    """A square with a hole, on odd lattice points anywhere in the city, sometimes with an exclave."""
    west, south = draw(st.integers(1_050_000_000, 1_069_999_999)), draw(st.integers(270_000_000, 289_999_999))
    size, inset = draw(st.integers(5, 999_999)), draw(st.integers(1, 2))

    def ring(x, y, side):
        return from_lattice(np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], dtype=np.int64))

    first = shapely.Polygon(ring(west, south, size), [ring(west + inset, south + inset, size - 2 * inset)])
    other = shapely.Polygon(ring(west + size + 3, south, 7))
    return shapely.MultiPolygon([first, other] if draw(st.booleans()) else [first])


def extract(names, geometries, households):
    count = len(names)
    columns = {
        "code": [f"{VILLAGE}{k + 1:03d}" for k in range(count)],
        "name": names,
        "kind": ["comprehensive"] * count,
        "households": pd.array(households, dtype="Int64"),
        "population": pd.array(households[::-1], dtype="Int64"),
        "area_m2": [1.5] * count,
        "valid_from": ["2024-10-01T00:00:00+08:00"] * count,
        "valid_to": [None] * count,
        "parent": [VILLAGE] * count,
        "source": names,
        "change_set": pd.array([7] * count, dtype="Int64"),
    }
    return Extract("grids", AT, None, "5105 泸州市", pd.DataFrame(columns), np.array(geometries, dtype=object))


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=20)
@given(st.lists(st.tuples(NAMES, shapes(), st.none() | st.integers(0, 2**31 - 1)), min_size=1, max_size=3))
@example([("😀" * 100, shapely.MultiPolygon([shapely.box(105, 28, 105.0000001, 28.0000001)]), None)])
@example([("a" * 253 + "网", shapely.MultiPolygon([shapely.box(105, 28, 106, 29)]), 0)])
def test_what_is_read_has_the_digest_of_what_was_written(form, units):
    names, geometries, households = map(list, zip(*units, strict=True))
    made = extract(names, geometries, households)
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"grids.{form}"
        written = write_extract(made, out)
        read = read_layer(out)
        table = read.attributes.rename(columns={"Name": "name"})
        assert table["name"].tolist() == names
        assert digest(table, read.geometries) == written["digest"]
        assert [path.name for path in Path(folder).iterdir()] == [out.name]


@given(shapes(), st.integers(0, 3), st.sampled_from([(0, 1), (1, 0), (0, -1), (-1, 0)]))
def test_one_vertex_moved_by_one_unit_is_another_digest(shape, corner, step):
    shell = to_lattice(shapely.get_coordinates(shape.geoms[0].exterior)[:-1])
    shell[corner] += step
    moved = shapely.MultiPolygon([shapely.Polygon(from_lattice(shell), [ring.coords for ring in shape.geoms[0].interiors])])
    kept = shapely.MultiPolygon([shape.geoms[0]])
    table = extract(["a"], [shape], [1]).attributes
    assert digest(table, [moved]) != digest(table, [kept])


@given(st.permutations(range(4)))
def test_the_digest_does_not_depend_on_the_order_of_the_units(order):
    boxes = [shapely.MultiPolygon([shapely.box(105 + k, 28, 106 + k, 29)]) for k in range(4)]
    made = extract(["a", "b", "c", "d"], boxes, [1, None, 3, 4])
    shuffled = made.attributes.iloc[list(order)], made.geometries[list(order)]
    assert digest(*shuffled) == digest(made.attributes, made.geometries)


def test_a_file_that_cannot_be_written_whole_leaves_the_older_one(tmp_path):
    made = extract(["a"], [shapely.MultiPolygon([shapely.box(105, 28, 106, 29)])], [1])
    out = tmp_path / "grids.gpkg"
    write_extract(made, out)
    before = out.read_bytes()
    broken = Extract("grids", AT, None, "5105", made.attributes.assign(name=[object()]), made.geometries)
    with pytest.raises((Refusal, TypeError, ValueError)):
        write_extract(broken, out)
    assert out.read_bytes() == before and list(tmp_path.iterdir()) == [out]
