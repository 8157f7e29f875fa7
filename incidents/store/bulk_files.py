"""A file of reports taken in whole or not at all, once."""

import hashlib
from dataclasses import dataclass, field

import sqlalchemy as sa

from boundaries.clock import now
from gis.errors import Refusal
from incidents.report_files import opened
from incidents.store.bulk import BulkIntake
from incidents.store.intake import Submission, earlier
from incidents.store.tables import matter

SENDER = "file"
REMEMBER = sa.text("""
    INSERT INTO submission (sender, key, digest, incident_id)
    SELECT :sender, :key, :digest, id FROM incident WHERE no = :no""")


@dataclass(slots=True)
class Outcome:
    """What became of a file.

    Attributes
    ----------
    stored : int
    faults : list of incidents.report_files.Fault
        Rows that cannot be taken.
    first_no, last_no : str or None
        Numbers of the first and the last report stored.
    """

    stored: int = 0
    faults: list = field(default_factory=list)
    first_no: str | None = None
    last_no: str | None = None


def take_in_file(engine, path, wish, *, snapshot, by, actor, scopes=("",), skip_bad=False, on_progress=None):
    """Take in the reports of a file.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    path : pathlib.Path
    wish : incidents.report_files.Wish
    snapshot : boundaries.store.snapshots.Snapshot
        The register now.
    by : (int or None, str)
        Account and origin.
    actor : str
    scopes : sequence of str
        Beginnings of codes for which the sender may report.
    skip_bad : bool
        Take the others where some rows cannot be taken; else nothing is stored then.
    on_progress : callable, optional
        Called with what is done ("Looking at", "Storing") and the number of rows so far.

    Returns
    -------
    Outcome

    Raises
    ------
    Refusal
        ``file_taken``, ``nothing_at_instant``, ``serials_used_up``, and all of :func:`incidents.report_files.opened`.
    """
    outcome, at = Outcome(), now()
    tell = on_progress or (lambda what, rows: None)
    with path.open("rb") as file:
        submission = _submission(hashlib.file_digest(file, "sha256").digest())
    with engine.begin() as connection:
        _require_new(connection, submission)
        known = connection.execute(sa.select(matter.c.code)).scalars().all()
        intake = BulkIntake(connection, snapshot, by=by, actor=actor, scopes=scopes)
        if not skip_bad:
            for _, faults in _blocks(path, wish, intake, known, at, lambda rows: tell("Looking at", rows)):
                outcome.faults += faults
            if outcome.faults:
                return outcome
        for located, faults in _blocks(path, wish, intake, known, at, lambda rows: tell("Storing", rows)):
            outcome.faults += faults
            _note(outcome, intake.store(located, numbering=engine))
        if outcome.stored:
            connection.execute(REMEMBER, _values(submission) | {"digest": submission.digest, "no": outcome.first_no})
    return outcome


def _blocks(path, wish, intake, matters, at, tell):
    rows = 0
    with opened(path, wish, matters=matters, now=at) as file:
        for block in file.blocks:
            located, faults = intake.located(block)
            yield located, sorted([*block.faults, *faults], key=lambda fault: fault.row)
            rows += len(block.rows) + len(block.faults)
            tell(rows)


def _note(outcome, given):
    if len(given):
        outcome.first_no = outcome.first_no or str(given[0])
        outcome.last_no = str(given[-1])
        outcome.stored += len(given)


def _submission(digest):
    return Submission(SENDER, digest.hex(), digest)


def _values(submission):
    return {"sender": submission.sender, "key": submission.key}


def _require_new(connection, submission):
    found = earlier(connection, submission)
    if found:
        sentence = f"This very file was taken in before, from incident {found.no} on; nothing was stored again."
        raise Refusal("file_taken", sentence, first_no=found.no)
