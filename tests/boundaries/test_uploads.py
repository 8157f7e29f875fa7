"""Files that people send are looked through before GDAL sees them."""

import json
import zipfile

import pytest
import shapely

from boundaries.imports import uploads
from boundaries.imports.uploads import MOST_BYTES, checked_name, require_sound_upload
from gis.errors import Refusal
from tests import files

ROAD = shapely.LineString([(105, 28), (105.01, 28.01)])
FOREIGN = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
KML = '<?xml version="1.0"?><!-- a --><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'


def code(path):
    with pytest.raises(Refusal) as refused:
        require_sound_upload(path)
    assert refused.value.message.startswith(path.name)
    return refused.value.code


@pytest.fixture
def stored(tmp_path):
    def store(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return store


def test_sound_files_of_every_format_are_taken(stored, tmp_path):
    sound = {
        "a.gpkg": files.written(tmp_path, "x.gpkg", [ROAD]),
        "a.zip": files.zipped(tmp_path, [ROAD]),
        "a.geojson": files.as_geojson([ROAD]),
        "a.json": b"\xef\xbb\xbf\n " + files.as_geojson([ROAD]),
        "a.kml": KML,
    }
    for name, content in sound.items():
        require_sound_upload(stored(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", "<html>"),
        ("a.zip", "no zip file"),
        ("a.zip", b"PK\x03\x04 cut off"),
        ("a.geojson", "[]"),
        ("a.geojson", FOREIGN),
        ("a.geojson", json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"})),
        ("a.kml", FOREIGN),
        ("a.kml", KML + FOREIGN),
        ("a.kml", KML + " " * ((1 << 20) - len(KML) - 5) + FOREIGN),
        ("a.kml", f"<!-- <kml> -->{FOREIGN}"),
        ("a.kml", f"<!DOCTYPE kml [<!ENTITY a 'b'>]>{KML}"),
        ("a.kml", "<!--" * 1000),
        ("a.kml", b"\x00" * 5000),
    ],
)
def test_what_is_not_what_its_name_says_or_names_other_files_is_refused(stored, name, content):
    assert code(stored(name, content)) == "unreadable_layer"


def test_an_empty_file_and_one_that_is_too_large_are_refused(stored, tmp_path):
    assert code(stored("a.gpkg", b"")) == "empty_file"
    large = tmp_path / "large.gpkg"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert code(large) == "layer_too_large"


class TestAZipFile:
    @pytest.mark.parametrize("name", ["../layer.shp", "a/../../layer.shp", "/etc/layer.shp", "..\\layer.shp", "C:\\layer.shp"])
    def test_one_that_names_files_outside_of_itself_is_refused(self, stored, name):
        assert code(stored("a.zip", files.archive({"layer.shp": b"", name: b""}))) == "unreadable_layer"

    def test_a_link_is_refused(self, stored, tmp_path):
        link = zipfile.ZipInfo("layer.shp")
        link.external_attr = 0o120777 << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
            packed.writestr(link, "/etc/passwd")
        assert code(tmp_path / "a.zip") == "unreadable_layer"

    def test_one_with_a_password_is_refused(self, stored, tmp_path):
        assert code(stored("a.zip", files.with_password(files.zipped(tmp_path, [ROAD])))) == "unreadable_layer"

    def test_one_that_grows_beyond_measure_is_refused(self, stored, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_UNPACKED_BYTES", 1 << 20)
        assert code(stored("a.zip", files.archive({"layer.shp": bytes(2 << 20)}))) == "archive_too_large"

    def test_one_of_another_format_or_of_none_is_refused(self, stored):
        assert code(stored("a.zip", files.archive({"notes.txt": b"x"}))) == "unreadable_layer"
        assert code(stored("a.zip", files.archive({"layer.shp": b"x", "b.kml": FOREIGN}))) == "unreadable_layer"


@pytest.mark.parametrize("name", ["", "a", ".gpkg", "a.vrt", "a.gpkg.exe", "a.tab", "a\x00.sh"])
def test_a_name_of_no_known_format_is_refused(name):
    with pytest.raises(Refusal) as refused:
        checked_name(name)
    assert refused.value.code == "unknown_format"


@pytest.mark.parametrize(
    "name", ["../../a.zip", "\\\\host\\a.zip", "/vsicurl/http:a.zip", "a\x00.zip", "网" * 300 + ".zip", "a::b.zip"]
)
def test_a_name_never_leads_anywhere(name):
    made = checked_name(name)
    assert made.endswith(".zip") and len(made.encode()) <= 255
    assert not set(made) & set("/\\:\x00") and not made.startswith(".")
