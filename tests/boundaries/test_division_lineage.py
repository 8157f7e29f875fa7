"""What became of each division from one edition of the codes to the next: small editions, and laws over many."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.divisions.correspondences import Correspondence
from boundaries.divisions.lineage import KINDS, Share, lineage
from boundaries.divisions.naming import Division
from gis.errors import Refusal
from tests.boundaries.small_editions import COUNTY, ENDED, ENDING, edition

BACKWARDS = {"ended": "created", "created": "ended", "merged": "split", "split": "merged"}


def told(steps, *names):
    """Some fields of the steps that are not of the county."""
    return [tuple(getattr(step, name) for name in names) for step in steps if "510502" not in (step.old, step.new)]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("邻玉街道", "邻玉街道", "unchanged"),
        ("邻玉街道办事处", "邻玉街道", "respelled"),
        ("邻玉镇", "邻玉街道", "renamed"),
        ("邻玉街道", "江北街道", "renamed"),
        ("石坝彝族乡", "石坝乡", "respelled"),
    ],
)
def test_a_town_that_keeps_its_code_is_the_same_town(before, now, kind):
    steps = lineage(edition(("510502004", before)), edition(("510502004", now)))
    assert told(steps, "kind", "by") == [(kind, "code")]


def test_a_code_whose_name_is_wholly_another_is_doubtful():
    steps = lineage(edition(("510502004", "水口镇")), edition(("510502004", "茅溪镇")))
    assert told(steps, "kind", "doubt") == [("renamed", "other_name")]


def test_a_town_that_became_a_street_is_found_by_its_name_in_the_county_and_its_villages_by_theirs_in_the_town():
    # Two villages 新村: one in each town. Only the correspondence of the towns tells them apart.
    before = edition(
        ("510502102", "石洞镇"), ("510502102201", "新村村委会"), ("510502103", "黄舣镇"), ("510502103201", "新村村委会")
    )
    now = edition(
        ("510502008", "石洞街道"), ("510502008001", "新村社区"), ("510502103", "黄舣镇"), ("510502103201", "新村村委会")
    )
    assert told(lineage(before, now), "old", "new", "kind", "by") == [
        ("510502102", "510502008", "recoded", "name_in_county"),
        ("510502103", "510502103", "unchanged", "code"),
        ("510502102201", "510502008001", "recoded", "name_in_town"),
        ("510502103201", "510502103201", "unchanged", "code"),
    ]


def test_the_successors_of_an_ended_town_are_told_by_where_its_villages_went():
    (town,) = [step for step in lineage(ENDING, ENDED) if step.old == "510502104"]
    assert (town.kind, town.by, town.new) == ("ended", "villages", None)
    assert (town.shares, town.villages) == ((Share("510502103", 2), Share("510502106", 1)), 4)


def test_a_village_that_went_alone_by_its_name_is_doubtful_and_two_together_are_not():
    doubts = {step.old: step.doubt for step in lineage(ENDING, ENDED) if step.by == "name_in_county"}
    assert doubts == {"510502104201": None, "510502104202": None, "510502104203": "lone_name"}


def test_a_name_that_stands_twice_in_the_county_is_not_taken_for_one_place_unless_its_town_is_linked():
    twice = [*ENDING, Division("510502104205", "新村村民委员会"), Division("510502107", "石寨镇")]
    twice.append(Division("510502107201", "新村村民委员会"))
    now = [*ENDED, Division("510502103213", "新村村民委员会")]
    steps = {step.old: step for step in lineage(twice, now) if step.old}
    assert (steps["510502104205"].new, steps["510502104205"].by) == ("510502103213", "name_in_linked_town")
    assert (steps["510502107201"].kind, steps["510502107201"].by) == ("ended", "absence")
    unlinked = [each for each in now if not each.code.startswith("51050210321") or each.code == "510502103213"]
    steps = {step.old: step for step in lineage(twice, unlinked) if step.old}
    assert [(steps[f"51050210{code}"].kind, steps[f"51050210{code}"].doubt) for code in ("4205", "7201")] == [
        ("ended", "namesakes")
    ] * 2


def test_what_is_given_wins_and_says_so():
    given = [
        Correspondence("510502104204", "510502106209", "川府民政〔2019〕35号"),
        Correspondence("510502104203", "510502106209"),
    ]
    steps = {step.old: step for step in lineage(ENDING, ENDED, given=given) if step.old}
    assert (steps["510502104204"].kind, steps["510502104204"].by) == ("merged", "given")
    assert steps["510502104204"].note == "川府民政〔2019〕35号"
    assert steps["510502104203"].kind == "merged"
    assert steps["510502104"].shares == (Share("510502103", 2), Share("510502106", 2))


def test_a_code_can_be_given_to_another_place():
    given = [Correspondence("510502103", None), Correspondence(None, "510502103")]
    steps = lineage(edition(("510502103", "黄舣镇")), edition(("510502103", "黄舣镇")), given=given)
    assert told(steps, "old", "new", "kind", "by") == [
        ("510502103", None, "ended", "given"),
        (None, "510502103", "created", "given"),
    ]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([("510502999", "510502103")], "'510502999' is no code of the earlier edition"),
        ([("510502104", "510502999")], "'510502999' is no code of the later edition"),
        ([("510502104", "510502103211")], "different levels"),
        ([(None, None)], "neither"),
        ([("510502104", "510502103")], "510502103 is in both editions but named on one side only"),
        ([("510502104", None), ("510502104", None)], "twice"),
        ([("510502104201", None), ("510502104201", "510502103211")], "cannot both end, or begin, and go on"),
    ],
)
def test_correspondences_that_cannot_be_or_leave_something_open_are_refused(rows, what):
    with pytest.raises(Refusal, match=what) as refused:
        lineage(ENDING, ENDED, given=[Correspondence(*row) for row in rows])
    assert refused.value.code == "bad_correspondence"


# ---------------------------------------------------------------------------------------------------------------------
# Laws, over editions of few names, so that many things could be meant.

STEMS, ENDINGS = "甲乙丙丁", {9: ("镇", "乡", "街道", "街道办事处"), 12: ("村", "村村民委员会", "社区", "社区居委会")}


@st.composite
def editions(draw):
    """One edition of up to two counties, five towns and twelve villages."""
    counties = draw(st.lists(st.sampled_from(["510502", "510503"]), unique=True, max_size=2))
    towns = draw(st.lists(st.sampled_from([f"{county}00{n}" for county in counties for n in (1, 2, 3)] or [""]), unique=True))
    towns = [code for code in towns if code]
    villages = draw(st.lists(st.sampled_from([f"{town}20{n}" for town in towns for n in (1, 2, 3)] or [""]), unique=True))
    names = st.sampled_from(STEMS)
    return [
        *(Division(code, {"510502": "江阳区", "510503": "纳溪区"}[code]) for code in counties),
        *(Division(code, draw(names) + draw(st.sampled_from(ENDINGS[len(code)]))) for code in [*towns, *villages] if code),
    ]


@st.composite
def pairs_of_editions(draw):
    """Two editions and correspondences between them that leave nothing open."""
    old, new = draw(editions()), draw(editions())
    ends = [sorted(each.code for each in side if len(each.code) == 12) for side in (old, new)]
    links = [(one, other) for one in ends[0] for other in ends[1]]
    chosen = draw(st.lists(st.sampled_from(links), unique=True, max_size=3)) if links else []
    return old, new, completed(chosen, *ends)


def completed(links, before, now):
    """The same with a line for each code of both editions that stands on one side only."""
    links, more = list(links), True
    while more:
        olds, news = {old for old, _ in links}, {new for _, new in links}
        more = [(c, c) for c in sorted(((olds & set(now)) - news) | ((news & set(before)) - olds))]
        links += more
    return [Correspondence(*link) for link in links]


@given(pairs_of_editions())
def test_every_code_of_both_editions_is_accounted_for_once_or_as_it_was_given(case):
    old, new, given = case
    steps = lineage(old, new, given=given)
    named = Counter(row.old for row in given), Counter(row.new for row in given)
    for side, times, codes in (("old", named[0], old), ("new", named[1], new)):
        found = Counter(getattr(step, side) for step in steps)
        assert {code: found[code] for code in found if code} == {each.code: max(1, times[each.code]) for each in codes}
    assert {(step.old, step.new) for step in steps if step.by == "given"} == {(row.old, row.new) for row in given}
    assert {step.kind for step in steps} <= set(KINDS)


@given(pairs_of_editions(), st.randoms())
def test_the_order_of_the_rows_changes_nothing(case, chance):
    old, new, given = case
    shuffled = [chance.sample(side, len(side)) for side in (old, new, given)]
    assert lineage(*shuffled[:2], given=shuffled[2]) == lineage(old, new, given=given)


@given(pairs_of_editions())
def test_read_backwards_every_step_turns_round(case):
    old, new, given = case
    turned = lineage(new, old, given=[Correspondence(row.new, row.old, row.note) for row in given])
    forwards = {(step.old, step.new, step.kind, step.by, step.shares, step.doubt) for step in lineage(old, new, given=given)}
    backwards = {(s.new, s.old, BACKWARDS.get(s.kind, s.kind), s.by, s.shares, s.doubt) for s in turned}
    assert backwards == forwards


@given(editions())
def test_an_edition_followed_by_itself_changes_nothing(old):
    assert {(step.kind, step.by, step.doubt) for step in lineage(old, old)} <= {("unchanged", "code", None)}


@given(pairs_of_editions())
def test_what_the_shares_tell_is_what_the_villages_did(case):
    old, new, given = case
    steps = lineage(old, new, given=given)
    for step in steps:
        if step.kind == "ended" and len(step.old) == 9:
            went = Counter(s.new[:9] for s in steps if s.old and s.new and len(s.old) == 12 and s.old[:9] == step.old)
            assert {share.code: share.villages for share in step.shares} == went


def test_a_thousand_rows_in_any_order_are_one_lineage():
    rows = [
        Division(f"5105020{town:02}{village:03}", f"{STEMS[village % 4]}村") for town in range(1, 31) for village in range(1, 34)
    ]
    towns = [Division(f"5105020{town:02}", f"{town}镇") for town in range(1, 31)]
    whole = [Division(*COUNTY), *towns, *rows]
    mixed = random.Random(7).sample(whole, len(whole))
    assert lineage(whole, mixed) == lineage(mixed, whole)
