"""A backup of the register: one file, a zip of a dump of one snapshot and of a manifest that says what it holds."""

import hashlib
import json
import os
import subprocess
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from boundaries.imports.output import in_one_piece
from boundaries.store.connecting import engine_for
from boundaries.store.system import program
from boundaries.store.verifying import facts
from gis.errors import Refusal

FORMAT = "wangge-backup-1"
MANIFEST, DUMP = "manifest.json", "register.dump"
PIECE_BYTES = 1 << 20


def back_up(url, out, *, version):
    """Write the register into a file, as it is at one instant; others may go on writing meanwhile.

    Parameters
    ----------
    url : str
        Of the database, as its owner.
    out : pathlib.Path
        It appears when it is complete, in the place of any older one.
    version : str
        Of the product, for the manifest.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    Refusal
        ``not_migrated``, ``backup_failed``, ``disk_full``, ``not_written``.
    """
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, in_one_piece(out) as part:
            snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
            with TemporaryDirectory(prefix=".dump-", dir=part.parent) as folder:
                dump = Path(folder) / DUMP
                run_client("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", code="backup_failed")
                manifest = _manifest(connection, dump, version)
                _pack(part, manifest, dump)
    finally:
        engine.dispose()
    return manifest


def run_client(name, url, *arguments, code):
    """Run one of PostgreSQL's programs on a database; a password never stands on its command line.

    Parameters
    ----------
    name : str
    url : str
    *arguments : str
    code : str
        Of the refusal when it fails.

    Raises
    ------
    Refusal
        ``postgresql_missing``, or with `code` and what the program says last.
    """
    parsed = make_url(url).set(drivername="postgresql")
    address = parsed._replace(password=None).render_as_string(hide_password=False)
    environment = os.environ | {"LC_ALL": "C.UTF-8"} | ({"PGPASSWORD": str(parsed.password)} if parsed.password else {})
    command = [str(program(name)), *arguments, f"--dbname={address}"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False, env=environment
    )
    if done.returncode:
        said = " ".join(done.stderr.strip().splitlines()[-1:])[:300] or "nothing"
        raise Refusal(code, f"PostgreSQL's {name} gave up; it says: {said}")


def digest_of(file):
    """SHA-256 of an open binary file, in hexadecimal."""
    total = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        total.update(piece)
    return total.hexdigest()


def _manifest(connection, dump, version):
    held = facts(connection)
    if held.migration is None:
        raise Refusal("not_migrated", "The database lacks Wangge's tables; run: wangge db migrate.")
    with dump.open("rb") as file:
        digest = digest_of(file)
    return {
        "format": FORMAT,
        "version": version,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": connection.execute(sa.text("SHOW server_version")).scalar_one(),
        "sha256": digest,
        **asdict(held),
    }


def _pack(path, manifest, dump):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # the dump is compressed already
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        archive.write(dump, DUMP)
