"""Indexes in files."""

import numpy as np
import pytest
import shapely

from gis.errors import Refusal
from gis.locating.locate import Locator
from gis.locating.saved import START
from tests.gis.test_locate import any_polygons, codes_for, points_for, tiling


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "halves.index"
    Locator([shapely.box(106, 28, 107, 29), shapely.box(105, 28, 106, 29)], ["B", "A"]).save(path, of="halves, 2026")
    return path


def refused(path, **options):
    with pytest.raises(Refusal) as refusal:
        Locator.load(path, **options)
    return refusal.value.code


@pytest.mark.parametrize("seed", range(8))
def test_an_index_read_from_a_file_gives_the_same_answers(tmp_path, seed):
    rng = np.random.default_rng(seed)
    faces = tiling(1000, rng)[0] if seed % 2 else any_polygons(1000, rng)
    locator, lonlat = Locator(faces, codes_for(faces, rng)), points_for(faces, 1000, rng)
    locator.save(tmp_path / "index")
    opened = Locator.load(tmp_path / "index", thorough=True)
    for few in (lonlat, lonlat[:3]):
        one, other = locator.locate(few), opened.locate(few)
        for name in ("face", "on_border", "nearest", "distance_m"):
            assert (getattr(one, name) == getattr(other, name)).all()
        assert [further.tolist() for further in one.also] == [further.tolist() for further in other.also]


def test_an_index_says_what_it_is_of(saved):
    assert Locator.load(saved, of="halves, 2026").locate([[106.5, 28.5]]).face.tolist() == [0]
    assert refused(saved, of="halves, 2025") == "other_index"


def test_a_missing_file_is_refused(tmp_path):
    assert refused(tmp_path / "nothing") == "missing_file"


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04" * 100, b"WANGGEIX", b"WANGGEIX" + b"\xff" * 200])
def test_what_is_no_index_is_refused(tmp_path, content):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    assert refused(path) == "unreadable_index"


def test_an_index_cut_at_any_place_is_refused(saved):
    whole = saved.read_bytes()
    for length in (0, 7, 20, START, START + 50, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:length])
        assert refused(saved) == "unreadable_index"
    saved.write_bytes(whole + b"\0")
    assert refused(saved) == "unreadable_index"


def test_one_bit_turned_in_the_head_is_always_noticed(saved):
    whole = saved.read_bytes()
    for at in range(0, START + 200, 7):
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert refused(saved) == "unreadable_index"


def test_one_bit_turned_in_the_content_is_noticed_when_asked_for(saved):
    whole = bytearray(saved.read_bytes())
    whole[-9] ^= 1
    saved.write_bytes(whole)
    assert refused(saved, thorough=True) == "unreadable_index"


def test_an_index_in_use_may_be_replaced(saved):
    opened = Locator.load(saved)
    Locator([shapely.box(105, 28, 107, 29)], ["C"]).save(saved)
    assert opened.locate([[106.5, 28.5], [105.5, 28.5]]).face.tolist() == [0, 1]
    assert Locator.load(saved).locate([[106.5, 28.5], [105.5, 28.5]]).face.tolist() == [0, 0]
    assert [path.name for path in saved.parent.iterdir()] == ["halves.index"]


def test_a_folder_that_is_not_there_is_refused(saved):
    with pytest.raises(Refusal) as refusal:
        Locator.load(saved).save(saved.parent / "absent" / "index")
    assert refusal.value.code == "not_writable"


def test_columns_of_the_faces_come_back_with_the_index(tmp_path):
    columns = {"none": np.empty(0), "codes": np.array(["一", "乙二"]), "ids": np.array([7, 9])}
    Locator([shapely.box(106, 28, 107, 29), shapely.box(105, 28, 106, 29)], ["B", "A"]).save(tmp_path / "a", columns=columns)
    found = Locator.load(tmp_path / "a", thorough=True).columns
    assert {name: column.tolist() for name, column in found.items()} == {"codes": ["一", "乙二"], "ids": [7, 9], "none": []}
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-1] + b"\1")
    assert refused(tmp_path / "a", thorough=True) == "unreadable_index"
