"""The brake on guessing."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from boundaries.accounts.lockout import OF_ACCOUNT, OF_ORIGIN, Patience

PATIENCE = st.builds(Patience, free=st.integers(0, 100), first_s=st.integers(1, 100), longest_s=st.integers(100, 10_000))


@given(PATIENCE, st.integers(0, 10_000))
def test_the_wait_doubles_up_to_the_longest_and_never_falls(patience, failures):
    here, next_one = patience.wait(failures), patience.wait(failures + 1)
    assert timedelta(0) <= here <= next_one <= timedelta(seconds=patience.longest_s)
    assert here == timedelta(0) or next_one in (2 * here, timedelta(seconds=patience.longest_s))
    assert (here == timedelta(0)) == (failures <= patience.free)


def test_a_day_of_guessing_one_account_is_fewer_than_a_hundred_and_ten_guesses():
    guesses, passed = 0, timedelta(0)
    while passed < timedelta(days=1):
        guesses += 1
        passed += OF_ACCOUNT.wait(guesses)
    assert guesses < 110


def test_an_office_behind_one_address_may_err_more_often_than_one_person():
    assert OF_ORIGIN.wait(40) == timedelta(0) < OF_ORIGIN.wait(60)
