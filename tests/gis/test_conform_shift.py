"""No border moves further than stated, but for the land of mends; the report tells both candidates and every face's area."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.conforming.conform import conform
from gis.errors import Refusal
from gis.lattice import quantise
from gis.measures import geodesic_area_m2
from tests.gis.shifts import ROUNDING_M, land_of, moved_m
from tests.gis.test_conform import box, conformed, faulty, names, polygon

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@LAWS
@given(faulty(), st.sampled_from([0.0, 0.05, 0.5, 2.0]), st.booleans())
def test_no_border_moves_further_than_stated_outside_of_the_mends(layer, snap_m, free):
    faces, parent = layer
    answer = conformed(faces, names(faces), snap_m=snap_m, parent=None if free else parent)
    if answer is None:
        return
    mends = land_of(answer.mends)
    broken = {mend.faces[0] for mend in answer.mends if mend.kind == "invalid_geometry"}
    for name, before, after in zip(answer.ids, quantise(faces), answer.faces, strict=True):
        if after is not None and name not in broken:
            assert moved_m(before, after, mends, snap_m=snap_m) <= snap_m + ROUNDING_M


@LAWS
@given(faulty())
def test_every_face_is_in_the_report_with_its_area_before_and_after(layer):
    faces, parent = layer
    answer = conformed(faces, names(faces), parent=parent)
    if answer is None:
        return
    told = answer.as_dict()["faces"]
    assert [row["id"] for row in told] == names(faces)
    after_m2 = geodesic_area_m2(answer.faces)
    assert [row["area_after_m2"] for row in told] == np.round(after_m2, 3).tolist()
    kept = shapely.is_valid(faces)
    before_m2 = geodesic_area_m2(quantise(faces[kept]))
    assert answer.area_before_m2[kept].tolist() == before_m2.tolist()
    same = ~answer.touched
    assert answer.area_before_m2[same].tolist() == answer.area_after_m2[same].tolist()


class TestProposals:
    # a strip of 1 m that nobody has, between two faces with equally long borders with it
    GAP = box(0, 0, 1000, 1000), box(1100, 0, 2000, 1000)
    PARENT = box(0, 0, 2000, 1000)

    def test_both_candidates_are_named_where_the_evidence_is_even(self):
        (mend,) = conform(self.GAP, ["A", "B"], parent=self.PARENT, snap_m=0).mends
        assert mend.even and mend.to == "A" and [one.face for one in mend.candidates] == ["A", "B"]
        first, second = (one.border_m for one in mend.candidates)
        assert second == pytest.approx(first) and mend.as_dict()["candidates"][1] == {"face": "B", "border_m": round(second, 3)}

    @pytest.mark.parametrize(
        ("strategy", "winner"),
        [("longest_border", "B"), ("largest", "C"), ("smallest", "A"), ("priority", "D"), ("by_village_code", "D")],
    )
    def test_each_strategy_gives_a_gap_to_another_face(self, strategy, winner):
        #  west to east along the strip, above it: A 200, B 900; below it: C 500 and very high, D 600
        #  the villages: A; B; C and D
        ids = {"A": "510502001001001", "B": "510502002001001", "C": "510502003001001", "D": "510502003001002"}
        faces = {
            "A": box(0, 100, 200, 400),
            "B": box(200, 100, 1100, 500),
            "C": box(0, -5000, 500, 0),
            "D": box(500, -500, 1100, 0),
        }
        parent = shapely.union_all([*faces.values(), box(0, 0, 1100, 100)])
        code = dict(zip(ids.values(), ids, strict=True))
        answer = conform(
            list(faces.values()),
            list(ids.values()),
            strategy=strategy,
            priority=[ids["D"], ids["A"]] if strategy == "priority" else (),
            parent=parent,
            snap_m=0,
        )
        (mend,) = answer.mends
        assert answer.ok and code[mend.to] == winner

    def test_a_gap_that_is_refused_stays_and_the_others_are_closed(self):
        faces = [*self.GAP, box(2100, 0, 3000, 1000)]
        options = {"parent": box(0, 0, 3000, 1000), "snap_m": 0}
        first, second = conform(faces, list("ABC"), **options).mends
        answer = conform(faces, list("ABC"), refuse=[first.id], **options)
        assert {mend.id: (mend.accepted, mend.question) for mend in answer.mends} == {
            first.id: (False, "refused"),
            second.id: (True, ""),
        }
        assert not answer.ok and not answer.touched[0] and not answer.proof.ok

    def test_an_invalid_face_whose_mend_is_refused_is_named(self):
        bow = polygon((0, 0), (1000, 1000), (1000, 0), (0, 1000))
        (mend,) = conform([bow], ["A"]).mends
        with pytest.raises(Refusal, match="Face A is no valid polygon and its mend was refused") as refused:
            conform([bow], ["A"], refuse=[mend.id])
        assert (refused.value.code, refused.value.details["faces"]) == ("invalid_geometry", ["A"])
