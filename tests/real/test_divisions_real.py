"""The division codes of Luzhou, 2016 and 2023: 151 towns became 126, 1,624 villages 1,488."""

from collections import Counter
from datetime import date

import pytest

from boundaries.clock import end_of_day
from boundaries.divisions.lineage import Share, lineage
from boundaries.divisions.telling import sizes
from boundaries.imports.divisions import read_divisions
from boundaries.store import divisions as store

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def editions(real_data):
    folder = real_data / "luzhou"
    now = [folder / f"luzhou_{name}_2023.csv" for name in ("areas", "streets", "villages")]
    return read_divisions([folder / "luzhou_divisions_2016_vonng.csv"]), read_divisions(now)


@pytest.fixture(scope="module")
def steps(editions):
    return lineage(*editions)


def test_the_editions_have_as_many_towns_and_villages_as_were_published(editions):
    assert [sizes(edition) for edition in editions] == [
        {"county": 7, "town": 151, "village": 1624},
        {"county": 7, "town": 126, "village": 1488},
    ]


@pytest.mark.parametrize(("side", "end"), [(0, "old"), (1, "new")])
def test_every_division_of_both_editions_stands_in_exactly_one_step(editions, steps, side, end):
    found = Counter(code for step in steps if (code := getattr(step, end)))
    assert found == dict.fromkeys((each.code for each in editions[side]), 1)


def test_each_step_is_of_the_kind_and_found_in_the_way_that_it_was(steps):
    counted = Counter((len(step.old or step.new), step.kind, step.by) for step in steps)
    assert counted == {
        (6, "unchanged", "code"): 7,
        (9, "unchanged", "code"): 95,
        (9, "respelled", "code"): 13,
        (9, "renamed", "code"): 1,
        (9, "recoded", "name_in_county"): 10,
        (9, "ended", "villages"): 24,
        (9, "ended", "absence"): 8,
        (9, "created", "villages"): 7,
        (12, "unchanged", "code"): 958,
        (12, "respelled", "code"): 112,
        (12, "renamed", "code"): 48,
        (12, "recoded", "name_in_town"): 89,
        (12, "recoded", "name_in_county"): 187,
        (12, "recoded", "name_in_linked_town"): 3,
        (12, "ended", "absence"): 227,
        (12, "created", "absence"): 91,
    }


def test_the_towns_that_ended_are_told_by_their_villages(steps):
    ended = {step.old: step for step in steps if step.kind == "ended"}
    # 弥陀镇 went whole to 黄舣镇; 棉花坡镇 was shared out among three; of the dummy of an industrial park nothing is left.
    assert ended["510502104"].shares == (Share("510502103", 8),) and ended["510502104"].villages == 8
    assert [share.code for share in ended["510503105"].shares] == ["510503109", "510503003", "510503002"]
    assert (ended["510502400"].by, ended["510502400"].shares) == ("absence", ())


def test_a_created_town_is_told_by_whose_villages_it_got(steps):
    (created,) = [step for step in steps if step.new == "510522126"]  # 荔江镇 out of 虎头镇, 实录镇 and a part of 合江镇
    assert created.shares == (Share("510522120", 7), Share("510522123", 7), Share("510522100", 1))


def test_what_could_mean_two_things_is_told_as_doubtful(steps):
    assert Counter(step.doubt for step in steps if step.doubt) == {"other_name": 21, "lone_name": 8, "namesakes": 2}


def test_read_backwards_the_real_lineage_turns_round(editions, steps):
    turned = {(step.new, step.old, step.by) for step in lineage(*editions[::-1])}
    assert turned == {(step.old, step.new, step.by) for step in steps}


@pytest.mark.database
def test_the_lineage_is_kept_in_the_register_and_read_as_of_a_date(register, editions, steps):
    with register.begin() as connection:
        store.import_edition(connection, "2016", in_force_on=date(2016, 7, 31), source="x", divisions=editions[0])
        store.import_edition(connection, "2023", in_force_on=date(2023, 6, 30), source="x", divisions=editions[1], steps=steps)
    with register.connect() as connection:
        counted = [
            store.divisions_at(connection, end_of_day(day), level=level, limit=1)[2]
            for day in (date(2023, 6, 29), date(2023, 6, 30))
            for level in ("town", "village")
        ]
        rows = store.steps_between(connection, "2016", "2023")
        names, _ = store.history(connection, "510504008")
    assert counted == [151, 1624, 126, 1488]
    assert {(row.from_code, row.to_code, row.kind, row.found_by) for row in rows} == {
        (step.old, step.new, step.kind, step.by) for step in steps
    }
    assert [(row.edition, row.code, row.name) for row in names] == [
        ("2016", "510504102", "石洞镇"),
        ("2023", "510504008", "石洞街道"),
    ]
