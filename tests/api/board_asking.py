"""A county that may print boards, asked as its officer, and what is asked of it."""

from contextlib import contextmanager

import pypdfium2
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.public_models import Boards, PrintJob
from api.settings import Settings
from boundaries.city_settings import SUPERVISION_PHONE
from boundaries.store import city_settings
from tests import people
from tests.api import town
from tests.registers import register_of_module

COUNTY, VILLAGE = "510502", "510502001001"
BOARD = f"/api/v1/grids/{town.WEST_GRID}/board"
WAITING = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'wangge.boards' AND status = 'todo'")


@contextmanager
def register_to_print(cluster, template, name):
    """Engine on the small register, with a supervision phone."""
    with register_of_module(cluster, template, name) as engine:
        town.store(engine)
        with engine.begin() as connection:
            city_settings.put(connection, SUPERVISION_PHONE, "0830-12345")
        yield engine


def client_of(engine, front_end):
    """A client of the application at a public address; to be entered."""
    settings = Settings(database_url=engine.url.render_as_string(False), web_dist=front_end, public_url="https://wangge.example")
    return TestClient(create_app(settings))


def asking(application, engine):
    """Ask as the county's officer."""
    officer = people.as_role(engine, "county_officer", COUNTY)

    def asked(method, path, *, headers=officer, **sent):
        application.cookies.clear()
        return application.request(method, path, headers=headers, **sent)

    return asked


def text_of(content):
    """The words of a PDF, page by page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()


def wanted(ask, **body):
    answer = ask("POST", "/api/v1/boards", json=body)
    assert answer.status_code == 202, answer.text
    return PrintJob.model_validate_json(answer.text)


def state(ask, number):
    return PrintJob.model_validate_json(ask("GET", f"/api/v1/boards/jobs/{number}").text)


def hanging(ask, **query):
    return Boards.model_validate_json(ask("GET", "/api/v1/boards", params=query).text)
