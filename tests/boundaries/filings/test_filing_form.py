"""The form of a filing: what it shows, that nothing in it is markup of others, and that it is a whole PDF."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pypdf
import pytest
import shapely

from boundaries.filings.borders import borders, moved
from boundaries.filings.effects import drawn_level, effects, summary
from boundaries.filings.form import MOST_POINTS, Borders, form
from boundaries.filings.payload import Share, Version, thawed
from boundaries.filings.pdf import pdf_of
from boundaries.filings.sheet import bar_length_m, graticule, sheet_around
from boundaries.store.filing_reading import filed
from gis.chain import edges
from gis.measures import geodesic_area_m2
from tests.api import town

pytestmark = pytest.mark.database

WEST, EAST = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)


def version(code, geometry, **said):
    plain = {"id": 1, "level": "grid", "name": code, "kind": "comprehensive", "households": 10, "divided": False}
    plain |= {"area_m2": 1.0, "source": "survey", "technical": False}
    return Version(code=code, geometry=shapely.MultiPolygon([geometry]), **(plain | said))


@pytest.fixture(scope="module")
def sheet(filed_register, numbers):
    """What the form of the recorded filing shows."""
    with filed_register.connect() as connection:
        shown = filed(connection, numbers[0])
        yield shown


@pytest.fixture(scope="module")
def page(sheet):
    return form(sheet)


# The borders of a change.


def test_a_merge_takes_the_common_border_away_and_makes_none():
    whole = shapely.union(WEST, EAST)
    new, gone = borders([version("1", WEST), version("2", EAST)], [version("1", whole)])
    assert new == []
    [line] = gone
    assert line.units.tolist() == [[1050100000, 280000000], [1050100000, 280100000]] and line.sides == ("1", "2")


def test_a_node_on_an_old_border_makes_no_new_border():
    noded = shapely.Polygon([(105, 28), (105.01, 28), (105.01, 28.0034567), (105.01, 28.01), (105, 28.01)])
    assert borders([version("1", WEST)], [version("1", noded)]) == ([], [])


def test_a_split_s_new_border_has_the_length_and_the_points_of_its_line():
    low, high = shapely.box(105, 28, 105.01, 28.004), shapely.box(105, 28.004, 105.01, 28.01)
    new, gone = borders([version("1", WEST)], [version("1", low), version("2", high)])
    [line] = new
    assert gone == [] and line.lonlat.tolist() == [[105, 28.004], [105.01, 28.004]]
    assert line.length_m == pytest.approx(984.0, rel=0.002)
    assert [len(str(round(value))) for value in line.metric[0]] == [6, 7]  # east without a zone's number, north


def test_the_first_division_makes_every_border_new():
    new, gone = borders([], [version("1", WEST), version("2", EAST)])
    table = edges([WEST, EAST])
    undirected = {tuple(sorted(map(tuple, pair))) for pair in np.stack([table.start, table.end], axis=1).tolist()}
    assert gone == [] and sum(len(line.units) - 1 for line in new) == len(undirected)


def test_land_that_moved_is_what_one_had_and_the_other_has():
    left, right = shapely.box(105, 28, 105.015, 28.01), shapely.box(105.015, 28, 105.02, 28.01)
    share = [Share("2", "1", 1000.0, 3), Share("1", "1", 5000.0, 7)]
    [land] = moved([version("1", WEST), version("2", EAST)], [version("1", left), version("2", right)], share)
    assert (land.old, land.new) == ("2", "1")
    assert geodesic_area_m2([land.geometry])[0] == pytest.approx(
        geodesic_area_m2([shapely.box(105.01, 28, 105.015, 28.01)])[0], rel=1e-6
    )


def test_no_more_points_are_listed_than_there_is_room_for_and_lines_stay_whole():
    lines = [line for k in range(4) for line in borders([], [version("1", shapely.Point(105 + k, 28).buffer(0.1, 120))])[0]]
    numbered = Borders(
        lines, [], {tuple(point): k for k, point in enumerate(np.concatenate([each.units for each in lines]).tolist())}
    )
    shown = [len(rows) for _, _, rows in numbered.shown]
    assert sum(shown) <= MOST_POINTS < numbered.count and set(shown) == {len(lines[0].units)}
    assert numbered.lines_left_out == len(lines) - len(shown) > 0


# The map.


def test_the_scale_bar_and_the_graticule_tell_the_truth():
    sheet = sheet_around([WEST], width_mm=178, height_mm=118)
    corner, end = sheet.place([[105, 28], [105.01, 28]])
    assert np.hypot(*(end - corner)) * sheet.scale / 1000 == pytest.approx(984, rel=0.003)
    assert bar_length_m(sheet) * 1000 / sheet.scale <= sheet.width_mm / 4
    meridians = [(text, line) for text, axis, line in graticule(sheet) if axis == "lon"]
    degrees, minutes, seconds = map(int, re.findall(r"\d+", meridians[0][0]))
    x = sheet.place([[degrees + minutes / 60 + seconds / 3600, 28]])[0, 0]
    assert meridians[0][1].distance(shapely.Point(x, 50)) < 0.3


# The page.


def test_the_form_shows_number_state_dates_place_and_document(page, numbers):
    for text in (
        numbers[0],
        "已备案",
        "江阳区",
        "南城街道",
        "大山坪社区",
        "人口变动",
        "泸网格备〔2026〕12号",
        "演示数据",
        "批复.pdf",
        "请予备案",
    ):
        assert text in page, text


def test_words_of_people_are_never_markup(page):
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page


def test_the_form_bears_the_digests_of_the_chain(page, sheet):
    for step in (sheet.steps[0], sheet.steps[-1]):
        assert step["digest"] in page
    assert sheet.steps[0]["previous_digest"] in page


def test_every_unit_that_changes_and_every_new_turning_point_is_listed(page, sheet):
    change = thawed(sheet.payload)
    for row in effects(change):
        assert f">{row.code}</td>" in page
    new, _ = borders(
        [each for each in change.before if each.level == "grid" and not each.technical],
        [each for each in change.after if each.level == "grid" and not each.technical],
    )
    for line in new:
        for (lon, lat), (east, north) in zip(line.lonlat, line.metric, strict=True):
            assert f">{lon:.7f}<" in page and f">{lat:.7f}<" in page and f">{north:.3f}<" in page and f">{east:.3f}<" in page


def test_the_summary_counts_units_households_and_area(sheet):
    rows = effects(thawed(sheet.payload))
    counted = summary(rows, drawn_level(rows))
    assert (counted["before"], counted["after"], counted["new"], counted["retired"], counted["changed"]) == (1, 2, 1, 0, 1)
    assert counted["households"] == (620, 620)
    assert counted["area_m2"][0] == pytest.approx(counted["area_m2"][1], rel=1e-9)


def test_the_form_names_no_address_and_loads_nothing(page):
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(src|href)\s*=|url\((?!#)", page)


def test_the_pdf_is_a4_with_every_font_embedded_and_the_same_each_time(sheet, page, tmp_path):
    content = pdf_of(page, sheet.digest)
    path = tmp_path / "form.pdf"
    path.write_bytes(content)
    assert content.startswith(b"%PDF-") and b"/JavaScript" not in content
    document = pypdf.PdfReader(path)
    assert {tuple(round(float(side)) for side in leaf.mediabox[2:]) for leaf in document.pages} == {(595, 842)}
    words = "".join(leaf.extract_text() for leaf in document.pages)
    assert "网格调整备案表" in re.sub(r"\s", "", words) and "105.4250000" in words
    again = pdf_of.__wrapped__(page, sheet.digest)
    assert hashlib.sha256(content).hexdigest() == hashlib.sha256(again).hexdigest()
    fonts = [font.get_object() for leaf in document.pages for font in leaf["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all("/FontFile3" in descriptor and "Noto" in descriptor["/FontName"] for descriptor in inner)


def test_a_unit_s_number_is_on_the_map(page):
    assert re.search(r"<text[^>]*>002</text>", page) and town.MIDDLE_GRID[-3:] == "002"


def test_the_command_line_does_not_wait_for_the_typesetter():
    done = subprocess.run([sys.executable, "-c", "import sys, api.cli.main; sys.exit('weasyprint' in sys.modules)"], check=False)
    assert done.returncode == 0
