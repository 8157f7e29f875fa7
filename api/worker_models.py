"""What is asked and answered about grid workers, their records, absences and duties."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.indicator_models import CountedIncident
from api.models import Answer
from api.parameters import PRINTABLE
from boundaries.duties import ROLES
from boundaries.workers import KINDS

Name = Annotated[str, Field(min_length=1, max_length=100, examples=["王芳"])]
Phone = Annotated[str, Field(min_length=4, max_length=30, examples=["0830-3101234"])]
WorkerId = Annotated[int, Field(ge=1, le=2**62, examples=[12])]
DAY, MOMENT = "2026-11-02", "2026-12-01T00:00:00+08:00"


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NewWorker(Wish):
    """Work contact, as it is published with the grid; nothing else about the person."""

    scope: str = Field(max_length=12, pattern=PRINTABLE, examples=["510502001001"], description="Village, town or county.")
    name: Name
    work_phone: Phone
    kind: Literal[KINDS] = Field(examples=["full_time"])


class WorkerChange(Wish):
    """What is given changes, the rest stays."""

    name: Name | None = None
    work_phone: Phone | None = None
    kind: Literal[KINDS] | None = None
    active: bool | None = Field(default=None, description="False ends all duties, and standing in for others.")
    account: str | None = Field(
        default=None,
        max_length=100,
        pattern=PRINTABLE,
        examples=["wang.fang"],
        description="The account with which the worker reports; empty takes it away.",
    )


class NewTraining(Wish):
    held_on: date = Field(examples=[DAY], description="Its last day; not in the future.")
    course: Annotated[str, Field(min_length=1, max_length=100, examples=["岗前培训"])]
    hours: float = Field(gt=0, le=1000, examples=[16])


class NewAssessment(Wish):
    held_on: date = Field(examples=[DAY], description="Not in the future, and not before the first training.")
    passed: bool = Field(examples=[True], description="The latest one counts.")
    score: float | None = Field(default=None, ge=0, le=100, examples=[88])


class Annulment(Wish):
    reason: str = Field(min_length=1, max_length=200, examples=["录入错误"])


class NewAbsence(Wish):
    since: date | None = Field(default=None, alias="from", examples=["2026-12-01"], description="Today or later; default now.")
    until: date = Field(examples=["2026-12-08"], description="The first day on which the worker serves again.")
    substitute_id: WorkerId | None = Field(default=None, description="Without one the worker's grids are unstaffed.")


class GridWorker(Answer):
    id: int = Field(examples=[12])
    scope: str = Field(examples=["510504001001"])
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    active: bool = Field(examples=[True])
    badge_no: str = Field(examples=["W7QH2M9XKC4"])
    account: str | None = Field(examples=["wang.fang"], description="With which the worker reports, where one is named.")
    qualified: bool = Field(examples=[True], description="Trained, and the latest assessment passed: may begin a duty today.")
    trained_on: str | None = Field(examples=[DAY], description="The latest training.")
    assessed_on: str | None = Field(examples=[DAY], description="The latest assessment; null where it was failed.")
    absent: bool = Field(examples=[False], description="Now.")


class GridWorkers(Answer):
    workers: list[GridWorker]
    truncated: bool


class Training(Answer):
    id: int = Field(examples=[31])
    held_on: str = Field(examples=[DAY])
    course: str = Field(examples=["岗前培训"])
    hours: float = Field(examples=[16])
    annulled: str | None = Field(examples=[None], description="Why it no longer counts.")


class Assessment(Answer):
    id: int = Field(examples=[32])
    held_on: str = Field(examples=[DAY])
    passed: bool = Field(examples=[True])
    score: float | None = Field(examples=[88])
    annulled: str | None = Field(examples=[None], description="Why it no longer counts.")


class Person(Answer):
    id: int = Field(examples=[13])
    name: str = Field(examples=["李强"])


class Absence(Answer):
    id: int = Field(examples=[7])
    since: str = Field(alias="from", examples=[MOMENT])
    until: str = Field(examples=["2026-12-08T00:00:00+08:00"], description="From when on the worker serves again.")
    substitute: Person | None


class WorkerDuty(Answer):
    duty_id: int = Field(examples=[5])
    grid_code: str = Field(examples=["510504001001002"])
    grid_name: str = Field(examples=["大山坪社区第二网格"])
    role: Literal[ROLES] = Field(examples=["responsible"])
    valid_from: str = Field(examples=[MOMENT])
    valid_to: str | None = Field(examples=[None], description="At the latest the end of the grid.")


class WorkerDetail(GridWorker):
    training: list[Training] = Field(description="The latest first, as all lists here.")
    assessments: list[Assessment]
    absences: list[Absence]
    duties: list[WorkerDuty]


class UnstaffedGrid(Answer):
    code: str = Field(examples=["510504001001002"])
    name: str = Field(examples=["大山坪社区第二网格"])
    village: str | None = Field(examples=["大山坪社区"])
    since: str | None = Field(examples=[MOMENT], description="Null where there never was anybody.")
    reason: Literal["never", "ended", "absent"] = Field(examples=["ended"])


class UnstaffedGrids(Answer):
    within: str = Field(examples=["510504001"], description="Empty: everywhere one may look.")
    grids: list[UnstaffedGrid]
    truncated: bool


class NamedUnit(Answer):
    code: str = Field(examples=["510504001001"])
    name: str = Field(examples=["大山坪社区"])


class Badge(Answer):
    badge_no: str = Field(examples=["W7QH2M9XKC4"])
    valid: bool = Field(examples=[True], description="Whether whoever carries it is a grid worker today.")
    name: str | None = Field(examples=["王芳"], description="Null of a badge that is no longer valid, as all that follows.")
    kind: Literal[KINDS] | None = Field(examples=["full_time"])
    place: NamedUnit | None
    grids: list[NamedUnit] = Field(description="That the worker serves now.")


class Duty(Answer):
    duty_id: int = Field(examples=[5])
    worker_id: int = Field(examples=[12])
    role: Literal[ROLES] = Field(examples=["responsible"])
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    substitutes_for: str | None = Field(examples=["李强"], description="Who is absent, where somebody stands in.")
    valid_from: str = Field(examples=[MOMENT])
    valid_to: str | None = Field(examples=[None], description="At the latest the end of the grid.")


class Duties(Answer):
    grid: str = Field(examples=["510504001001002"])
    duties: list[Duty]


class NewDuty(Wish):
    worker_id: WorkerId
    role: Literal[ROLES] = Field(default="responsible", examples=["responsible"])
    since: date | None = Field(default=None, alias="from", examples=["2026-12-01"], description="Today or later; default now.")


class DutyEnd(Wish):
    until: date | None = Field(
        default=None, examples=["2027-01-01"], description="The first day on which it no longer holds; default now."
    )


class FiguresOfWorker(Answer):
    id: int = Field(examples=[12])
    name: str = Field(examples=["王芳"])
    place: str = Field(examples=["510504001001"], description="Code of the village, town or county.")
    reported: int | None = Field(examples=[9], description="By the worker; null where no account is named.")
    responsible: int = Field(examples=[17], description="Reported in the period and given to the worker.")
    handled: int = Field(examples=[14], description="Of those due in the period: fed back, and not sent to rework since.")
    on_time: int = Field(examples=[13], description="Of those due in the period: closed when the term ended or earlier.")
    overdue: int = Field(examples=[1], description="Of those due in the period: not closed when the term ended.")
    rework: int = Field(examples=[1], description="Sent to rework in the period.")
    mean_handling_h: float | None = Field(
        examples=[5.25], description="Of those closed in the period; null where there are none."
    )


class WorkerFigures(Answer):
    since: str | None = Field(alias="from", examples=["2026-05-01T00:00:00+08:00"])
    until: str | None = Field(alias="to", examples=["2026-06-01T00:00:00+08:00"])
    workers: list[FiguresOfWorker] = Field(description="By place and name, which is no ranking.")
    truncated: bool


class CountedOfWorker(Answer):
    measure: str = Field(examples=["responsible"])
    total: int = Field(examples=[17], description="On all pages: exactly as many as the figure says.")
    incidents: list[CountedIncident] = Field(description="By number.")
    next: str | None = Field(description="`after` of the next page; null where there is none.")
