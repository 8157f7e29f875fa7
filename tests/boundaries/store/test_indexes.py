"""Indexes of the register in files: used where they are right, made anew where they are not, few in number."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store import indexes
from boundaries.store.indexes import KEPT, Indexes
from boundaries.store.reading import coverage
from gis.locating.locate import Locator
from tests.api import town

pytestmark = pytest.mark.database

SOON = now() + timedelta(days=2)
RENAME = """
    WITH closed AS (UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), :at)
                    WHERE code = :code AND upper_inf(lifespan) RETURNING *)
    INSERT INTO unit_version (code, name, kind, households, divided, geom, lifespan, source, change_set_id)
    SELECT code, name || '新', kind, households, divided, geom, tstzrange(:at, NULL), source, change_set_id FROM closed"""


@pytest.fixture
def engine(register):
    town.store(register)
    return register


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "indexes"


@pytest.fixture
def built(monkeypatch):
    """How many faces each index that is built from shapes has."""
    counts = []

    class Counted(Locator):
        def __init__(self, faces, codes):
            counts.append(len(codes))
            super().__init__(faces, codes)

    monkeypatch.setattr(indexes, "Locator", Counted)
    return counts


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def answers(index, lonlat):
    found = index.locate(lonlat)
    return index.codes_of(found.face).tolist(), found.on_border.tolist(), index.version_ids[found.face].tolist()


def assert_true(engine, index, level, at):
    """The index says of every place what one made of the shapes says."""
    with engine.connect() as connection:
        faces = coverage(connection, level, at)
    lonlat = np.concatenate([town.places(300, seed=5), [(105.42, 28.81), (105.421, 28.81), (105.44, 28.8)]])
    fresh = indexes.Index(faces.version_ids, faces.codes, Locator(faces.geometries, faces.codes))
    assert answers(index, lonlat) == answers(fresh, lonlat)


def test_a_second_process_takes_the_index_from_the_file_and_reads_no_shape(engine, folder, built):
    Indexes(folder).index(engine, "grid", now())
    assert built == [4]
    index = Indexes(folder).index(engine, "grid", now())
    assert built == [4]
    assert_true(engine, index, "grid", now())


def test_two_eras_have_two_files_and_each_answers_for_its_own(engine, folder):
    for _ in range(2):  # made, then read
        held = Indexes(folder)
        for at in (now(), town.BEGIN):
            assert_true(engine, held.index(engine, "grid", at), "grid", at)
        assert len(files(folder)) == 2


def rename(connection, code):
    """From SOON on: a new version with the same land."""
    connection.execute(sa.text(RENAME), {"code": code, "at": SOON})


def test_a_change_at_another_level_or_another_time_keeps_the_file(engine, folder, built):
    Indexes(folder).index(engine, "grid", now())
    with engine.begin() as connection:
        rename(connection, town.EAST_GRID)
        rename(connection, town.BARE_VILLAGE)
    Indexes(folder).index(engine, "grid", now())
    assert built == [4]


def test_a_new_version_of_the_same_land_is_another_content(engine, folder, built):
    Indexes(folder).index(engine, "grid", now())
    with engine.begin() as connection:
        rename(connection, town.EAST_GRID)
    assert_true(engine, Indexes(folder).index(engine, "grid", SOON), "grid", SOON)
    assert (built, len(files(folder))) == ([4, 4], 2)


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def flip(path):
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)


def of_another_layer(path):
    Locator.load(path).save(path, of="grid " + "0" * 64, columns=Locator.load(path).columns)


def without_columns(path):
    Locator.load(path).save(path, of="grid " + path.stem.removeprefix("grid-"))


def a_folder(path):
    path.unlink()
    path.mkdir()


SPOILT = [
    cut,
    flip,
    of_another_layer,
    without_columns,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_text("?" * 9999),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_or_foreign_file_is_never_believed_and_is_made_anew(engine, folder, built, spoil):
    Indexes(folder).index(engine, "grid", now())
    (name,) = files(folder)
    spoil(folder / name)
    assert_true(engine, Indexes(folder).index(engine, "grid", now()), "grid", now())
    Indexes(folder).index(engine, "grid", now())
    assert (built, files(folder)) == ([4, 4], [name])


def test_what_cannot_be_replaced_is_answered_all_the_same(engine, folder, built):
    Indexes(folder).index(engine, "grid", now())
    a_folder(folder / files(folder)[0])
    assert_true(engine, Indexes(folder).index(engine, "grid", now()), "grid", now())
    assert built == [4, 4]


def test_without_a_place_to_write_answers_are_the_same(engine, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for nowhere in (None, tmp_path / "file" / "indexes"):
        assert_true(engine, Indexes(nowhere).index(engine, "grid", now()), "grid", now())


def test_files_no_longer_used_are_dropped_and_so_is_what_a_killed_process_left(engine, folder):
    folder.mkdir(parents=True)
    for number in range(5):
        (folder / f"grid-{number}.index").write_text("old", encoding="utf-8")
        os.utime(folder / f"grid-{number}.index", (number, number))
    (folder / "grid-0.index.abc.new").write_text("half", encoding="utf-8")
    (folder / "micro_grid-0.index").write_text("of another level", encoding="utf-8")
    Indexes(folder).index(engine, "grid", now())
    left = files(folder)
    assert len([name for name in left if name.startswith("grid-")]) == KEPT
    assert "grid-4.index" in left and "micro_grid-0.index" in left and not any(name.endswith(".new") for name in left)


def test_of_several_threads_one_makes_the_index(engine, folder, built):
    held, at = Indexes(folder), now()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: held.index(engine, "grid", at), range(6)))
    assert built == [4]
    assert all(index is found[0] for index in found)


def test_while_one_era_is_made_the_others_are_answered(engine, folder, monkeypatch):
    held = Indexes(folder)
    held.index(engine, "grid", now())
    started, finish = threading.Event(), threading.Event()

    class Slow(Locator):
        def __init__(self, faces, codes):
            started.set()
            assert finish.wait(30)
            super().__init__(faces, codes)

    monkeypatch.setattr(indexes, "Locator", Slow)
    with ThreadPoolExecutor(1) as pool:
        past = pool.submit(held.index, engine, "grid", town.BEGIN)
        try:
            assert started.wait(30)
            assert_true(engine, held.index(engine, "grid", now()), "grid", now())  # from memory
            assert_true(engine, Indexes(folder).index(engine, "grid", now()), "grid", now())  # from the file
            assert not past.done()
        finally:
            finish.set()
        assert_true(engine, past.result(30), "grid", town.BEGIN)


def test_an_index_prepared_in_a_transaction_is_there_when_it_commits(engine, folder, built):
    with engine.begin() as connection:
        rename(connection, town.EAST_GRID)
        Indexes(folder).prepare(connection, "grid", SOON)
    assert built == [4]
    found = Indexes(folder).index(engine, "grid", SOON)
    assert built == [4]
    assert_true(engine, found, "grid", SOON)


RACER = """
import sys
from datetime import datetime
from pathlib import Path
from boundaries.store.connecting import engine_for
from boundaries.store.indexes import Indexes
engine, folder, at = engine_for(sys.argv[1]), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
print(Indexes(folder).index(engine, "grid", at).locate([(105.4205, 28.815)]).face.tolist())
"""


def test_processes_that_race_for_one_index_all_get_it(engine, database_url, folder):
    command = [sys.executable, "-c", RACER, database_url, str(folder), now().isoformat()]
    root = Path(__file__).parents[3]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(3)]
    said = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert said == {"[0]"}
    assert len(files(folder)) == 1
