"""Workers, duties and absences at the page of grid staff, with what the register says of them afterwards."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE, now
from tests.api.town import EAST_GRID, MIDDLE_GRID, WEST_GRID
from tests.web.staff.officer import VILLAGE

pytestmark = [pytest.mark.database, pytest.mark.browser]

TODAY = now().astimezone(CITY_ZONE).date()
NEW = {"scope": VILLAGE, "name": "王芳", "work_phone": "0830-3107777", "kind": "part_time"}
WORKERS = f"tab=workers&place={VILLAGE}"


def test_a_worker_is_entered_trained_assessed_and_then_put_on_duty(officer):
    page = officer.open(WORKERS)
    page.click("#add-worker")
    officer.fill(name="示例网格员 001", work_phone="0830-3100001", kind="full_time")
    officer.submit()
    expect(page.locator("#lacking")).to_contain_text("缺岗前培训和合格的考核")

    page.click("#begin-duty")
    officer.fill(grid=WEST_GRID)
    officer.refused("请先登记培训")
    page.click("#add-training")
    officer.fill(course="岗前培训", hours="16")
    officer.submit()
    page.click("#begin-duty")
    officer.fill(grid=WEST_GRID)
    officer.refused("请先登记考核")
    assert officer.served(WEST_GRID) == []

    page.click("#add-assessments")
    officer.fill(passed="yes", score="92.5")
    officer.submit()
    expect(page.locator("#lacking")).to_have_count(0)
    page.click("#begin-duty")
    officer.fill(grid=WEST_GRID)
    officer.submit()
    expect(page.locator("#duties [data-duty]")).to_have_count(1)
    assert officer.served(WEST_GRID) == [("示例网格员 001", "responsible", None)]
    row = officer.one("""
        SELECT worker.scope, worker.work_phone, training.course, training.hours, training.held_on, assessment.score
        FROM grid_worker AS worker JOIN worker_training AS training ON training.worker_id = worker.id
        JOIN worker_assessment AS assessment ON assessment.worker_id = worker.id""")
    assert row == (VILLAGE, "0830-3100001", "岗前培训", 16, TODAY, 92.5)


def test_one_click_puts_a_qualified_worker_on_and_the_list_of_unstaffed_grids_empties(officer):
    one = officer.worker("示例网格员 001")
    officer.worker("示例网格员 002")
    page = officer.open(f"tab=unstaffed&place={VILLAGE}")
    assert officer.rows("unstaffed") == [WEST_GRID, MIDDLE_GRID]
    page.select_option(f"#who-{WEST_GRID}", str(one))
    page.click(f"#put-{WEST_GRID}")
    officer.said("示例网格员 001 已在 大山坪社区第一网格 上岗")
    expect(page.locator("#unstaffed tbody tr")).to_have_count(1)
    page.select_option(f"#who-{MIDDLE_GRID}", str(one))
    page.click(f"#put-{MIDDLE_GRID}")
    expect(page.locator("#unstaffed-error")).to_contain_text("同时只能负责一个网格")
    page.locator(f"#who-{MIDDLE_GRID}").select_option(label="示例网格员 002 · 专职")
    page.click(f"#put-{MIDDLE_GRID}")
    expect(page.locator("#unstaffed .empty-note")).to_have_text("每个网格此刻都有人负责。")
    assert officer.served(WEST_GRID) == [("示例网格员 001", "responsible", None)]
    assert officer.served(MIDDLE_GRID) == [("示例网格员 002", "responsible", None)]


def test_where_nobody_is_qualified_the_list_says_so(officer):
    page = officer.open("tab=unstaffed&place=510502001")
    expect(page.locator(f"#unstaffed [data-key='{WEST_GRID}']")).to_contain_text("这里没有可以上岗的网格员")
    expect(page.locator(f"#unstaffed [data-key='{WEST_GRID}']")).to_contain_text("从未安排")


def test_a_substitute_serves_in_an_absence_until_it_ends(officer):
    absent, other = officer.serving("示例网格员 001", WEST_GRID), officer.worker("示例网格员 002")
    page = officer.open(f"{WORKERS}&worker={absent}")
    page.click("#add-absence")
    officer.fill(until=str(TODAY + timedelta(days=7)), substitute=str(other))
    officer.submit()
    expect(page.locator("#absences li")).to_contain_text("示例网格员 002")
    expect(page.locator(".staff-card .staff-tags")).to_contain_text("请假")
    assert officer.served(WEST_GRID) == [("示例网格员 002", "responsible", "示例网格员 001")]
    officer.tab("unstaffed")
    assert officer.rows("unstaffed") == [MIDDLE_GRID]

    officer.open(f"{WORKERS}&worker={absent}")
    page.click("[id^=end-absence]")
    page.click("dialog button[type=submit]")
    officer.said("已销假")
    assert officer.served(WEST_GRID) == [("示例网格员 001", "responsible", None)]


def test_a_grid_whose_worker_is_absent_without_a_substitute_is_on_the_list_the_same_minute(officer):
    absent = officer.serving("示例网格员 001", WEST_GRID)
    page = officer.open(f"{WORKERS}&worker={absent}")
    page.click("#add-absence")
    officer.fill(until=str(TODAY + timedelta(days=7)))
    officer.submit()
    officer.said("已登记请假")
    officer.tab("unstaffed")
    expect(page.locator(f"#unstaffed [data-key='{WEST_GRID}']")).to_contain_text("请假，无替班人")


def test_an_annulled_training_stays_in_sight_and_ends_the_duty_that_stood_on_it(officer):
    worker = officer.serving("示例网格员 001", WEST_GRID)
    page = officer.open(f"{WORKERS}&worker={worker}")
    page.click("#training li .link")
    officer.fill(reason="录入错误")
    officer.submit()
    expect(page.locator("#training .is-annulled")).to_contain_text("录入错误")
    expect(page.locator("#lacking")).to_be_visible()
    assert officer.served(WEST_GRID) == []
    assert officer.one("SELECT annulled FROM worker_training")[0] == "录入错误"


def test_a_duty_is_ended_and_a_contact_changed_for_everybody_at_once(officer):
    worker = officer.serving("示例网格员 001", WEST_GRID)
    page = officer.open(f"{WORKERS}&worker={worker}")
    page.click("#edit-worker")
    officer.fill(work_phone="call me")
    officer.refused("电话须有 4 至 25 位数字")
    page.click("#edit-worker")
    officer.fill(name="示例网格员 009", work_phone="0830-3109999")
    officer.submit()
    expect(page.locator("#worker-name")).to_have_text("示例网格员 009")
    expect(page.locator("#workers tbody tr")).to_contain_text("0830-3109999")
    assert officer.one("SELECT name, work_phone FROM grid_worker") == ("示例网格员 009", "0830-3109999")
    page.click("[id^=end-duty]")
    officer.submit()
    officer.said("值守已结束")
    assert officer.served(WEST_GRID) == []


def test_the_list_is_searched_filtered_and_sorted_and_the_address_holds_the_card(officer):
    first, second = officer.worker("示例网格员 010"), officer.worker("示例网格员 009")
    third = officer.ask("/grid-workers", method="POST", json=NEW)["id"]
    page = officer.open(WORKERS)
    page.fill("#worker-search", "3107777")
    assert officer.rows("workers") == [str(third)]
    page.fill("#worker-search", "")
    page.select_option("#worker-state", "qualified")
    page.click("#workers-sort-name")
    assert officer.rows("workers") == [str(second), str(first)]
    expect(page.locator("#workers th[aria-sort=ascending]")).to_have_count(1)
    page.keyboard.press("Enter")
    assert officer.rows("workers") == [str(first), str(second)]
    expect(page.locator("#workers th[aria-sort=descending]")).to_have_count(1)
    page.click(f"#worker-{first}")
    assert page.url.endswith(f"&worker={first}")
    page.reload()
    expect(page.locator("#worker-name")).to_have_text("示例网格员 010")
    page.click("#worker-close")
    expect(page.locator("#worker")).to_be_hidden()


def test_the_badge_is_a_pdf_one_click_away(officer):
    worker = officer.worker("示例网格员 001")
    page = officer.open(f"{WORKERS}&worker={worker}")
    number = officer.one("SELECT badge_no FROM grid_worker")[0]
    expect(page.locator(".badge-no")).to_have_text(number)
    with page.expect_download() as download:
        page.click("#badge-pdf")
    assert download.value.suggested_filename == f"badge-{number}.pdf"
    with open(download.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"


def test_a_worker_of_another_county_is_out_of_reach(officer):
    other = officer.worker("示例网格员 001", scope="510503001001")
    page = officer.open(f"{WORKERS}&worker={other}")
    expect(page.locator("#worker .problem")).to_contain_text("没有这项权限")
    page = officer.open("tab=unstaffed&place=510503")
    assert EAST_GRID not in officer.rows("unstaffed")
    expect(page.locator("#place-name")).to_have_text("江阳区")
