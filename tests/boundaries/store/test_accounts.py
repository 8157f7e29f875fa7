"""Accounts, roles, sessions and tokens in the register."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from boundaries.accounts.secrets import digest
from boundaries.rights import Grant
from boundaries.store import accounts, audit, sessions
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.identities import account_of
from gis.errors import Refusal
from tests.people import PASSWORD, account_with
from tests.registers import register_of_module

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)
CLAIMS = {"iss": "https://id.example", "sub": "17", "preferred_username": "Li.Ming"}


def refused(code, act, *arguments, **named):
    with pytest.raises(Refusal) as caught:
        act(*arguments, **named)
    assert caught.value.code == code


@pytest.fixture(scope="module")
def shared(cluster, _template):
    with register_of_module(cluster, _template, "accounts") as engine:
        yield engine


@pytest.fixture
def connection(shared):
    """Whose work nobody sees afterwards."""
    with shared.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def li(connection):
    return account_with(connection, "li.ming", ("town_planner", "510502001"), ("worker", "510503"))


def test_a_name_is_taken_once_whatever_its_spelling(li, connection):
    refused("account_taken", accounts.create_account, connection, "LI.MING", display_name="x", by=BY_OPERATOR)


@pytest.mark.parametrize("name", ["", "a", "-ab", "ab-", "李明", "a b", "a\x00b", "x" * 61, "a'; DROP TABLE account"])
def test_a_name_that_could_be_mistaken_is_refused(connection, name):
    refused("bad_account_name", accounts.create_account, connection, name, display_name="x", by=BY_OPERATOR)


@pytest.mark.parametrize("text", ["", " ", "x" * 101, "a\x00b", "a\u202eb", "a\nb"])
def test_a_display_name_that_could_deceive_is_refused(connection, text):
    refused("bad_label", accounts.create_account, connection, "li.ming", display_name=text, by=BY_OPERATOR)


def test_markup_in_a_display_name_is_a_text_like_any_other(connection):
    accounts.create_account(connection, "li.ming", display_name="<b>江阳区 🐎</b>", by=BY_OPERATOR)
    assert accounts.account(connection, "li.ming").display_name == "<b>江阳区 🐎</b>"


def test_a_role_is_given_once_and_taken_back_once_and_given_again(li, connection):
    for _ in range(2):
        accounts.grant_role(connection, li, role="dispatcher", scope="510502", by=BY_OPERATOR)
    accounts.revoke_role(connection, li, role="dispatcher", scope="510502", by=BY_OPERATOR)
    refused("no_such_grant", accounts.revoke_role, connection, li, role="dispatcher", scope="510502", by=BY_OPERATOR)
    accounts.grant_role(connection, li, role="dispatcher", scope="510502", by=BY_OPERATOR)
    noted = [line.action for line in audit.read(connection, limit=10, record="account:li.ming") if "510502'" in str(line.detail)]
    assert noted == ["role.grant", "role.revoke", "role.grant"]
    held = connection.execute(sa.text("SELECT count(*), count(revoked_at) FROM role_grant WHERE role = 'dispatcher'")).one()
    assert held == (2, 1)


@pytest.mark.parametrize("role", ["public", "owner", "", "admin'"])
def test_a_role_that_nobody_can_have_is_refused(li, connection, role):
    refused("unknown_role", accounts.grant_role, connection, li, role=role, scope="", by=BY_OPERATOR)


@pytest.mark.parametrize("scope", ["5", "51050", "5105020010010010", "51050x", "%", "５１０５"])
def test_a_scope_that_is_no_beginning_of_codes_is_refused(li, connection, scope):
    refused("bad_scope", accounts.grant_role, connection, li, role="worker", scope=scope, by=BY_OPERATOR)


@pytest.mark.parametrize("act", ["disable", "password"])
def test_a_disabled_account_and_a_new_password_end_the_sessions(li, connection, act):
    held = accounts.account(connection, li)
    secret = sessions.open_session(connection, held.id, lasts=HOUR)
    assert sessions.actor_of_session(connection, secret, idle=HOUR)
    if act == "disable":
        accounts.disable_account(connection, li, by=BY_OPERATOR)
    else:
        accounts.set_password(connection, li, PASSWORD, by=BY_OPERATOR)
    assert sessions.actor_of_session(connection, secret, idle=HOUR) is None


@pytest.mark.parametrize(
    "change", ["expires_at = now()", "last_seen_at = now() - interval '61 minutes'", "token_hash = sha256(token_hash)"]
)
def test_a_session_ends_after_its_time_and_when_idle_and_is_known_by_its_digest(li, connection, change):
    secret = sessions.open_session(connection, accounts.account(connection, li).id, lasts=HOUR)
    connection.execute(sa.text(f"UPDATE session SET {change}"))
    assert sessions.actor_of_session(connection, secret, idle=HOUR) is None


def test_a_request_keeps_a_session_awake(li, connection):
    secret = sessions.open_session(connection, accounts.account(connection, li).id, lasts=HOUR)
    connection.execute(sa.text("UPDATE session SET last_seen_at = now() - interval '59 minutes'"))
    assert sessions.actor_of_session(connection, secret, idle=HOUR)
    assert connection.execute(sa.text("SELECT last_seen_at = now() FROM session")).scalar_one()


def test_sessions_that_have_expired_are_dropped_when_another_begins(li, connection):
    account_id = accounts.account(connection, li).id
    sessions.open_session(connection, account_id, lasts=-HOUR)
    sessions.open_session(connection, account_id, lasts=HOUR)
    assert connection.execute(sa.text("SELECT count(*) FROM session")).scalar_one() == 1


def make(connection, holder, **wish):
    wish = {"name": "nightly", "rights": ["change_set.open"], "scope": "", "days": 30} | wish
    return sessions.make_token(connection, holder, origin="192.0.2.7", **wish)


def test_a_token_stands_for_the_account_with_no_more_than_it_carries(li, connection):
    secret, _ = make(connection, sessions.actor_named(connection, li), scope="510502001003")
    program = sessions.actor_of_token(connection, secret)
    assert program.grants == (Grant("town_planner", "510502001003"),)
    assert program.may("change_set.open", "510502001003001") and not program.may("change_set.open", "510502001004")
    assert not program.may("change_set.edit", "510502001003001")
    assert connection.execute(sa.text("SELECT token_hash FROM api_token")).scalar_one() == digest(secret)
    assert secret not in str(audit.read(connection, limit=10))


def test_a_token_loses_what_its_account_loses(li, connection):
    secret, _ = make(connection, sessions.actor_named(connection, li))
    accounts.revoke_role(connection, li, role="town_planner", scope="510502001", by=BY_OPERATOR)
    assert not sessions.actor_of_token(connection, secret).may("change_set.open", "510502001")
    accounts.disable_account(connection, li, by=BY_OPERATOR)
    assert sessions.actor_of_token(connection, secret) is None


def test_a_token_that_was_revoked_or_has_expired_is_of_no_use(li, connection):
    holder = sessions.actor_named(connection, li)
    secret, made = make(connection, holder)
    sessions.revoke_token(connection, holder, made.id, origin="192.0.2.7")
    assert sessions.actor_of_token(connection, secret) is None and sessions.tokens(connection, holder.account_id) == []
    refused("unknown_token", sessions.revoke_token, connection, holder, made.id, origin="192.0.2.7")
    expired = """INSERT INTO api_token (token_hash, account_id, name, rights, scope, expires_at)
                 VALUES (:digest, :id, 'old', '{change_set.open}', '', now())"""
    connection.execute(sa.text(expired), {"digest": digest("wg_old"), "id": holder.account_id})
    assert sessions.actor_of_token(connection, "wg_old") is None


@pytest.mark.parametrize(
    ("code", "wish"),
    [
        ("right_not_held", {"rights": ["filing.record"]}),
        ("right_not_held", {"scope": "510503"}),
        ("unknown_right", {"rights": ["token.make"]}),
        ("unknown_right", {"rights": ["change_set.open", "no.such"]}),
        ("unknown_right", {"rights": []}),
        ("bad_scope", {"scope": "51"}),
        ("bad_lifetime", {"days": 367}),
        ("bad_lifetime", {"days": 0}),
        ("bad_label", {"name": "\x00"}),
    ],
)
def test_a_token_that_would_carry_too_much_is_refused(li, connection, code, wish):
    refused(code, make, connection, sessions.actor_named(connection, li), **wish)


def test_nobody_revokes_the_token_of_another(li, connection):
    _, made = make(connection, sessions.actor_named(connection, li))
    refused(
        "unknown_token",
        sessions.revoke_token,
        connection,
        sessions.actor_named(connection, account_with(connection, "wang.fang")),
        made.id,
        origin="x",
    )


def test_a_person_of_the_provider_comes_in_by_the_link_alone(li, connection):
    refused("oidc_refused", account_of, connection, CLAIMS, name_claim=None, origin="x")
    accounts.link_account(connection, li, issuer=CLAIMS["iss"], subject="17", by=BY_OPERATOR)
    assert account_of(connection, CLAIMS, name_claim=None, origin="x") == accounts.account(connection, li).id
    refused("oidc_refused", account_of, connection, CLAIMS | {"sub": "18"}, name_claim=None, origin="x")
    refused("oidc_refused", account_of, connection, CLAIMS | {"iss": "https://evil.example"}, name_claim=None, origin="x")


def test_a_trusted_claim_links_once_and_a_second_person_of_that_name_stays_out(li, connection):
    found = account_of(connection, CLAIMS, name_claim="preferred_username", origin="x")
    assert found == accounts.account(connection, li).id
    refused("oidc_refused", account_of, connection, CLAIMS | {"sub": "18"}, name_claim="preferred_username", origin="x")
    refused("oidc_refused", account_of, connection, {"iss": "i", "sub": "s"}, name_claim="preferred_username", origin="x")


@pytest.mark.parametrize("subject", [17, None, "a\x00b", "x" * 256, ["17"]])
def test_a_subject_that_is_no_text_is_nobody(li, connection, subject):
    claims = CLAIMS | {"sub": subject}
    refused("oidc_refused", account_of, connection, claims, name_claim="preferred_username", origin="x")


def test_a_disabled_account_does_not_come_in_by_its_link(li, connection):
    accounts.link_account(connection, li, issuer=CLAIMS["iss"], subject="17", by=BY_OPERATOR)
    accounts.disable_account(connection, li, by=BY_OPERATOR)
    refused("oidc_refused", account_of, connection, CLAIMS, name_claim="preferred_username", origin="x")


def test_two_accounts_are_never_linked_to_one_person(li, connection):
    other = account_with(connection, "wang.fang")
    accounts.link_account(connection, li, issuer="i", subject="17", by=BY_OPERATOR)
    refused("link_taken", accounts.link_account, connection, other, issuer="i", subject="17", by=BY_OPERATOR)
