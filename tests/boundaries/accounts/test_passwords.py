"""Rules for passwords, and their hashes."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from boundaries.accounts.passwords import hash_password, is_outdated, require_password, verify_password
from gis.errors import Refusal

GOOD = "ein Pferd 和 一 只猫"


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "x" * 257, "Li.Ming.Luzhou"])
def test_a_password_that_is_short_endless_or_the_name_is_refused(password):
    with pytest.raises(Refusal) as caught:
        require_password(password, name="li.ming.luzhou")
    assert caught.value.code == "weak_password"
    assert not password or password not in caught.value.message


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "            ", "correct horse battery", "🐎" * 12, GOOD])
def test_kinds_of_characters_are_not_asked_for(password):
    require_password(password, name="li.ming")


def test_a_hash_is_argon2id_salted_and_known_by_its_password_alone():
    hashed = hash_password(GOOD)
    assert hashed.startswith("$argon2id$") and hashed != hash_password(GOOD)
    assert verify_password(GOOD, hashed)
    assert not verify_password(GOOD + " ", hashed) and not verify_password("", hashed)


def test_two_spellings_of_one_character_are_one_password():
    assert verify_password("cafe\u0301 au lait matin", hash_password("caf\u00e9 au lait matin"))


def test_a_broken_hash_is_no_password():
    assert not verify_password(GOOD, "$argon2id$nonsense") and not verify_password(GOOD, "")


def test_a_hash_of_lower_cost_is_outdated_and_still_verifies():
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert is_outdated(cheap) and verify_password(GOOD, cheap)
    assert not is_outdated(hash_password(GOOD))


def test_an_unknown_name_takes_as_long_as_a_wrong_password():
    hashed = hash_password(GOOD)
    verify_password("warm", None)
    pairs = [(_seconds(hashed), _seconds(None)) for _ in range(5)]  # by turns: the machine has other work too
    known, unknown = map(min, zip(*pairs, strict=True))
    assert known / 3 < unknown < known * 3


def _seconds(hashed):
    began = time.perf_counter()
    verify_password("wrong password", hashed)
    return time.perf_counter() - began


def test_many_at_once_wait_for_their_turn():
    hashed = hash_password(GOOD)
    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(lambda _: verify_password(GOOD, hashed), range(10)))
