"""Complaints and praise at the page of grid staff: answered by who supervises service, then seen by who serves."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.api.town import EAST_GRID, WEST_GRID

pytestmark = [pytest.mark.database, pytest.mark.browser]

HOSTILE = "<img src=x onerror=alert(1)> 打了三次电话没有人接"


@pytest.fixture
def said(officer):
    """Number of a complaint that somebody without an account has sent."""
    officer.serving("示例网格员 001", WEST_GRID)
    word = {"grid_code": WEST_GRID, "kind": "complaint", "text": HOSTILE, "contact": "13900000000"}
    answer = httpx.post(f"{officer.base_url}/api/v1/service-words", json=word, timeout=60)
    assert answer.status_code == 201, answer.text
    return answer.json()["no"]


def test_a_complaint_is_answered_once_and_then_seen_by_who_serves(officer, new_officer, said):
    worker = new_officer(("worker", "510502001001"))
    worker.open()
    expect(worker.page.locator("#staff-tabs button")).to_have_text(["意见"])
    expect(worker.page.locator("#words .empty-note")).to_have_text("没有意见。")

    page = officer.open("tab=words")
    row = page.locator(f"#words [data-key='{said}']")
    expect(row).to_contain_text(HOSTILE)
    expect(row).to_contain_text("示例网格员 001")
    page.click(f"#answer-{said}")
    officer.fill(answer="已要求整改，谢谢您的反映。")
    officer.submit()
    officer.said(f"已答复 {said}")
    expect(page.locator("#words .empty-note")).to_be_visible()
    assert officer.one("SELECT answer FROM service_word")[0] == "已要求整改，谢谢您的反映。"
    page.select_option("#word-state", "answered")
    expect(row).to_contain_text("已要求整改")
    expect(page.locator(f"#answer-{said}")).to_have_count(0)

    worker.open("tab=words")
    expect(worker.page.locator(f"#words [data-key='{said}']")).to_contain_text("已要求整改")
    expect(worker.page.locator("#words button", has_text="联系方式")).to_have_count(0)


def test_a_contact_is_shown_only_when_asked_for_and_the_look_is_written_down(officer, said):
    page = officer.open("tab=words")
    expect(page.locator("body")).not_to_contain_text("13900000000")
    page.click(f"#contact-{said}")
    expect(page.locator("#word-contact")).to_contain_text("13900000000")
    looks = "SELECT count(*) FROM audit WHERE action LIKE '%contact%' AND record LIKE '%' || :no || '%'"
    assert officer.one(looks, no=said)[0] == 1


def test_what_is_said_about_another_county_is_out_of_reach(officer):
    word = {"grid_code": EAST_GRID, "kind": "praise", "text": "很及时"}
    assert httpx.post(f"{officer.base_url}/api/v1/service-words", json=word, timeout=60).status_code == 201
    page = officer.open("tab=words")
    expect(page.locator("#words .empty-note")).to_be_visible()
