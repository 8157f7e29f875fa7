"""Print jobs: boards and cards in one file, whatever happens to the server; written down, and told to be printed again."""

import multiprocessing
import subprocess
import sys
import threading

import numpy as np
import pypdfium2
import pytest
import shapely
import sqlalchemy as sa

from api.printing import Printer
from boundaries.city_settings import SUPERVISION_PHONE
from boundaries.store import city_settings, printed, printing
from boundaries.store.standing import change_worker
from boundaries.store.writing import begin_versions, open_change_set
from boundaries.units import units_from
from gis.errors import Refusal
from gis.lattice import quantise
from incidents.store.jobs import wake
from tests.api import town
from tests.api.board_asking import VILLAGE, WAITING, asking, client_of, hanging, register_to_print, state, text_of, wanted
from tests.workers import serving

pytestmark = pytest.mark.database


@pytest.fixture
def engine(cluster, _template):
    with register_to_print(cluster, _template, "boards_http") as engine:
        yield engine


@pytest.fixture
def application(engine, front_end):
    with client_of(engine, front_end) as client:
        yield client


@pytest.fixture
def ask(application, engine):
    return asking(application, engine)


# ---------------------------------------------------------------------------------------------------------------------


def test_boards_of_a_village_come_in_one_file_and_are_told_to_be_printed_again_when_a_worker_changes(ask, engine):
    with engine.begin() as connection:
        worker = serving(connection, town.WEST_GRID)
    assert [each.code for each in hanging(ask, within=VILLAGE).never] == [town.WEST_GRID, town.MIDDLE_GRID]
    job = wanted(ask, within=VILLAGE, kind="board", size="A3")
    assert (job.state, job.done, job.total, job.file) == ("waiting", 0, 2, None)
    assert Printer(engine)() == 2
    job = state(ask, job.id)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    pages = text_of(ask("GET", job.file).content)
    assert len(pages) == 2 and "王芳" in pages[0] and "0830-12345" in pages[0] and "暂无在岗网格员" in pages[1]
    listed = hanging(ask, within=VILLAGE)
    assert [(each.grid_code, each.stale) for each in listed.boards] == [(town.WEST_GRID, False), (town.MIDDLE_GRID, False)]
    assert listed.never == [] and hanging(ask, stale=True).boards == []
    with engine.begin() as connection:
        change_worker(connection, worker, work_phone="0830-7654321")
    assert [(each.grid_code, each.changed) for each in hanging(ask, stale=True).boards] == [(town.WEST_GRID, ["contact"])]


def test_cards_come_on_a4_ten_to_a_sheet(ask, engine):
    job = wanted(ask, grids=[town.WEST_GRID], kind="card", size="A3")
    Printer(engine)()
    content = ask("GET", state(ask, job.id).file).content
    assert text_of(content)[0].count(town.WEST_GRID) == 10
    document = pypdfium2.PdfDocument(content)
    assert [round(each * 25.4 / 72) for each in document[0].get_size()] == [210, 297]
    document.close()
    assert [(each.kind, each.size) for each in hanging(ask).boards] == [("card", "A4")]


def test_asking_has_the_job_done_soon_and_puts_it_in_once(ask, engine):
    wanted(ask, grids=[town.WEST_GRID])
    wanted(ask, grids=[town.MIDDLE_GRID])
    with engine.begin() as connection:
        wake(connection, "boards")
        assert connection.execute(WAITING).scalar_one() == 1


# --- nothing is lost ---------------------------------------------------------------------------------------------------


def test_a_job_goes_on_after_a_stop_where_it_was_and_no_page_is_made_twice(ask, engine, monkeypatch):
    monkeypatch.setattr(printing, "PART", 1)
    job = wanted(ask, grids=[town.WEST_GRID, town.MIDDLE_GRID])
    first = Printer(engine)
    stopped_after(first, 1, monkeypatch)
    assert first() == 1
    assert (state(ask, job.id).state, state(ask, job.id).done) == ("running", 1)
    assert Printer(engine)() == 1
    assert state(ask, job.id).state == "done"
    assert len(text_of(ask("GET", state(ask, job.id).file).content)) == 2


def stopped_after(printer, parts, monkeypatch):
    """Told to stop as soon as so many parts are kept; one part at a time."""
    keep, kept = printing.add_part, []
    monkeypatch.setattr("api.printing.AT_ONCE", 1)

    def add_part(*arguments, **given):
        keep(*arguments, **given)
        kept.append(1)
        if len(kept) == parts:
            printer.stop()

    monkeypatch.setattr(printing, "add_part", add_part)


HOLDS = """
import sys
from boundaries.store.connecting import engine_for
from boundaries.store.printing import taken
with taken(engine_for(sys.argv[1])) as held:
    print(held.id, flush=True)
    sys.stdin.read()
"""


def test_a_server_that_is_killed_while_it_prints_has_let_the_job_go(ask, engine):
    job = wanted(ask, grids=[town.WEST_GRID])
    url = engine.url.render_as_string(False)
    with subprocess.Popen([sys.executable, "-c", HOLDS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert int(server.stdout.readline()) == job.id
        assert Printer(engine)() == 0, "somebody works on it"
        server.kill()
    until_let_go(engine)
    assert Printer(engine)() == 1
    assert state(ask, job.id).state == "done"


def until_let_go(engine):
    """PostgreSQL ends the session of a process that is gone as soon as it looks at its socket."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            sa.text("SELECT pg_advisory_lock(hashtext('print_job'), 1), pg_advisory_unlock(hashtext('print_job'), 1)")
        )


def test_a_job_that_was_begun_often_is_not_given_up_for_one_fault(ask, engine, monkeypatch):
    job = wanted(ask, grids=[town.WEST_GRID], kind="card")
    for _ in range(printing.MOST_TRIES + 1):  # servers that come and go
        with printing.taken(engine) as held:
            assert held.id == job.id
    faulty = Printer(engine)
    monkeypatch.setattr(faulty, "_finish", lambda held: 1 // 0)
    faulty()
    assert state(ask, job.id).state == "running"
    Printer(engine)()
    assert state(ask, job.id).state == "done"


def test_two_at_once_work_on_different_jobs_and_one_printer_on_one(engine, ask):
    wanted(ask, grids=[town.WEST_GRID])
    wanted(ask, grids=[town.MIDDLE_GRID])
    with printing.taken(engine) as one, printing.taken(engine) as other:
        assert one.id < other.id
        with printing.taken(engine) as none:
            assert none is None


def test_a_call_while_another_is_at_work_ends_at_once(engine):
    printer = Printer(engine)
    with printer._at_work:
        found = []
        thread = threading.Thread(target=lambda: found.append(printer()))
        thread.start()
        thread.join(30)
    assert found == [0]


def test_a_job_that_goes_wrong_is_tried_again_and_then_given_up(ask, engine, monkeypatch):
    def fails(*_):
        raise Refusal("work_failed", "It does not work.")

    monkeypatch.setattr("api.apart.Apart.run", fails)
    job = wanted(ask, grids=[town.WEST_GRID])
    states = []
    for _ in range(printing.MOST_TRIES):
        Printer(engine).once()
        states.append(state(ask, job.id).state)
    assert states == ["running", "running", "failed"] and state(ask, job.id).error == "work_failed"
    assert hanging(ask).boards == [] and ask("GET", f"/api/v1/boards/jobs/{job.id}.pdf").json()["code"] == "no_print_file"


def test_no_process_is_left_behind(ask, engine):
    wanted(ask, grids=[town.WEST_GRID])
    Printer(engine)()
    assert not [each for each in multiprocessing.active_children() if each.name == "wangge-apart"]


@pytest.fixture
def row_of_grids(owned):
    """A village of five hundred grids in a row, on a register that nobody else uses."""
    codes = [f"{VILLAGE}{number:03}" for number in range(1, 501)]
    faces = {code: shapely.box(105.4 + k / 10_000, 28.8, 105.4 + (k + 1) / 10_000, 28.81) for k, code in enumerate(codes)}
    above = [VILLAGE[:length] for length in (4, 6, 9, 12)]
    whole = shapely.Polygon(
        [*((105.4 + k / 10_000, 28.8) for k in range(501)), *((105.4 + k / 10_000, 28.81) for k in range(500, -1, -1))]
    )
    land = quantise([*[whole] * 4, *faces.values()])
    count = len(land)
    units = units_from(
        code=[*above, *codes],
        name=[town.NAMES[code] for code in above] + [f"第{k}网格" for k in range(1, 501)],
        kind=[None] * 4 + ["comprehensive"] * 500,
        households=[None] * count,
        divided=np.arange(count) < 4,
        geometry=land,
    )
    with owned.begin() as connection:
        change = open_change_set(connection, title="首次划分", reason="first_division", effective_on=town.BEGIN.date())
        begin_versions(connection, units, begin=town.BEGIN, source="synthetic", change_set_id=change)
        city_settings.put(connection, SUPERVISION_PHONE, "0830-12345")
    return codes


@pytest.mark.heavy
def test_five_hundred_boards_come_in_one_file(register, row_of_grids):
    wanted = {"kind": "board", "size": "A4", "address": "https://wangge.example", "is_public_address": True, "by": (None, "test")}
    with register.begin() as connection:
        job = printing.ask(connection, row_of_grids, **wanted)
    assert Printer(register)() == 500
    with register.connect() as connection:
        pages = text_of(printing.file_of(connection, job))
        prints, never, _ = printed.boards(connection, address="https://wangge.example")
    assert len(pages) == 500 and all(code in text for code, text in zip(row_of_grids, pages, strict=True))
    assert len(prints) == 500 and never == [] and not [each for each in prints if each.changed]
