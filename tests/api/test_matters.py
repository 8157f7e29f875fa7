"""Lists of matters and the calendar over HTTP and on the command line."""

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api import matter_models
from api.app import create_app
from api.settings import Settings
from incidents.matter_lists import read_list
from incidents.matters import DEFAULT_MATTERS
from incidents.store.matter_lists import family_names, names
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

COUNTY, OTHER = "510502", "510503"
TERM = {"department": "urban_management", "clock": "work_hour", "limit": 3, "urgent": True, "reason": "群众反映集中"}
OWN = {"family": "hazard", "name_zh": "江边钓鱼隐患", "name_en": "Fishing on the river bank"}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "http_matters") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def as_who(engine, front_end):
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))

    def client(role=None, scope=""):
        headers = people.as_role(engine, role, scope) if role else {}
        return TestClient(app, base_url="http://testserver/api/v1/", headers=headers)

    return client


@pytest.fixture(scope="module")
def county(as_who):
    return as_who("county_officer", COUNTY)


def code(answer):
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("county_code", [OTHER])
def test_everybody_reads_the_default_where_nothing_is_published(as_who, county_code):
    answer = as_who().get(f"matter-lists/{county_code}")
    matter_models.MatterList.model_validate_json(answer.text)
    found = answer.json()
    assert found["version"] is None
    assert [line["matter"] for line in found["lines"]] == [matter.code for matter in DEFAULT_MATTERS]
    assert all(line["is_default"] and line["reason"] is None for line in found["lines"])


def test_a_list_goes_from_the_draft_to_everybodys_page(county, as_who):
    begun = county.post(f"matter-lists/{COUNTY}/versions")
    assert begun.status_code == 201
    matter_models.ListInMaking.model_validate_json(begun.text)
    at = f"matter-lists/{COUNTY}/versions/{begun.json()['version']}"
    assert county.put(f"{at}/lines/0407", json=TERM).status_code == 200
    assert county.put(f"{at}/lines/{COUNTY}-01", json=TERM | OWN).status_code == 200
    assert county.delete(f"{at}/lines/0101").status_code == 200
    assert code(county.post(f"{at}/publish", json={})) == (409, "list_not_approved")
    assert (
        county.post(f"{at}/approve", json={"document": "江阳府发〔2026〕12号", "on": "2026-11-20"}).json()["state"] == "approved"
    )
    assert code(county.put(f"{at}/lines/0407", json=TERM)) == (409, "list_is_kept")
    assert county.post(f"{at}/publish", json={}).json()["state"] == "published"
    found = as_who().get(f"matter-lists/{COUNTY}").json()
    lines = {line["matter"]: line for line in found["lines"]}
    assert "0101" not in lines and lines["0407"]["limit"] == 3 and lines[f"{COUNTY}-01"]["name_zh"] == OWN["name_zh"]
    assert found["approval_document"] == "江阳府发〔2026〕12号"
    versions = county.get(f"matter-lists/{COUNTY}/versions")
    matter_models.Versions.model_validate_json(versions.text)


def test_a_draft_is_the_countys_own_and_can_be_discarded(county, as_who):
    at = f"matter-lists/{COUNTY}/versions/{county.post(f'matter-lists/{COUNTY}/versions').json()['version']}"
    assert code(as_who().get(at)) == (401, "not_signed_in")
    assert code(as_who("county_officer", OTHER).get(at)) == (403, "forbidden")
    assert as_who("city_office").get(at).status_code == 200
    assert code(as_who("city_office").delete(at)) == (403, "forbidden")
    assert county.delete(at).status_code == 204
    assert code(county.get(at)) == (404, "unknown_list")


def test_a_spreadsheet_becomes_a_draft_or_is_refused_by_row_and_column(county, tmp_path):
    header = ["code", "department", "clock", "limit", "urgent", "reason", "exit_reason"]
    text = ",".join(header) + "\n0407,城市管理,工作日,{limit},否,民生所需,\n"
    sent = county.post(f"matter-lists/{OTHER}/imports", files={"file": ("a.csv", text.format(limit=3))})
    assert code(sent) == (403, "forbidden")
    bad = county.post(f"matter-lists/{COUNTY}/imports", files={"file": ("a.csv", text.format(limit="三"))})
    assert code(bad) == (422, "bad_sheet_cell")
    assert bad.json()["detail"] == "a.csv, row 2, column 时限: is no whole number from 1 to 1000."
    good = county.post(f"matter-lists/{COUNTY}/imports", files={"file": ("a.csv", text.format(limit=3))})
    assert good.status_code == 201
    assert [(line["matter"], line["limit"]) for line in good.json()["lines"]] == [("0407", 3)]
    assert good.json()["source"] == "a.csv"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clock": "week"}, "invalid_parameter"),
        ({"limit": 0}, "invalid_parameter"),
        (OWN | {"department": "nowhere"}, "unknown_department"),
        (OWN | {"name_zh": "钓鱼处罚"}, "barred_matter"),
        (OWN | {"family": None}, "bad_own_matter"),
    ],
)
def test_what_cannot_stand_on_a_list_is_refused(county, change, said):
    at = f"matter-lists/{COUNTY}/versions/{county.post(f'matter-lists/{COUNTY}/versions').json()['version']}"
    assert code(county.put(f"{at}/lines/{COUNTY}-77", json=TERM | change)) == (422, said)
    assert f"{COUNTY}-77" not in [line["matter"] for line in county.get(at).json()["lines"]]


def test_a_county_that_is_none_has_no_list(as_who):
    assert code(as_who().get("matter-lists/510599")) == (404, "unknown_county")


def test_the_city_sets_a_day_and_everybody_sees_it(as_who):
    query = {"from": "2099-01-01", "to": "2099-01-03"}
    before = as_who().get("calendar", params=query)
    matter_models.CalendarAnswer.model_validate_json(before.text)
    nobody = {"set_by_city": None, "set_from": None, "set_by": None}
    assert before.json()["days"][0] == {"day": "2099-01-01", "is_workday": True, "supposed": True} | nobody
    wish = {"days": [{"day": "2099-01-01", "is_workday": False, "name": "元旦"}]}
    assert code(as_who("county_officer", COUNTY).put("calendar", json=wish)) == (403, "forbidden")
    assert as_who("city_office").put("calendar", json=wish).json() == {"changed": ["2099-01-01"]}
    after = as_who().get("calendar", params=query).json()["days"][0]
    assert after.pop("set_by").startswith("Person ") and after.pop("set_from")
    assert after == {"day": "2099-01-01", "is_workday": False, "supposed": False, "set_by_city": "元旦"}


@pytest.mark.parametrize(("since", "until"), [("2099-01-02", "2099-01-01"), ("2000-01-01", "2099-01-01")])
def test_the_calendar_is_shown_for_some_days_at_a_time(as_who, since, until):
    assert code(as_who().get("calendar", params={"from": since, "to": until})) == (422, "bad_calendar")


@pytest.fixture
def at_home(engine, monkeypatch):
    """The command works on the register of this module."""
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(False))


def test_the_template_is_read_back_as_the_lines_it_was_made_of(wangge, at_home, engine, tmp_path):
    path = tmp_path / "matters.xlsx"
    assert wangge("matters", "template", OTHER, "-o", path)[0] == 0
    with engine.connect() as connection:
        departments, matters = names(connection)
        families = family_names(connection)
    sheet = read_list(path, OTHER, departments=departments, matters=matters, families=families)
    wanted = [(each.code, each.department, each.clock, each.limit, each.urgent) for each in DEFAULT_MATTERS]
    assert [(line.matter_code, line.department, line.clock, line.limit, line.urgent) for line in sheet.lines] == wanted


def test_the_command_brings_a_list_in_and_publishes_it(wangge, at_home, tmp_path):
    path = tmp_path / "matters.xlsx"
    wangge("matters", "template", OTHER, "-o", path)
    assert "Nothing is written" in wangge("matters", "import", path, "--county", OTHER)[1]
    status, out, _ = wangge("matters", "import", path, "--county", OTHER, "--commit")
    assert status == 0 and "List 1 of 510503 is a draft." in out
    assert wangge("matters", "approve", OTHER, 1, "--document", "纳溪府发〔2026〕3号", "--on", "2026-11-20")[0] == 0
    assert wangge("matters", "publish", OTHER, 1)[0] == 0
    assert '"version": 1' in wangge("matters", "list", OTHER, "--format", "json")[1]
    assert "published" in wangge("matters", "list", OTHER, "--versions")[1]


def test_the_command_refuses_a_cell_in_one_sentence(wangge, at_home, tmp_path):
    path = tmp_path / "matters.xlsx"
    wangge("matters", "template", COUNTY, "-o", path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["G2"] = "=1+1"
    book.save(path)
    status, _, err = wangge("matters", "import", path, "--county", COUNTY)
    assert (status, err) == (2, "wangge: matters.xlsx, row 2, column G: holds a formula; save its value.\n")


def test_the_command_sets_the_days_of_a_table(wangge, at_home, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("日期,是否工作日,名称\n2098-01-01,否,元旦\n2098-01-04,是,调休\n", encoding="utf-8")
    assert "Nothing is written" in wangge("calendar", "import", path)[1]
    assert "元旦" not in wangge("calendar", "list", 2098)[1]
    assert "The calendar is set." in wangge("calendar", "import", path, "--commit")[1]
    assert "元旦" in wangge("calendar", "list", 2098)[1]
    path.write_text("日期,是否工作日,名称\n2098-13-01,否,元旦\n", encoding="utf-8")
    assert "row 2, column 日期" in wangge("calendar", "import", path)[2]
