"""What is asked of GeoReport v2: the parameters of its lists. One that is empty is one that is not there."""

import re
from datetime import date, timedelta

from api.instants import parse_instant
from api.parameters import parse_box
from boundaries.clock import CITY_ZONE, now, start_of_day
from gis.errors import Refusal
from incidents.store.open311 import Question

SPAN = timedelta(days=90)
MOST, MOST_IDS, LAST_PAGE = 1000, 100, 100_000
STATUSES = {"open", "closed"}
COUNT = re.compile(r"\d{1,6}", re.ASCII)


def question_of(asked, *, county=""):
    """The question that some parameters ask.

    Parameters
    ----------
    asked : dict of str to str
        Those that were given.
    county : str
        Empty for all.

    Returns
    -------
    Question

    Raises
    ------
    Refusal
        ``bad_instant``, ``empty_period``, ``invalid_parameter``, and those of :func:`api.parameters.parse_box`.

    Examples
    --------
    >>> found = question_of({"start_date": "2026-05-01T00:00:00Z", "status": "open,closed", "page_size": "20"})
    >>> found.until - found.since, found.status, found.page_size
    (datetime.timedelta(days=90), None, 20)
    >>> question_of({"page": "0"})
    Traceback (most recent call last):
    gis.errors.Refusal: The parameter 'page' has to be a whole number from 1 to 100000.
    """
    changed = {
        name: _instant(asked, given) for name, given in (("changed_since", "updated_after"), ("changed_until", "updated_before"))
    }
    since, until = _period(asked, everything=any(changed.values()))
    return Question(
        services=tuple(_parts(asked, "service_code")),
        status=_status(_parts(asked, "status")),
        since=since,
        until=until,
        county=county,
        box=_box(asked),
        page=_count(asked, "page", default=1, most=LAST_PAGE),
        page_size=_count(asked, "page_size", default=MOST, most=MOST),
        **changed,
    )


def ids_of(asked):
    """The requests that are asked for by name.

    Raises
    ------
    Refusal
        ``invalid_parameter``.

    Examples
    --------
    >>> ids_of({"service_request_id": "1, 2"}), ids_of({})
    (['1', '2'], [])
    """
    ids = list(dict.fromkeys(_parts(asked, "service_request_id")))
    if len(ids) > MOST_IDS:
        raise Refusal(
            "invalid_parameter",
            f"The parameter 'service_request_id' names more than {MOST_IDS} requests; ask again for the rest.",
        )
    return ids


def _period(asked, *, everything):
    """The 90 days that are meant: to the midnight before, so that they do not move while somebody turns the pages."""
    since, until = _instant(asked, "start_date"), _instant(asked, "end_date")
    if since and until and since > until:
        raise Refusal("empty_period", "The period ends before it begins: 'start_date' has to be earlier than 'end_date'.")
    if since and until and until - since > SPAN:
        raise Refusal("invalid_parameter", f"From 'start_date' to 'end_date' may be {SPAN.days} days at most; ask for less.")
    if since or until:
        return since or until - SPAN, until or since + SPAN
    return (None if everything else start_of_day(_today() - SPAN + timedelta(days=1))), None


def _today() -> date:
    return now().astimezone(CITY_ZONE).date()


def _instant(asked, name):
    return parse_instant(asked[name], name) if name in asked else None


def _parts(asked, name):
    return [part.strip() for part in asked.get(name, "").split(",") if part.strip()]


def _status(parts):
    if not set(parts) <= STATUSES:
        raise Refusal("invalid_parameter", "The parameter 'status' has to be open, closed or both, separated by a comma.")
    return parts[0] if len(set(parts)) == 1 else None


def _box(asked):
    if "bbox" not in asked:
        return None
    box = parse_box(asked["bbox"])
    return box.west, box.south, box.east, box.north


def _count(asked, name, *, default, most):
    if name not in asked:
        return default
    if not COUNT.fullmatch(asked[name]) or not 1 <= int(asked[name]) <= most:
        raise Refusal("invalid_parameter", f"The parameter '{name}' has to be a whole number from 1 to {most}.")
    return int(asked[name])
