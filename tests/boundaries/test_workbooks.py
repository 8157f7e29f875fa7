"""Workbooks of strangers: every row is read, or the file is refused in a sentence."""

import re
import zipfile

import openpyxl
import pytest

from boundaries.imports import tables
from gis.errors import Refusal

HEADER = ["matter", "lon", "lat"]


def workbook(folder, change=lambda text: text, rows=5):
    """A workbook of some rows with the XML of its sheet changed."""
    book = openpyxl.Workbook()
    for row in [HEADER, *([["0406", 105.41, 28.8]] * rows)]:
        book.active.append(row)
    book.save(folder / "whole.xlsx")
    with zipfile.ZipFile(folder / "whole.xlsx") as old, zipfile.ZipFile(folder / "changed.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name.endswith("sheet1.xml") else content)
    return folder / "changed.xlsx"


def read(path):
    with tables.opened(path, rows=2) as source:
        return [row for batch in source.batches for row in batch.to_pylist()]


@pytest.mark.parametrize("said", ["A1", "A1:B3", "A1:C3", "A1:C6", "A1:XFD1048576"])
def test_what_a_workbook_says_of_its_size_is_not_believed(tmp_path, said):
    path = workbook(tmp_path, lambda text: re.sub('<dimension ref="[^"]*"', f'<dimension ref="{said}"', text))
    assert read(path) == [{"matter": "0406", "lon": "105.41", "lat": "28.8"}] * 5


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("<v>28.8", "<v>zwei"),
        lambda text: text.replace('t="n"><v>28.8', 't="s"><v>99'),
        lambda text: text.replace('r="A2"', 'r="\u00c4\u00c42"'),
        lambda text: text.replace('row r="2"', 'row r="zwei"'),
    ],
)
def test_a_broken_workbook_is_refused_in_a_sentence(tmp_path, change):
    path = workbook(tmp_path, change)
    assert path.read_bytes() != (tmp_path / "whole.xlsx").read_bytes()
    with pytest.raises(Refusal) as refusal:
        read(path)
    assert refusal.value.code == "unreadable_file"
