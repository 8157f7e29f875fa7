"""Lands that are kept: what comes out is what a replay gives, and whatever has changed finds nothing kept."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.changes.outcome import replay
from boundaries.changes.replays import MOST_KEPT, Base, Replays
from gis.errors import Refusal
from tests.boundaries.test_change_laws import settled, written

CITY = {"op": "rename", "unit": "5105", "name": "甲"}
BAD = {"op": "dissolve", "unit": "510599"}


def drawn(data):
    base, commands, _ = settled(data)
    return Base("base", base, {}, False), commands


@settings(max_examples=15)
@given(st.data())
def test_a_land_that_is_kept_is_the_one_that_all_commands_make(data):
    base, commands = drawn(data)
    replays = Replays()
    for count in data.draw(st.lists(st.integers(0, len(commands)), max_size=6)):
        assert written(replays.after(base, commands[:count])) == written(replay(base.land, commands[:count]))


@settings(max_examples=15)
@given(st.data())
def test_one_more_command_starts_from_what_the_others_made(data):
    base, commands = drawn(data)
    replays = Replays()
    before = replays.after(base, commands[:-1])
    after = replays.after(base, commands)
    assert replays.after(base, commands) is after
    assert replays.after(base, commands[:-1]) is before  # as when the last one is taken back
    assert replays.after(base, []) is base.land


@settings(max_examples=15)
@given(st.data())
def test_another_base_or_another_command_finds_nothing_that_is_kept(data):
    base, commands = drawn(data)
    other = Base("other", replay(base.land, [CITY]), {}, False)
    replays = Replays()
    replays.keep(base)
    replays.after(base, commands)
    assert replays.base("other") is None
    assert written(replays.after(other, commands)) == written(replay(other.land, commands))
    assert replays.after(base, [CITY])["5105"].name == "甲"
    renamed = [CITY | {"name": "乙"}]
    assert replays.after(base, renamed)["5105"].name == "乙"


@settings(max_examples=5)
@given(st.data())
def test_a_command_that_fails_is_told_by_its_number_each_time(data):
    base, commands = drawn(data)
    replays = Replays()
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            replays.after(base, [*commands, BAD])
        assert caught.value.details["command"] == len(commands) + 1


@settings(max_examples=3)
@given(st.data())
def test_no_more_lands_are_kept_than_there_is_room_for(data):
    base, _ = drawn(data)
    replays = Replays()
    for k in range(2 * MOST_KEPT):
        replays.keep(replace(base, identity=k))
    assert replays.base(0) is None and replays.base(2 * MOST_KEPT - 1).land is base.land
    assert len(replays) == MOST_KEPT
