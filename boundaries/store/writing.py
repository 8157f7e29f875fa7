"""Writing versions of units. The database itself refuses whatever would break the tiling or the past."""

import re
from contextlib import contextmanager

import numpy as np
import psycopg
import shapely
import sqlalchemy as sa
from psycopg.types.range import TimestamptzRange

from boundaries.store.tables import change_set
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal

TAKE_BACK = """
    DELETE FROM unit_version
    WHERE code = ANY (:codes) AND lower(lifespan) = CAST(:end AS timestamptz) AND lower(lifespan) > now()"""
CLOSE = """
    UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), :end)
    WHERE code = ANY (:codes) AND lifespan @> CAST(:end AS timestamptz) AND lower(lifespan) < :end"""
IN_FORCE = """
    SELECT code FROM unit_version WHERE code = ANY (:codes) AND lifespan @> CAST(:at AS timestamptz) ORDER BY code"""
DIVIDE_FROM_THE_START = """
    UPDATE unit_version SET divided = true
    WHERE code = ANY (:codes) AND lower(lifespan) = CAST(:at AS timestamptz) AND NOT divided"""
DIVIDE = """
    WITH closed AS (
        UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), :at)
        WHERE code = ANY (:codes) AND lifespan @> CAST(:at AS timestamptz) AND lower(lifespan) < :at AND NOT divided
        RETURNING code, name, kind, households, population, geom, source)
    INSERT INTO unit_version (code, name, kind, households, population, divided, geom, lifespan, source, change_set_id)
    SELECT code, name, kind, households, population, true, geom, tstzrange(:at, NULL), source, :change_set_id FROM closed"""
BUSY = "Others are deciding changes of the same units just now; try again in a moment."
TRY_AGAIN = ("40001", "40P01")  # SQLSTATE: serialization failure, deadlock
WORDS = {  # for constraints that a person meets; PostgreSQL's own words do not say what to do
    "one_duty_at_a_time": "The worker serves this grid in that time already; end that duty first, or begin after it.",
    "code_name_taken": "Another code of the table has this name in that time; choose another name.",
    "one_absence_at_a_time": "The worker is absent in that time already; end that absence first, or begin after it.",
    "unreadable_lifespan": "The day is too far off for every program to read it; choose one before the year 9999.",
    "account_of_another": "That account belongs to another grid worker; one account is one person's.",
    "serials_used_up": "The county has all the incidents of that day that its numbers hold; report it tomorrow.",
}
COLUMNS = "code, name, kind, households, population, divided, geom, lifespan, source, change_set_id"


def open_change_set(connection, *, title, reason, effective_on, effective_at=None):
    """Record a change that the operator writes unit by unit, decided at once, and give its number.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    title, reason : str
    effective_on : date
    effective_at : datetime, optional
        The instant at which its versions begin, where all do at one.

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``unknown_reason``.
    """
    row = {"title": title, "reason": reason, "effective_on": effective_on, "effective_at": effective_at, "state": "in_force"}
    adding = sa.insert(change_set).values(row | {"decided_at": sa.func.clock_timestamp()}).returning(change_set.c.id)
    with refusals():
        return connection.execute(adding).scalar_one()


def begin_versions(connection, units, *, begin, source, change_set_id):
    """Store the units of a table as versions in force from `begin` on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction; the guard speaks at its commit, or at :func:`prove_now`.
    units : boundaries.units.Units
        Parents before children.
    begin : datetime
        With a time zone.

    Raises
    ------
    Refusal
        With the name of the rule that the database found broken.
    """
    with _driver(connection).cursor() as cursor, refusals():
        _introduce(cursor, units.code)
        lifespan = TimestamptzRange(begin, None, "[)")
        shapes = shapely.to_wkb(shapely.set_srid(_multi(units.geometry), STORAGE_EPSG), hex=True, include_srid=True)
        with cursor.copy(f"COPY unit_version ({COLUMNS}) FROM STDIN") as copy:
            columns = (units.code, units.name, units.kind, units.households, units.population, units.divided.tolist(), shapes)
            for row in zip(*columns, strict=True):
                copy.write_row((*row, lifespan, source, change_set_id))


def end_versions(connection, codes, *, end):
    """End the versions of these codes that are in force at `end`; a version that was to begin then is taken back.

    Raises
    ------
    Refusal
        ``begins_that_day`` when a version has begun at `end` already: its day is history.
    """
    codes = list(codes)
    with refusals():
        connection.execute(sa.text(TAKE_BACK), {"codes": codes, "end": end})
        connection.execute(sa.text(CLOSE), {"codes": codes, "end": end})
    stuck = connection.execute(sa.text(IN_FORCE), {"codes": codes, "at": end}).scalars().all()
    if stuck:
        raise Refusal(
            "begins_that_day",
            f"{stuck[0]} and {len(stuck) - 1} others began on {end:%Y-%m-%d}; let the change take effect a day later."
            if len(stuck) > 1
            else f"{stuck[0]} began on {end:%Y-%m-%d} itself; let the change take effect a day later.",
        )


def divide(connection, codes, *, at, change_set_id):
    """Let units have children from `at` on: a new version of the same land, or, on its first day, the same version."""
    values = {"codes": list(codes), "at": at, "change_set_id": change_set_id}
    with refusals():
        connection.execute(sa.text(DIVIDE_FROM_THE_START), values)
        connection.execute(sa.text(DIVIDE), values)


def carry_out(connection, plan, *, begin, source, change_set_id):
    """Write a plan of :mod:`boundaries.imports.plan`; the guard still has the last word."""
    end_versions(connection, [*plan.replaced, *plan.retired], end=begin)
    divide(connection, set(plan.divided) - set(plan.replaced), at=begin, change_set_id=change_set_id)
    begin_versions(connection, plan.begin, begin=begin, source=source, change_set_id=change_set_id)


def prove_now(connection):
    """Let the guard speak before the commit, so that a dry run learns what a commit would say."""
    with refusals():
        connection.execute(sa.text("SET CONSTRAINTS tiling IMMEDIATE"))  # the rows first: what they owe is proven once
        connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


@contextmanager
def refusals():
    """Turn the database's refusals into ours; its own words stay behind.

    Raises
    ------
    Refusal
        With the name of the rule that is broken; ``busy`` where the same would go through a moment later.
    """
    try:
        yield
    except (psycopg.errors.IntegrityError, sa.exc.IntegrityError) as error:
        raise _refusal(getattr(error, "orig", error)) from error
    except (psycopg.OperationalError, sa.exc.OperationalError) as error:  # a COPY raises the driver's own
        if getattr(error, "orig", error).sqlstate not in TRY_AGAIN:
            raise
        raise Refusal("busy", BUSY) from error


def _refusal(error):
    rule = error.diag.constraint_name or "integrity"
    message = error.diag.message_primary or "the register refuses the change"
    if message.startswith(f"{rule}: "):
        detail = " ".join(part for part in (error.diag.message_detail, error.diag.message_hint) if part)
        return Refusal(rule, f"{message[len(rule) + 2 :]}. {detail}".strip())
    if rule in WORDS:
        return Refusal(rule, WORDS[rule])
    code = re.search(r"\b\d{4,17}\b", error.diag.message_detail or "")
    return Refusal(rule, f"The register refuses {code.group() if code else 'a unit'}: rule {rule} is broken.")


def _introduce(cursor, codes):
    """Give identities to the codes that have none yet."""
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS newcomer (code text) ON COMMIT DROP")
    cursor.execute("TRUNCATE newcomer")
    with cursor.copy("COPY newcomer FROM STDIN") as copy:
        for code in codes:
            copy.write_row((code,))
    cursor.execute("INSERT INTO unit (code) SELECT code FROM newcomer ORDER BY length(code) ON CONFLICT DO NOTHING")


def _multi(geometries):
    """Multipolygons of them all: the type of the column."""
    parts, owner = shapely.get_parts(np.asarray(geometries, dtype=object), return_index=True)
    return shapely.multipolygons(parts, indices=owner)


def _driver(connection):
    return connection.connection.driver_connection
