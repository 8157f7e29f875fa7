"""The shapes of GeoReport v2 in JSON, for the document of the interface."""

from typing import Literal

from pydantic import Field

from api.models import Answer

NO = "5105022026050200017"
AT = "2026-05-02T09:41:07+08:00"


class Endpoint(Answer):
    specification: str = Field(examples=["wiki.open311.org/GeoReport_v2"])
    url: str = Field(examples=["/open311/v2"])
    changeset: str = Field(examples=[AT])
    type: Literal["production", "test"] = Field(examples=["production"], description="test while all incidents are generated.")
    formats: list[str] = Field(examples=[["text/xml", "application/json"]])


class Discovery(Answer):
    changeset: str = Field(examples=[AT], description="When services changed last.")
    contact: str = Field(examples=["泸州市网格化服务管理工作机构"])
    key_service: str = Field(examples=["No key is needed."])
    endpoints: list[Endpoint]


class Service(Answer):
    service_code: str = Field(examples=["0406"], description="Code of a matter.")
    service_name: str = Field(examples=["道路破损"])
    description: str = Field(examples=["Damaged road"])
    metadata: Literal[True] = Field(description="The definition tells what everybody sees of a request.")
    type: Literal["realtime"]
    keywords: str = Field(examples=["道路破损, Damaged road, Safety hazards"])
    group: str = Field(examples=["安全隐患排查"])


class Value(Answer):
    key: str
    name: str


class Attribute(Answer):
    variable: bool = Field(examples=[False])
    code: str = Field(examples=["public_notice"])
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool = Field(examples=[False])
    datatype_description: str | None
    order: int = Field(examples=[1])
    description: str
    values: list[Value]


class Definition(Answer):
    service_code: str = Field(examples=["0406"])
    attributes: list[Attribute]


class Taken(Answer):
    service_request_id: str = Field(examples=[NO])
    service_notice: str = Field(description="What everybody sees of it.")
    account_id: None


class TokenAnswer(Answer):
    service_request_id: str = Field(examples=[NO])
    token: str = Field(examples=[f"{NO}-mB0fV3m1o0H4kqz5c2pY8w7D"])


class ServiceRequest(Answer):
    service_request_id: str = Field(examples=[NO])
    status: Literal["open", "closed"]
    status_notes: str = Field(examples=["处置中 being handled"])
    service_name: str = Field(examples=["道路破损"])
    service_code: str = Field(examples=["0406"])
    description: None = Field(description="Never shown: it may tell of people.")
    agency_responsible: None
    service_notice: None
    requested_datetime: str = Field(examples=[AT])
    updated_datetime: str = Field(examples=[AT], description="When its state changed last.")
    expected_datetime: None
    address: str | None = Field(
        examples=["大山坪社区第一网格, 大山坪社区, 南城街道, 江阳区"], description="The grid; never the place."
    )
    address_id: str | None = Field(examples=["510502001001001"], description="Code of the grid.")
    zipcode: None
    lat: float | None = Field(examples=[28.80512], description="WGS84, of a point in the grid, the same for all requests in it.")
    long: float | None = Field(examples=[105.41203])
    media_url: None


class Fault(Answer):
    code: int = Field(examples=[404], description="As the HTTP status.")
    description: str = Field(description="A sentence, and the code of docs/errors.md.")


class NewRequest(Answer):
    """The form of a request."""

    service_code: str = Field(examples=["0406"])
    lat: float | None = Field(default=None, examples=[28.8803], description="WGS84; with long.")
    long: float | None = Field(default=None, examples=[105.4412], description="WGS84; with lat.")
    address_string: str | None = Field(
        default=None, examples=["江阳区江阳中路5号"], description="Without lat and long: found in the gazetteer, or refused."
    )
    description: str | None = Field(default=None, max_length=2000, examples=["路面塌陷，约一米宽"])
    first_name: str | None = Field(default=None, description="With last_name, phone and email: stored encrypted, deleted later.")
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    media_url: str | None = Field(default=None, description="Not looked at: no outside host is ever asked.")
    device_id: str | None = Field(default=None, description="Not stored.")
    account_id: str | None = Field(default=None, description="Not stored.")
    jurisdiction_id: str | None = Field(default=None, examples=["5105"])
    api_key: str | None = Field(default=None, description="A token of an account that may report incidents there.")
