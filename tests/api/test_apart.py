"""Work in a process of its own: what it gives, what it refuses, and that it can be ended."""

import os
import signal

import pytest

from api.apart import MOST_BYTES, Apart
from boundaries.codes import level_of
from gis.errors import Refusal


@pytest.fixture(scope="module")
def apart():
    made = Apart(most_s=60)
    yield made
    made.close()


def refused(apart, work, *arguments):
    with pytest.raises(Refusal) as said:
        apart.run(work, *arguments)
    return said.value


def test_one_process_does_one_piece_after_the_other_and_is_not_this_one(apart):
    first, second = apart.run(os.getpid), apart.run(os.getpid)
    assert first == second != os.getpid()


def test_a_refusal_comes_through_as_it_is(apart):
    with pytest.raises(Refusal) as here:
        level_of("51050")
    there = refused(apart, level_of, "51050")
    assert (there.code, there.message, there.details) == (here.value.code, here.value.message, here.value.details)


@pytest.mark.parametrize(
    ("work", "argument"),
    [(int, "secret"), (os._exit, 1), (bytearray, MOST_BYTES)],
    ids=["fails", "ends", "wants too much memory"],
)
def test_work_that_fails_is_refused_and_the_next_is_done(apart, work, argument):
    said = refused(apart, work, argument)
    assert said.code == "work_failed" and "secret" not in said.message
    assert apart.run(int, "2") == 2


def test_work_that_takes_too_long_is_ended():
    apart = Apart(most_s=0.1)
    assert refused(apart, signal.pause).code == "work_too_long"
    assert apart._process is None
