"""Photos that come with what was done: of the feedback and of notes, without what a phone writes into them."""

import io

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from api.intake_models import Photos
from api.settings import Settings
from tests import people
from tests.api import town
from tests.incidents.reported import reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

GPS, ARTIST = 0x8825, 0x013B


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "desk_photos") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def headers(engine):
    return {role: people.as_role(engine, role, "510502") for role in ("dispatcher", "worker", "town_planner")}


@pytest.fixture
def ask(client, headers):
    def asked(who, path, **given):
        client.cookies.clear()
        method = "GET" if path.startswith("photos") else "POST"
        return client.request(method, f"/api/v1/incidents/{path}", headers=headers[who], **given)

    return asked


@pytest.fixture
def handling(engine, ask):
    """Number of an incident that a worker is handling."""
    with engine.begin() as connection:
        no = reported(connection)
    for who, action in (("dispatcher", "register"), ("dispatcher", "dispatch"), ("worker", "accept")):
        assert ask(who, f"{no}/{action}").status_code == 200
    return no


def telling_photo():
    """A JPEG that says where and by whom it was taken."""
    exif = Image.Exif()
    exif[ARTIST] = "Wang Fang"
    exif.get_ifd(GPS)[2] = (28.0, 48.0, 17.0)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def photos_of(client, headers, no):
    client.cookies.clear()
    answer = client.get(f"/api/v1/incidents/{no}/photos", headers=headers["dispatcher"])
    return Photos.model_validate_json(answer.text).photos


def test_photos_come_with_a_note_and_with_the_feedback_and_stand_with_their_event(client, headers, ask, handling):
    files = [("photo", ("a.jpg", telling_photo())), ("photo", ("b.jpg", telling_photo()))]
    note = ask("worker", f"{handling}/note", data={"note": "现场情况"}, files=files)
    done = ask("worker", f"{handling}/feed_back", data={"note": "已修复", "seen": note.json()["last_event"]}, files=files[:1])
    assert (note.status_code, done.status_code, done.json()["state"]) == (200, 200, "handled")
    events = {event["action"]: event["id"] for event in done.json()["events"]}
    found = photos_of(client, headers, handling)
    assert [(photo.stage, photo.event_id) for photo in found] == [("note", events["note"])] * 2 + [
        ("feedback", events["feed_back"])
    ]
    client.cookies.clear()
    for photo in found:
        picture = client.get(f"/api/v1/incidents/{handling}/photos/{photo.id}", headers=headers["dispatcher"]).content
        assert b"Exif" not in picture and b"Wang Fang" not in picture
        assert not Image.open(io.BytesIO(picture)).getexif()


def test_without_photos_it_is_json_or_nothing_as_before(ask, handling):
    assert ask("worker", f"{handling}/note", json={"note": "现场情况"}).status_code == 200
    refused = ask("worker", f"{handling}/feed_back")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_text")


@pytest.mark.parametrize(
    ("who", "data", "files", "code"),
    [
        ("worker", {"note": "完成"}, [("photo", ("a.jpg", b"<html>"))], "not_a_photo"),
        ("worker", {"note": "完成"}, [("photo", ("a.jpg", telling_photo()))] * 6, "too_many_photos"),
        ("worker", {"note": "完成"}, [("picture", ("a.jpg", telling_photo()))], "bad_upload"),
        ("worker", {"note": ""}, [("photo", ("a.jpg", telling_photo()))], "bad_text"),
        ("worker", {"note": "完成", "seen": "1"}, [("photo", ("a.jpg", telling_photo()))], "course_went_on"),
        ("town_planner", {"note": "完成"}, [("photo", ("a.jpg", telling_photo()))], "forbidden"),
    ],
)
def test_what_is_refused_leaves_neither_event_nor_photo(client, headers, ask, handling, who, data, files, code):
    answer = ask(who, f"{handling}/feed_back", data=data, files=files)
    assert answer.json()["code"] == code, answer.text
    assert photos_of(client, headers, handling) == []
    client.cookies.clear()
    assert client.get(f"/api/v1/incidents/{handling}", headers=headers["dispatcher"]).json()["state"] == "handling"
