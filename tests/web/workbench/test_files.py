"""Files on the page: faces that divide a unit, lines to draw along, and files that are no good."""

import base64
import io
import json
import zipfile

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from boundaries.clock import now
from boundaries.store.units import units_at
from tests import files
from tests.web.workbench.planner import STILL, UNTIL, VILLAGE, splittable, vertices

pytestmark = [pytest.mark.browser, pytest.mark.database]

DROPPED = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  return carried;
}"""
M = 1 / 111_000  # degrees of latitude
MAPS = ["grids.geojson", "grids.zip", "grids.gpkg"]


def drop(page, zone, name, content):
    """Lets a file fall onto a place of the page, as from the desktop."""
    carried = page.evaluate_handle(DROPPED, [name, base64.b64encode(content).decode()])
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(f"label[for={zone}]", event, {"dataTransfer": carried})


def halves(shape):
    """The north and the south of a unit, which overlap by some two metres."""
    west, south, east, north = shape.bounds
    middle = (south + north) / 2
    upper = shapely.intersection(shape, shapely.box(west - 1, middle - M, east + 1, north + 1))
    return [upper, shapely.intersection(shape, shapely.box(west - 1, south - 1, east + 1, middle + M))]


def as_file(folder, name, shapes, **columns):
    if name.endswith(".geojson"):
        return files.as_geojson(shapes, **columns)
    return files.zipped(folder, shapes, **columns) if name.endswith(".zip") else files.written(folder, name, shapes, **columns)


@pytest.mark.parametrize("name", MAPS)
def test_faces_dropped_on_the_page_divide_a_grid_once_each_overlap_is_answered(bench, tmp_path, name):
    page, unit = bench.page, splittable(bench.before)
    page.click("#tab-import")
    page.select_option("#import-parent", unit)
    page.locator(".import details summary").first.click()
    page.fill("#import-name_field", "NAME")
    drop(page, "import-file", name, as_file(tmp_path, name, halves(bench.before[unit]), NAME=["北片", "南片"]))
    expect(page.locator("#import-verdict.is-good")).to_be_visible(timeout=30_000)
    overlap = page.locator(".mend", has_text="重叠")
    expect(overlap).to_have_count(1)
    mend = overlap.get_attribute("data-mend")
    page.locator(f"#mend-{mend}-refuse").check(force=True)
    expect(page.locator("#import-verdict.is-bad")).to_be_visible(timeout=30_000)
    expect(page.locator("#import-apply")).to_be_disabled()
    assert bench.commands() == ()
    page.locator(f"#mend-{mend}-accept").check(force=True)
    expect(page.locator("#import-verdict.is-good")).to_be_visible(timeout=30_000)
    page.click("#import-apply")
    bench.saved(1)
    assert [(one["op"], one["parent"], len(one["faces"])) for one in bench.commands()] == [("divide", unit, 2)]
    bench.decide()
    with bench.engine.connect() as connection:
        assert set(units_at(connection, codes=[], children_of=[unit], at=now()).name) == {"北片", "南片"}
    below = bench.children(unit)
    assert len(below) == 2
    assert shapely.union_all(list(below.values())).symmetric_difference(bench.children(VILLAGE)[unit]).area == 0


def bomb():
    """A zip file of 300 kB that unpacks to 300 MB."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("layer.shp", "w", force_zip64=True) as member:
        for _ in range(300):
            member.write(bytes(1 << 20))
    return content.getvalue()


def truncated(folder):
    whole = files.written(folder, "whole.gpkg", [shapely.box(105.4, 28.9, 105.5, 29)])
    return whole[: len(whole) // 3]


BROKEN = {
    "cut.gpkg": (truncated, "文件可能不完整"),
    "bomb.zip": (lambda _: bomb(), "压缩包解开后太大"),
    "text.shp": (lambda _: "这是文本。".encode(), "不认识这种文件"),
    "text.zip": (lambda _: "这是文本。".encode(), "读不出图层"),
    "elsewhere.geojson": (lambda _: files.as_geojson([shapely.box(0, 0, 1, 1)]), "文件"),
    "empty.kml": (lambda _: b"", "文件是空的"),
}


@pytest.mark.parametrize("zone", ["import-file", "lines-file"])
def test_files_that_are_no_good_are_told_in_a_sentence_and_the_page_goes_on(bench, tmp_path, zone):
    page = bench.page
    page.click("#tab-import")
    for name, (make, sentence) in BROKEN.items():
        drop(page, zone, name, make(tmp_path))
        problem = page.locator(".import .problem")
        expect(problem).to_contain_text(f"{name}: ", timeout=30_000)
        expect(problem).to_contain_text(sentence)
    assert bench.commands() == ()
    bench.split(splittable(bench.before))
    bench.saved(1)
    bench.decide()


@pytest.mark.parametrize("zone", ["import-file", "lines-file"])
def test_a_file_of_more_than_100_mb_is_told_at_once_and_never_sent(bench, tmp_path, zone):
    page, sent = bench.page, []
    page.context.on(
        "request", lambda request: sent.append(request.url) if "import" in request.url or "layers" in request.url else None
    )
    with (tmp_path / "huge.gpkg").open("wb") as file:
        file.truncate(101 << 20)
    page.click("#tab-import")
    page.set_input_files(f"#{zone}", tmp_path / "huge.gpkg")
    expect(page.locator(".import .problem")).to_contain_text("huge.gpkg 超过 100 MB", timeout=3000)
    page.locator(".import .problem button").click()
    expect(page.locator(".import .problem")).to_have_count(0)
    assert sent == [] and bench.commands() == ()


def road_across(shape):
    """A road from west to east through a grid, with a bend in it."""
    west, south, east, north = shape.bounds
    middle, over, bend = (south + north) / 2, (east - west) / 20, (north - south) / 12
    places = [
        (west - over, middle),
        ((2 * west + east) / 3, middle + bend),
        ((west + 2 * east) / 3, middle - bend),
        (east + over, middle),
    ]
    return shapely.LineString(np.round(places, 7))


def test_a_split_follows_a_road_from_a_file_and_its_border_is_clear(bench):
    page, unit = bench.page, splittable(bench.before)
    road = road_across(bench.before[unit])
    page.click("#tab-import")
    page.fill("#line-kind-field", "KIND")
    drop(page, "lines-file", "roads.geojson", files.as_geojson([road], KIND=["滨江路"]))
    expect(page.locator("#loaded-lines")).to_contain_text("滨江路 · 1", timeout=30_000)
    page.click("#tool-split")
    page.evaluate(UNTIL % STILL)
    for k, place in enumerate(shapely.points(road.coords)):
        x, y = bench.pixel(place)
        page.mouse.click(x + (3 if k % 2 else -3), y + 3)
    page.keyboard.press("Enter")
    bench.saved(1)
    inner = {one for one in vertices(road) if shapely.contains(bench.before[unit], shapely.Point(np.array(one) / 1e7))}
    (command,) = bench.commands()
    assert inner and inner <= vertices(shapely.from_geojson(json.dumps(command["lines"])))
    page.click("#tab-review")
    clarity = page.locator(f".effect[data-code='{unit}'] .effect-facts div", has_text="边界清晰度").locator("dd")
    expect(clarity).to_contain_text("%", timeout=30_000)
    bench.decide()
    after = bench.children(VILLAGE)
    parts = [shape for code, shape in after.items() if code == unit or code not in bench.before]
    assert len(parts) == 2 and all(inner <= vertices(part) for part in parts)
    page.click("#tab-import")
    page.click("#clear-lines")
    expect(page.locator("#loaded-lines")).to_have_count(0)
