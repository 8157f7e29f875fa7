"""Grid workers 网格员: work contact, training and assessment, absences; nothing else about the person."""

import math
import re
import unicodedata

from boundaries.codes import level_of
from boundaries.names import checked_name
from gis.errors import Refusal

KINDS = ("full_time", "part_time", "stationed")  # 专职, 兼职 (Art. 11), and staff that a department stations (Art. 20)
PHONE = re.compile(r"[0-9+][0-9 -]{2,23}[0-9]", re.ASCII)
MARKUP = re.compile(r"[<>]")
MOST_HOURS, BEST_SCORE = 1000, 100
LONGEST_REASON = 200
DEMO_COURSE = "岗前培训（演示数据）"
BADGE = re.compile(r"W[0-9A-HJKMNP-TV-Z]{10}")
BADGE_SIGNS = str.maketrans("ILO", "110")  # as Crockford reads what people write for them


def checked_contact(name, work_phone):
    """A worker's name and work phone as they are stored.

    Raises
    ------
    Refusal
        ``bad_worker``.

    Examples
    --------
    >>> checked_contact(" 王芳 ", "0830－3101234")
    ('王芳', '0830-3101234')
    """
    try:
        name = checked_name(name)
    except ValueError as error:
        raise Refusal("bad_worker", f"The name of the worker {error}.") from error
    if MARKUP.search(name):
        raise Refusal("bad_worker", "The name of the worker holds < or >; give the name alone, without markup.")
    phone = unicodedata.normalize("NFKC", work_phone).strip()
    if not PHONE.fullmatch(phone):
        raise Refusal("bad_worker", "The work phone must have 4 to 25 digits, blanks and hyphens, with + for a country.")
    return name, phone


def require_worker(scope, kind):
    """Refuse a place or kind that no worker can have.

    Raises
    ------
    Refusal
        ``bad_code``, ``bad_worker``.
    """
    if level_of(scope) not in ("county", "town", "village"):
        raise Refusal("bad_worker", "A worker belongs to a county, town or village; give its code of 6, 9 or 12 digits.")
    if kind not in KINDS:
        raise Refusal("bad_worker", f"The kind of worker is not known; give one of {', '.join(KINDS)}.")


def checked_training(course, hours):
    """Name and length of a training as they are stored.

    Parameters
    ----------
    course : str
    hours : float
        To the tenth.

    Returns
    -------
    str, float

    Raises
    ------
    Refusal
        ``bad_record``.

    Examples
    --------
    >>> checked_training(" 岗前培训 ", 16)
    ('岗前培训', 16)
    """
    try:
        course = checked_name(course)
    except ValueError as error:
        raise Refusal("bad_record", f"The name of the course {error}.") from error
    if not (math.isfinite(hours) and 0.1 <= hours <= MOST_HOURS):
        raise Refusal("bad_record", f"A training lasts from 0.1 to {MOST_HOURS} hours.")
    return course, hours


def require_score(score):
    """Refuse what is no score.

    Raises
    ------
    Refusal
        ``bad_record``.
    """
    if score is not None and not (math.isfinite(score) and 0 <= score <= BEST_SCORE):
        raise Refusal("bad_record", f"A score is a number from 0 to {BEST_SCORE}; leave it out where there is none.")


def checked_reason(reason):
    """Why a record is annulled, as it is stored.

    Raises
    ------
    Refusal
        ``bad_record``.
    """
    try:
        return checked_name(reason, longest=LONGEST_REASON)
    except ValueError as error:
        raise Refusal("bad_record", f"The reason {error}.") from error


def require_held(day, today):
    """Refuse a record of a day to come.

    Parameters
    ----------
    day, today : date

    Raises
    ------
    Refusal
        ``day_in_future``, ``bad_record``.
    """
    if day > today:
        raise Refusal("day_in_future", f"{day} has not come yet; enter a training or an assessment once it was held.")
    if day.year < 1980:
        raise Refusal("bad_record", f"{day} is too long ago; look at the day again.")


def badge_number(text):
    """The number of a badge as people copy it: in any case, with blanks and hyphens.

    Returns
    -------
    str or None
        None where no badge has such a number.

    Examples
    --------
    >>> badge_number("w0xne-00cbg 6"), badge_number("<script>")
    ('W0XNE00CBG6', None)
    """
    number = re.sub(r"[\s-]", "", text).upper().translate(BADGE_SIGNS)
    return number if BADGE.fullmatch(number) else None
