"""What a mend says to a planner: one sentence in English and one in Chinese."""

from gis.checking.wording import AREAS, WIDTHS, chinese_faces, english_faces, in_units, upper

# What is the matter; {faces} overlap or are snapped, {area} and {width} are those of the land, {width} of a snap its way.
MATTERS = {
    "overlap": ("{faces} overlap by {area} ({width} wide)", "{faces}重叠 {area}（宽 {width}）"),
    "contained": ("{faces} cover the same {area}, for one lies in the other", "{faces}有包含关系，重合 {area}"),
    "duplicate": ("{faces} cover the same {area}", "{faces}大部分重合（{area}）"),
    "gap": ("No face covers {area} ({width} wide)", "有 {area}（宽 {width}）没有任何面覆盖"),
    "outside": ("{faces} reaches out of the parent by {area} ({width} wide)", "{faces}超出上级范围 {area}（宽 {width}）"),
    "snap": ("Borders of {faces} lie {width} apart", "{faces}的边界相距 {width}"),
    "bend": ("A border of {faces} passes {width} beside a vertex", "{faces}的边界与相邻顶点相距 {width}"),
    "invalid_geometry": ("{faces} is not a valid polygon", "{faces}不是有效的多边形"),
    "without_land": ("{faces} has no land left", "{faces}没有剩余的土地"),
}
# What becomes of it unasked; {to} is who gets the land.
DONE = {
    "outside": ("it is cut off", "超出部分裁去"),
    "snap": ("they are put together", "并为一条"),
    "bend": ("it is led through it", "改经该顶点"),
    "invalid_geometry": ("it is mended", "已修正"),
    "without_land": ("it is left out", "不再保留"),
}
GIVEN = ("{to} gets it", "归{to}")
ASKED = {
    "wide_gap": ("that is wider than is filled unasked: it may be a street or water", "宽于自动填补的限度，可能是道路或水面"),
    "wide_overlap": ("that is wider than is decided unasked", "宽于自动处理的限度"),
    "duplicate": ("only one of them can keep the land", "只能由其中一个保留"),
    "locked": ("only locked faces could change here", "此处只有锁定的面可以改动"),
    "no_neighbour": ("no face has a border with it", "没有与之相邻的面"),
    "without_land": ("accept that it is left out, or mend it in the file", "请确认不再保留，或在文件中修正"),
    "refused": ("it stays as it is, for the mend was refused", "按要求不作处理，保持原样"),
}


def english(mend):
    """The mend as a sentence.

    Parameters
    ----------
    mend : gis.conforming.mend.Mend

    Returns
    -------
    str

    Examples
    --------
    >>> from gis.conforming.mend import Mend
    >>> english(Mend("x", "overlap", ("A", "B"), "A", area_m2=12.3, width_m=0.5))
    'Faces A and B overlap by 12.3 m² (0.5 m wide): face A gets it.'
    """
    what, then = _clauses(mend, 0)
    words = _measures(mend)
    faces = upper(english_faces(mend.faces))
    return f"{what.format(faces=faces, **words)}: {then.format(to=english_faces([mend.to or '']))}."


def chinese(mend):
    """The mend as a Chinese sentence.

    Parameters
    ----------
    mend : gis.conforming.mend.Mend

    Returns
    -------
    str

    Examples
    --------
    >>> from gis.conforming.mend import Mend
    >>> chinese(Mend("x", "gap", (), None, question="wide_gap", accepted=False, area_m2=120.0, width_m=4.0))
    '有 120 m²（宽 4 m）没有任何面覆盖：宽于自动填补的限度，可能是道路或水面。'
    """
    what, then = _clauses(mend, 1)
    said = what.format(faces=chinese_faces(mend.faces), **_measures(mend))
    return f"{said.rstrip()}：{then.format(to=chinese_faces([mend.to or ''])).rstrip()}。"


def _clauses(mend, language):
    then = ASKED[mend.question] if mend.question else DONE.get(mend.kind, GIVEN)
    return MATTERS[mend.kind][language], then[language]


def _measures(mend):
    return {"area": in_units(mend.area_m2, AREAS), "width": in_units(mend.width_m, WIDTHS)}
