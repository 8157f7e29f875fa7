"""Files of reports over HTTP and on the command line."""

import csv
import io
import zipfile

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.incident_imports import ImportOutcome
from api.settings import Settings
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

WEST, EAST = "0406,105.41,28.805,wgs84", "0406,105.47,28.81,wgs84"
HEADER = "matter,lon,lat,datum,description"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "files_of_reports") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    given = Settings(database_url=engine.url.render_as_string(False), web_dist=front_end)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def send(client, engine):
    def sent(content, *, name="reports.csv", role="dispatcher", scope="", **fields):
        client.cookies.clear()
        headers = people.as_role(engine, role, scope)
        return client.post("/api/v1/incidents/imports", files={"file": (name, content)}, data=fields, headers=headers)

    return sent


def text(*lines):
    return "\n".join((HEADER, *lines)).encode()


def count(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one()


def test_a_file_is_taken_in_and_once(send, engine):
    before, content = count(engine), text(f"{WEST},一", f"{EAST},二")
    answer = send(content)
    ImportOutcome.model_validate_json(answer.text)
    assert (answer.json()["stored"], answer.json()["refused"], count(engine)) == (2, 0, before + 2)
    again = send(content)
    assert (again.status_code, again.json()["code"], count(engine)) == (409, "file_taken", before + 2)


def test_rows_that_cannot_be_taken_are_told_and_the_others_only_where_that_is_wished(send, engine):
    before, content = count(engine), text(f"{WEST},三", "9999,105.41,28.805,wgs84,四")
    answer = send(content).json()
    assert (answer["stored"], answer["refused"], answer["rows"][0]["row"], answer["rows"][0]["code"]) == (
        0,
        1,
        2,
        "unknown_matter",
    )
    assert count(engine) == before
    assert send(content, skip_bad="true").json()["stored"] == 1 and count(engine) == before + 1


def test_rows_of_elsewhere_are_refused_and_who_may_not_send_files_is(send):
    answer = send(text(f"{WEST},五", f"{EAST},六"), scope="510502").json()
    assert [(row["row"], row["code"]) for row in answer["rows"]] == [(2, "forbidden")]
    assert send(text(WEST), role="worker").json()["code"] == "forbidden"


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(600 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("reports.exe", b"MZ", "unknown_format"),
        ("reports.csv", b"", "empty_file"),
        ("reports.csv", b"\x00\x01", "unreadable_layer"),
        ("reports.csv", b"matter,lon,lat\n0406,105.4,28.8\n", "undeclared_datum"),
        ("reports.xlsx", b"<html>", "unreadable_layer"),
        ("reports.xlsx", bomb, "archive_too_large"),
        ("reports.gpkg", b"PK", "unreadable_layer"),
        ("reports.csv", bytes(22 << 20), "body_too_large"),
    ],
)
def test_a_file_that_is_none_is_refused(send, name, content, code):
    answer = send(content() if callable(content) else content, name=name)
    assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", code)


class TestCommand:
    @pytest.fixture
    def path(self, tmp_path, engine, cluster, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", cluster.url(owner=True, database=engine.url.database))
        return tmp_path / "reports.csv"

    def test_it_takes_a_file_and_says_what_numbers_it_gave(self, wangge, path, engine):
        path.write_bytes(text(f"{WEST},七", f"{EAST},八"))
        before = count(engine)
        status, out, _ = wangge("incidents", "import", path)
        assert (status, count(engine)) == (0, before + 2) and "2 reports taken in, 5105" in out

    def test_bad_rows_are_written_to_a_file_and_the_status_is_1(self, wangge, path, engine):
        path.write_bytes(text(f"{WEST},九", "0406,28.805,105.41,wgs84,十"))
        refused, before = path.with_name("refused.csv"), count(engine)
        status, out, _ = wangge("incidents", "import", path, "--refused", refused)
        assert (status, count(engine)) == (1, before) and "Nothing was stored" in out
        rows = list(csv.reader(refused.read_text(encoding="utf-8-sig").splitlines()))
        assert rows[0] == ["row", "code", "sentence"] and rows[1][:2] == ["2", "swapped_lonlat"]
        status, out, _ = wangge("incidents", "import", path, "--skip-bad")
        assert (status, count(engine)) == (1, before + 1) and "1 reports taken in" in out

    def test_a_file_that_is_not_there_is_one_sentence_and_status_2(self, wangge, path):
        status, out, err = wangge("incidents", "import", path.with_name("none.csv"))
        assert (status, out) == (2, "") and "There is no file" in err
