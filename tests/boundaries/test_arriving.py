"""Faces of a file that are to divide a unit: which are taken, and how many at most."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.changes.commands import checked
from boundaries.changes.edits import perform
from boundaries.changes.land import Land, Unit
from boundaries.imports import arriving
from boundaries.imports.arriving import Incoming, Wishes, incoming
from boundaries.imports.proposal import command_of, propose
from boundaries.store.reading import ancestors
from gis.conforming.mend import Mend
from gis.conforming.wording import ASKED, MATTERS, chinese, english
from gis.editing.cutting import union
from gis.errors import Refusal
from gis.tiling import prove
from tests import files

VILLAGE = "510502001001"
SQUARE = shapely.box(105, 28, 105.01, 28.01)
HALVES = [shapely.box(105, 28, 105.005, 28.01), shapely.box(105.005, 28, 105.01, 28.01)]
WISHES = Wishes(VILLAGE)


def land(*units):
    """A city of one village, divided into some units."""
    shape = SQUARE if not units else union([unit.geometry for unit in units])
    above = [Unit(code, code, None, None, True, shape) for code in ancestors(VILLAGE)]
    return Land([*above, Unit(VILLAGE, "社区", None, None, bool(units), shape), *units])


@pytest.fixture
def layer(tmp_path):
    def store(shapes):
        path = tmp_path / "grids.geojson"
        path.write_bytes(files.as_geojson(shapes))
        return path

    return store


def code(work, *arguments, **options):
    with pytest.raises(Refusal) as refused:
        work(*arguments, **options)
    return refused.value.code


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [("MOST_UNITS", "too_many_faces"), ("MOST_VERTICES", "too_many_vertices"), ("MOST_MEETINGS", "too_many_overlaps")],
)
def test_faces_beyond_the_limits_are_refused(layer, monkeypatch, limit, wanted):
    monkeypatch.setattr(arriving, limit, 1)
    assert code(incoming, layer(HALVES), WISHES, land()) == wanted


def test_a_face_is_taken_where_more_than_half_of_it_lies_in_the_unit(layer):
    mostly, hardly = shapely.box(105.004, 28, 105.015, 28.01), shapely.box(105.0049, 28, 105.0152, 28.01)
    crossed = shapely.Polygon([(105, 28), (105.005, 28.01), (105.005, 28), (105, 28.01)])
    found = incoming(layer([mostly, hardly, crossed]), WISHES, land())
    assert found.ids == ["0", "2"] and "1 features" in found.notes[0]


def test_longitude_and_latitude_exchanged_are_named(layer):
    swapped = [shapely.transform(half, lambda xy: xy[:, ::-1] - (0, 60)) for half in HALVES]
    moved = land().with_units(placed=[Unit(VILLAGE, "社区", None, None, False, shapely.box(45, 28, 45.01, 28.01))])
    assert code(incoming, layer(swapped), WISHES, moved) == "swapped_lonlat"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=4, max_size=4), st.sampled_from([0.0, 0.5]))
def test_whatever_is_drawn_either_divides_the_unit_exactly_or_is_asked_about(shifts, snap_m):
    """Four quarters of a village, each shifted by up to 6 m, in place of two old halves."""
    halves = [Unit(f"{VILLAGE}00{k}", f"{k}", "comprehensive", None, False, half) for k, half in enumerate(HALVES, start=1)]
    before = land(*halves)
    drawn = [
        shapely.transform(
            shapely.box(105 + i / 200, 28 + j / 200, 105 + (i + 1) / 200, 28 + (j + 1) / 200), lambda xy, s=s: xy + s
        )
        for (i, j), s in zip(np.ndindex(2, 2), np.array(shifts) * 1e-6, strict=True)
    ]
    wishes = Wishes(VILLAGE, snap_m=snap_m, gap_width_m=5.0)
    proposal = propose(Incoming(list("0123"), np.array(drawn, dtype=object), [{} for _ in drawn], ()), wishes, before)
    if not proposal.conformed.ok:
        assert code(command_of, proposal, VILLAGE) == "mends_open"
        return
    command = checked(command_of(proposal, VILLAGE))
    assert all(english(mend).endswith(".") and chinese(mend).endswith("。") for mend in proposal.conformed.mends)
    after = perform(before, command, position=1)
    children = after.coverage(after.children(VILLAGE))
    assert prove(children.faces, np.zeros(len(children), dtype=np.int64), [after[VILLAGE].geometry]).ok
    assert shapely.equals(after[VILLAGE].geometry, SQUARE) or proposal.nodes.point.size


@pytest.mark.parametrize("kind", MATTERS)
def test_every_kind_of_mend_and_every_question_has_a_sentence_in_both_languages(kind):
    for question in ("", *ASKED):
        mend = Mend("x", kind, ("A", "B") if kind != "gap" else (), "A", question=question, area_m2=3.0, width_m=0.2)
        assert "{" not in english(mend) + chinese(mend)
        assert english(mend)[0].isupper() and " 。" not in chinese(mend)
