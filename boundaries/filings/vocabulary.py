"""Words of the filing form, Chinese first, English small beside it."""

from boundaries.codes import LEVELS
from boundaries.units import COUNTS

STATES = {
    "prepared": ("待报送", "prepared"),
    "submitted": ("已报送", "submitted"),
    "received": ("已收件", "received"),
    "returned": ("退回补正", "returned"),
    "resubmitted": ("已补正重报", "resubmitted"),
    "recorded": ("已备案", "recorded"),
    "withdrawn": ("已撤回", "withdrawn"),
}
STEPS = {**STATES, "prepared": ("生成备案材料", "prepared"), "attached": ("添加附件", "attached")}
LEVEL_WORDS = {
    "city": ("市", "city"),
    "county": ("县（区）", "county"),
    "town": ("乡镇（街道）", "town"),
    "village": ("村（社区）", "village"),
    "grid": ("网格", "grid"),
    "micro_grid": ("微网格", "micro-grid"),
}
KINDS = {"comprehensive": "综合网格", "exclusive": "专属网格", "micro": "微网格", "remainder": "余留", None: "—"}
EFFECTS = {
    "new": "新设",
    "retired": "撤销",
    "land": "界线调整",
    "name": "更名",
    "kind": "类型变更",
    "households": "户数变动",
    "population": "人口变动",
    "divided": "细分变动",
}
LINES = {"new": "新界线", "gone": "原界线（废止）"}
LEVEL_ABOVE = dict(zip(LEVELS, (None, *LEVELS), strict=False))
LEVEL_BELOW = dict(zip(LEVELS, (*LEVELS[1:], None), strict=True))


def changes(what):
    """What changes in a unit, in words; what goes with land is not said twice.

    Examples
    --------
    >>> changes(("land", "households")), changes(("name", "kind"))
    ('界线调整', '更名、类型变更')
    """
    told = [each for each in what if not (each in COUNTS and "land" in what)]
    return "、".join(EFFECTS[each] for each in told)


def number(value):
    """A count with separators; a dash for None.

    Examples
    --------
    >>> number(12345), number(None)
    ('12,345', '—')
    """
    return "—" if value is None else f"{value:,}"


def area(area_m2):
    """An area in square metres.

    Examples
    --------
    >>> area(12345.678), area(None)
    ('12,345.7', '—')
    """
    return "—" if area_m2 is None else f"{area_m2:,.1f}"


def size(count):
    """A number of bytes.

    Examples
    --------
    >>> size(300), size(2_500_000)
    ('300 B', '2.4 MB')
    """
    return f"{count} B" if count < 1024 else f"{count / 1024:.1f} KB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MB"
