"""The interface on a register of the module's own."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from incidents.store.gazetteer import bring_in
from tests.api import town
from tests.api.open311.specification import held_against
from tests.incidents.store.test_gazetteer import small
from tests.registers import register_of_module


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "open311") as engine:
        town.store(engine)
        with engine.begin() as connection:
            bring_in(connection, "survey", small())
        yield engine


@pytest.fixture(scope="module")
def app(engine, front_end, tmp_path_factory):
    url, home = engine.url.render_as_string(False), tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=url, web_dist=front_end, public_reports_per_hour=3600)
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, base_url="http://testserver/open311/v2/", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def read(client):
    """Ask for something in both formats; the JSON, after both were held against the specification and each other."""

    def asked(path, name, *, root=None, status=200, model=None, **query):
        answers = {kind: client.get(f"{path}.{kind}", params=query) for kind in ("xml", "json")}
        assert {answer.status_code for answer in answers.values()} == {status}, answers["xml"].text
        return held_against(answers["xml"], answers["json"], name, root=root, model=model)

    return asked
