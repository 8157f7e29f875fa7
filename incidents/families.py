"""The six families of work in a grid."""

# Article 2 of the regulation; the English is ours.
FAMILIES = {
    "publicity": ("政策法律法规宣传", "Publicity of policies and laws"),
    "base_information": ("基础信息采集", "Base information"),
    "public_opinion": ("社情民意收集", "Public opinion"),
    "hazard": ("安全隐患排查", "Safety hazards"),
    "dispute": ("矛盾纠纷排查化解", "Disputes"),
    "livelihood": ("民生事项服务", "Livelihood services"),
}
