"""Signing in with a password: what it opens, and how guessing is put off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from boundaries.accounts.passwords import is_outdated
from boundaries.accounts.secrets import digest
from boundaries.store import audit
from boundaries.store.accounts import disable_account
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.sessions import actor_of_session
from boundaries.store.signing_in import sign_in
from gis.errors import Refusal
from tests.people import PASSWORD, someone

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def li(register):
    """An account whose hash costs little, so that guessing it takes no time."""
    return cheap(register, someone(register, ("worker", "510502"), name="li.ming"))


def cheap(engine, name):
    run(engine, "UPDATE account SET password_hash = :hashed WHERE name = :name", hashed=CHEAP.hash(PASSWORD), name=name)
    return name


def run(engine, statement, **values):
    with engine.begin() as connection:
        return connection.execute(sa.text(statement), values)


def value(engine, statement, **values):
    with engine.connect() as connection:
        return connection.execute(sa.text(statement), values).scalar_one()


def attempt(engine, name, password, origin="192.0.2.7"):
    """The code that an attempt is refused with, or None."""
    try:
        sign_in(engine, name, password, origin=origin, lasts=HOUR)
    except Refusal as refusal:
        return refusal.code
    return None


def trail(engine, action):
    with engine.connect() as connection:
        return [line for line in audit.read(connection, limit=1000) if line.action == action]


def let_pass(engine):
    """As if the locks had run out."""
    run(engine, "UPDATE account SET locked_until = now() WHERE locked_until IS NOT NULL")
    run(engine, "UPDATE sign_in_origin SET locked_until = now() WHERE locked_until IS NOT NULL")


def test_the_right_password_opens_a_session_that_stands_for_the_account(register, li):
    secret = sign_in(register, " Li.Ming ", PASSWORD, origin="192.0.2.7", lasts=HOUR)
    with register.connect() as connection:
        actor, display_name = actor_of_session(connection, secret, idle=HOUR)
    assert (actor.name, display_name) == ("li.ming", "Person li.ming")
    assert actor.may("incident.handle", "510502001") and not actor.may("incident.handle", "510503")
    assert value(register, "SELECT token_hash FROM session") == digest(secret)
    assert [(line.record, line.origin, line.detail) for line in trail(register, "session.open")] == [
        ("account:li.ming", "192.0.2.7", {"way": "password"})
    ]


def test_a_hash_of_lower_cost_is_made_anew_at_sign_in(register, li):
    assert attempt(register, li, PASSWORD) is None
    assert not is_outdated(value(register, "SELECT password_hash FROM account"))
    assert attempt(register, li, PASSWORD) is None


def test_wrong_unknown_disabled_locked_and_impossible_names_get_one_answer(register, li):
    cheap(register, someone(register, name="gone.away"))
    with register.begin() as connection:
        disable_account(connection, "gone.away", by=BY_OPERATOR)
    someone(register, name="only.oidc")
    tried = {attempt(register, *pair) for pair in [(li, "wrong"), ("nobody", PASSWORD), ("gone.away", PASSWORD)]}
    tried |= {attempt(register, *pair) for pair in [("only.oidc", ""), ("a\x00'; --", "x"), ("", ""), ("x" * 5000, "x" * 5000)]}
    for _ in range(5):
        attempt(register, li, "wrong")
    assert tried | {attempt(register, li, PASSWORD)} == {"sign_in_failed"}
    assert value(register, "SELECT count(*) FROM session") == 0


def test_the_fifth_wrong_password_locks_the_account_and_each_further_one_for_twice_as_long(register, li):
    waits = []
    for _ in range(8):
        attempt(register, li, "wrong")
        waits.append(value(register, "SELECT coalesce(round(extract(epoch FROM locked_until - now())), 0)::int FROM account"))
        let_pass(register)
    assert waits[:4] == [0] * 4
    assert [round(wait / 10) * 10 for wait in waits[4:]] == [30, 60, 120, 240]


def test_a_lock_holds_against_the_right_password_and_ends(register, li):
    for _ in range(5):
        attempt(register, li, "wrong")
    assert attempt(register, li, PASSWORD) == "sign_in_failed"
    let_pass(register)
    assert attempt(register, li, PASSWORD) is None
    assert value(register, "SELECT failed_logins FROM account") == 0


def test_guesses_beside_one_another_are_counted_like_guesses_in_a_row(register, li):
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: attempt(register, li, "wrong"), range(8)))
    assert set(tried) == {"sign_in_failed"}
    assert value(register, "SELECT failed_logins FROM account") == 5  # the others met the lock and were not looked at


def test_an_origin_is_locked_for_every_name_and_no_other_origin_is(register, li):
    run(register, "INSERT INTO sign_in_origin VALUES ('2001:db8::/64', 49, now(), NULL)")
    assert attempt(register, "nobody", "wrong", origin="2001:db8::1") == "sign_in_failed"
    assert attempt(register, li, PASSWORD, origin="2001:db8::2") == "too_many_attempts"
    assert attempt(register, li, PASSWORD, origin="2001:db8:1::1") is None
    assert "origin:2001:db8::/64" in {line.record for line in trail(register, "session.lock")}
    let_pass(register)
    assert attempt(register, li, PASSWORD, origin="2001:db8::2") is None


def test_an_origin_that_was_quiet_for_an_hour_is_forgotten(register, li):
    run(register, "INSERT INTO sign_in_origin VALUES ('192.0.2.7', 300, now() - interval '61 minutes', NULL)")
    attempt(register, li, "wrong")
    assert value(register, "SELECT failures FROM sign_in_origin") == 1


def test_the_trail_tells_of_failures_and_locks_and_never_of_what_was_typed(register, li):
    for _ in range(5):
        attempt(register, li, "the wrong password")
    attempt(register, "the-password-typed-as-a-name", "x")
    refused = [line.record for line in trail(register, "session.refuse")]
    assert refused == ["account:unknown"] + ["account:li.ming"] * 5
    assert [line.record for line in trail(register, "session.lock")] == ["account:li.ming"]
    with register.connect() as connection:
        assert "password" not in str(audit.read(connection, limit=1000)).replace("account.password", "")
