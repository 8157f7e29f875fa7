"""The shapes of what is asked and answered about filings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer
from boundaries.filings.states import STATES
from boundaries.filings.words import LONGEST_DOCUMENT_NO, LONGEST_NOTE, MOST_CORRECTIONS

Note = Annotated[str, Field(max_length=LONGEST_NOTE, examples=["请予备案"])]


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
    state: str = Field(json_schema_extra={"enum": list(STATES)})
    scope: str = Field(examples=["510502001001"], description="Code of the smallest unit that holds all that changed.")
    title: str
    reason: str
    change_set: int
    decided_at: str
    effective_on: str
    due_on: str = Field(description="Ten working days after the decision.")
    due_provisional: bool = Field(description="The holidays of that year are not decreed yet; Monday to Friday were counted.")
    overdue: bool
    late: bool = Field(description="It was handed in after its due date.")
    state_since: str
    submitted_at: str | None


class FilingDetail(FilingLine):
    allowed: list[str] = Field(description="Steps that its state allows.")
    place: list[dict]
    note: str
    decided_by: str | None
    units: list[dict] = Field(description="Every unit that changes, before and after.")
    technical: list[str] = Field(description="Units that only got nodes on their border.")
    lineage: list[dict]
    steps: list[dict] = Field(description="Entries of the chain, with their digests.")
    attachments: list[dict]


class Filings(Answer):
    filings: list[FilingLine]
    truncated: bool


class Fault(Answer):
    filing: str | None
    entry: int | None
    rule: str = Field(examples=["entry_altered"])
    what: str


class ProofAnswer(Answer):
    ok: bool
    filings: int
    entries: int
    head: str = Field(description="Digest of the last entry.")
    faults: list[Fault]


class Attachment(Answer):
    name: str
    media_type: str
    bytes: int
    sha256: str


class Attachments(Answer):
    attachments: list[Attachment]
