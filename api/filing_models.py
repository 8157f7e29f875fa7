"""The shapes of what is asked and answered about filings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer
from boundaries.filings.states import STATES
from boundaries.filings.words import LONGEST_DOCUMENT_NO, LONGEST_NOTE, MOST_CORRECTIONS

Note = Annotated[str, Field(max_length=LONGEST_NOTE, examples=["请予备案"])]


DIGEST = "63875feac59ad22ec4ab16463587d6294d52bf2ed6589327b745346ca4c12bbd"
BEFORE = {
    "name": "杜家街社区第2网格",
    "kind": "comprehensive",
    "households": 370,
    "divided": True,
    "source": "survey 2026",
    "area_m2": "62289.18",
    "version": 25,
}
UNIT = {
    "code": "510504001001002",
    "level": "grid",
    "name": "杜家街社区第2网格",
    "what": ["land", "households"],
    "before": BEFORE,
    "after": BEFORE | {"households": 199, "area_m2": "40634.44", "version": 422},
}
SHARE = {"from": "510504001001002", "to": "510504001001014", "area_m2": "21654.72", "households": 171}
RETURNED = {
    "seq": 10,
    "kind": "returned",
    "at": "2026-11-26T09:00:00+08:00",
    "account": "wang.fang",
    "note": "请更正",
    "corrections": [{"unit": "510504001001002", "text": "名称有误"}],
    "digest": DIGEST,
    "previous_digest": "0" * 64,
}
MINUTES = {"name": "会议纪要.pdf", "media_type": "application/pdf", "bytes": 48211, "sha256": DIGEST}


class Body(BaseModel):
    """Nothing that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Words(Body):
    note: Note = ""


class Correction(Body):
    unit: str = Field(max_length=20, examples=["510502001001002"], description="Code of a unit that the filing changes.")
    text: str = Field(max_length=LONGEST_NOTE, examples=["界线走向不清，请沿道路中心线调整"])


class Corrections(Words):
    corrections: list[Correction] = Field(default=[], max_length=MOST_CORRECTIONS)


class Recording(Words):
    document_no: str = Field(max_length=LONGEST_DOCUMENT_NO, examples=["泸网格备〔2026〕12号"], description="文号.")


class FilingLine(Answer):
    no: str = Field(examples=["BA510502-2026-0001"])
    state: str = Field(examples=["submitted"], json_schema_extra={"enum": list(STATES)})
    scope: str = Field(examples=["510502001001"], description="Code of the smallest unit that holds all that changed.")
    title: str = Field(examples=["杜家街社区第1网格分设"])
    reason: str = Field(examples=["population_change"])
    change_set: int = Field(examples=[7])
    decided_at: str = Field(examples=["2026-11-24T10:02:00+08:00"])
    effective_on: str = Field(examples=["2026-12-01"])
    due_on: str = Field(examples=["2026-12-08"], description="Ten working days after the decision.")
    due_provisional: bool = Field(
        examples=[False], description="The holidays of that year are not decreed yet; Monday to Friday were counted."
    )
    overdue: bool = Field(examples=[False])
    late: bool = Field(examples=[False], description="It was handed in after its due date.")
    state_since: str = Field(examples=["2026-11-25T09:00:00+08:00"])
    submitted_at: str | None = Field(examples=["2026-11-25T09:00:00+08:00"])


class FilingDetail(FilingLine):
    reason_zh: str = Field(examples=["人口变化"], description="As it was called when the change was decided.")
    reason_en: str = Field(examples=["population change"])
    allowed: list[str] = Field(examples=[["receive", "withdraw"]], description="Steps that its state allows.")
    place: list[dict] = Field(examples=[[{"code": "5105", "level": "city", "name": "泸州市"}]], description="The city first.")
    note: str = Field(examples=["新小区交付，户数超过规定"])
    decided_by: str | None = Field(examples=["li.ming"])
    units: list[dict] = Field(examples=[[UNIT]], description="Every unit that changes, before and after.")
    technical: list[str] = Field(examples=[["510504001001003"]], description="Units that only got nodes on their border.")
    lineage: list[dict] = Field(examples=[[SHARE]], description="Who got what from whom, what a unit kept too.")
    steps: list[dict] = Field(examples=[[RETURNED]], description="Entries of the chain, with their digests.")
    attachments: list[dict] = Field(examples=[[MINUTES]])


class Filings(Answer):
    filings: list[FilingLine]
    truncated: bool


class Fault(Answer):
    filing: str | None = Field(examples=["BA510502-2026-0001"])
    entry: int | None = Field(examples=[1])
    rule: str = Field(examples=["entry_altered"])
    what: str = Field(examples=["The digest of entry 1 (prepared) is not that of what it says."])


class ProofAnswer(Answer):
    ok: bool = Field(examples=[True])
    filings: int = Field(examples=[4])
    entries: int = Field(examples=[17])
    head: str = Field(examples=[DIGEST], description="Digest of the last entry.")
    faults: list[Fault]


class Attachment(Answer):
    name: str = Field(examples=[MINUTES["name"]])
    media_type: str = Field(examples=[MINUTES["media_type"]])
    bytes: int = Field(examples=[MINUTES["bytes"]])
    sha256: str = Field(examples=[MINUTES["sha256"]])


class Attachments(Answer):
    attachments: list[Attachment]
