"""`wangge divisions` and /api/v1/divisions: editions, their lineage, a dry run first."""

import json

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import application
from api.models import Problem
from api.routes.divisions import DivisionHistory, Divisions
from api.settings import Settings
from gis.errors import Refusal
from tests.boundaries.small_editions import ENDED, ENDING

pytestmark = pytest.mark.database

IMPORTS = {"2016": ("old.csv", "2016-07-31"), "2023": ("new.csv", "2023-06-30")}


@pytest.fixture
def wangge(database_url, monkeypatch, tmp_path):
    """Run a command on an empty register, beside the tables of two editions; what it printed, or the code of its refusal."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    for name, divisions in (("old.csv", ENDING), ("new.csv", ENDED)):
        (tmp_path / name).write_text(
            "code,name\n" + "".join(f"{each.code},{each.name}\n" for each in divisions), encoding="utf-8"
        )
    (tmp_path / "known.csv").write_text("from,to,note\n510502104204,510502106209,川府民政〔2019〕35号\n", encoding="utf-8")

    def run(line):
        done = CliRunner().invoke(application(), line.split())
        if isinstance(done.exception, Refusal):
            return done.exception.code
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def bring_in(wangge, name, more=""):
    table, day = IMPORTS[name]
    return wangge(f"divisions import {table} --edition {name} --in-force-on {day} {more}")


@pytest.fixture
def get(wangge, register, front_end):
    """Ask an address under /api/v1/divisions once both editions are in; the answer's JSON."""
    bring_in(wangge, "2016", "--commit")
    bring_in(wangge, "2023", "--commit --correspondences known.csv")
    settings = Settings(database_url=register.url.render_as_string(False), web_dist=front_end)
    with TestClient(create_app(settings)) as client:
        yield lambda path, **query: client.get(f"/api/v1/divisions{path}", params=query).json()


def test_nothing_is_written_unless_told(wangge):
    assert "Nothing is written" in bring_in(wangge, "2016")
    assert json.loads(wangge("divisions list --format json")) == []
    assert "Edition 2016 is stored" in bring_in(wangge, "2016", "--commit")
    assert [row["name"] for row in json.loads(wangge("divisions list --format json"))] == ["2016"]
    assert "old.csv" in wangge("divisions list")


def test_an_import_tells_the_counts_and_what_is_doubtful(wangge):
    bring_in(wangge, "2016", "--commit")
    text = bring_in(wangge, "2023")
    assert "town 3 → 2; village 4 → 3" in text
    assert "510502104 弥陀镇: ended (villages); of 4 villages 2 to 510502103 黄舣镇, 1 to 510502106 通滩镇, 1 not found" in text
    assert "510502104203 丙村村民委员会 → 510502106209 丙村村民委员会: recoded (name_in_county); doubtful: lone_name" in text
    told = json.loads(bring_in(wangge, "2023", "--format json"))
    assert (told["before"]["town"], told["now"]["town"], told["committed"]) == (3, 2, False)
    assert {"level": "town", "kind": "ended", "by": "villages", "count": 1} in told["counts"]
    assert [row["doubt"] for row in told["doubtful"]] == ["lone_name"]


def test_known_correspondences_win(wangge):
    bring_in(wangge, "2016", "--commit")
    bring_in(wangge, "2023", "--commit --correspondences known.csv")
    told = json.loads(wangge("divisions lineage 510502104204 --format json"))
    assert [(step["kind"], step["by"], step["note"]) for step in told["steps"]] == [("recoded", "given", "川府民政〔2019〕35号")]


def test_the_lineage_of_one_and_of_all_is_told(wangge):
    bring_in(wangge, "2016", "--commit")
    bring_in(wangge, "2023", "--commit")
    assert "2023 (from 2023-06-30): 510502103211 甲村村民委员会" in wangge("divisions lineage 510502104201")
    steps = json.loads(wangge("divisions lineage --from 2016 --to 2023 --format json"))["steps"]
    assert {step["from"]["code"] for step in steps if step["from"]} == {each.code for each in ENDING}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("divisions import none.csv --edition 2016 --in-force-on 2016-07-31", "unreadable_file"),
        ("divisions import old.csv --edition 2016 --in-force-on 2016-07-31 --correspondences known.csv", "bad_correspondence"),
        ("divisions import known.csv --edition 2016 --in-force-on 2016-07-31", "bad_divisions"),
        ("divisions lineage", "bad_option"),
        ("divisions lineage 510502 --from 2016 --to 2023", "bad_option"),
        ("divisions lineage 510502", "unknown_division"),
        ("divisions lineage 51050", "bad_code"),
        ("divisions lineage --from 2016 --to 2023", "unknown_edition"),
    ],
)
def test_what_cannot_be_done_is_refused(wangge, line, code):
    assert wangge(line) == code


def test_the_codes_of_any_date_are_served(get):
    answer = Divisions.model_validate(get("", at="2020-01-01", parent="510502", level="town"))
    assert (answer.edition.name, [row.name for row in answer.divisions]) == ("2016", ["黄舣镇", "弥陀镇", "通滩镇"])
    first = get("", limit=2)
    assert (first["edition"]["name"], first["total"], first["truncated"], len(first["divisions"])) == ("2023", 6, True, 2)


def test_the_history_of_a_division_is_served_with_how_it_was_found(get):
    answer = DivisionHistory.model_validate(get("/510502104/history"))
    assert [(row.edition, row.name) for row in answer.names] == [("2016", "弥陀镇")]
    (step,) = answer.steps
    assert (step.kind, step.by, step.villages, [share.villages for share in step.shares]) == ("ended", "villages", 4, [2, 1])


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("", {"at": "2010-01-01"}, 404, "no_edition"),
        ("", {"level": "grid"}, 422, "unknown_level"),
        ("", {"parent": "51"}, 422, "bad_code"),
        ("/510502999/history", {}, 404, "unknown_division"),
        ("/x/history", {}, 422, "bad_code"),
    ],
)
def test_what_is_not_there_is_a_problem(get, path, query, status, code):
    problem = Problem.model_validate(get(path, **query))
    assert (problem.status, problem.code) == (status, code)
