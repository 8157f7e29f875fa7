"""The list of matters a new register begins with: a default that every city edits, not the law of any."""

from dataclasses import dataclass

from gis.errors import Refusal
from incidents.families import FAMILIES

# Article 15 of the regulation: licensing, punishment and coercion may not be put on a list of matters.
BARRED_WORDS = ("许可", "处罚", "强制")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter that may be reported.

    Attributes
    ----------
    code : str
        Two digits of the family, two of the matter.
    family : str
        One of ``incidents.families.FAMILIES``.
    name_zh, name_en : str
    urgent : bool
        Goes straight to the competent department (Article 16).
    """

    code: str
    family: str
    name_zh: str
    name_en: str
    urgent: bool = False

    def __post_init__(self):
        if self.family not in FAMILIES:
            raise Refusal("unknown_family", f"Matter {self.code} is of family {self.family!r}, which does not exist.")
        barred = [word for word in BARRED_WORDS if word in self.name_zh]
        if barred:
            raise Refusal("barred_matter", f"Matter {self.code} {self.name_zh} is about {barred[0]}: no list may hold it.")


DEFAULT_MATTERS = (
    Matter("0101", "publicity", "政策法规宣讲", "Explaining policies and laws"),
    Matter("0102", "publicity", "反诈防骗宣传", "Fraud prevention"),
    Matter("0103", "publicity", "森林防火宣传", "Forest fire prevention"),
    Matter("0201", "base_information", "房屋信息更新", "Update of building information"),
    Matter("0202", "base_information", "商户信息更新", "Update of shop information"),
    Matter("0203", "base_information", "公共设施登记", "Register of public facilities"),
    Matter("0204", "base_information", "门牌标识缺损", "Missing or damaged house number"),
    Matter("0301", "public_opinion", "居民意见建议", "Residents' suggestions"),
    Matter("0302", "public_opinion", "物业服务反映", "Complaint about property management"),
    Matter("0303", "public_opinion", "公共交通反映", "Complaint about public transport"),
    Matter("0401", "hazard", "消防通道堵塞", "Blocked fire lane", True),
    Matter("0402", "hazard", "燃气泄漏隐患", "Suspected gas leak", True),
    Matter("0403", "hazard", "山体滑坡隐患", "Landslide danger", True),
    Matter("0404", "hazard", "供水管道爆裂", "Burst water main", True),
    Matter("0405", "hazard", "窨井盖缺失", "Missing manhole cover", True),
    Matter("0406", "hazard", "道路破损", "Damaged road"),
    Matter("0407", "hazard", "路灯故障", "Street lamp out of order"),
    Matter("0408", "hazard", "电动车飞线充电", "Unsafe charging of electric bicycles"),
    Matter("0501", "dispute", "邻里纠纷", "Dispute between neighbours"),
    Matter("0502", "dispute", "噪声扰民", "Noise"),
    Matter("0503", "dispute", "土地山林纠纷", "Dispute over land or woodland"),
    Matter("0504", "dispute", "劳资欠薪纠纷", "Dispute over unpaid wages"),
    Matter("0601", "livelihood", "垃圾清运不及时", "Refuse not collected"),
    Matter("0602", "livelihood", "占道经营", "Trading on the pavement"),
    Matter("0603", "livelihood", "社保医保代办", "Help with social and medical insurance"),
    Matter("0604", "livelihood", "高龄老人走访", "Visit to the very old"),
)
