"""`wangge filings`: the whole way of a filing at the machine, its form, and the proof that finds who tampered."""

import json

import pytest

from api.cli import main
from boundaries.store.connecting import engine_for
from tests.api import town
from tests.boundaries.filings.change_sets import SPLIT, filed

pytestmark = pytest.mark.database


@pytest.fixture
def no(register):
    town.store(register)
    return filed(register, SPLIT)


@pytest.fixture
def wangge(monkeypatch, database_url, capsys):
    """Run the command; exit status, what it printed, what it complained of."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["wangge", "filings", *arguments])
        with pytest.raises(SystemExit) as left:
            main.run()
        told = capsys.readouterr()
        return left.value.code or 0, told.out, told.err

    return run


@pytest.fixture
def url_of_owner(cluster, register_name):
    return cluster.url(owner=True, database=register_name)


def test_a_filing_goes_its_way_and_is_proven(wangge, no, tmp_path):
    file = tmp_path / "批复.pdf"
    file.write_bytes(b"%PDF-1.7 approval")
    assert wangge("attach", no, str(file))[0] == 0
    assert wangge("submit", no, "--note", "请予备案")[1] == f"{no} is submitted.\n"
    assert wangge("receive", no)[0] == 0
    assert wangge("return", no, "--correct", f"{town.MIDDLE_GRID}=界线不清")[1] == f"{no} is returned.\n"
    assert wangge("resubmit", no, "--note", "已改")[0] == 0
    assert wangge("receive", no)[0] == 0
    assert wangge("record", no, "--document-no", "泸网格备〔2026〕12号")[1] == f"{no} is recorded.\n"
    status, _, told = wangge("receive", no)
    assert status == 2 and "is recorded, which is final" in told
    assert no in wangge("list")[1] and no not in wangge("list", "--state", "prepared")[1]
    [row] = json.loads(wangge("list", "--format", "json")[1])
    assert (row["no"], row["state"], row["overdue"]) == (no, "recorded", False)
    assert json.loads(wangge("show", no, "--format", "json")[1])["attachments"][0]["name"] == "批复.pdf"
    assert f"{town.MIDDLE_GRID} 大山坪社区第二网格: land, households" in wangge("show", no)[1]
    status, said, _ = wangge("verify")
    assert status == 0 and "1 filings, 8 entries: all sound" in said


def test_the_list_tells_the_whole_number_in_a_narrow_window(wangge, no, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = wangge("list")[1]
    assert no in said and all(len(line) <= 80 for line in said.splitlines())


def test_the_form_is_written(wangge, no, tmp_path):
    assert wangge("pdf", no, "-o", str(tmp_path / "form.pdf"))[0] == 0
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF-")
    assert wangge("pdf", no, "-o", str(tmp_path / "form.doc"))[0] == 2


def test_tampering_is_told_with_number_entry_and_rule(wangge, no, url_of_owner):
    owner = engine_for(url_of_owner)
    with owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE filing_entry DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE filing_entry SET body = replace(body, '620', '520')")
        connection.exec_driver_sql("ALTER TABLE filing_entry ENABLE ALWAYS TRIGGER kept")
    owner.dispose()
    status, said, _ = wangge("verify")
    assert status == 1
    assert f"{no}, entry 1: entry_altered" in said
    assert f"{no}, entry 1: register_differs: The filing and the register differ in {town.MIDDLE_GRID} before: households" in said
    assert json.loads(wangge("verify", "--format", "json")[1])["ok"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", "BA510502-2026-9999"),
        ("submit", "x"),
        ("return", "BA510502-2026-9999", "--correct", "510502001001001"),
        ("attach", "BA510502-2026-9999", "/nowhere.pdf"),
        ("verify", "--digest", "xyz"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(wangge, arguments):
    status, said, told = wangge(*arguments)
    assert status == 2 and said == "" and told.startswith("wangge: ") and told.count("\n") == 1
