"""The shapes of what is asked and answered about one incident."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer, NamedCode
from api.parameters import PRINTABLE
from boundaries.duties import ROLES
from boundaries.workers import KINDS
from incidents.act_words import LONGEST_NOTE, MOST_DEPARTMENTS, URGE_KINDS
from incidents.clocks import CLOCKS
from incidents.flow import ACTIONS, BY_PEOPLE
from incidents.states import STATES

State = Literal[STATES]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE)]
ROAD = {"code": "0406", "family": "hazard", "name_zh": "道路破损", "name_en": "Damaged road"}


class Act(BaseModel):
    """What comes with an action."""

    model_config = ConfigDict(extra="forbid")

    note: str | None = Field(
        default=None, max_length=2 * LONGEST_NOTE, examples=["现场已处理完毕"], description="The reason, where one is due."
    )
    seen: int | None = Field(
        default=None,
        ge=0,
        le=2**62,
        examples=[1042],
        description="Last event that the page shows; refused where more has happened.",
    )


class Dispatch(Act):
    department: Code | None = Field(
        default=None,
        examples=["urban_management"],
        description="Null gives it to the grid's worker; left out, it stays as it is.",
    )


class Merge(Act):
    into: Code = Field(examples=["5105022026050200016"], description="Number of the incident that stays open.")


class Urge(Act):
    kind: Literal[URGE_KINDS] = Field(examples=["leader"])


class Consult(Act):
    departments: list[Code] = Field(min_length=1, max_length=MOST_DEPARTMENTS, examples=[["emergency", "urban_management"]])


class Reroute(Act):
    to: Code = Field(examples=["510502001001002"], description="One of `ways`.")


class CorrectMatter(Act):
    matter: Code = Field(examples=["0404"], description="Code of the matter that it is.")


class MatterOf(NamedCode):
    family: str


class OnDuty(Answer):
    worker_id: int = Field(examples=[12])
    role: Literal[ROLES] = Field(examples=["responsible"])
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    substitutes_for: str | None = Field(examples=[None], description="Who is absent, where somebody stands in.")


class Way(Answer):
    code: str = Field(examples=["510502001001002"])
    name: str = Field(examples=["大山坪社区第二网格"])


class Event(Answer):
    id: int = Field(examples=[1042])
    at: str = Field(examples=["2026-05-02T09:41:07+08:00"])
    action: Literal["report", *ACTIONS] = Field(examples=["dispatch"])
    before: State | None = Field(alias="from", examples=["registered"])
    after: State = Field(alias="to", examples=["dispatched"])
    actor: str = Field(examples=["li.ming"], description="Name of the account; desk or timer for what the system does.")
    note: str | None = Field(examples=[None])
    detail: dict = Field(examples=[{"department": "urban_management"}])


class Possible(Answer):
    action: Literal[BY_PEOPLE] = Field(examples=["send_back"])
    reason: bool = Field(examples=[True], description="Whether `note` is due.")
    wanted: list[str] = Field(examples=[[]], description="Members that have to come with it.")
    optional: list[str] = Field(examples=[[]])


class IncidentDetail(Answer):
    no: str = Field(examples=["5105022026050200017"])
    state: State = Field(examples=["dispatched"])
    matter: MatterOf = Field(examples=[ROAD])
    urgent: bool = Field(examples=[False])
    source: str = Field(examples=["web"])
    description: str | None = Field(examples=["路面塌陷，约一米宽"])
    address: str | None = Field(examples=["大山坪路12号"])
    reported_at: str = Field(examples=["2026-05-02T09:12:00+08:00"])
    registered_at: str | None = Field(examples=["2026-05-02T09:30:00+08:00"])
    dispatched_at: str | None = Field(examples=["2026-05-02T09:41:07+08:00"])
    handled_at: str | None = Field(examples=[None])
    closed_at: str | None = Field(examples=[None])
    clock: Literal[*CLOCKS] | None = Field(examples=["work_day"])
    clock_limit: int | None = Field(examples=[5], description="Hours or days of the clock, as frozen at the registration.")
    due_at: str | None = Field(
        examples=["2026-05-11T18:00:00+08:00"], description="Null without a term, and while its clock stands."
    )
    due_supposed: bool = Field(examples=[False], description="Part of the term lies where holidays are not decreed yet.")
    lon: float = Field(examples=[105.41])
    lat: float = Field(examples=[28.805])
    grid_code: str | None = Field(examples=["510502001001001"])
    village_code: str | None = Field(examples=["510502001001"])
    grid_version_id: int | None = Field(examples=[25])
    micro_grid_version_id: int | None = Field(examples=[311])
    on_border: bool = Field(examples=[True])
    also: list[str] = Field(examples=[["510502001001002"]])
    distance_m: float = Field(examples=[0.0])
    nearest_code: str | None = Field(examples=[None], description="Outside every grid: the nearest one.")
    department: str | None = Field(examples=["urban_management"], description="Null: the grid's worker handles it.")
    competent_department: str | None = Field(examples=["urban_management"], description="Of the list of matters.")
    merged_into: str | None = Field(examples=[None])
    workers: list[OnDuty] = Field(description="Who serves the grid now, or the nearest one; the responsible first.")
    ways: list[Way] = Field(description="Grids that it can be given to, on whose border or in whose village it lies.")
    events: list[Event]
    last_event: int | None = Field(examples=[1042], description="To be sent as `seen`.")
    actions: list[Possible] = Field(description="What whoever asks can do now.")
