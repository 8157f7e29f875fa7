"""The workbench on a phone: fingers, and no more width than there is."""

import pytest
import shapely
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, TOO_WIDE
from tests.web.workbench.planner import (
    STILL,
    UNTIL,
    VILLAGE,
    freest,
    middle_line,
    on_lattice,
    splittable,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
TABS = ("work", "review", "units", "import", "time")


class Finger:
    """One finger on the glass."""

    def __init__(self, page):
        self.page, self.glass = page, page.context.new_cdp_session(page)

    def _touch(self, kind, *places):
        points = [{"x": float(x), "y": float(y)} for x, y in places]
        self.glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def press(self, place):
        self._touch("touchStart", place)

    def move(self, place):
        self._touch("touchMove", place)

    def lift(self):
        self._touch("touchEnd")

    def tap(self, place):
        self.press(place)
        self.lift()

    def tap_on(self, selector):
        box = self.page.locator(selector).bounding_box()
        self.tap((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))


@pytest.fixture
def phone(new_bench):
    return new_bench(**PHONE)


def hold(phone, finger, unit):
    """Chooses a unit with a finger and goes there; its handles."""
    finger.tap_on("#tool-vertex")
    finger.tap(phone.pixel(phone.before[unit].representative_point()))
    finger.tap_on(f".unit-card[data-unit='{unit}'] .icon-only")
    phone.page.evaluate(UNTIL % STILL)
    return phone.handles(unit)


def test_a_finger_that_rests_on_a_junction_moves_it(phone):
    page, finger = phone.page, Finger(phone.page)
    unit = max(phone.before, key=lambda code: (len(phone.junctions(code)), phone.before[code].area))
    handle = freest(hold(phone, finger, unit), lambda one: one["kind"] == "node" and len(phone.holders(on_lattice(one))) > 2)
    finger.press((handle["x"], handle["y"]))
    page.wait_for_function("() => document.documentElement.dataset.dragging === 'true'")
    for far in (4, 8):
        finger.move(phone.toward(handle, unit, far))
    finger.lift()
    phone.saved(1)
    assert [one["op"] for one in phone.commands()] == ["move_vertex"]
    phone.decide()
    phone.agrees(phone.moved(on_lattice(handle)))


def test_a_finger_that_moves_at_once_moves_the_map_alone(phone):
    page, finger = phone.page, Finger(phone.page)
    unit = max(phone.before, key=lambda code: phone.before[code].area)
    handle = freest(hold(phone, finger, unit), lambda one: one["kind"] == "node")
    view = page.evaluate("() => window.wanggeEditor.view()")
    finger.press((handle["x"], handle["y"]))
    for far in (15, 30, 45):
        finger.move((handle["x"], handle["y"] - far))
    finger.lift()
    page.evaluate(UNTIL % STILL)
    assert page.evaluate("() => window.wanggeEditor.view().lat") < view["lat"]
    assert page.evaluate("() => document.documentElement.dataset.commands") == "0"
    phone.agrees(phone.before)


def test_fingers_split_a_grid(phone):
    page, finger = phone.page, Finger(phone.page)
    unit = splittable(phone.before)
    hold(phone, finger, unit)
    finger.tap_on("#tool-split")
    for place in middle_line(phone.before[unit]):
        finger.tap(phone.pixel(place))
    expect(page.locator("[data-hint=finish]")).to_be_visible()
    finger.tap_on("[data-hint=finish]")
    phone.saved(1)
    assert [(one["op"], one["unit"]) for one in phone.commands()] == [("split", unit)]
    phone.decide()
    after = phone.children(VILLAGE)
    pieces = [shape for code, shape in after.items() if code == unit or code not in phone.before]
    assert len(pieces) == 2 and len(after) == len(phone.before) + 1
    assert shapely.union_all(pieces).symmetric_difference(phone.before[unit]).area < 1e-4 * phone.before[unit].area
    phone.agrees([unit])


def test_axe_finds_nothing_on_a_phone_and_nothing_is_too_wide(new_bench):
    """Only axe is let past the content policy; the other tests are under it."""
    bench = new_bench(bypass_csp=True, **PHONE)
    page = bench.page
    unit = splittable(bench.before)
    bench.hold(unit)
    bench.split(unit)
    bench.saved(1)
    page.add_script_tag(path=AXE)
    for language in ("zh-CN", "en"):
        assert page.get_attribute("html", "lang") == language
        for tab in TABS:
            page.click(f"#tab-{tab}")
            assert page.evaluate(TOO_WIDE) == [], (language, tab)
            assert page.evaluate(AXE_FINDINGS) == [], (language, tab)
        page.click("#language")
    page.click("#language")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(UNTIL % STILL)
    assert page.evaluate(TOO_WIDE) == []
