"""How sure it is that an entry is meant."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from incidents.gazetteer.entries import Entry
from incidents.gazetteer.finding import names_in
from incidents.gazetteer.matching import FACTORS, Evidence, likeness, position, score
from incidents.gazetteer.parts import parse
from incidents.gazetteer.ranking import ranked
from tests.incidents.gazetteer.test_parts import LUZHOU

WEST, EAST = shapely.Point(105.41, 28.81), shapely.Point(105.46, 28.82)
WEST_GRID, EAST_GRID = "510502001001001", "510503001001001"


def entry(name="和平药店", kind="poi", point=WEST, number=1, **changes):
    return Entry(number, kind, name, changes.pop("found_by", name), changes.pop("is_alias", False), point, "s", False, **changes)


def scored(text, thing, code=WEST_GRID, **options):
    called = options.pop("called", thing.found_by)
    return score(parse(text, LUZHOU), thing, code, called=called, **options)


def codes(candidate):
    return [each.code for each in candidate.why]


def test_the_confidence_is_the_product_of_what_is_said():
    found = scored("江阳区和平药店附近", entry())
    assert codes(found) == ["name_is", "kind", "county_agrees", "vague"]
    assert found.confidence == pytest.approx(math.prod(each.factor for each in found.why)) == 0.63


def test_an_alias_is_nearly_as_good_as_the_name_and_a_slip_much_less():
    assert scored("市一院", entry("泸州市第一医院", found_by="市一院", is_alias=True)).confidence == 0.873
    assert 0.4 < scored("和平药殿", entry(), called="和平药殿").confidence < 0.8
    assert scored("忠山公园", entry(), called="忠山公园") is None


def test_what_contradicts_the_address_costs():
    assert scored("纳溪区和平药店", entry()).confidence < 0.3
    assert scored("成都市武侯区和平药店", entry()).confidence < 0.1
    assert "county_differs" not in codes(scored("纳溪区和平药店", entry(), code=""))  # where it lies is not known


def test_what_the_entry_does_not_explain_costs():
    whole, part = scored("和平药店", entry()), scored("和平药店火锅城", entry())
    assert "rest" in codes(part) and part.confidence < whole.confidence
    assert "rest" not in codes(scored("和平药店2单元501室", entry()))


def test_equal_ones_are_all_listed_and_none_is_sure():
    twins = [scored("和平药店", entry(number=1)), scored("和平药店", entry(number=2, point=EAST), EAST_GRID)]
    assert [each.confidence for each in ranked(twins)] == [0.45, 0.45]
    assert ranked(twins) == ranked(twins[::-1])


def test_two_sources_that_know_one_place_do_not_make_it_doubtful():
    beside = shapely.Point(105.4101, 28.81)
    assert ranked([scored("和平药店", entry()), scored("和平药店", entry(number=2, point=beside))])[0].confidence == 0.9


def test_who_stands_near_one_of_two_means_that_one():
    twins = [
        scored("和平药店", entry(number=1), near=(105.41, 28.81)),
        scored("和平药店", entry(number=2, point=EAST), EAST_GRID, near=(105.41, 28.81)),
    ]
    first, second = ranked(twins)
    assert first.entry.number is None and first.entry.id == 1
    assert first.confidence > second.confidence


def test_what_is_called_exactly_so_goes_before_what_is_called_alike():
    road = entry("江阳中路", "road", found_by="江阳中路", number=1, road="江阳中路")
    school = entry("江阳中路小学", number=2)
    first, second = ranked([scored("江阳中路", school, called="江阳中路"), scored("江阳中路", road)])
    assert (first.entry.kind, "better_name" in codes(second)) == ("road", True)


def test_of_a_road_the_middle_is_told():
    line = shapely.MultiLineString([[(105.4, 28.8), (105.44, 28.8)], [(105.5, 28.8), (105.51, 28.8)]])
    assert position(entry("江阳中路", "road", line, road="江阳中路")) == (105.42, 28.8)


def test_no_factor_makes_anything_surer():
    assert all(0 < factor <= 1 for factor in FACTORS.values())


NAMES = st.text("江阳中路前进和平药店小学", max_size=8)


@given(NAMES, NAMES)
def test_likeness_is_from_0_to_1_and_alike_in_both_directions(first, second):
    assert 0 <= likeness(first, second) == likeness(second, first) <= 1
    assert (likeness(first, second) == 1) == (first == second != "")


@given(st.text("江阳中路前进和平药店小学附近对面12号栋", min_size=1, max_size=40))
def test_the_whole_text_is_among_the_names_that_are_looked_for(text):
    parts = parse(text, LUZHOU)
    assert not parts.text or parts.text in names_in(parts)


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.9]), st.integers(0, 3)), min_size=1, max_size=6), st.randoms())
def test_the_order_in_which_candidates_are_found_does_not_count(drawn, random):
    found = [
        scored("和平药店", entry(number=number, point=shapely.Point(105.4 + away / 100, 28.8)), number=(Evidence("x", factor),))
        for number, (factor, away) in enumerate(drawn)
    ]
    assert ranked(random.sample(found, len(found))) == ranked(found)
