"""What was counted as a picture: PDF, and PNG out of the same page."""

import hashlib
from io import BytesIO

import numpy as np

from boundaries.clock import CITY_ZONE, now
from boundaries.filings.pdf import pdf_of
from boundaries.store import reading
from incidents.heat.classes import class_of, colour_of_difference, colours, limits, turned
from incidents.heat.picture import NOTHING, Picture, merged, page, smooth
from incidents.states import STATES
from incidents.store.choropleth import PER_HOUSEHOLDS, shapes
from incidents.store.heat import DEEPEST_ZOOM

PNG_SCALE = 2.0  # of 72 dots an inch
FINER = 3
OUTLINES = (("town", 0.15), ("county", 0.45))  # width in mm
UNKNOWN = "#cfcbc2"
METRES_A_PIXEL = 156_543.034 / 2**17
WORDS = {
    "zh": {
        "title": "{city} · 事件热力图",
        "difference": "{city} · 两个时段事件之差",
        "all": "全部时间",
        "period": "时段:{since} 至 {until}",
        "against": "对比时段:{since} 至 {until}",
        "open": "不限",
        "total": "事件总数:{total:,}",
        "before": "对比时段总数:{total:,}",
        "filter": "范围:{what}",
        "cell": "每格约 {metres:,.0f} 米见方",
        "count": "每格事件数",
        "count_unit": "每单元事件数",
        "rate": f"每 {PER_HOUSEHOLDS:,} 户事件数",
        "surface": "平滑曲面,按每格事件数分级",
        "change": "增减(件)",
        "unknown": "户数不详",
        "none": "没有事件",
        "same": "没有变化",
        "public": "公众版:整月统计,不足 5 件的不显示",
        "synthetic": "演示数据,由程序生成",
        "made": "制图时间 {at}",
    },
    "en": {
        "title": "{city} · incidents",
        "difference": "{city} · difference of two periods",
        "all": "all time",
        "period": "From {since} to {until}",
        "against": "Against {since} to {until}",
        "open": "open",
        "total": "Incidents: {total:,}",
        "before": "In the period compared with: {total:,}",
        "filter": "Only: {what}",
        "cell": "A cell is about {metres:,.0f} m wide",
        "count": "Incidents in a cell",
        "count_unit": "Incidents in a unit",
        "rate": f"Incidents per {PER_HOUSEHOLDS:,} households",
        "surface": "Smooth surface, classes as of cells",
        "change": "More or fewer incidents",
        "unknown": "households unknown",
        "none": "no incident",
        "same": "no difference",
        "public": "For the public: whole months, groups of 5 and more",
        "synthetic": "Demo data, generated",
        "made": "Drawn {at}",
    },
}

STATES_ZH = "已上报 已立案 不予立案 已派遣 处置中 已反馈 已核查 已结案 已回退 返工 挂账 作废 已合并"
STATE_WORDS = {
    "zh": dict(zip(STATES, STATES_ZH.split(), strict=True)),
    "en": {state: state for state in STATES},
}


def picture_of(connection, question, found, *, style, language, named=(), public=False):
    """The picture of a question.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    question : api.heat_answers.Question
    found : Found or list of Shown
    style : {"bins", "smooth", "count", "rate"}
        The first two for cells, the others for units.
    language : {"zh", "en"}
    named : sequence of str
        Names of what the incidents were filtered by.
    public : bool

    Returns
    -------
    Picture
    """
    words, at = WORDS[language], now()
    city = reading.city(connection, at)
    synthetic = reading.counts(connection, at)[1]
    make = _cells if question.by == "cells" else _units
    drawn = make(connection, question, found, style, words)
    title = words["difference" if question.against else "title"].format(city=city.name)
    source = " · ".join(
        part
        for part in (
            words["synthetic"] if synthetic else "",
            words["public"] if public else "",
            words["made"].format(at=f"{at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"),
            "Wangge",
        )
        if part
    )
    lines = (
        *_periods(question, found, words),
        *([words["filter"].format(what=" · ".join(named))] if named else []),
        *drawn.pop("lines"),
    )
    outlines = tuple(
        (width, shape) for level, width in OUTLINES for shape in shapes(connection, level, question.box, at=at).values()
    )
    return Picture(title=title, lines=lines, box=question.box, outlines=outlines, source=source, **drawn)


def pdf(picture):
    """The picture as PDF."""
    text = page(picture)
    return pdf_of(text, hashlib.sha256(text.encode()).hexdigest())


def png(picture):
    """The picture as PNG, set from the same page as the PDF."""
    import pypdfium2  # noqa: PLC0415 - loads a library of eight megabytes

    document = pypdfium2.PdfDocument(pdf(picture))
    try:
        image = document[0].render(scale=PNG_SCALE).to_pil()
    finally:
        document.close()
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _periods(question, found, words):
    since, until = getattr(found, "months", None) or (question.wanted.since, question.wanted.until)
    yield words["all"] if since is None and until is None else words["period"].format(**_days(words, since, until))
    if question.against:
        yield words["against"].format(**_days(words, question.against.since, question.against.until))


def _days(words, since, until):
    return {name: _moment(words, at) for name, at in (("since", since), ("until", until))}


def _moment(words, at):
    return words["open"] if at is None else f"{at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"


def _cells(connection, question, found, style, words):
    bins = found.bins
    latitude = np.radians((question.box[1] + question.box[3]) / 2)
    side = float(1 << (DEEPEST_ZOOM - bins.zoom))
    lines = [words["total"].format(total=bins.total), words["cell"].format(metres=side * METRES_A_PIXEL * np.cos(latitude))]
    if found.before is not None:
        return _difference_cells(found, side, lines, words)
    steps = limits(bins.cells[:, 2].tolist())
    ramp = colours(len(steps))
    held = _held(steps, bins.cells[:, 2].tolist())
    legend = [(ramp[k], text, f"{held[k]:,}") for k, text in enumerate(_ranges(steps, whole=True))]
    place, value, cell = bins.cells[:, :2], bins.cells[:, 2], side
    if style == "smooth":
        place, value = smooth(bins.cells, FINER)
        shown = value >= (steps[0] / 2 if steps else 1)
        place, value, cell = place[shown], np.maximum(value[shown], steps[0] if steps else 1), side / FINER
    classes = np.searchsorted(steps, value, side="right") - 1
    squares = tuple((ramp[k], rows) for k, rows in merged(place, classes, cell).items())
    heading = words["surface" if style == "smooth" else "count"]
    return {"lines": lines, "legend": tuple(legend), "legend_title": heading, "squares": squares}


def _difference_cells(found, side, lines, words):
    before = {(y, x): count for x, y, count in found.before.cells.tolist()}
    after = {(y, x): count for x, y, count in found.bins.cells.tolist()}
    cells = sorted(before.keys() | after.keys())
    change = [after.get(cell, 0) - before.get(cell, 0) for cell in cells]
    steps = turned(change)
    shade = [colour_of_difference(steps, value) for value in change]
    names = sorted(set(shade))
    place = np.array([(x, y) for y, x in cells], dtype=np.int64).reshape(-1, 2)
    rows = merged(place, np.array([names.index(colour) for colour in shade], dtype=np.int64), side)
    squares = tuple((names[k], each) for k, each in rows.items())
    more = [words["before"].format(total=found.before.total)]
    return {"lines": lines + more, "legend": _turned_legend(steps, words), "legend_title": words["change"], "squares": squares}


def _units(connection, question, found, style, words):
    land = shapes(connection, question.by, question.box, at=now())
    total = sum(each.count for each in found)
    lines = [words["total"].format(total=total)]
    if question.against:
        lines.append(words["before"].format(total=sum(each.before for each in found)))
        change = {each.code: each.count - each.before for each in found}
        steps = turned(list(change.values()))
        faces = tuple((colour_of_difference(steps, change[code]), shape) for code, shape in land.items() if code in change)
        return {"lines": lines, "legend": _turned_legend(steps, words), "legend_title": words["change"], "faces": faces}
    value = {each.code: each.rate if style == "rate" else each.count for each in found}
    steps = limits([each for each in value.values() if each])
    ramp = colours(len(steps))
    held = _held(steps, [each for each in value.values() if each])
    legend = [(ramp[k], text, f"{held[k]:,}") for k, text in enumerate(_ranges(steps, whole=style != "rate"))]
    legend.append((NOTHING, words["none"], f"{sum(each == 0 for each in value.values()):,}"))
    if style == "rate":
        legend.append((UNKNOWN, words["unknown"], f"{sum(each is None for each in value.values()):,}"))
    faces = tuple((_shade(value[code], steps, ramp), shape) for code, shape in land.items() if code in value)
    return {
        "lines": lines,
        "legend": tuple(legend),
        "legend_title": words["rate" if style == "rate" else "count_unit"],
        "faces": faces,
    }


def _shade(value, steps, ramp):
    if value is None:
        return UNKNOWN
    return ramp[max(class_of(steps, value), 0)] if value else NOTHING


def _held(steps, values):
    held = [0] * len(steps)
    for value in values:
        held[class_of(steps, value)] += 1
    return held


def _ranges(steps, *, whole):
    for k, low in enumerate(steps):
        if k + 1 == len(steps):
            yield f"≥ {low:,g}"
        elif not whole:
            yield f"{low:g} – < {steps[k + 1]:g}"
        else:
            yield f"{low:,g}" if steps[k + 1] - 1 == low else f"{low:,g}–{steps[k + 1] - 1:,g}"


def _turned_legend(steps, words):
    spoken = list(_ranges(steps, whole=True))
    more = [(colour_of_difference(steps, low), f"+ {text}") for low, text in zip(steps, spoken, strict=True)]
    less = [(colour_of_difference(steps, -low), f"− {text}") for low, text in zip(steps, spoken, strict=True)]
    return tuple((*line, "") for line in (*more[::-1], (colour_of_difference(steps, 0), words["same"]), *less))
