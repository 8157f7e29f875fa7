"""`wangge account` and `wangge token`: the operator at the machine."""

import json

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli.main import application
from boundaries.store import audit, sessions
from boundaries.store.signing_in import prove_password
from gis.errors import Refusal
from tests.people import PASSWORD

pytestmark = pytest.mark.database


@pytest.fixture
def wangge(database_url, monkeypatch):
    """Run a command on an empty register; what it printed, or the code of its refusal."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "160")

    def run(line, *, typed=""):
        done = CliRunner().invoke(application(), line.split(), input=typed)
        if isinstance(done.exception, Refusal):
            return done.exception.code
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def make(wangge, name="root", password=PASSWORD):
    return wangge(f"account create {name} --display-name 系统管理员", typed=password + "\n")


def test_the_first_administrator_is_made_with_a_password_from_the_standard_input(wangge, register):
    make(wangge)
    assert "admin for the whole city" in wangge("account grant root admin")
    account_id = prove_password(register, "root", PASSWORD, origin="192.0.2.7")
    with register.connect() as connection:
        actor = sessions.actor_named(connection, "root")
        lines = audit.read(connection, limit=10)
    assert actor.account_id == account_id and actor.may("account.manage")
    assert [(line.actor, line.action, line.origin) for line in reversed(lines)] == [
        ("operator", "account.create", "machine"),
        ("operator", "account.password", "machine"),
        ("operator", "role.grant", "machine"),
    ]


def test_a_password_is_never_an_argument(wangge):
    done = CliRunner().invoke(application(), ["account", "create", "root", "--display-name", "x", "--password", PASSWORD])
    assert done.exit_code == 2


@pytest.mark.parametrize(("typed", "code"), [("", "no_password"), ("short\n", "weak_password"), ("root\n", "weak_password")])
def test_a_poor_password_makes_no_account(wangge, register, typed, code):
    assert wangge("account create root --display-name x", typed=typed) == code
    with register.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM account")).scalar_one() == 0


def test_accounts_are_listed_granted_revoked_disabled_enabled_and_linked(wangge):
    make(wangge)
    wangge("account grant root town_planner --scope 510502001")
    wangge("account grant root worker --scope 510503")
    wangge("account revoke root worker --scope 510503")
    assert wangge("account revoke root worker --scope 510503") == "no_such_grant"
    wangge("account disable root")
    wangge("account link root --issuer https://id.example --subject 17")
    (row,) = json.loads(wangge("account list --format json"))
    assert row == {
        "name": "root",
        "display_name": "系统管理员",
        "grants": [{"role": "town_planner", "scope": "510502001"}],
        "disabled": True,
        "has_password": True,
        "linked": True,
    }
    assert "town_planner 510502001" in wangge("account list") and "disabled" in wangge("account list")
    wangge("account enable root")
    wangge("account unlink root")
    (row,) = json.loads(wangge("account list --format json"))
    assert (row["disabled"], row["linked"]) == (False, False)


def test_an_account_is_said_to_work_for_a_department_that_there_is(wangge, register):
    make(wangge)
    assert "works for urban_management" in wangge("account department root urban_management")
    with register.connect() as connection:
        assert sessions.actor_named(connection, "root").department == "urban_management"
    assert wangge("account department root nowhere") == "unknown_department"
    assert "works for no department" in wangge("account department root")


def test_a_new_password_is_the_one_that_counts(wangge, register):
    make(wangge)
    wangge("account password root", typed="another horse battery\n")
    prove_password(register, "root", "another horse battery", origin="x")
    with pytest.raises(Refusal):
        prove_password(register, "root", PASSWORD, origin="x")


def test_a_name_that_is_none_is_refused_with_its_code(wangge):
    assert wangge("account grant nobody.here admin") == "unknown_account"
    assert wangge("account disable x!") == "bad_account_name"
    assert CliRunner().invoke(application(), ["account", "grant", "root", "public"]).exit_code == 2


def test_a_token_is_made_shown_once_listed_and_revoked(wangge, register):
    make(wangge)
    wangge("account grant root county_officer --scope 510502")
    secret = wangge("token make root --label nightly --right change_set.read --right filing.read --days 7").strip()
    with register.connect() as connection:
        actor = sessions.actor_of_token(connection, secret)
        (token,) = sessions.tokens(connection, actor.account_id)
    assert actor.may("filing.read", "510502001") and not actor.may("filing.submit", "510502001")
    shown = wangge("token list root")
    assert "nightly" in shown and secret not in shown
    wangge(f"token revoke root {token.id}")
    with register.connect() as connection:
        assert sessions.actor_of_token(connection, secret) is None
    assert wangge("token make root --label x --right filing.record") == "right_not_held"
