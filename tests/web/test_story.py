"""The whole story of a village at the pages: divided, decided, filed, returned, recorded; served, published, found, reprinted."""

from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import shapely
from playwright.sync_api import expect

from boundaries.store import filing_reading
from boundaries.store.filing_proof import verify
from boundaries.store.proof import broken_instants
from tests import files, people
from tests.api import town
from tests.serving import serving
from tests.web.grid.resident import Resident
from tests.web.office.officer import Office
from tests.web.staff.officer import Officer
from tests.web.workbench.planner import OPENED, Workbench, children, middle_line
from tests.web.workbench.test_files import drop

pytestmark = [pytest.mark.browser, pytest.mark.database]

COUNTY, VILLAGE = "510502", town.BARE_VILLAGE
WEST, EAST = "山脚片网格", "江边片网格"
LAID_MS, PRINTED_MS = 30_000, 180_000


class Planner(Workbench):
    """An officer of the county at the workbench, with a change set open on the village."""

    def __init__(self, page, engine, base_url):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.account = people.someone(engine, ("county_officer", COUNTY), ("town_planner", COUNTY), password=people.PASSWORD)
        self.before = self.children(VILLAGE)

    def begin(self):
        self.page.goto(f"{self.base_url}/workbench.html#place={VILLAGE}")
        self.page.wait_for_function(OPENED)
        self.page.fill("#new-title", "首次划分")
        self.page.select_option("#new-reason", "first_division")
        self.page.click("#new-open")
        self.page.wait_for_url("**#set=*")
        self.number = int(self.page.url.split("set=")[1].split("&")[0])
        self.ready()

    def bring_in(self, shapes, names):
        """A file that falls onto the page divides the village."""
        page = self.page
        page.click("#tab-import")
        page.select_option("#import-parent", VILLAGE)
        page.locator(".import details summary").first.click()
        page.fill("#import-name_field", "NAME")
        drop(page, "import-file", "grids.geojson", files.as_geojson(shapes, NAME=names))
        expect(page.locator("#import-verdict.is-good")).to_be_visible(timeout=LAID_MS)
        page.click("#import-apply")
        self.saved(1)
        self.ready()

    def decide_at_the_page(self):
        page = self.page
        page.click("#tab-review")
        page.click("#hand-in")
        page.click("dialog button[type=submit]")
        page.click("#tab-work")
        expect(page.locator(".set-line .state")).to_have_text("已生效", timeout=LAID_MS)
        with self.engine.connect() as connection:
            assert broken_instants(connection) == []
            return filing_reading.filings(connection)[0].no


@pytest.fixture
def base_url(register, database_url):
    """Address of a server with a small register, whose jobs run."""
    town.store(register)
    with serving(database_url, jobs=True, public_reports_per_hour=3600) as url:
        yield url


def test_a_village_is_divided_filed_returned_recorded_served_published_found_and_its_board_reprinted(
    watched, register, base_url, tmp_path
):
    no = divided_and_decided(Planner(watched(), register, base_url))
    returned_and_recorded(Office(watched(), register, base_url), Office(watched(), register, base_url), no)
    grids = town_grids(register)
    officer = Officer(watched(), register, base_url, [("county_officer", COUNTY)])
    serve(officer, grids)
    supervised(Officer(watched(), register, base_url, [("city_office", "")]))
    assert look_at(printed(officer), tmp_path) == len(grids)

    resident = Resident(watched, register, base_url)
    code = resident.home.code
    resident.open()
    card = resident.find_by_position()
    expect(card).to_contain_text(resident.worker.name)
    expect(card).to_contain_text("0830-3190000")

    replaced(officer, code, resident.worker)
    officer.open(f"tab=boards&place={VILLAGE}")
    expect(officer.page.locator("#boards tbody tr")).to_have_count(1)
    expect(officer.page.locator(f"#boards [data-key='{code}']")).to_contain_text("需要重印")
    resident.page.reload()
    expect(resident.sees(code)).to_contain_text("接任网格员")


def divided_and_decided(planner):
    """From a file, and then by a line: three grids; the number of the filing."""
    planner.sign_in()
    planner.begin()
    shape = planner.children(VILLAGE[:9])[VILLAGE]
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    boxes = shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)
    halves = [shapely.intersection(shape, each) for each in boxes]
    planner.bring_in(halves, [WEST, EAST])
    planner.draw("split", middle_line(halves[1]))
    planner.saved(2)
    return planner.decide_at_the_page()


def returned_and_recorded(county, city, no):
    """Handed in, returned with one correction for one grid, handed in again, recorded under a number."""
    county.sign_in("county_officer", COUNTY)
    county.open(f"#filing={no}")
    county.shown()
    county.step("submit", note="请予备案")
    grid = county.page.locator("#units tbody tr[data-code]").evaluate_all("rows => rows.map((row) => row.dataset.code)")[-1]

    city.sign_in("city_office")
    city.open("#")
    expect(city.page.locator("#lane-new .lane-count")).to_have_text("1")
    city.page.click(f"#row-{no}")
    city.shown()
    city.step("receive")
    city.page.click("#act-return")
    city.page.click(f"[id='unit-{grid}']")
    city.step("return", **{f"text-{grid}": "请说明该网格的界线走向"})

    county.open_filing(no)
    expect(county.page.locator(f"#units tr[data-code='{grid}'] .correction-mark")).to_contain_text("1")
    county.page.click("#act-resubmit")
    county.step("resubmit", **{f"text-{grid}": "界线沿中山路道路中心线"})

    city.open_filing(no)
    city.step("receive")
    city.step("record", **{"document-no": "泸网格备〔2026〕7号"})
    row, said = city.held(no)
    assert (row.state, said["document_no"]) == ("recorded", "泸网格备〔2026〕7号")
    with city.engine.connect() as connection:
        assert verify(connection).faults == []


def town_grids(engine):
    """The grids of the village as they are decided."""
    grids = children(engine, VILLAGE)
    assert len(grids) == 3
    return sorted(grids)


def serve(officer, grids):
    """Workers are entered, trained, assessed and put on duty, one for each grid."""
    page = officer.open(f"tab=workers&place={VILLAGE}")
    for nth, grid in enumerate(grids, 1):
        entered(officer, f"示例网格员 {nth:03}", f"0830-310000{nth}")
        page.click("#begin-duty")
        officer.fill(grid=grid)
        officer.submit()
        assert [name for name, *_ in officer.served(grid)] == [f"示例网格员 {nth:03}"]
    officer.tab("unstaffed")
    expect(page.locator("#unstaffed .empty-note")).to_have_text("每个网格此刻都有人负责。")


def entered(officer, name, phone):
    """Refused before the training and the assessment, qualified after both."""
    page = officer.page
    page.click("#add-worker")
    officer.fill(name=name, work_phone=phone, kind="full_time")
    officer.submit()
    expect(page.locator("#lacking")).to_contain_text("缺岗前培训和合格的考核")
    page.click("#add-training")
    officer.fill(course="岗前培训", hours="16")
    officer.submit()
    page.click("#add-assessments")
    officer.fill(passed="yes", score="92")
    officer.submit()
    expect(page.locator("#lacking")).to_have_count(0)


def supervised(city):
    """The city sets the supervision phone, without which nothing is printed."""
    page = city.open(f"tab=boards&place={VILLAGE}")
    if not page.locator("#set-supervision_phone").is_visible():
        page.click("#published-summary")
    page.click("#set-supervision_phone")
    city.fill(value="0830-3190000")
    city.submit()


def printed(officer):
    """All boards of the village as one file."""
    page = officer.open(f"tab=boards&place={VILLAGE}")
    page.check("#choose-all")
    page.click("#print")
    expect(page.locator("#print-file")).to_be_visible(timeout=PRINTED_MS)
    with page.expect_download() as download:
        page.click("#print-file")
    return Path(download.value.path()).read_bytes()


def look_at(content, folder):
    """How many boards there are, each with its worker and the phones in its words, and ink on it as a picture."""
    words = [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
    assert all("0830-3190000" in page and "示例网格员" in page for page in words)
    for nth, page in enumerate(pypdfium2.PdfDocument(content)):
        picture = page.render(scale=1).to_pil()
        picture.save(folder / f"board-{nth}.png")
        assert len(picture.convert("L").getcolors()) > 100
    return len(words)


def replaced(officer, grid, worker):
    """Somebody else serves the grid from now on."""
    page = officer.open(f"tab=workers&place={VILLAGE}&worker={worker.worker_id}")
    page.click("[id^=end-duty]")
    officer.submit()
    entered(officer, "接任网格员", "0830-3109999")
    page.click("#begin-duty")
    officer.fill(grid=grid)
    officer.submit()
    assert [name for name, *_ in officer.served(grid)] == ["接任网格员"]
