"""The one migration history: SQL by hand in ``migrations/``, up and down, driven by Alembic.

Automatic generation is not used: with GeoAlchemy2 it drops or doubles spatial indexes.
"""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gis.errors import Refusal

FOLDER = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x77616E67  # any number, the same in every process


def migrate(engine, revision="head"):
    """Bring the schema to a revision, in one transaction; other processes that try it wait.

    Raises
    ------
    Refusal
        ``database_unavailable``, ``schema_too_new`` or ``migration_failed``; the schema is then as it was.
    """
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            _run(connection, revision)
            run_file(connection, "rights.sql")
    except sa.exc.OperationalError as error:
        raise Refusal("database_unavailable", f"The database cannot be reached: {_reason(error)}") from error
    except (sa.exc.DBAPIError, psycopg.Error) as error:  # scripts are run by the driver, whose errors are its own
        raise Refusal("migration_failed", f"The schema could not be brought up to date: {_reason(error)}") from error


def is_current(connection):
    """Whether the schema is at the newest revision."""
    return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory(FOLDER).get_current_head()


def is_known(revision):
    """Whether a revision is one of this history; a newer product has others."""
    return revision in {script.revision for script in ScriptDirectory(FOLDER).walk_revisions()}


def run_script(name):
    """Run a file of SQL statements inside a migration."""
    run_file(op.get_bind(), name)


def run_file(connection, name):
    """Run a file of SQL statements as it stands: no parameters, so that % and : need no escape."""
    connection.connection.driver_connection.execute((FOLDER / name).read_text(encoding="utf-8"))


def _run(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and not is_known(current):
        sentence = f"The register is of a newer Wangge (schema {current}); run that version, or restore a backup of this one."
        raise Refusal("schema_too_new", sentence, schema=current)
    down = revision == "base" or (current is not None and revision != "head" and revision < current)
    (command.downgrade if down else command.upgrade)(config, revision)


def _reason(error):
    return str(getattr(error, "orig", error)).strip().split("\n", 1)[0]
