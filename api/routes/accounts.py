"""Accounts and their roles: for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED, unstored
from api.authorising import Asking
from api.json_text import moment
from api.models import Answer
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from boundaries.accounts.names import scope_of
from boundaries.accounts.passwords import LONGEST
from boundaries.rights import GRANTABLE
from boundaries.store import accounts as store

router = APIRouter(tags=["accounts"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]
Name = Annotated[str, Path(max_length=60, pattern=PRINTABLE, examples=["li.ming"])]
RoleName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(GRANTABLE)}, examples=["town_planner"])]
Scope = Annotated[str, Field(max_length=15, examples=["510502001"], description="Beginning of the codes; empty for the city.")]

Department = Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE, examples=["urban_management"])]


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewAccount(Wish):
    """A work identity; nothing else about the person."""

    name: str = Field(min_length=1, max_length=60, examples=["li.ming"])
    display_name: str = Field(min_length=1, max_length=100, examples=["江阳区 规划员"])
    password: str | None = Field(default=None, max_length=LONGEST, description="None for who signs in elsewhere.")


class Link(Wish):
    """A person of an identity provider."""

    issuer: str = Field(min_length=1, max_length=300, pattern=PRINTABLE, examples=["id.example.gov.cn"])
    subject: str = Field(min_length=1, max_length=255, pattern=PRINTABLE, examples=["248289761001"])


class AccountChange(Wish):
    """What is given changes, the rest stays."""

    disabled: bool | None = None
    oidc: Link | None = Field(default=None, description="Null undoes the link.")
    department: Department | None = Field(default=None, description="Whom it works for, by code; null is nobody.")


class Granting(Wish):
    role: RoleName
    scope: Scope = ""


class HeldRole(Answer):
    id: int
    role: str
    scope: str


class Account(Answer):
    name: str
    display_name: str
    department: str | None
    grants: list[HeldRole]
    has_password: bool
    linked: bool
    created_at: str
    disabled_at: str | None


class Accounts(Answer):
    accounts: list[Account]


@router.get("/accounts", response_model=Accounts, summary="Accounts and their roles")
def accounts(held: Held):
    """All of them, by name."""
    with held.reading() as connection:
        rows = store.accounts(connection)
    return unstored({"accounts": [_shown(row) for row in rows]})


@router.post("/accounts", response_model=Account, status_code=201, summary="Make an account")
def create(body: NewAccount, asking: Asking, held: Held):
    """It has no role yet."""
    with held.engine.begin() as connection:
        store.create_account(connection, body.name, display_name=body.display_name, password=body.password, by=asking.by)
        return _one(connection, body.name, status=201)


@router.patch("/accounts/{name}", response_model=Account, summary="Disable, enable or link an account, or say for whom it works")
def change(name: Name, body: AccountChange, asking: Asking, held: Held):
    """A disabled account's sessions end at once and its tokens are of no use."""
    with held.engine.begin() as connection:
        if body.oidc is None and "oidc" in body.model_fields_set:
            store.unlink_account(connection, name, by=asking.by)
        if body.oidc is not None:
            store.link_account(connection, name, issuer=body.oidc.issuer, subject=body.oidc.subject, by=asking.by)
        if "department" in body.model_fields_set:
            store.assign_department(connection, name, body.department, by=asking.by)
        if body.disabled is not None:
            store.disable_account(connection, name, disabled=body.disabled, by=asking.by)
        return _one(connection, name)


@router.post("/accounts/{name}/grants", response_model=Account, status_code=201, summary="Grant a role")
def grant(name: Name, body: Granting, asking: Asking, held: Held):
    """Within the administrator's own scope."""
    asking.require_at(scope_of(body.scope))
    with held.engine.begin() as connection:
        store.grant_role(connection, name, role=body.role, scope=body.scope, by=asking.by)
        return _one(connection, name, status=201)


@router.delete("/accounts/{name}/grants", response_model=Account, summary="Revoke a role")
def revoke(
    name: Name,
    asking: Asking,
    held: Held,
    role: Annotated[str, Query(max_length=40, pattern=PRINTABLE, examples=["town_planner"])],
    scope: Annotated[str, Query(max_length=15, pattern=PRINTABLE, examples=["510502001"])] = "",
):
    """As it was granted, within the administrator's own scope."""
    asking.require_at(scope_of(scope))
    with held.engine.begin() as connection:
        store.revoke_role(connection, name, role=role, scope=scope, by=asking.by)
        return _one(connection, name)


def _one(connection, name, *, status=200):
    return unstored(_shown(store.account(connection, name)), status=status)


def _shown(row):
    return {
        "name": row.name,
        "display_name": row.display_name,
        "department": row.department,
        "grants": row.grants,
        "has_password": row.has_password,
        "linked": row.oidc_subject is not None,
        "created_at": moment(row.created_at),
        "disabled_at": moment(row.disabled_at),
    }
