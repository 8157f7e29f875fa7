"""The laws of the table of rights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.rights import GRANTABLE, PUBLIC, RIGHTS, ROLES, WHOLE_CITY, Actor, Grant, allows, narrowed, reaches

DIGITS = "510502001003004"  # of two codes that agree up to some digit one leaves the other's scope
CODES = st.one_of(
    st.sampled_from([DIGITS[:length] for length in (0, 4, 6, 9, 12, 15)]),
    st.text("0123456789", min_size=4, max_size=17),
)
SCOPES = CODES.filter(lambda code: len(code) in (0, 4, 6, 9, 12, 15))
GRANTS = st.lists(st.builds(Grant, st.sampled_from(GRANTABLE), SCOPES), max_size=4)
NAMES = st.sampled_from(sorted(RIGHTS))
BY_CODE = st.sampled_from(sorted(name for name, line in RIGHTS.items() if line.reach == "code"))
FOR_EVERYBODY = {name for name, line in RIGHTS.items() if "public" in line.roles}


@given(GRANTS, BY_CODE, CODES.filter(bool))
def test_a_grant_never_reaches_outside_its_prefix(grants, right, code):
    held = [grant for grant in grants if grant.role in RIGHTS[right].roles]
    assert allows(grants, right, code) == any(code[: len(grant.scope)] == grant.scope for grant in held)


@given(GRANTS, NAMES, CODES)
def test_what_is_allowed_somewhere_below_is_what_a_scope_holds(grants, right, code):
    assert allows(grants, right) or not allows(grants, right, code)


@given(GRANTS, GRANTS, NAMES, CODES)
def test_a_further_grant_never_takes_anything_away(grants, more, right, code):
    assert allows(grants + more, right, code) == (allows(grants, right, code) or allows(more, right, code))


@given(GRANTS, SCOPES, NAMES, CODES)
def test_narrowed_grants_allow_no_more_than_before_and_nothing_outside(grants, scope, right, code):
    left = narrowed(grants, scope)
    if right not in FOR_EVERYBODY and allows(left, right, code):
        assert allows(grants, right, code)
        assert RIGHTS[right].reach != "code" or reaches(scope, code)


@given(GRANTS, SCOPES, BY_CODE, CODES.filter(lambda code: len(code) >= 4))
def test_inside_the_scope_narrowed_grants_allow_all_that_was_allowed(grants, scope, right, code):
    if code.startswith(scope):
        assert allows(narrowed(grants, scope), right, code) == allows(grants, right, code)


@given(GRANTS, st.frozensets(NAMES), NAMES, CODES)
def test_a_token_carries_no_right_that_it_does_not_name(grants, carried, right, code):
    may = Actor(1, "program", tuple(grants), carried).may(right, code)
    assert may == (right in FOR_EVERYBODY or (right in carried and allows(grants, right, code)))


@given(GRANTS, BY_CODE, CODES.filter(lambda code: len(code) >= 4))
def test_the_scopes_of_a_right_hold_exactly_the_codes_that_it_reaches(grants, right, code):
    actor = Actor(1, "li", tuple(grants))
    assert any(code.startswith(scope) for scope in actor.scopes(right)) == actor.may(right, code)


@pytest.mark.parametrize("right", ["role.grant", "account.manage"])
@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_nobody_but_an_administrator_can_grant(right, role):
    assert not allows([Grant(role, WHOLE_CITY)], right, "510502001")


def test_an_administrator_of_a_county_grants_there_and_manages_no_accounts():
    county = [Grant("admin", "510502")]
    assert allows(county, "role.grant", "510502001")
    assert not allows(county, "role.grant", "510503") and not allows(county, "role.grant", WHOLE_CITY)
    assert not allows(county, "account.manage") and not allows(county, "audit.read")


def test_who_decides_does_not_record_and_who_records_does_not_decide():
    decides, records = set(RIGHTS["change_set.decide"].roles), set(RIGHTS["filing.record"].roles)
    assert decides.isdisjoint(records)


def test_the_public_reads_the_register_and_counts_reports_what_it_sees_and_has_its_own_session_and_nothing_else():
    reading = {"register.read", "register.export", "heat.read", "badge.check"}
    saying = {"report.send", "report.follow", "service_word.send", "service_word.follow"}
    assert {name for name in RIGHTS if PUBLIC.may(name)} == reading | saying | {"session.open", "session.own"}
    assert {name for name in RIGHTS if PUBLIC.may(name, demo=True)} - FOR_EVERYBODY == {"incident.read"}


def test_a_role_or_reach_that_does_not_exist_stands_nowhere_in_the_table():
    for line in RIGHTS.values():
        assert set(line.roles) <= set(ROLES) and line.roles
        assert line.reach in ("code", "city", "any", "own") and line.meaning


def test_no_token_can_make_a_token_an_account_a_role_or_a_password():
    assert {name for name, line in RIGHTS.items() if not line.by_token} == {
        "password.change",
        "token.make",
        "account.manage",
        "role.grant",
    }
