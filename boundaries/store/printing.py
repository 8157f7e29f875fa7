"""Boards and cards that are to be printed: made part by part, so that a restart loses nothing, and written down when done."""

import json
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from boundaries.clock import now
from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.publication.contents import digests
from boundaries.store import audit
from boundaries.store.publication import without_phone
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
KINDS, SIZES = ("board", "card"), ("A3", "A4")
MOST_GRIDS = 1000  # in one file: some 80 MB, which is held in memory a few times over when it is joined
PART = 10  # boards made at a time: a few seconds of work
MOST_TRIES = 3
KEEP_FILE_DAYS = 7
ASK = sa.text("""
    INSERT INTO print_job (scope, kind, size, grids, address, is_public_address, asked_by)
    VALUES (:scope, :kind, :size, :grids, :address, :is_public_address, :asked_by) RETURNING id""")
FILE = sa.text("SELECT content FROM print_job WHERE id = :id")
OPEN = sa.text("SELECT id FROM print_job WHERE ended_at IS NULL ORDER BY id")
TAKE = sa.text("SELECT pg_try_advisory_lock(hashtext('print_job'), CAST(:id AS integer))")
LET_GO = sa.text("SELECT pg_advisory_unlock(hashtext('print_job'), CAST(:id AS integer))")
BEGIN = sa.text("""
    UPDATE print_job SET started_at = coalesce(started_at, now())
    WHERE id = :id AND ended_at IS NULL RETURNING id, kind, size, grids, address, is_public_address""")
FAULT = sa.text("UPDATE print_job SET tries = tries + 1 WHERE id = :id RETURNING tries")
READY = sa.text("SELECT first FROM print_part WHERE job_id = :id")
ADD_PART = sa.text("""
    INSERT INTO print_part (job_id, first, grids, digests, content)
    VALUES (:job_id, :first, :grids, CAST(:digests AS jsonb), :content)""")
PARTS = sa.text("SELECT content FROM print_part WHERE job_id = :id ORDER BY first")
WRITE_DOWN = sa.text("""
    INSERT INTO printed (job_id, grid_code, kind, size, digests, printed_at)
    SELECT job.id, one.key, job.kind, job.size, one.value, part.made_at
    FROM print_job AS job JOIN print_part AS part ON part.job_id = job.id CROSS JOIN jsonb_each(part.digests) AS one
    WHERE job.id = :id ORDER BY one.key""")
END = sa.text("UPDATE print_job SET ended_at = now(), content = :content, error = :error WHERE id = :id")
FORGET_PARTS = sa.text("DELETE FROM print_part WHERE job_id = :id")
FORGET_FILES = sa.text("""
    UPDATE print_job SET content = NULL
    WHERE content IS NOT NULL AND ended_at < now() - make_interval(days => :days) RETURNING id""")


def ask(connection, codes, *, kind, size, address, is_public_address, by):
    """Have boards or cards of some grids made, all in one file.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    codes : sequence of str
        Of grids in force.
    kind : {"board", "card"}
    size : {"A3", "A4"}
    address : str
        Beginning of the address in the QR code.
    is_public_address : bool
        Whether the server's setting said it.
    by : (int or None, str)

    Returns
    -------
    int
        Number of the job.

    Raises
    ------
    Refusal
        ``nothing_to_print``, ``too_many_boards``, ``no_supervision_phone``.
    """
    codes = sorted(set(codes))
    if not codes:
        raise Refusal("nothing_to_print", "There is no grid in force there; name grids, or a unit that is divided into grids.")
    if len(codes) > MOST_GRIDS:
        sentence = f"There are more than {MOST_GRIDS:,} grids there; print town by town."
        raise Refusal("too_many_boards", sentence, most=MOST_GRIDS)
    _require_phone(connection, codes)
    said = {"kind": kind, "size": size, "address": address, "is_public_address": is_public_address, "asked_by": by[0]}
    job_id = connection.execute(ASK, said | {"scope": scope_of(codes), "grids": codes}).scalar_one()
    detail = {"kind": kind, "size": size, "grids": len(codes), "scope": scope_of(codes)}
    audit.record(connection, account_id=by[0], action="board.print", record=f"print_job:{job_id}", origin=by[1], detail=detail)
    return job_id


def scope_of(codes):
    """The smallest unit that holds all of some grids.

    Examples
    --------
    >>> scope_of(["510502001001001", "510502001002001"]), scope_of(["510502001001001"])
    ('510502001', '510502001001001')
    """
    first, last = min(codes), max(codes)  # what these two have in common, all have
    return first[: max(length for length in LENGTH_OF_LEVEL.values() if first[:length] == last[:length])]


def job(connection, job_id):
    """How far a job is.

    Returns
    -------
    Row
        ``id scope kind size total done state error asked_at ended_at has_file``; ``state`` is waiting, running, done or failed.

    Raises
    ------
    Refusal
        ``unknown_print_job``.
    """
    row = connection.execute(statement(HERE, "print_jobs"), {"id": job_id}).one_or_none()
    if row is None:
        raise Refusal("unknown_print_job", f"There is no print job {job_id}.")
    return row


def file_of(connection, job_id):
    """The PDF of a job that is done.

    Raises
    ------
    Refusal
        ``unknown_print_job``; ``no_print_file`` while there is none, and when it is gone.
    """
    row = job(connection, job_id)
    if not row.has_file:
        gone = f"it is kept for {KEEP_FILE_DAYS} days; print them again" if row.state == "done" else f"the job is {row.state}"
        raise Refusal("no_print_file", f"There is no file of print job {job_id}: {gone}.", state=row.state)
    return bytes(connection.execute(FILE, {"id": job_id}).scalar_one())


@contextmanager
def taken(engine):
    """The oldest job that nobody works on, for as long as the block lasts; whoever goes away without a word has let it go.

    Parameters
    ----------
    engine : sqlalchemy.Engine

    Yields
    ------
    Row or None
        ``id kind size grids address is_public_address``.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for job_id in connection.execute(OPEN).scalars().all():
            if connection.execute(TAKE, {"id": job_id}).scalar_one():
                break
        else:
            yield None
            return
        try:
            yield connection.execute(BEGIN, {"id": job_id}).one_or_none()
        finally:
            connection.execute(LET_GO, {"id": job_id})


def missing_parts(connection, held):
    """Parts of a job that are still to be made.

    Returns
    -------
    list of (int, list of str)
        Place of the first grid in the file, and the codes.
    """
    ready = set(connection.execute(READY, {"id": held.id}).scalars())
    return [(k, held.grids[k : k + PART]) for k in range(0, len(held.grids), PART) if k not in ready]


def add_part(connection, held, first, codes, *, contents, content):
    """Keep pages that are ready.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    held : Row
        Of :func:`taken`.
    first : int
    codes : list of str
    contents : dict of str to Contents
        What stands on the pages; without grids that have ended meanwhile.
    content : bytes
        PDF; empty where no grid is left.
    """
    address = held.address if held.is_public_address else ""
    said = json.dumps({code: digests(each, address) for code, each in contents.items()})
    connection.execute(ADD_PART, {"job_id": held.id, "first": first, "grids": len(codes), "digests": said, "content": content})


def parts(connection, job_id):
    """The pages of a job, in their order: PDFs."""
    return [bytes(content) for content in connection.execute(PARTS, {"id": job_id}).scalars() if content]


def finish(connection, job_id, content):
    """Keep the file and write down what was printed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    job_id : int
    content : bytes
    """
    connection.execute(WRITE_DOWN, {"id": job_id})
    connection.execute(END, {"id": job_id, "content": content, "error": None})
    connection.execute(FORGET_PARTS, {"id": job_id})


def went_wrong(connection, job_id):
    """Count a fault; a restart, however many there are, is none.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    job_id : int

    Returns
    -------
    int
        How many there have been.
    """
    return connection.execute(FAULT, {"id": job_id}).scalar_one()


def give_up(connection, job_id, code):
    """End a job that cannot be done; nothing counts as printed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    job_id : int
    code : str
        Of the refusal.
    """
    connection.execute(END, {"id": job_id, "content": None, "error": code})
    connection.execute(FORGET_PARTS, {"id": job_id})


def delete_old_files(connection):
    """Files of jobs that ended some days ago; the jobs stay.

    Returns
    -------
    int
    """
    return len(connection.execute(FORGET_FILES, {"days": KEEP_FILE_DAYS}).all())


def _require_phone(connection, codes):
    without = without_phone(connection, codes, now())
    if without:
        sentence = (
            f"No supervision phone is set for {without[0]}, and Art. 10 wants it on every board; the city office sets "
            "publication.supervision_phone for the county or the town."
        )
        raise Refusal("no_supervision_phone", sentence, grids=without[:20])
