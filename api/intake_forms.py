"""A report as it is sent: JSON, or a form with photos."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.slots import Slots
from gis.datum import DATUMS
from gis.errors import Refusal
from incidents.intake import LONGEST_ADDRESS, LONGEST_CONTACT, LONGEST_DESCRIPTION, Report, digest
from incidents.photos import MOST_BYTES, MOST_PHOTOS, redrawn
from incidents.store.intake import LONGEST_KEY, Submission

MOST_BODY_BYTES = 60 << 20  # five photos as phones make them, and one of 50 MB, so that it is refused by its name
PHOTO = "photo"
DRAWING = Slots(2, patience_s=30)
FORM = "multipart/form-data"


Said = Annotated[str, StringConstraints(strip_whitespace=True)]


class PublicReport(BaseModel):
    """What anybody may report."""

    model_config = ConfigDict(extra="forbid")

    matter: str = Field(min_length=1, max_length=40, examples=["0406"], description="Code of a matter.")
    lon: float = Field(allow_inf_nan=False, examples=[105.4412], description="Longitude in degrees.")
    lat: float = Field(allow_inf_nan=False, examples=[28.8803], description="Latitude in degrees.")
    datum: str = Field(
        default="",
        max_length=20,
        examples=["wgs84"],
        json_schema_extra={"enum": list(DATUMS)},
        description="Required: of lon and lat.",
    )
    description: Said = Field(min_length=1, max_length=LONGEST_DESCRIPTION, examples=["路面塌陷，约一米宽"])
    address: str | None = Field(default=None, max_length=LONGEST_ADDRESS, examples=["江阳区迎晖路 12 号"])
    contact: str | None = Field(
        default=None, max_length=LONGEST_CONTACT, description="How to reach who reports; stored encrypted, deleted after the end."
    )

    def report(self, source):
        """The report, as it came from somewhere."""
        said = self.model_dump(exclude={"matter", "source"})
        return Report(matter_code=self.matter, source=source, **said)


class StaffReport(PublicReport):
    """What the staff reports."""

    description: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION, examples=["路面塌陷，约一米宽"])
    source: str = Field(default="desk", pattern="^(desk|phone)$", examples=["phone"], description="desk or phone.")
    noted_at: AwareDatetime | None = Field(
        default=None, examples=["2026-05-01T08:30:00+08:00"], description="When it was written down, out of reach."
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A report, or what was done, with its photos as they were sent."""

    body: BaseModel
    photos: tuple

    def digest(self, report, *, blind):
        """What tells it from another; see :func:`incidents.intake.digest`."""
        return digest(report, [_hash(photo.file) for photo in self.photos], blind=blind)

    def redrawn(self):
        """The photos as they are stored.

        Raises
        ------
        Refusal
            ``photo_too_large`` and all of :func:`incidents.photos.redrawn`; ``busy``.
        """
        if not self.photos:
            return []
        with DRAWING.one():
            return [redrawn(_read(photo, nth), name=f"Photo {nth}") for nth, photo in enumerate(self.photos, start=1)]


def sent_as(model):
    """The dependency that reads a report, or what was done.

    Parameters
    ----------
    model : type of BaseModel

    Returns
    -------
    callable
    """

    async def sent(request: Request):
        if request.headers.get("content-type", "").startswith(FORM):
            form = await _form(request)
            try:
                yield _of_form(form, model)
            finally:
                await form.close()
        else:
            with _faults():
                body = model.model_validate_json(await request.body() or b"{}")
            yield Sent(body, ())

    return sent


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Made up by the sender, one for each report: a report that comes again under it is answered as before.",
            openapi_examples={"a random one": {"value": "7f0c5b2e-4f6e-4e6f-9a0f-2b1d3c4e5f60"}},
        ),
    ] = None,
) -> str | None:
    """The key of the header, if there is one."""
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Refusal("bad_idempotency_key", f"The Idempotency-Key has to be 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def submission(sender, key, sent, report, *, blind):
    """By what the report is known when it comes again; None without a key."""
    return Submission(sender, key, sent.digest(report, blind=blind)) if key else None


def body_of(model):
    """Both forms of a report for the document of the interface."""
    shape = model.model_json_schema()
    photos = {"type": "array", "maxItems": MOST_PHOTOS, "items": {"type": "string", "format": "binary"}}
    form = shape | {"properties": shape["properties"] | {PHOTO: photos}}
    content = {"application/json": {"schema": shape}, FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}


def _of_form(form, model):
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str) and value != ""}
    photos = tuple(value for name, value in form.multi_items() if isinstance(value, UploadFile) and name == PHOTO)
    strange = sorted({name for name, value in form.multi_items() if isinstance(value, UploadFile) and name != PHOTO})
    if strange:
        raise Refusal("bad_upload", f"A report has files of the name 'photo' alone, not {strange[0][:40]!r}.")
    with _faults():
        return Sent(model.model_validate(fields), photos)


async def _form(request):
    try:
        return await request.form(max_files=MOST_PHOTOS, max_fields=len(StaffReport.model_fields), max_part_size=1 << 16)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        if "files" in str(error.detail):
            raise Refusal("too_many_photos", f"A report has at most {MOST_PHOTOS} photos; send the others on another.") from error
        raise Refusal("bad_upload", "The form cannot be read; send multipart/form-data with the fields of a report.") from error


@contextmanager
def _faults():
    """What a body lacks, told as FastAPI tells it."""
    try:
        yield
    except ValidationError as error:
        raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in error.errors()]) from error


def _hash(file):
    file.seek(0)
    return hashlib.file_digest(file, "sha256").digest()


def _read(photo, nth):
    """A file, unless it is too large: then it is not read."""
    if photo.size > MOST_BYTES:
        raise Refusal("photo_too_large", f"Photo {nth} is larger than {MOST_BYTES >> 20} MB; send it smaller.")
    photo.file.seek(0)
    return photo.file.read()
