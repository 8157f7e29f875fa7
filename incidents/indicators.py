"""Indicators 指标 of how incidents are dealt with, as a table: what is divided by what, and which incidents each number counts.

A period goes from an instant to another, the second excluded, and ends now where it would end later. Its books are closed then:
what happens afterwards does not count in it.
"""

from dataclasses import dataclass

import numpy as np

from gis.errors import Refusal

# What a row is of. The last three are parts of the period itself, in the city's time; a week begins on Monday.
PLACES = ("grid", "village", "town", "county")
STEPS = ("day", "week", "month")
BREAKDOWNS = (*PLACES, "department", "matter", "family", *STEPS)
WHOLE = "all"
PERSON = "worker"  # no breakdown that everybody may ask for: figures of a person (incidents/store/worker_figures.py)
SIDES = ("numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of incidents, said in both languages.

    Attributes
    ----------
    zh, en : str
        Which incidents it counts.
    """

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A formula.

    Attributes
    ----------
    name_zh, name_en : str
    numerator, denominator : str
        Names of `NUMBERS`. Of a mean the numerator is a sum of hours over the incidents of the denominator.
    unit : {"share", "hours"}
    """

    name_zh: str
    name_en: str
    numerator: str
    denominator: str
    unit: str = "share"


NUMBERS = {
    "received": Number("期内上报的全部事件", "all incidents reported in the period"),
    "without_course": Number(
        "其中没有过程记录的（演示用生成数据），不计入其他任何指标",
        "of these, those whose course was never recorded (generated for a demo); no other indicator counts them",
    ),
    "reported": Number("期内上报、有过程记录的事件", "incidents reported in the period, their course recorded"),
    "registered": Number("其中期末前已立案的", "of these, those registered before the end of the period"),
    "due": Number(
        "应结案：办理时限在期内届满的事件；期末前作废、合并或不予立案的除外，挂账中时限已停的除外",
        "due to close: incidents whose term ends in the period; without those cancelled, merged or refused before its end, and "
        "those whose clock a suspension has stopped",
    ),
    "closed": Number("其中期末前已结案的，含超期结案", "of these, those closed before the end of the period, late or not"),
    "closed_on_time": Number("其中在时限届满前结案的", "of these, those closed when their term ended or earlier"),
    "handled": Number(
        "其中期末前已处置反馈、未被退回返工的",
        "of these, those fed back before the end of the period and not sent to rework since",
    ),
    "overdue": Number(
        "其中时限届满时未结案的，无论此后是否结案",
        "of these, those not closed when their term ended, whether closed since or not",
    ),
    "checked": Number("期内经过核查的事件", "incidents that were checked in the period"),
    "reworked": Number("其中期内至少一次核查不通过而返工的", "of these, those sent to rework at least once in the period"),
    "finished": Number("期内结案的事件", "incidents closed in the period"),
    "hours": Number(
        "这些事件从首次派遣到最后一次反馈的小时数之和，昼夜连续计算，扣除挂账时间",
        "the hours from first dispatch to last feedback of these, day and night, without the time in suspension, summed up",
    ),
}
INDICATORS = {
    "registration_rate": Indicator("立案率", "Registration rate", "registered", "reported"),
    "closing_rate": Indicator("结案率", "Closing rate", "closed", "due"),
    "on_time_rate": Indicator("按期结案率", "On-time closing rate", "closed_on_time", "due"),
    "handling_rate": Indicator("处置率", "Handling rate", "handled", "due"),
    "overdue_rate": Indicator("超期率", "Overdue rate", "overdue", "due"),
    "rework_rate": Indicator("返工率", "Rework rate", "reworked", "checked"),
    "mean_handling_hours": Indicator("平均处置时长", "Mean handling time", "hours", "finished", "hours"),
    "without_course_share": Indicator("无过程记录占比", "Share without a course", "without_course", "received"),
}
COUNTED = tuple(name for name in NUMBERS if name != "hours")


def require_breakdown(by):
    """Refuse what nothing is broken down by.

    Raises
    ------
    Refusal
        ``bad_breakdown``.
    """
    if by not in BREAKDOWNS:
        raise Refusal("bad_breakdown", f"Indicators are broken down by {', '.join(BREAKDOWNS)}; give one of these as 'by'.")


def values(indicator, counts):
    """An indicator for many rows at once.

    Parameters
    ----------
    indicator : str
        A name of `INDICATORS`.
    counts : dict of str to array_like of float, shape (n,)
        By name of `NUMBERS`.

    Returns
    -------
    ndarray of float64, shape (n,)
        Shares from 0 to 1, or hours; NaN, which is no number at all and not 0, where nothing is counted in the denominator.

    Examples
    --------
    >>> values("closing_rate", {"closed": [3, 0, 0], "due": [4, 2, 0]})
    array([0.75, 0.  ,  nan])
    """
    formula = INDICATORS[indicator]
    above, below = (np.asarray(counts[name], dtype=np.float64) for name in (formula.numerator, formula.denominator))
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)


def listed(indicator, side):
    """The number whose incidents stand behind one side of an indicator; behind a sum of hours those it is summed over.

    Examples
    --------
    >>> listed("closing_rate", "numerator"), listed("mean_handling_hours", "numerator")
    ('closed', 'finished')
    """
    formula = INDICATORS[indicator]
    name = getattr(formula, side)
    return formula.denominator if name == "hours" else name


def whole(rows):
    """The counts of rows that share no incident, summed up.

    Parameters
    ----------
    rows : iterable of dict of str to float

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> whole([{"due": 2, "hours": 1.5}, {"due": 1, "hours": 0.0}])["due"]
    3
    """
    rows = list(rows)
    return {name: sum(row.get(name, 0) for row in rows) for name in NUMBERS}
