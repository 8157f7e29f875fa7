"""A register out of a backup: restored beside the one in use, verified, and only then put in its place."""

import json
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from boundaries.store.backing_up import DUMP, FORMAT, MANIFEST, PIECE_BYTES, digest_of, run_client
from boundaries.store.cluster import APPLICATION_ROLE
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import is_known, migrate
from boundaries.store.verifying import Facts, facts, verify
from gis.errors import Refusal

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError, NotImplementedError)
RECORDS = ("unit", "change_set", "incident", "account")  # a register without any of these holds nothing yet


# What has happened to incidents bears numbers of transactions of another cluster.
BEGIN_HERE = sa.text("SELECT set_event_floor(anew => true)")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    Attributes
    ----------
    manifest : dict
    kept : str or None
        Name of the database that was in use before, if it held anything.
    """

    manifest: dict
    kept: str | None


def restore(url, file, *, replace=False):
    """Make the register that of a backup. Whatever fails, the register in use stays as it is.

    Parameters
    ----------
    url : str
        Of the database, as its owner; the owner may create databases.
    file : pathlib.Path
    replace : bool
        Whether a register that holds something may be replaced; it is kept under another name.

    Returns
    -------
    Restored

    Raises
    ------
    Refusal
        ``missing_file``, ``bad_backup`` (damaged, cut off, or something else), ``backup_too_new``, ``register_not_empty``,
        ``restore_failed``, ``restore_not_verified``, ``migration_failed``.
    """
    manifest = read_manifest(file)
    name, is_empty = _in_use(url)
    with _server(url, name) as server:
        if not (is_empty or replace):
            raise Refusal(
                "register_not_empty",
                "The register holds something already; with --replace it is put aside and the backup takes its place.",
            )
        beside = f"{name}_restoring"
        _drop(server, beside)
        try:
            _create_like(server, beside, name)
            _fill(_renamed(url, beside), file, manifest, with_rights=_has_role(server))
            kept = None if is_empty else f"{name}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
            _swap(server, name, beside, kept)
        except sa.exc.DBAPIError as error:
            raise Refusal("restore_failed", f"The database server refuses the restore: {_said(error)}") from error
        finally:
            _drop(server, beside)
    return Restored(manifest, kept)


def read_manifest(file):
    """What a backup says of itself, once its dump has been compared with the digest.

    Parameters
    ----------
    file : pathlib.Path

    Returns
    -------
    dict

    Raises
    ------
    Refusal
        ``missing_file``, ``bad_backup``, ``backup_too_new``.
    """
    if not file.is_file():
        raise Refusal("missing_file", f"There is no file {file}; check the name and the folder.", path=str(file))
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise ValueError("it is of another format")
            with archive.open(DUMP) as dump:
                if digest_of(dump) != manifest["sha256"]:
                    raise ValueError("its content does not match its digest")
            Facts(manifest["migration"], dict(manifest["counts"]), list(manifest["rules"]))
    except OSError as error:
        raise Refusal("unreadable_file", f"{file} cannot be read: {error.strerror}.", path=str(file)) from error
    except BROKEN as error:
        reason = str(error).strip("'\"") or type(error).__name__
        sentence = f"{file} is no backup of Wangge, or is damaged ({reason[:200]}); the register stays as it is."
        raise Refusal("bad_backup", sentence, path=str(file)) from error
    if not is_known(manifest["migration"]):
        raise Refusal(
            "backup_too_new", f"{file} was made by Wangge {manifest['version']}, which is newer; restore it with that version."
        )
    return manifest


def _fill(url, file, manifest, *, with_rights):
    """Restore into an empty database, verify what came, and bring its schema up to date."""
    engine = engine_for(url, pool_size=1)
    try:
        with TemporaryDirectory(prefix="wangge-restore-") as folder:
            dump = _unpacked(file, Path(folder))
            options = ["--exit-on-error", "--no-owner", "--no-comments", *([] if with_rights else ["--no-privileges"])]
            run_client("pg_restore", url, *options, str(dump), code="restore_failed")
        with engine.begin() as connection:
            verify(connection, Facts(manifest["migration"], manifest["counts"], manifest["rules"]))
        migrate(engine)
        with engine.begin() as connection:
            connection.execute(BEGIN_HERE)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    finally:
        engine.dispose()


def _unpacked(file, folder):
    with zipfile.ZipFile(file) as archive, archive.open(DUMP) as packed, (folder / DUMP).open("wb") as dump:
        while piece := packed.read(PIECE_BYTES):
            dump.write(piece)
    return folder / DUMP


@contextmanager
def _server(url, name):
    """A connection to the server, by another database than the register's own: by one that every server has."""
    engine = engine_for(_renamed(url, "postgres" if name != "postgres" else "template1"), pool_size=1)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    except sa.exc.OperationalError as error:
        raise Refusal("database_unavailable", f"The database cannot be reached: {_said(error)}") from error
    finally:
        engine.dispose()


def _in_use(url):
    """Name of the database in use, and whether it holds nothing; tables that are not ours are something."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            name, held = connection.execute(sa.text("SELECT current_database()")).scalar_one(), facts(connection)
    except sa.exc.OperationalError as error:
        raise Refusal("database_unavailable", f"The database cannot be reached: {_said(error)}") from error
    finally:
        engine.dispose()
    if held.migration is None:
        return name, not held.counts
    return name, not any(held.counts.get(table) for table in RECORDS)


def _has_role(server):
    query = sa.text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
    return server.execute(query, {"name": APPLICATION_ROLE}).scalar_one()


def _create_like(server, beside, name):
    query = sa.text("SELECT datcollate, datctype FROM pg_database WHERE datname = :name")
    like = server.execute(query, {"name": name}).one()
    locale = f"LC_COLLATE {_quoted(server, like.datcollate, '')} LC_CTYPE {_quoted(server, like.datctype, '')}"
    server.exec_driver_sql(f"CREATE DATABASE {_quoted(server, beside)} TEMPLATE template0 ENCODING 'UTF8' {locale}")


def _swap(server, name, beside, kept):
    """Both names change hands in one transaction; who is connected to the old one is sent away."""
    old = _quoted(server, name)
    server.exec_driver_sql(f"ALTER DATABASE {old} ALLOW_CONNECTIONS false")
    aside = kept or f"{name}_empty"
    try:
        server.execute(sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name})
        server.exec_driver_sql(
            f"""DO $$ BEGIN
                ALTER DATABASE {old} RENAME TO {_quoted(server, aside)};
                ALTER DATABASE {_quoted(server, beside)} RENAME TO {old};
            END $$"""
        )
    finally:
        for one in (name, aside):
            if _exists(server, one):
                server.exec_driver_sql(f"ALTER DATABASE {_quoted(server, one)} ALLOW_CONNECTIONS true")
    if kept is None:
        _drop(server, aside)


def _drop(server, name):
    server.exec_driver_sql(f"DROP DATABASE IF EXISTS {_quoted(server, name)} WITH (FORCE)")


def _exists(server, name):
    return server.execute(sa.text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)"), {"name": name}).scalar_one()


def _quoted(server, text, form="name"):
    """A name or a text as PostgreSQL quotes it; statements about databases take no parameters."""
    quote = "quote_ident" if form == "name" else "quote_literal"
    return server.execute(sa.text(f"SELECT {quote}(:text)"), {"text": text}).scalar_one()


def _renamed(url, database):
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _said(error):
    return str(error.orig).strip().split("\n", 1)[0]
