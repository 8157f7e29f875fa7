"""Matters that may be reported, and those a new register begins with: a default that every city edits, not the law of any."""

import re
from dataclasses import dataclass

from boundaries.code_tables import FAMILIES
from gis.errors import Refusal
from incidents.clocks import require_term

# Article 15 of the regulation: licensing, punishment and coercion may not be put on a list of matters. The database refuses
# the same words (barred_matter in boundaries/store/migrations/0011_matter_lists.sql).
BARRED = re.compile("许可|处罚|强制|許可|處罰|強制")
BARRED_IN_ENGLISH = re.compile(r"\b(licen[cs](e|es|ing)|punishments?|penalt(y|ies)|coerci(on|ve))\b", re.IGNORECASE)
BLANKS = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter that may be reported.

    Attributes
    ----------
    code : str
        Two digits of the family, two of the matter; that of a county's own matter begins with the county.
    family : str
        One of ``boundaries.code_tables.FAMILIES``.
    name_zh, name_en : str
    urgent : bool
        Goes straight to the competent department (Article 16).
    department, clock : str
        The competent department and the clock of the term.
    limit : int
        Of hours or days.
    """

    code: str
    family: str
    name_zh: str
    name_en: str
    urgent: bool = False
    department: str = "government_services"
    clock: str = "work_day"
    limit: int = 5

    def __post_init__(self):
        if self.family not in FAMILIES:
            raise Refusal("unknown_family", f"Matter {self.code} is of family {self.family!r}, which does not exist.")
        require_term(self.clock, self.limit)
        barred = barred_word(self.name_zh, self.name_en)
        if barred:
            raise Refusal("barred_matter", f"Matter {self.code} {self.name_zh} is about {barred}: no list may hold it.")


def barred_word(*names):
    """What bars a matter from every list, if anything in its names does.

    Parameters
    ----------
    *names : str

    Returns
    -------
    str or None

    Examples
    --------
    >>> barred_word("行政 处 罚", "Fines"), barred_word("占道经营", "Unlicensed trading"), barred_word("x", "Penalties")
    ('处罚', None, 'Penalties')
    """
    text = "|".join(names)
    found = BARRED.search(BLANKS.sub("", text)) or BARRED_IN_ENGLISH.search(text)
    return found and found.group()


# Departments, clocks and limits are our choice; no law prescribes them. Typical limits of comparable cities were looked at.
DEFAULT_MATTERS = (
    Matter("0101", "publicity", "政策法规宣讲", "Explaining policies and laws", False, "justice", "work_day", 5),
    Matter("0102", "publicity", "反诈防骗宣传", "Fraud prevention", False, "public_security", "work_day", 5),
    Matter("0103", "publicity", "森林防火宣传", "Forest fire prevention", False, "emergency", "work_day", 3),
    Matter(
        "0201", "base_information", "房屋信息更新", "Update of building information", False, "natural_resources", "work_day", 5
    ),
    Matter("0202", "base_information", "商户信息更新", "Update of shop information", False, "market_regulation", "work_day", 5),
    Matter("0203", "base_information", "公共设施登记", "Register of public facilities", False, "urban_management", "work_day", 5),
    Matter("0204", "base_information", "门牌标识缺损", "Missing or damaged house number", False, "civil_affairs", "work_day", 5),
    Matter("0301", "public_opinion", "居民意见建议", "Residents' suggestions", False, "petitions", "work_day", 3),
    Matter(
        "0302", "public_opinion", "物业服务反映", "Complaint about property management", False, "urban_management", "work_day", 3
    ),
    Matter(
        "0303", "public_opinion", "公共交通反映", "Complaint about public transport", False, "government_services", "work_day", 3
    ),
    Matter("0401", "hazard", "消防通道堵塞", "Blocked fire lane", True, "emergency", "urgent_hour", 2),
    Matter("0402", "hazard", "燃气泄漏隐患", "Suspected gas leak", True, "emergency", "urgent_hour", 1),
    Matter("0403", "hazard", "山体滑坡隐患", "Landslide danger", True, "natural_resources", "urgent_hour", 2),
    Matter("0404", "hazard", "供水管道爆裂", "Burst water main", True, "urban_management", "urgent_hour", 1),
    Matter("0405", "hazard", "窨井盖缺失", "Missing manhole cover", True, "urban_management", "urgent_hour", 2),
    Matter("0406", "hazard", "道路破损", "Damaged road", False, "urban_management", "work_day", 5),
    Matter("0407", "hazard", "路灯故障", "Street lamp out of order", False, "urban_management", "work_day", 3),
    Matter("0408", "hazard", "电动车飞线充电", "Unsafe charging of electric bicycles", False, "emergency", "work_hour", 4),
    Matter("0501", "dispute", "邻里纠纷", "Dispute between neighbours", False, "justice", "work_day", 3),
    Matter("0502", "dispute", "噪声扰民", "Noise", False, "environment", "work_hour", 4),
    Matter("0503", "dispute", "土地山林纠纷", "Dispute over land or woodland", False, "natural_resources", "natural_day", 30),
    Matter("0504", "dispute", "劳资欠薪纠纷", "Dispute over unpaid wages", False, "human_resources", "work_day", 5),
    Matter("0601", "livelihood", "垃圾清运不及时", "Refuse not collected", False, "urban_management", "work_hour", 4),
    Matter("0602", "livelihood", "占道经营", "Trading on the pavement", False, "urban_management", "work_hour", 2),
    Matter(
        "0603", "livelihood", "社保医保代办", "Help with social and medical insurance", False, "medical_insurance", "work_day", 3
    ),
    Matter("0604", "livelihood", "高龄老人走访", "Visit to the very old", False, "civil_affairs", "natural_day", 7),
)
