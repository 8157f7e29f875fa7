"""What is done by the clock: jobs in the database, which outlive whoever works on them.

Each job looks at the tables for what is due and does it; none carries anything of its own. So one that was lost with its worker
needs no second try: the next does the same. Of many workers one gets the job of a minute, by the key of
``procrastinate_periodic_defers``, and none is put in while another of its kind waits, by its queueing lock.
"""

import logging
from pathlib import Path

import sqlalchemy as sa
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from boundaries.clock import CITY_ZONE_NAME
from boundaries.store.statements import statement

HERE = Path(__file__).parent
# When each is done, as cron tells it. No hour of the day is among them: a machine that is off at night does all of it too.
SCHEDULE = {
    "deadlines": "* * * * *",
    "borders": "* * * * *",
    "boards": "* * * * *",
    "terms": "*/10 * * * *",
    "old": "7 * * * *",
    "tidy": "*/10 * * * *",
}
TIDY = "tidy"
QUEUE = "wangge"
MISSED_S = 3600  # a worker that starts does what should have been done within this time
SILENT_S = 60  # a worker that has not been heard of for so long is gone
KEEP_DONE_HOURS, KEEP_FAILED_HOURS = 24, 30 * 24
WORKERS = sa.text("""
    SELECT id, last_heartbeat, last_heartbeat > now() - make_interval(secs => :silent) AS alive
    FROM procrastinate_workers ORDER BY id""")

WAKE = sa.text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(CAST(:queue AS text), named.task, 0, NULL, named.task, CAST('{"timestamp": 0}' AS jsonb), NULL)
            ::procrastinate_job_to_defer_v1])
    FROM (SELECT CAST(:task AS text) AS task) AS named
    WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = named.task AND status = 'todo')""")

log = logging.getLogger("wangge.jobs")


def jobs_app(url, work):
    """The jobs, to be worked on in the database of an address.

    Parameters
    ----------
    url : str
        ``postgresql://…``
    work : dict of str to callable
        What each name of `SCHEDULE` but ``tidy`` does; it takes nothing and returns something to be logged.

    Returns
    -------
    procrastinate.App
    """
    kwargs = {"options": f"-c TimeZone={CITY_ZONE_NAME}", "connect_timeout": 5, "application_name": "wangge jobs"}
    kwargs |= {"prepare_threshold": None}
    connector = PsycopgConnector(conninfo=_conninfo(url), kwargs=kwargs, min_size=1, max_size=2, timeout=10)
    app = App(connector=connector, periodic_defaults={"max_delay": MISSED_S})
    for name, cron in SCHEDULE.items():
        done = _tidy if name == TIDY else _logged(name, work[name])
        task = app.task(name=f"wangge.{name}", queue=QUEUE, queueing_lock=f"wangge.{name}", pass_context=name == TIDY)(done)
        app.periodic(cron=cron)(task)
    return app


def _conninfo(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _logged(name, function):
    """A job whose failure stands in the log in one line: kind of error, no words, which may hold what was reported."""

    def job(timestamp):
        try:
            done = function()
        except Exception as error:
            log.error("job=%s failed=%s", name, type(error).__name__)
            raise
        if done:
            log.info("job=%s done=%s", name, done)

    return job


def wake(connection, name):
    """Have a job done as soon as somebody looks, not at its next minute; with what is committed, or not at all.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    name : str
        Of `SCHEDULE`.
    """
    try:
        with connection.begin_nested():
            connection.execute(WAKE, {"queue": QUEUE, "task": f"wangge.{name}"})
    except IntegrityError:
        log.debug("job=%s waits already", name)  # put in by somebody else at the same time


async def _tidy(context, timestamp):
    """Give up jobs whose worker is gone, and forget those that have ended long ago."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        log.warning("job=%s left by a worker that is gone", job.task_name)
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    await manager.prune_stalled_workers(SILENT_S)
    await manager.delete_old_jobs(nb_hours=KEEP_DONE_HOURS)
    ended = {"include_failed": True, "include_cancelled": True, "include_aborted": True}
    await manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, **ended)


def job_states(connection):
    """What became of the jobs.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    list of Row
        ``name done_at failed_at failed waiting running`` of each kind of job: when one last ended well and badly, and how many
        are failed (of the last 30 days), waiting and running now. In the order of `SCHEDULE`.
    """
    rows = {row.name: row for row in connection.execute(statement(HERE, "job_states"), {"names": list(SCHEDULE)})}
    return [rows[name] for name in SCHEDULE]


def workers(connection):
    """Those who work on the jobs.

    Returns
    -------
    list of Row
        ``id last_heartbeat alive``.
    """
    return connection.execute(WORKERS, {"silent": SILENT_S}).all()
