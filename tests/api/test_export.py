"""GET /api/v1/export: the same file as `wangge export` writes, and nothing left on the server."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.routes import export
from boundaries.exports.extract import digest
from boundaries.exports.files import MEDIA_TYPES
from boundaries.imports.layers import read_layer

pytestmark = pytest.mark.database


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The server's folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "server"))
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_download_is_the_layer_and_its_tag_the_digest(client, tmp_path, temporary, form):
    answer = client.get("/api/v1/export/grids", params={"format": form, "at": "2025-01-01"})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(MEDIA_TYPES[form])
    assert answer.headers["content-disposition"] == f'attachment; filename="grids.{form}"'
    out = tmp_path / f"grids.{form}"
    out.write_bytes(answer.content)
    read = read_layer(out)
    assert f'"{digest(read.attributes.rename(columns={"Name": "name"}), read.geometries)}"' == answer.headers["etag"]
    assert list(temporary.iterdir()) == []


def test_within_and_the_default_format(client):
    features = client.get("/api/v1/export/grids", params={"within": "510503"}).json()["features"]
    assert [feature["properties"]["parent"] for feature in features] == ["510503001001"] * 2


@pytest.mark.parametrize(
    ("address", "query", "expected"),
    [
        ("/export/streets", {}, (404, "unknown_layer")),
        ("/export/grids", {"format": "dwg"}, (422, "unknown_format")),
        ("/export/grids", {"at": "1999-01-01"}, (404, "nothing_at_instant")),
        ("/export/grids", {"at": "yesterday"}, (422, "bad_instant")),
        ("/export/villages", {"within": "510502001001001"}, (422, "wrong_level")),
        ("/export/villages", {"within": "x"}, (422, "bad_code")),
    ],
)
def test_what_cannot_be_exported_is_refused(refused, temporary, address, query, expected):
    assert refused(address, **query) == expected
    assert list(Path(temporary).iterdir()) == []


def test_more_downloads_than_are_made_at_once_are_asked_to_come_again(refused, client, monkeypatch):
    monkeypatch.setattr(export.MAKING, "patience_s", 0.01)
    with ExitStack() as held:
        for _ in range(export.MAKING.at_once):
            held.enter_context(export.MAKING.one())
        assert refused("/export/grids") == (503, "busy")
    assert client.get("/api/v1/export/grids").status_code == 200
