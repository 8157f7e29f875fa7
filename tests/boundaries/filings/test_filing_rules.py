"""The rules of filings that need no database: steps, numbers, working days, words, files, the canonical form."""

import json
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.filings.attachments import MOST_BYTES, checked_attachment
from boundaries.filings.canonical import GENESIS, canonical, coordinates_of, digest_of, geometry_of, parsed
from boundaries.filings.numbers import PATTERN, county_of, filing_number, require_number, scope_of
from boundaries.filings.sheet import round_scale, sheet_around
from boundaries.filings.states import FINAL, STATES, STEPS, after, allowed_in
from boundaries.filings.words import checked_corrections, checked_document_no, checked_note
from boundaries.rights import RIGHTS
from boundaries.workdays import after_workdays, workday
from gis.errors import Refusal
from gis.lattice import from_lattice

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", STEPS)
def test_a_step_is_done_where_the_table_allows_it_and_refused_elsewhere(state, action):
    if action in allowed_in(state):
        assert after(state, action, filing="BA510502-2026-0001") in STATES
        return
    with pytest.raises(Refusal) as refused:
        after(state, action, filing="BA510502-2026-0001")
    assert refused.value.code == "illegal_transition"


def test_every_step_names_a_right_that_exists_and_final_states_allow_none():
    assert {step.right for step in STEPS.values()} <= set(RIGHTS)
    assert [allowed_in(state) for state in FINAL] == [[], []]


@given(values)
def test_canonical_json_says_the_same_and_is_its_own_canonical_form(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(parsed(text)) == text


def test_canonical_json_sorts_members_escapes_as_the_standard_does_and_refuses_floats():
    value = {"b": '\u20ac$\u000f\nA\'B"\\\\"/', "a": [None, True, False], "C": {}}
    assert canonical(value) == '{"C":{},"a":[null,true,false],"b":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    for inexact in (1.5, float("nan"), 2**53 + 1):
        with pytest.raises(TypeError):
            canonical([inexact])


squares = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(10, 50), st.booleans())


@given(squares, st.integers(0, 3), st.booleans())
def test_a_polygon_has_one_canonical_form_however_it_is_drawn(square, turn, reverse):
    x, y, side, with_hole = square
    corners = np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    corners += np.array((1054000000, 288000000))
    hole = [from_lattice(corners + np.array([(2, 2), (-2, 2), (-2, -2), (2, -2)]))] if with_hole else []
    drawn = np.roll(corners, turn, axis=0)[:: -1 if reverse else 1]
    one, other = shapely.Polygon(from_lattice(corners), hole), shapely.Polygon(from_lattice(drawn), hole)
    assert coordinates_of(one) == coordinates_of(other)
    assert shapely.equals_exact(geometry_of(coordinates_of(other)), shapely.MultiPolygon([one]), normalize=True)


def test_a_digest_covers_the_body_and_the_digest_before():
    one = digest_of("{}", GENESIS)
    assert len({one, digest_of("{} ", GENESIS), digest_of("{}", one)}) == 3


@given(st.integers(1, 9999), st.integers(2024, 2099), st.sampled_from(["510502", "510500"]))
def test_a_number_has_its_pattern_and_is_read_back(serial, year, county):
    assert PATTERN.fullmatch(require_number(filing_number(county, year, serial)))


@pytest.mark.parametrize(
    "text", ["BA510502-2026-0000", "BA51050-2026-0001", "BA510502-2026-00012", "../x", "", "BA510502-2026-٠٠٠١"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Refusal, match="no number of a filing"):
        require_number(text)


def test_serials_end_at_9999():
    with pytest.raises(Refusal, match="more than 9999"):
        filing_number("510502", 2026, 10_000)


def test_a_change_across_counties_is_numbered_for_the_city():
    scope = scope_of(["510502001001001", "510503001001"])
    assert (scope, county_of(scope)) == ("5105", "510500")
    assert scope_of(["510502001001001", "510502001001"]) == "510502001001"


@given(st.dates(date(2020, 1, 1), date(2026, 11, 1)), st.integers(1, 15))
def test_a_term_ends_on_a_working_day_with_as_many_working_days_behind_it(day, count):
    due = after_workdays(day, count)
    between = [day + timedelta(days=k + 1) for k in range((due.day - day).days)]
    assert not due.provisional and workday(due.day)[0]
    assert sum(workday(each)[0] for each in between) == count


def test_beyond_the_decreed_holidays_monday_to_friday_are_taken_and_the_day_is_provisional():
    due = after_workdays(date(2026, 12, 28), 10)
    assert due.provisional and due.day == date(2027, 1, 11)


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\u200bb", "a\x1b[2J", "x" * 2001, "\ud800"])
def test_a_note_with_what_cannot_be_seen_or_too_much_of_it_is_refused(text):
    with pytest.raises(Refusal) as refused:
        checked_note(text)
    assert refused.value.code == "bad_text"


@pytest.mark.parametrize("text", ["", None, "  ", "一\n二", "x" * 61])
def test_a_document_number_stands_in_one_line(text):
    with pytest.raises(Refusal) as refused:
        checked_document_no(text)
    assert refused.value.code == "bad_text"


def test_html_and_emoji_in_a_note_are_words_like_others():
    assert checked_note("<b>界线</b> 🚧") == "<b>界线</b> 🚧"


def test_a_correction_names_a_unit_of_the_filing():
    with pytest.raises(Refusal) as refused:
        checked_corrections([("510502001001009", "x")], {"510502001001001"})
    assert refused.value.code == "not_in_filing"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("../../etc/passwd.txt", b"x", "bad_file_name"),
        ("a\x00.pdf", b"%PDF-", "bad_file_name"),
        ("\u202efdp.txt", b"x", "bad_file_name"),
        (".pdf", b"%PDF-", "bad_file_name"),
        ("x" * 117 + ".pdf", b"%PDF-", "bad_file_name"),
        ("a.exe", b"MZ", "unknown_file_type"),
        ("a.svg", b"<svg/>", "unknown_file_type"),
        ("a.pdf", b"MZ", "unknown_file_type"),
        ("a.pdf", b"", "empty_file"),
        ("a.pdf", b"%PDF-" + bytes(MOST_BYTES), "attachment_too_large"),
    ],
)
def test_a_file_of_a_bad_name_type_or_size_is_refused(name, content, code):
    with pytest.raises(Refusal) as refused:
        checked_attachment(name, content)
    assert refused.value.code == code


@given(st.floats(100, 1e7))
def test_a_scale_is_round_and_shows_no_less(scale):
    assert scale * (1 - 1e-9) <= round_scale(scale) <= scale * 1.34


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_sheet_shows_the_land_whole(wide, high):
    land = shapely.box(105.4, 28.8, 105.4 + wide / 1e6, 28.8 + high / 1e6)
    sheet = sheet_around([land], width_mm=178, height_mm=118)
    assert shapely.covers(sheet.frame, sheet.lay(land))
