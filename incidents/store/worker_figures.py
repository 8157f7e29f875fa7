"""Figures of grid workers, counted from incidents, and the incidents behind each.

For the assessment that the regulation asks of the bodies that keep the workers (Art. 13): of each worker, never of a resident,
and for nobody else. What an indicator counts (docs/indicators.md) is counted here alike, of the incidents that were given to the
worker, or to whoever stood in at that time.
"""

from pathlib import Path

import sqlalchemy as sa

from boundaries.store.statements import part
from gis.errors import Refusal
from incidents.indicators import PERSON
from incidents.states import ENDED
from incidents.store.indicators import TOLD, counted, listed_rows, members, period_of

HERE = Path(__file__).parent
# Name of the figure → number of `incidents.indicators.NUMBERS`.
COUNTS = {
    "responsible": "received",
    "handled": "handled",
    "on_time": "closed_on_time",
    "overdue": "overdue",
    "rework": "reworked",
}
MEASURES = ("reported", *COUNTS, "finished", "open")
WITHIN_REACH = f"""
    EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with({part(HERE, "place")}, reach))"""
REPORTED_BY = f"""
    FROM incident JOIN grid_worker AS worker ON worker.account_id = incident.reported_by
    WHERE worker.id = ANY (:ids) AND incident.reported_at >= :since AND incident.reported_at < :until AND {WITHIN_REACH}"""
REPORTED = sa.text(f"SELECT worker.id, count(*) AS count {REPORTED_BY} GROUP BY worker.id")
LIST_REPORTED = sa.text(f"WITH behind AS (SELECT incident.id, CAST(NULL AS numeric) AS hours {REPORTED_BY}) {TOLD}")
# What is open is handed to nobody when an absence begins; whoever stands in has it in the list too.
LIST_OPEN = sa.text(f"""
    WITH behind AS (
        SELECT id, CAST(NULL AS numeric) AS hours FROM incident
        WHERE state <> ALL (:ended) AND worker_id = ANY (ARRAY(
            SELECT CAST(:id AS bigint)
            UNION ALL
            SELECT worker_id FROM worker_absence
            WHERE substitute_id = CAST(:id AS bigint) AND lifespan @> statement_timestamp()))
            AND {WITHIN_REACH}
    ) {TOLD}""")


def figures(connection, workers, asked, *, at):
    """Figures of some workers.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    workers : iterable of Row
        Of :func:`boundaries.store.workers.workers`.
    asked : incidents.store.indicators.Question
        The period, and where incidents are counted.
    at : datetime
        This instant.

    Returns
    -------
    list of dict
        ``id name place reported responsible handled on_time overdue rework mean_handling_h``, in the order of the workers; a
        worker of whom nothing is counted has zeros, and None as mean. ``reported`` is None of a worker without an account.
    """
    workers = list(workers)
    found = counted(connection, asked, by=PERSON, at=at)
    values = period_of(asked, at) | {"ids": [row.id for row in workers], "scopes": list(asked.scopes)}
    reported = dict(connection.execute(REPORTED, values).all())
    return [_figures(row, found.get(str(row.id), {}), reported.get(row.id, 0)) for row in workers]


def behind_figure(connection, worker_id, measure, asked, *, at, after="", limit):
    """The incidents that a figure counts.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    worker_id : int
    measure : str
        One of `MEASURES`. ``finished`` are those behind the mean handling time; ``open`` are all that are open now, those of
        whom the worker stands in for included, whatever the period.
    asked : incidents.store.indicators.Question
    at : datetime
        This instant.
    after : str
        Only incidents whose number is greater, which is the next page.
    limit : int

    Returns
    -------
    rows : list of Row
    total : int
        As of :func:`incidents.store.indicators.behind`.

    Raises
    ------
    Refusal
        ``unknown_measure``.
    """
    page = {"after": after, "limit": limit}
    reach = page | {"scopes": list(asked.scopes)}
    if measure == "open":
        return listed_rows(connection.execute(LIST_OPEN, {"id": worker_id, "ended": list(ENDED)} | reach))
    if measure == "reported":
        return listed_rows(connection.execute(LIST_REPORTED, period_of(asked, at) | {"ids": [worker_id]} | reach))
    number = COUNTS.get(measure, measure)
    if measure not in MEASURES:
        raise Refusal("unknown_measure", f"The figure is not known; give one of {', '.join(MEASURES)} as 'measure'.")
    return members(connection, asked, number, by=PERSON, at=at, of_row=True, code=str(worker_id), **page)


def _figures(row, counts, reported):
    finished = counts.get("finished", 0)
    told = {"id": row.id, "name": row.name, "place": row.scope, "reported": None if row.account is None else reported}
    told |= {name: counts.get(number, 0) for name, number in COUNTS.items()}
    return told | {"mean_handling_h": round(counts["hours"] / finished, 2) if finished else None}
