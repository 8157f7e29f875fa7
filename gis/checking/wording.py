"""What a finding says to a planner: one sentence in English and one in Chinese."""

import re

NAMED = 5  # faces that a sentence names before it counts the others
AREAS = ((1e6, 1e6, "km²"), (0.1, 1.0, "m²"), (1e-4, 1e-4, "cm²"), (1e-6, 1e-6, "mm²"))  # from so much on, in this unit
WIDTHS = ((0.1, 1.0, "m"), (1e-2, 1e-2, "cm"), (1e-3, 1e-3, "mm"))
PARENT_LACKS_IT = "the parent lacks it"

# {wide}, {around}, {within}: clauses, or nothing. What stands in a finding's detail is said in English by the check itself.
SENTENCES = {
    "overlap": (
        "{faces} overlap by {area}{wide}; decide which of them owns it.",
        "{faces}重叠 {area}{wide}，请确定重叠部分归谁所有。",
    ),
    "duplicate": (
        "{faces} cover the same {area}; delete one of them.",
        "{faces}图形完全相同（{area}），请删除其中一个。",
    ),
    "gap": (
        "No face covers {area}{wide}{around}{within}; give it to a neighbour, or say why it is left out.",
        "{within}{around}有 {area}{wide}没有任何面覆盖，请划入相邻的面，或说明不划入的理由。",
    ),
    "outside_parent": (
        "{faces} reaches outside {parent} by {area}{wide}; move its border back, or correct that of the parent.",
        "{faces}超出{parent}范围 {area}{wide}，请收回边界，或更正上级边界。",
    ),
    "invalid_geometry": (
        "{faces} is not a valid polygon ({detail}); redraw it there.",
        "{faces}不是有效的多边形（{detail}），请在该处重新绘制。",
    ),
    "invalid_parent": (
        "The parent{named} is not a valid polygon ({detail}); mend it first.",
        "{parent}的多边形无效（{detail}），请先修正。",
    ),
    "null_geometry": (
        "{faces} has no geometry; draw it or delete the feature.",
        "{faces}没有图形，请补绘或删除该要素。",
    ),
    "empty_geometry": (
        "The geometry of {face} is empty; draw it or delete the feature.",
        "{faces}的图形为空，请补绘或删除该要素。",
    ),
    "not_a_polygon": (
        "{faces} is not, or not only, a polygon ({detail}); keep polygons alone in this layer.",
        "{faces}不是（或不只是）多边形（{detail}），请只在该图层保留多边形。",
    ),
    "null_id": (
        "Some faces have no code ({detail}); give each its own.",
        "有的面没有编码（{detail}），请逐一补上编码。",
    ),
    "duplicate_id": (
        "The code {codes} stands more than once ({detail}); give every face its own.",
        "编码 {codes} 重复出现（{detail}），请为每个面赋予唯一的编码。",
    ),
    "unknown_parent": (
        "{faces} names {detail} as its parent, which is not there; correct the code or add the parent.",
        "{faces}所填的上级“{detail}”不存在，请更正编码或补充该上级。",
    ),
    "own_ancestor": (
        "{faces} would lie within itself through its parents ({detail}); correct the code of a parent.",
        "{faces}的上级关系首尾相接（{detail}），请更正上级编码。",
    ),
    "unmatched_vertex": (
        "The border of {lacking} lacks the vertex that {having} {has} here; insert it.",
        "{lacking}的边界上缺少{having}在此处的顶点，请在此插入。",
    ),
    "sliver": (
        "{faces} is a strip only {width} wide ({area}); merge it with a neighbour or redraw it.",
        "{faces}过于狭长，宽仅 {width}（{area}），请并入相邻的面或重新绘制。",
    ),
    "spike": (
        "The border of {face} runs out and back in a spike {width} wide; delete its tip.",
        "{faces}的边界有一处尖刺，根部宽 {width}，请删除尖端的顶点。",
    ),
    "narrow_neck": (
        "{faces} is only {width} wide at a neck between two wide parts; divide it there or widen it.",
        "{faces}两处宽阔部分之间有一处窄颈，宽仅 {width}，请在此分开或加宽。",
    ),
    "multipart": (
        "{faces} has several parts, {area} apart from the largest; join them or make them faces of their own.",
        "{faces}由多个不相连的部分组成，主体之外共 {area}，请连通或分别设为独立的面。",
    ),
    "datum_suspect": (
        "The layer does not fit its parent as it is ({detail}); declare the right datum.",
        "图层按现有坐标基准与上级不吻合（{detail}），请声明正确的坐标基准。",
    ),
}

DETAILS_ZH = (
    (r"ring self-intersection", "环与自身相接"),
    (r"self-intersection", "自相交"),
    (r"too few points in geometry component", "环的顶点过少"),
    (r"hole lies outside shell", "孔在外环之外"),
    (r"holes are nested", "孔相互嵌套"),
    (r"nested shells", "外环相互嵌套"),
    (r"interior is disconnected", "内部不连通"),
    (r"a coordinate that is not a finite number", "坐标不是有限的数"),
    (r"a coordinate that lies nowhere on the earth", "坐标不在地球上"),
    (r" in the shell", "，位于外环"),
    (r" in hole (\d+)", r"，位于第 \1 个孔"),
    (r" of part (\d+)", r"，第 \1 部分"),
    (r"(\d+) features", r"\1 个要素"),
    (r"feature (\d+): ", r"要素 \1："),
    (r"^nothing$", "（空）"),
    (r"declared (\w+), fits in (\w+)", r"声明为 \1，实与 \2 相符"),
)


def english(finding):
    """The finding as a sentence.

    Parameters
    ----------
    finding : Finding

    Returns
    -------
    str

    Examples
    --------
    >>> from gis.checking.findings import Finding
    >>> english(Finding("overlap", ("A", "B"), 12.3, 0.5))
    'Faces A and B overlap by 12.3 m² (0.5 m wide); decide which of them owns it.'
    """
    faces, (lacking, having) = finding.faces, _vertex_of(finding)
    return SENTENCES[finding.code][0].format(
        area=in_units(finding.area_m2, AREAS),
        width=in_units(finding.width_m, WIDTHS),
        faces=upper(english_faces(faces)),
        face=english_faces(faces),
        codes=", ".join(faces),
        around=(" between " if len(faces) > 1 else " at ") + english_faces(faces) if faces else "",
        lacking=english_faces(lacking) or "the parent",
        having=english_faces(having) or "the parent",
        has="have" if len(having) > 1 else "has",
        wide=f" ({in_units(finding.width_m, WIDTHS)} wide)" if finding.width_m else "",
        within=f" within {finding.within}" if finding.within else "",
        named=f" {finding.within}" if finding.within else "",
        parent=finding.within or "its parent",
        detail=finding.detail,
    )


def chinese(finding):
    """The finding as a Chinese sentence.

    Parameters
    ----------
    finding : Finding

    Returns
    -------
    str

    Examples
    --------
    >>> from gis.checking.findings import Finding
    >>> chinese(Finding("overlap", ("A", "B"), 12.3, 0.5))
    '面 A 与 B 重叠 12.3 m²（宽 0.5 m），请确定重叠部分归谁所有。'
    """
    faces, (lacking, having) = finding.faces, _vertex_of(finding)
    return SENTENCES[finding.code][1].format(
        area=in_units(finding.area_m2, AREAS),
        width=in_units(finding.width_m, WIDTHS),
        faces=chinese_faces(faces),
        codes="、".join(faces),
        around=chinese_faces(faces) + ("之间" if len(faces) > 1 else "旁") if faces else "",
        lacking=chinese_faces(lacking) or "上级",
        having=chinese_faces(having) or "上级",
        wide=f"（宽 {in_units(finding.width_m, WIDTHS)}）" if finding.width_m else "",
        within=f"{_chinese_name(finding.within)}内" if finding.within else "",
        parent=f"上级{_chinese_name(finding.within)}" if finding.within else "上级",
        detail=_chinese_detail(finding.detail),
    )


def _vertex_of(finding):
    """Who lacks a vertex and who has it; nobody stands for the parent."""
    faces = finding.faces
    return ((), faces) if finding.detail == PARENT_LACKS_IT else (faces[:1], faces[1:])


def in_units(value, units):
    """A measure in the unit that suits it.

    Parameters
    ----------
    value : float
    units : sequence of (float, float, str)
        From the largest on: from which value, how much one is, and its symbol.

    Returns
    -------
    str

    Examples
    --------
    >>> in_units(0.0123, WIDTHS), in_units(12345.6, AREAS)
    ('1.23 cm', '12,346 m²')
    """
    for least, unit, symbol in units:
        if value >= least:
            number = value / unit
            return f"{number:,.0f} {symbol}" if number >= 100 else f"{number:.3g} {symbol}"
    return f"< 1 {units[-1][2]}"


def english_faces(faces):
    """Faces as a sentence names them; after five the others are counted.

    Parameters
    ----------
    faces : sequence of str
        Their ids; "" for one without.

    Returns
    -------
    str

    Examples
    --------
    >>> english_faces(["A", "B", ""]), chinese_faces(["甲", "乙"])
    ('faces A, B and a face without a code', '面 “甲” 与“乙”')
    """
    if not faces:
        return ""
    names = [name or "a face without a code" for name in faces[:NAMED]]
    if len(faces) > NAMED:
        names.append(f"{len(faces) - NAMED} more")
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{'faces' if len(faces) > 1 else 'face'} {listed}" if faces[0] else listed


def upper(text):
    """The text with a capital at its beginning.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> upper("face A"), upper("")
    ('Face A', '')
    """
    return text[:1].upper() + text[1:]


def chinese_faces(faces):
    """Faces as a sentence in Chinese names them.

    Parameters
    ----------
    faces : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> chinese_faces(["甲"]), chinese_faces([])
    ('面“甲”', '')
    """
    if not faces:
        return ""
    if len(faces) == 1 or "" in faces:
        return "与".join(f"面{_chinese_name(name)}" if name else "无编码的面" for name in faces[:NAMED])
    names = [_chinese_name(name) for name in faces[:NAMED]]
    if len(faces) > NAMED:
        return f"面 {_listed(names)} 等 {len(faces)} 个面"
    return f"面 {_listed(names[:-1])} 与{names[-1]}"


def _listed(names):
    return "、".join(name.strip() for name in names)


def _chinese_name(name):
    return f" {name} " if name.isascii() else f"“{name}”"


def _chinese_detail(detail):
    for pattern, chinese_text in DETAILS_ZH:
        detail = re.sub(pattern, chinese_text, detail, flags=re.IGNORECASE)
    return detail
