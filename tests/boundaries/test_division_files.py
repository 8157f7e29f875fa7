"""Division codes out of the tables in which they are published."""

from pathlib import Path

import pytest

from boundaries.divisions.correspondences import Correspondence
from boundaries.divisions.naming import Division
from boundaries.imports.divisions import read_correspondences, read_divisions
from gis.errors import Refusal


@pytest.fixture
def table(tmp_path):
    """Write a table; its path."""

    def write(text, *, name="codes.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


WHOLE = [Division("510502", "江阳区"), Division("510502001", "南城街道"), Division("510502001001", "上平社区")]


def test_three_tables_of_short_codes_and_one_table_of_long_codes_are_the_same_edition(table):
    short = [
        table("code,name,cityCode\n510502,江阳区,5105\n", name="areas.csv"),
        table("code,name,areaCode\n510502001,南城街道,510502\n", name="streets.csv"),
        table("code,name,streetCode\n510502001001,上平社区,510502001\n", name="villages.csv"),
    ]
    rows = "510500000000,泸州市,city\n510502000000,江阳区,county\n510502001000,南城街道,town\n510502001001,上平社区,village\n"
    long = table("code,name,level\n510000000000,四川省,province\n" + rows, name="vonng.csv")
    assert list(read_divisions(short)) == list(read_divisions(short[::-1])) == list(read_divisions([long])) == WHOLE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_may_be_in_the_encoding_of_chinese_offices(table, encoding):
    assert read_divisions([table("code,name\n510502,江阳区\n", encoding=encoding)]) == (WHOLE[0],)


def test_only_one_city_of_a_table_of_the_country_can_be_asked_for(table):
    path = table("code,name\n510502,江阳区\n110101,东城区\n")
    assert read_divisions([path], within="5105") == (WHOLE[0],)


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("code,label\n510502,江阳区\n", "bad_divisions", "lacks the column name"),
        ("code,name\n510502\n", "bad_divisions", "line 2: the line is shorter than the header"),
        ("code,name\n51050,江阳区\n", "bad_divisions", "line 2: '51050' is no code of a county"),
        ("code,name\n５１０５０２,江阳区\n", "bad_divisions", "is no code of a county"),
        ("code,name\n510502001001001,第一网格\n", "bad_divisions", "is no code of a county"),
        ("code,name\n510502,江\x00阳\n", "bad_divisions", "NUL|cannot be seen"),
        ("code,name\n510502,江\u202e阳区\n", "bad_divisions", "direction marks"),
        (f"code,name\n510502,{'长' * 10_000}\n", "bad_divisions", "1 to 100 characters"),
        ("code,name\n510502,江阳区\n510502,纳溪区\n", "bad_divisions", "510502 has another name before: 江阳区"),
        ("code,name\n510502001001,上平社区\n", "bad_divisions", "The county or town of 510502001001 is not in the tables"),
        ('code,name\n510502,"江阳区\n', "bad_divisions", "is no CSV"),
        ("code,name\n", "empty_file", "no county"),
        ("", "bad_divisions", "lacks the column code and name"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_line(table, text, code, what):
    with pytest.raises(Refusal, match=what) as refused:
        read_divisions([table(text)])
    assert refused.value.code == code


def test_what_is_neither_encoding_or_not_there_is_refused(tmp_path):
    (tmp_path / "noise.csv").write_bytes(b"code,name\n510502,\xff\xff\xff\n")
    for name, code in (("noise.csv", "bad_divisions"), ("missing.csv", "unreadable_file")):
        with pytest.raises(Refusal) as refused:
            read_divisions([Path(tmp_path / name)])
        assert refused.value.code == code


def test_correspondences_are_read_with_their_notes(table):
    path = table("from,to,note\n510502104000,510502103,川府民政〔2019〕35号\n510502105,,\n,510502008,\n")
    assert read_correspondences(path) == (
        Correspondence("510502104", "510502103", "川府民政〔2019〕35号"),
        Correspondence("510502105", None),
        Correspondence(None, "510502008"),
    )
