"""One spelling for what people write in many: the form in which names and addresses are compared."""

import re
import unicodedata

from incidents.gazetteer import numerals

ROUNDS = 8  # in practice one or two; what one rule leaves may be what another looks for
# Characters of address words that are still written in their traditional form.
TRADITIONAL = str.maketrans(
    "號樓棟單區縣鎮鄉東門廣場園龍瀘陽馬橋學醫國長環線處灣嶺頭華興濱莊壩溝醬譚漁蘭納貢",
    "号楼栋单区县镇乡东门广场园龙泸阳马桥学医国长环线处湾岭头华兴滨庄坝沟酱谭渔兰纳贡",
)
# Slips that are common enough to be known: the right word is no guess.
SLIPS = (
    ("泸洲", "泸州"),
    ("沪州", "泸州"),
    ("炉州", "泸州"),
    ("卢州", "泸州"),
    ("江洋区", "江阳区"),
    ("龙马谭", "龙马潭"),
    ("龙马覃", "龙马潭"),
    ("叙勇", "叙永"),
    ("单园", "单元"),
    ("单圆", "单元"),
    ("小曲", "小区"),
    ("广埸", "广场"),
    ("叉路口", "岔路口"),
    ("门牌号", ""),
    ("街道办事处", "街道"),
    ("街道办", "街道"),
)
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")
DASHES = re.compile("[-‐‑‒–—―−─~]+")
NOISE = re.compile(r"[^\w#-]|_")
COUNTED = "号|号楼|栋|幢|座|单元|室|层|楼|组|社|队|弄|巷|支路|支巷|段|期|区|环|号院"
COUNTED_NUMERAL = re.compile(rf"(?<![{numerals.CHARACTERS}])([{numerals.CHARACTERS}]+)(?=支?(?:{COUNTED}))")
BEHIND_NUMBER = re.compile(rf"(?:(?<=附)|(?<=号之))([{numerals.CHARACTERS}]+)")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
RULES = (
    (re.compile("(?<=[路街巷弄道段])([0-9]+)#"), r"\1号"),
    (re.compile(r"([0-9]+)-([0-9]+)号"), r"\1号附\2号"),
    (re.compile(r"(?<=[0-9a-z])#(?:楼|栋)?"), "栋"),
    (re.compile("#"), ""),
    (re.compile(r"(?<=[0-9a-z])(?:号楼|幢|座|栋楼)"), "栋"),
    (re.compile("付(?=[0-9])"), "附"),
    (re.compile(r"(?<=[0-9])号之([0-9]+)号?"), r"号附\1号"),
    (re.compile(r"(?<=[0-9])之([0-9]+)号?"), r"号附\1号"),
    (re.compile(r"(?<=[0-9])附([0-9]+)号?"), r"号附\1号"),
    (re.compile(r"(?<=[0-9])号附([0-9]+)(?![0-9号])"), r"号附\1号"),
    (re.compile(r"-(?![0-9a-z])|(?<![0-9a-z])-"), ""),
)


def normal(text):
    """The form in which a name or an address is compared; a text that has it already stays as it is.

    Width and case do not count, nor blanks, punctuation and invisible characters; numerals before a word that is counted
    (号, 栋, 单元, 巷, 段 …) are digits; 号楼, 幢, 座 and ``#`` are 栋; 付1 and 之1 are 附1号; a few slips are mended.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty where nothing is left: of blanks, punctuation, symbols.

    Examples
    --------
    >>> normal("江阳中路 一百二十三号"), normal("江阳中路１２３＃"), normal("佳乐世纪城3号楼二单元"), normal("😀 …")
    ('江阳中路123号', '江阳中路123号', '佳乐世纪城3栋2单元', '')
    >>> normal("前进路012号付3"), normal("瀘州市江陽區"), normal("沪州市忠山路四段")
    ('前进路12号附3号', '泸州市江阳区', '泸州市忠山路4段')
    """
    for _ in range(ROUNDS):
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _once(text):
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(TRADITIONAL)
    text = NOISE.sub("", DASHES.sub("-", "".join(each for each in text if unicodedata.category(each) not in INVISIBLE)))
    for slip, right in SLIPS:
        text = text.replace(slip, right)
    text = BEHIND_NUMBER.sub(_as_digits, COUNTED_NUMERAL.sub(_as_digits, text))
    for pattern, right in RULES:
        text = pattern.sub(right, text)
    return LEADING_ZEROS.sub("", text)


def _as_digits(found):
    number = numerals.value(found[1])
    return found[1] if number is None else str(number)
