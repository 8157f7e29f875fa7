"""What a change means for the units it touches, and the document about commands."""

import json
import re
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.changes.commands import OPERATIONS
from boundaries.changes.effects import WARNINGS, effects
from boundaries.changes.land import land_of
from boundaries.changes.outcome import outcome_of
from boundaries.units import units_from
from tests.boundaries.lands import lands, used_in
from tests.boundaries.test_change_laws import settled, written
from tests.boundaries.test_changes import ONE, TWO, A, box, carried_out, land, line

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "changes.md").read_text(encoding="utf-8")
assert land  # a fixture


def effect(found, code):
    return next(row for row in found if row.code == code)


def of(land, *commands, **reference):
    after, outcome = carried_out(land, *commands)
    return effects(outcome, land, after, **reference)


def test_a_split_tells_who_gives_what_to_whom(land):
    found = of(land, {"op": "split", "unit": ONE, "lines": line((5, -5), (5, 25))})
    old, new = effect(found, ONE), effect(found, f"{A}006")
    assert old.before.micro_grids == 4 and (old.after.micro_grids, new.after.micro_grids) == (2, 2)
    assert new.before is None and [(heir.new, heir.households) for heir in old.gives] == [(f"{A}006", 60)]
    assert [(heir.old, heir.households) for heir in new.gets] == [(ONE, 60)]
    assert old.before.area_m2 == pytest.approx(old.after.area_m2 + new.after.area_m2)


def test_the_size_rule_is_that_of_the_kind(land):
    small = effect(of(land, {"op": "rename", "unit": TWO, "name": "a"}), TWO)
    assert small.after.size_rule.ok and small.warnings == ()
    assert effect(of(land, {"op": "count_households", "unit": TWO, "households": 9}), TWO).warnings == ("too_few_households",)
    assert effect(of(land, {"op": "count_households", "unit": TWO, "households": 999}), TWO).warnings == ("too_many_households",)
    assert effect(of(land, {"op": "convert", "unit": TWO, "kind": "exclusive"}), TWO).after.size_rule is None


def test_a_name_that_another_unit_of_the_village_has_is_told(land):
    assert "duplicate_name" in effect(of(land, {"op": "rename", "unit": TWO, "name": land[ONE].name}), TWO).warnings
    assert "duplicate_name" not in effect(of(land, {"op": "rename", "unit": TWO, "name": "别名"}), TWO).warnings


def test_parts_and_narrow_land_are_told(land):
    apart = of(land, {"op": "draw", "parent": A, "polygon": box(12, 9, 13, 21), "name": "a"})
    assert effect(apart, TWO).after.parts == 2 and "multipart" in effect(apart, TWO).warnings
    narrow = of(land, {"op": "carve", "parent": A, "polygon": box(12, 12, 12.1, 18), "name": "a"})
    assert "sliver" in effect(narrow, f"{A}801").warnings and "sliver" not in effect(narrow, TWO).warnings


def test_clarity_is_measured_where_there_are_lines(land):
    road = shapely.from_geojson(json.dumps(line((10, 9), (10, 20))))
    plain = of(land, {"op": "rename", "unit": TWO, "name": "a"})
    clear = of(land, {"op": "rename", "unit": TWO, "name": "a"}, lines=[road], kinds=["road"], tolerance_m=5)
    perimeter_m, along_m = 438.4, 121.9  # and five metres more of the border at either end
    assert effect(plain, TWO).after.clarity is None
    assert effect(clear, TWO).after.clarity == pytest.approx((along_m + 10) / perimeter_m, abs=0.002)


def test_a_retired_unit_has_no_measures_after_and_no_warnings(land):
    gone = effect(of(land, {"op": "merge", "units": [ONE, TWO], "into": ONE}), TWO)
    assert gone.after is None and gone.warnings == () and gone.gives[0].new == ONE


def test_units_that_only_got_nodes_are_left_out(land):
    found = of(land, {"op": "split", "unit": TWO, "lines": line((15, 0), (15, 30))})
    assert {row.code for row in found} == {TWO, f"{A}006"}


def test_an_effect_is_json(land):
    rows = [row.as_dict() for row in of(land, {"op": "split", "unit": ONE, "lines": line((5, -5), (5, 25))})]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert rows[0]["gives"][0].keys() == {"to", "area_m2", "households", "population"}


def test_nothing_done_has_no_effects(land):
    assert effects(outcome_of(land, land, used=lambda parent: ()), land, land) == []


@settings(deadline=None, max_examples=12)
@given(st.data())
def test_any_outcome_can_be_measured(data):
    base, _, after = settled(data, commands=3)
    rows = effects(outcome_of(base, after, used=used_in(base)), base, after)
    for row in rows:
        assert set(row.warnings) <= set(WARNINGS)
        assert row.before or row.after
        json.dumps(row.as_dict(), allow_nan=False)


def test_the_document_names_every_operation_with_its_members():
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| .*\|$", DOCUMENT, re.MULTILINE)
    told = {op: set(re.findall(r"`(\w+\??)`", members)) for op, members in rows}
    known = {
        op: {f"{member}?" if member in operation.optional else member for member in operation.members}
        for op, operation in OPERATIONS.items()
    }
    assert told == known


def test_the_document_names_every_warning():
    assert all(f"`{word}`" in DOCUMENT for word in WARNINGS)


@settings(deadline=None, max_examples=5)
@given(lands())
def test_a_table_of_units_is_a_land(base):
    names = ("name", "geometry", "kind", "households", "population", "divided")
    columns = {name: [getattr(unit, name) for unit in base] for name in names}
    table = units_from(code=[unit.id for unit in base], **columns)
    assert written(land_of(table)) == written(base)
