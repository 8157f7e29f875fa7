"""Who works on the jobs: inside the server or alone, through losses of the database and steps of the machine's clock."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager, suppress
from functools import partial

from procrastinate.worker import Worker

from api.borders import follow_borders
from api.database import private_cluster
from api.printing import Printer
from boundaries.store.printing import delete_old_files
from incidents.store.contacts import delete_old_contacts
from incidents.store.deadlines import tell_deadlines
from incidents.store.jobs import jobs_app
from incidents.store.new_terms import Reckoner
from incidents.store.submissions import delete_old_submissions

LONGEST_WAIT_S = 30
# Two at once, so that boards, which take minutes, keep no timer waiting.
WORKER = {"concurrency": 2, "install_signal_handlers": False, "listen_notify": False}
STEADY_S = 60  # who has worked for so long starts again at once
LOOK_AT_CLOCK_S = 5
CLOCK_STEP_S = 30

log = logging.getLogger("wangge.jobs")


def work_on(engine, *, index_folder=None):
    """What each job does, in a register.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    index_folder : pathlib.Path, optional

    Returns
    -------
    dict of str to callable
        As :func:`incidents.store.jobs.jobs_app` takes it.
    """
    return {
        "deadlines": partial(_deadlines, engine),
        "borders": partial(follow_borders, engine, index_folder=index_folder),
        "boards": Printer(engine),
        "terms": Reckoner(engine),
        "old": partial(_delete_old, engine),
    }


def _deadlines(engine):
    return {action: count for action, count in tell_deadlines(engine).items() if count}


def _delete_old(engine):
    with engine.begin() as connection:
        done = {"contacts": delete_old_contacts(connection), "submissions": delete_old_submissions(connection)}
        done["printed_files"] = delete_old_files(connection)
    return {what: count for what, count in done.items() if count}


@asynccontextmanager
async def working(held):
    """Work on the jobs beside an application, unless its settings leave that to others; at the end what has begun is ended first.

    Parameters
    ----------
    held : api.resources.Resources
    """
    if not held.settings.jobs:
        yield
        return
    stop = asyncio.Event()
    work = work_on(held.engine, index_folder=private_cluster(held.settings).indexes)
    task = asyncio.create_task(keep_working(held.settings.database_url, work, stop), name="jobs")
    try:
        yield
    finally:
        end(stop, work)
        await task


def end(stop, work):
    """Have those who work end after what has begun; of long work, after the part that has begun.

    Parameters
    ----------
    stop : asyncio.Event
    work : dict of str to callable
        Of :func:`work_on`.
    """
    stop.set()
    work["boards"].stop()


async def keep_working(url, work, stop, *, poll_s=5.0, longest_wait_s=LONGEST_WAIT_S, stepped=None):
    """Work on the jobs until told to stop; a job that has begun is ended first.

    Parameters
    ----------
    url : str
        Of the database.
    work : dict of str to callable
        See :func:`work_on`.
    stop : asyncio.Event
    poll_s : float
        How often to look for jobs.
    longest_wait_s : float
        Without a database it is tried again after 2 s, 4 s and so on up to this.
    stepped : callable, optional
        Waits until the clock was set; default :func:`clock_step`.

    Notes
    -----
    A worker begins anew when the clock was set. The library puts in every minute since its last look: with a clock set forward
    by a year half a million of them, with one set back by an hour nothing for an hour. One that begins puts in the last alone.
    """
    wait = 1
    while not stop.is_set():
        began = time.monotonic()
        ends = [asyncio.ensure_future(each) for each in (stop.wait(), (stepped or clock_step)())]
        try:
            await _work(jobs_app(url, work), poll_s, ends)
        except Exception as error:  # whatever it was: timers that end without a word are worse
            log.warning("the timers were interrupted (%s) and begin again", type(error).__name__)
        finally:
            await _cancelled(*ends)
        wait = min(longest_wait_s, 1 if time.monotonic() - began > STEADY_S else 2 * wait)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await stop.wait()


async def _work(app, poll_s, ends):
    """Work until one of some futures is there."""
    opening = asyncio.ensure_future(app.open_async())
    try:
        await asyncio.wait([opening, *ends], return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
            await _at_work(Worker(app, **WORKER, fetch_job_polling_interval=poll_s), ends)
    finally:
        await _cancelled(opening)
        await app.close_async()


async def _at_work(worker, ends):
    """A worker is asked to stop, not cancelled: a cancellation is lost at times where a wait with a limit is just over (asyncio
    of Python 3.11), and the worker would go on for ever. It is cancelled besides only while it does not work yet."""
    working = asyncio.ensure_future(worker.run())
    try:
        await asyncio.wait([working, *ends], return_when=asyncio.FIRST_COMPLETED)
    finally:
        worker.stop()
        if worker.run_task is None:
            working.cancel()
        await asyncio.wait([working])
    if not working.cancelled():
        working.result()


async def _cancelled(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def clock_step(*, every_s=LOOK_AT_CLOCK_S, wall=time.time, steady=time.monotonic):
    """Wait until the machine's clock is set, or runs on after the machine was asleep.

    Parameters
    ----------
    every_s : float
        How often to look.
    wall, steady : callable
        Seconds by the clock on the wall, and by one that is never set.

    Returns
    -------
    float
        By how many seconds it was set; more than `CLOCK_STEP_S` either way.
    """
    before = wall() - steady()
    while True:
        await asyncio.sleep(every_s)
        step = wall() - steady() - before
        if abs(step) > CLOCK_STEP_S:
            log.warning("the clock was set by %+.0f s; the timers start anew", step)
            return step
