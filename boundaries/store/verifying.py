"""Is a database the register that it says it is? Facts of a database, and the checks that a restored one has to pass."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from boundaries.store import filing_proof
from boundaries.store.proof import broken_instants
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
NAMED = 3
# Without these the register would not be guarded, whatever a manifest says.
GUARDS = ("unit_version.tiling", "unit_version.history", "unit_version.no_truncate", "unit_version.one_version_at_a_time")


@dataclass(frozen=True, slots=True)
class Facts:
    """What two copies of one register have in common.

    Attributes
    ----------
    migration : str or None
        None for a database without Wangge's tables.
    counts : dict of str to int
        Rows by table.
    rules : list of str
        Table and name of constraints that hold and triggers that fire, ascending. Not their texts: PostgreSQL writes a
        CHECK otherwise once it has read it from a dump.
    """

    migration: str | None
    counts: dict
    rules: list


def facts(connection):
    """The facts of a database, as one transaction sees it.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    Facts
    """
    tables = connection.execute(statement(HERE, "own_tables")).scalars().all()
    counts = {table: connection.execute(sa.text(f'SELECT count(*) FROM public."{table}"')).scalar_one() for table in tables}
    rules = connection.execute(statement(HERE, "rules")).scalars().all()
    return Facts(MigrationContext.configure(connection).get_current_revision(), counts, list(rules))


def verify(connection, expected):
    """Put a restored database to every check.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    expected : Facts
        From the manifest.

    Raises
    ------
    Refusal
        ``restore_not_verified``, naming what is wrong.
    """
    found = facts(connection)
    for check in CHECKS:
        wrong = check(connection, found, expected)
        if wrong:
            raise Refusal("restore_not_verified", f"What was restored is not the register that was backed up: {wrong}.")


def _migration(_connection, found, expected):
    if found.migration != expected.migration:
        return f"its schema is at {found.migration}, not at {expected.migration}"
    return None


def _rows(_connection, found, expected):
    tables = sorted({*found.counts, *expected.counts})
    wrong = [name for name in tables if found.counts.get(name) != expected.counts.get(name)]
    said = [f"{name} has {found.counts.get(name)} rows instead of {expected.counts.get(name)}" for name in wrong[:NAMED]]
    return ", ".join(said)


def _rules(_connection, found, expected):
    missing = sorted({*GUARDS, *expected.rules} - set(found.rules))
    return f"it lacks the rules {', '.join(missing[:NAMED])}" if missing else None


def _tiling(connection, _found, _expected):
    broken = broken_instants(connection)
    said = [f"{parent} is not tiled exactly from {instant:%Y-%m-%d} on" for parent, instant in broken[:NAMED]]
    return ", ".join(said)


def _filings(connection, _found, _expected):
    faults = filing_proof.verify(connection).faults
    return ", ".join(fault.what.rstrip(".") for fault in faults[:NAMED])


# Each gets the connection, the facts found and those expected, and says what is wrong, or nothing.
CHECKS = (_migration, _rows, _rules, _tiling, _filings)
