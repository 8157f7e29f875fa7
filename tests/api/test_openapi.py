"""The OpenAPI document tells the truth."""

import pytest

from api import models
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
    assert {matter["code"] for matter in meta["matters"]} == {"fire", "noise", "road"}


def test_it_is_openapi_3_1_with_a_description_of_every_operation(document):
    assert document["openapi"].startswith("3.1.")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) >= 18
    assert all(operation["summary"] for operation in operations)


def test_errors_are_declared_as_problems(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400" and path != "/readyz":
                    assert list(response["content"]) == ["application/problem+json"]


def test_no_page_or_document_names_another_host(client, document):
    assert "http://" not in str(document) and "https://" not in str(document)
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
