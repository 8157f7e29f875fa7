"""The OpenAPI document tells the truth."""

import pytest

from api import models
from api.land_answers import LandAnswer
from incidents.matters import DEFAULT_MATTERS
from tests.api import town

pytestmark = pytest.mark.database

ANSWERS = [
    ("/api/v1/meta", models.Meta),
    ("/api/v1/locate?lon=105.41&lat=28.805", models.Place),
    ("/api/v1/locate?lon=105.44&lat=28.81", models.Place),
    ("/api/v1/locate?lon=106.41&lat=28.805", models.Place),
    ("/api/v1/grids", models.UnitCollection),
    ("/api/v1/micro-grids?limit=1", models.UnitCollection),
    ("/api/v1/jurisdictions?at=2025-01-01", models.UnitCollection),
    (f"/api/v1/grids/{town.WEST_GRID}", models.UnitFeature),
    ("/api/v1/jurisdictions/5105", models.UnitFeature),
    ("/api/v1/micro-grids/51050200100100102", models.UnitFeature),
    (f"/api/v1/grids/{town.WEST_GRID}/history", models.History),
    ("/api/v1/search?q=5105", models.Matches),
    ("/api/v1/search?q=105.41,28.805", models.Matches),
    ("/api/v1/incidents?limit=50", models.IncidentCollection),
    ("/api/v1/heat?bbox=105.3,28.7,105.6,28.9&zoom=12", models.Heat),
    ("/healthz", models.Health),
    ("/readyz", models.Readiness),
    ("/api/v1/land?parent=510502001001", LandAnswer),
    ("/api/v1/land?bbox=105.401,28.801,105.439,28.819&at=2025-01-01", LandAnswer),
    ("/api/v1/grids/51", models.Problem),
]


@pytest.fixture(scope="module")
def document(client):
    return client.get("/api/v1/openapi.json").json()


@pytest.mark.parametrize(("path", "model"), ANSWERS, ids=[path for path, _ in ANSWERS])
def test_an_answer_has_the_declared_shape_and_nothing_more(client, path, model):
    model.model_validate_json(client.get(path).text, strict=False)


def test_many_points_have_the_declared_shape(client):
    answer = client.post("/api/v1/locate", json={"points": [{"lon": 105.41, "lat": 28.805}, {"lon": 1, "lat": 2}]})
    models.Places.model_validate_json(answer.text)


def test_the_meta_answer_lists_the_city_its_families_and_matters(get):
    meta = get("/meta")
    assert (meta["city"]["code"], meta["city"]["name"]) == ("5105", "泸州市")
    assert meta["city"]["bbox"] == [105.4, 28.8, 105.48, 28.84]
    west, south, east, north = meta["home"]  # of the villages that have grids
    assert 105.4 <= west < east <= 105.48 and 28.8 <= south < north <= 28.84
    assert {level: meta["counts"][level] for level in ("county", "village", "grid", "micro_grid", "incident")} == {
        "county": 2,
        "village": 3,
        "grid": 4,
        "micro_grid": 3,
        "incident": 600,
    }
    assert meta["synthetic"] is True
    assert len(meta["families"]) == 6
    assert {matter.code for matter in DEFAULT_MATTERS} == {each["code"] for each in meta["matters"]}


def test_it_is_openapi_3_1_with_a_description_of_every_operation(document):
    assert document["openapi"].startswith("3.1.")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) >= 18
    assert all(operation["summary"] for operation in operations)


def test_errors_are_declared_as_problems(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400" and path != "/readyz" and not path.startswith("/open311/"):
                    assert list(response["content"]) == ["application/problem+json"]


def test_no_page_or_document_names_another_host(client, document):
    assert "http://" not in str(document) and "https://" not in str(document)
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


EXEMPLARY = ("change sets", "filings", "settings", "code tables", "matters", "calendar", "duties", "divisions", "indicators")


def shows_an_example(part, schemas):
    """Whether a part of the document, or what it refers to, holds an example."""
    if isinstance(part, list):
        return any(shows_an_example(each, schemas) for each in part)
    if not isinstance(part, dict):
        return False
    if "$ref" in part:
        return shows_an_example(schemas[part["$ref"].rpartition("/")[2]], schemas)
    return "examples" in part or "example" in part or shows_an_example(list(part.values()), schemas)


def test_what_is_asked_and_answered_about_changes_filings_settings_duties_and_divisions_has_examples(document):
    schemas = document["components"]["schemas"]
    bare = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            bodies += [answer for status, answer in operation["responses"].items() if status < "300"]
            if set(EXEMPLARY) & set(operation.get("tags", [])):
                contents = [body.get("content", {}).get("application/json", {}) for body in bodies]
                shown = [shows_an_example(content["schema"], schemas) for content in contents if content.get("schema")]
                bare += [] if all(shown) else [(method, path)]
    assert bare == []


def test_every_member_of_a_change_set_is_shown_by_an_example(document):
    for name in ("ChangeSetAnswer", "CheckAnswer", "Effects", "Difference", "LandAnswer", "FilingDetail", "Duty", "CitySettings"):
        schemas = document["components"]["schemas"]
        members = {member: said for member, said in schemas[name]["properties"].items() if member != "scope"}
        assert [member for member, said in members.items() if not shows_an_example(said, schemas)] == [], name


def test_who_signs_in_by_cookie_is_told_of_the_token_that_acts_need(document):
    assert "X-CSRF-Token" in document["components"]["securitySchemes"]["session"]["description"]
