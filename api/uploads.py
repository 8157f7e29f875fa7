"""Files that come with a form: read from the request piece by piece, put on disk for as long as they are worked on."""

import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from boundaries.imports.output import FULL
from boundaries.imports.uploads import SUFFIXES, checked_name, require_sound_upload
from gis.errors import Refusal

FILE = "file"
MOST_FIELDS = 30
LONGEST_FIELD = 1 << 20
HINT = "Send a form (multipart/form-data) with the layer as its one file, called 'file'."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the fields that came with it.

    Attributes
    ----------
    name : str
        As it is called on our disk.
    content : BinaryIO
    fields : dict of str
    """

    name: str
    content: BinaryIO
    fields: dict

    def wish(self, model):
        """The fields as a model has them.

        Parameters
        ----------
        model : type of pydantic.BaseModel

        Raises
        ------
        RequestValidationError
        """
        try:
            return model(**{name: text for name, text in self.fields.items() if text != ""})
        except ValidationError as error:
            raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in error.errors()]) from error

    @contextmanager
    def on_disk(self):
        """Context manager: the file as a path that GDAL can open. It is gone afterwards, whatever happens.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        Refusal
            ``disk_full``; those of :func:`boundaries.imports.uploads.require_sound_upload`.
        """
        with TemporaryDirectory(prefix="wangge-upload-") as folder:
            path = Path(folder) / self.name
            with _room_for(self.name):
                self._write(path)
            with _without_paths():
                require_sound_upload(path)
                yield path

    def digest(self):
        """SHA-256 of the file."""
        self.content.seek(0)
        return hashlib.file_digest(self.content, "sha256")

    def _write(self, path):
        self.content.seek(0)
        with path.open("wb") as out:
            shutil.copyfileobj(self.content, out, 1 << 20)


def upload_of(suffixes):
    """The dependency that reads a form with a file. Rights are asked for before: nobody fills the disk who may not.

    Parameters
    ----------
    suffixes : sequence of str
        What the name of the file may end with.

    Returns
    -------
    callable
    """

    async def uploaded(request: Request):
        form = await _form(request)
        try:
            file = form.get(FILE)
            if not isinstance(file, UploadFile):
                raise Refusal("bad_upload", f"There is no file. {HINT}")
            fields = {name: text for name, text in form.multi_items() if isinstance(text, str)}
            yield Upload(checked_name(file.filename or "", suffixes), file.file, fields)
        finally:
            await form.close()

    return uploaded


uploaded = upload_of(SUFFIXES)


async def _form(request):
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refusal("bad_upload", f"This is no form. {HINT}")
    try:
        with _room_for("the file"):
            return await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise Refusal("bad_upload", f"The form cannot be read. {HINT}") from error


LAYERS = "GeoPackage, zipped Shapefile, GeoJSON or KML, at most 100 MB."


def form_body(model, *, example="grids.gpkg", about=LAYERS):
    """What a form holds, for the document of the interface: the file and the fields of a model.

    Parameters
    ----------
    model : type of pydantic.BaseModel
    example : str
        Name of a file.
    about : str
        What files are taken.

    Returns
    -------
    dict
        For ``openapi_extra``.
    """
    shape = model.model_json_schema()
    file = {"type": "string", "format": "binary", "description": about, "examples": [example]}
    schema = {"type": "object", "required": [FILE, *shape.get("required", ())], "properties": {FILE: file, **shape["properties"]}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@contextmanager
def _room_for(name):
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise Refusal("disk_full", f"There is no room left to write {name}; nothing was written.") from error
        raise


@contextmanager
def _without_paths():
    """Refusals name the file as it was sent; where it lies on our disk is nobody's business."""
    try:
        yield
    except Refusal as refusal:
        refusal.details.pop("path", None)
        raise
