"""One spelling for what people write in many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.gazetteer.normal import normal
from incidents.gazetteer.numerals import CHARACTERS, value

LETTERS = "江阳中路前进大道一二三十百零〇廿０１23＃#-－之附付号栋幢座单元室层楼弄巷支段期组 　,，。()（）AaＢ"
LETTERS += "\u200b\u202e😀ﬁİß㎡①Ⅳ樓\u0301"
WORDS = st.sampled_from([*LETTERS, "号楼", "支路", "泸洲", "街道办事处", "门牌号"])
NUMERALS = "零一二三四五六七八九"


def spelled(number):
    """A number from 1 to 9999 as Chinese writes it."""
    places, text = ["", "十", "百", "千"], ""
    for digit, place in zip(str(number).zfill(4), reversed(places), strict=True):
        text += NUMERALS[int(digit)] + place if digit != "0" else "零"
    while "零零" in text:
        text = text.replace("零零", "零")
    text = text.strip("零")
    return text.removeprefix("一") if text.startswith("一十") else text


@given(st.one_of(st.text(), st.lists(WORDS).map("".join)))
def test_what_is_in_normal_form_stays_as_it_is(text):
    once = normal(text)
    assert normal(once) == once


@given(st.integers(1, 9999))
def test_a_numeral_stands_for_its_number(number):
    assert value(spelled(number)) == number
    assert normal(f"江阳中路{spelled(number)}号") == normal(f"江阳中路{number}号") == f"江阳中路{number}号"


@given(st.text(CHARACTERS))
def test_any_run_of_numerals_is_a_number_or_none(text):
    assert value(text) is None or value(text) >= 0


@given(st.text("0123456789abcXYZ#-号", min_size=1))
def test_full_width_is_half_width(text):
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)
    assert normal(wide) == normal(text)


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "江阳中路123号",
            "江阳中路一百二十三号",
            "江阳中路１２３号",
            "江阳中路 123 号",
            "江阳中路壹佰贰拾叁号",
            "江阳中路0123号",
        ),
        ("世纪城3栋", "世纪城3号楼", "世纪城三号楼", "世纪城3幢", "世纪城3#楼", "世纪城3#", "世纪城三栋", "世纪城3座"),
        (
            "前进路12号附3号",
            "前进路12号附3",
            "前进路12附3号",
            "前进路12号付3号",
            "前进路十二号之三",
            "前进路12-3号",
            "前进路12号附三号",
        ),
        ("忠山路4段", "忠山路四段", "忠山路４段"),
        ("第1支路", "第一支路"),
        ("3单元501", "三单元501", "３单元５０１", "三單元501"),
        ("泸州市江阳区", "泸洲市江阳区", "瀘州市江陽區", "沪州市江阳区", "泸州市江洋区"),
        ("南城街道", "南城街道办事处", "南城街道办"),
        ("a栋", "A座", "Ａ幢", "a栋"),
    ],
)
def test_spellings_of_one_thing_are_one(spellings):
    assert {normal(each) for each in spellings} == {spellings[0]}


@pytest.mark.parametrize("name", ["三元巷", "五里坪", "十字街", "至善路", "百子路", "千凤路", "万达广场"])
def test_a_numeral_that_is_part_of_a_name_stays(name):
    assert normal(name) == name


@pytest.mark.parametrize("text", ["", " \t　", "😀🎉", "，。！", "\u200b\u202e", "--", "#"])
def test_where_nothing_is_said_nothing_is_left(text):
    assert normal(text) == ""
