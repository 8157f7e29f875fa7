"""What somebody can see no longer leaves their page; what comes with an act is seen there; the map's search knows addresses."""

import re

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from tests import people
from tests.web.desk.dispatcher import LOADED_MS, Dispatcher

pytestmark = pytest.mark.browser

WORKS_FOR = sa.text("UPDATE account SET department = :code WHERE name = :name")
ROAD = sa.text("SELECT name FROM gazetteer_entry WHERE kind = 'road' AND upper_inf(lifespan) ORDER BY id LIMIT 1")
PHOTOS = sa.text("""
    SELECT photo.stage, event.action FROM incident_photo AS photo JOIN incident_event AS event ON event.id = photo.event_id
    JOIN incident ON incident.id = photo.incident_id WHERE incident.no = :no ORDER BY photo.id""")


@pytest.fixture
def department(watched, demo_copy, base_url):
    """Somebody of the health department before the same desk."""
    seat = Dispatcher(watched(), demo_copy, base_url)
    seat.name = people.someone(demo_copy, ("department", ""))
    with demo_copy.begin() as connection:
        connection.execute(WORKS_FOR, {"code": "health", "name": seat.name})
    seat.headers = people.headers_of(demo_copy, seat.name)
    return seat


def test_an_incident_that_is_given_to_another_department_leaves_the_page_with_its_card(dispatcher, department):
    no, kept = dispatcher.report(), dispatcher.report()
    for each in (no, kept):
        dispatcher.act(each, "register")
        dispatcher.act(each, "dispatch", department="health")
    page = department.open().page
    expect(page.locator("#rows [data-no]")).to_have_count(2)
    department.row(no).click()
    department.card(no)
    dispatcher.act(no, "dispatch", department="emergency")
    expect(department.row(no)).to_have_count(0)
    expect(department.row(kept)).to_be_visible()
    expect(page.locator("#card [data-incident]")).to_have_count(0)
    expect(page.locator("#status-incidents")).to_contain_text(no)
    expect(page.locator("#lane-all strong")).to_have_text("1")


def test_a_consulted_department_has_the_incident_on_its_page(dispatcher, department):
    no = dispatcher.report()
    dispatcher.act(no, "register")
    dispatcher.act(no, "dispatch", department="emergency")
    page = department.open().page
    expect(department.row(no)).to_have_count(0)
    dispatcher.act(no, "consult", departments=["health"])
    expect(department.row(no)).to_be_visible()
    department.row(no).click()
    department.card(no)
    page.click("#act-advise")
    page.fill("#act-words", "建议先断电")
    department.submit()
    assert dispatcher.actions(no)[-1] == "advise"


def test_photos_go_with_a_note_and_stand_in_the_card(dispatcher, tmp_path):
    no = dispatcher.report()
    Image.new("RGB", (80, 60), "green").save(tmp_path / "a.jpg")
    page = dispatcher.open().page
    dispatcher.choose(no)
    page.click("#act-note")
    page.set_input_files("#act-photos", tmp_path / "a.jpg")
    page.fill("#act-words", "现场照片")
    dispatcher.submit()
    expect(page.locator("#card .photos [data-stage='note'] img")).to_be_visible()
    with dispatcher.engine.connect() as connection:
        assert connection.execute(PHOTOS, {"no": no}).all() == [("note", "note")]


def test_a_matter_is_corrected_with_a_reason_and_the_term_with_it(dispatcher):
    wrong, right = dispatcher.matters()[0], dispatcher.matters(urgent=True)[0]
    no = dispatcher.report(matter=wrong)
    page = dispatcher.open().page
    dispatcher.choose(no)
    page.click("#act-correct_matter")
    page.select_option("#act-matter", right)
    page.click("#act-submit")
    expect(page.locator("dialog")).to_have_count(1)
    page.fill("#act-words", "接报时归类有误")
    dispatcher.submit()
    assert dispatcher.incident(no).state == "dispatched" and dispatcher.actions(no) == ["report", "correct_matter", "dispatch"]
    expect(page.locator("#card .badge.urgent")).to_be_visible()
    expect(page.locator("#card .course")).to_contain_text("改为")


def test_the_search_of_the_map_finds_a_road_and_goes_there(dispatcher):
    with dispatcher.engine.connect() as connection:
        name = connection.execute(ROAD).scalar_one()
    page = dispatcher.page
    page.goto(dispatcher.base_url)
    expect(page.locator("html")).to_have_attribute("data-tiles", "ready", timeout=LOADED_MS)
    page.fill("#search", name)
    option = page.locator("#search-list li", has_text="道路").first
    expect(option).to_contain_text(name)
    option.click()
    found = next(each for each in dispatcher.ask("/search", q=name)["results"] if each["type"] == "road")
    expect(page).to_have_url(re.compile(rf"#\d+/{found['lat']:.2f}"))
