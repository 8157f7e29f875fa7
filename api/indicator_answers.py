"""Indicators as they are answered, and as they are written into a workbook."""

import math

from api.heat_answers import span
from api.json_text import moment
from boundaries.clock import CITY_ZONE
from incidents.indicators import INDICATORS, NUMBERS, values

AS_THEY_ARE = ("no", "matter", "family", "matter_zh", "matter_en", "state", "urgent", "grid_code", "department")
MOMENTS = ("reported_at", "registered_at", "handled_at", "due_at", "closed_at")


def indicators_answer(asked, rows, total, *, by, at):
    """All numbers of a breakdown; see `api.indicator_models.Indicators`."""
    *answered, whole = _rows([*rows, total])
    return {
        "by": by,
        "period": span(asked),
        "made_at": moment(at.astimezone(CITY_ZONE)),
        "indicators": [_meaning(code) for code in INDICATORS],
        "rows": answered,
        "total": whole,
    }


def list_answer(rows, total, *, indicator, part, limit):
    """Incidents behind a number; see `api.indicator_models.CountedIncidents`."""
    following = rows[-1].no if len(rows) == limit else None
    told = {"indicator": indicator, "part": part, "total": total}
    return told | {"incidents": [incident_answer(row) for row in rows], "next": following}


def _rows(rows):
    counts = {name: [row.counts[name] for row in rows] for name in NUMBERS}
    found = {code: values(code, counts).tolist() for code in INDICATORS}
    return [_row(row, {code: value[place] for code, value in found.items()}) for place, row in enumerate(rows)]


def _row(row, found):
    told = {code: _value(formula, row.counts, found[code]) for code, formula in INDICATORS.items()}
    return {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en, "values": told}


def _value(formula, counts, value):
    told = None if math.isnan(value) else round(value, 6)
    return {"value": told, "numerator": round(counts[formula.numerator], 6), "denominator": counts[formula.denominator]}


def _meaning(code):
    formula = INDICATORS[code]
    above, below = NUMBERS[formula.numerator], NUMBERS[formula.denominator]
    said = {"numerator_zh": above.zh, "numerator_en": above.en, "denominator_zh": below.zh, "denominator_en": below.en}
    return {"code": code, "name_zh": formula.name_zh, "name_en": formula.name_en, "unit": formula.unit} | said


def incident_answer(row):
    """One incident behind a number; see `api.indicator_models.CountedIncident`."""
    told = {name: getattr(row, name) for name in AS_THEY_ARE} | {name: moment(getattr(row, name)) for name in MOMENTS}
    return told | {"hours": row.hours}
