"""A private PostgreSQL + PostGIS cluster, for when no database is given: one socket, no TCP port, no password.

The server's programs come from the system. The cluster lives in ``home/postgres`` and is reached by the operating-system
user that runs it (and by root) through the socket alone. PostgreSQL refuses to run as root, so there it is given to the
unprivileged user ``postgres``, which the system's package creates.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boundaries.store.system import (
    exists,
    is_postgres,
    make_home,
    make_private,
    program,
    require_postgis,
    run,
    server_user,
    works_in,
)
from gis.errors import Refusal

DATABASE = "wangge"
APPLICATION_ROLE = "wangge"  # reads and writes rows; owns nothing, so that it cannot switch off the guard
OWNER_ROLE = "postgres"
PATIENCE_S = 15
PORT = 5432  # names the socket; said in every address, because a client's PGPORT would stand in for it
SOCKET_PATH_LIMIT = 90  # the kernel takes 107 bytes, PostgreSQL adds "/.s.PGSQL.5432"
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")  # what needs no quoting in addresses, lists of hosts and settings


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a private cluster lives.

    Parameters
    ----------
    home : Path
        Data directory of the product.
    durable : bool
        False only for throw-away clusters of tests: no fsync.
    """

    home: Path
    durable: bool = True

    @property
    def data(self):
        """Directory of the database files."""
        return self.home / "postgres"

    @property
    def log(self):
        """Server log."""
        return self.home / "postgres.log"

    @property
    def indexes(self):
        """Directory of the register's indexes."""
        return self.home / "indexes"

    @property
    def sockets(self):
        """Directory of the socket: in the home, or, where that path is too long or not plain enough, under /tmp."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT and PLAIN.fullmatch(str(inside)):
            return inside
        return Path("/tmp") / f"wangge-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"

    def url(self, *, owner=False, database=DATABASE):
        """Address for libpq and SQLAlchemy alike; the owner alone may change the schema."""
        role = OWNER_ROLE if owner else APPLICATION_ROLE
        return f"postgresql://{role}@:{PORT}/{database}?host={self.sockets}"

    def is_running(self):
        """Whether the server accepts commands."""
        if not exists(self.data / "postmaster.pid"):
            return False
        return run([program("pg_isready"), "-q", "-h", self.sockets]).returncode == 0

    def start(self):
        """Create the cluster where there is none, start it where it does not run; a crash is recovered from.

        Raises
        ------
        Refusal
            ``postgresql_missing``, ``postgis_missing``, ``home_unusable``, ``database_start_failed``.
        """
        make_home(self.home)
        with self._lock():
            if not exists(self.data / "PG_VERSION"):
                self._create()
            if not self.is_running():
                self._launch()
            self._make_database()  # always: whoever launched the server may have been killed before this

    def stop(self):
        """Stop the server; True when it ran."""
        if not self.is_running():
            return False
        self._require(self._pg_ctl("stop", "--mode=fast", "--wait"), "database_stop_failed", "could not be stopped")
        return True

    def _create(self):
        require_postgis()
        partial = self.home / "postgres.new"
        shutil.rmtree(partial, ignore_errors=True)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", f"--username={OWNER_ROLE}", "--auth=peer"]
        done = run([program("initdb"), "-D", partial, *options, *([] if self.durable else ["--no-sync"])])
        self._require(done, "database_start_failed", "could not be created")
        _write(partial / "pg_hba.conf", "local all all peer map=wangge\n")
        _write(partial / "pg_ident.conf", _identities())
        with open(partial / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(_configuration(self))
        partial.rename(self.data)  # a creation that was cut short leaves no half-made cluster behind

    def _launch(self):
        make_private(self.sockets)
        self._clear_after_crash()
        started = self._pg_ctl("start", "--wait", "--timeout=120", f"--log={self.log}")
        self._require(started, "database_start_failed", "did not start", tail=_complaint(self.log))

    def _clear_after_crash(self):
        """Drop lock files whose process is dead, or is another program that got its number.

        Never while a child of the dead server is alive: PostgreSQL finds such children through the lock file, and a
        second server beside them would destroy the data.
        """
        locks = [self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"]
        stale = [lock for lock in locks if lock.exists() and not is_postgres(_first_line(lock))]
        if not stale:
            return
        patience = time.monotonic() + PATIENCE_S
        while works_in(self.data) and time.monotonic() < patience:
            time.sleep(0.1)
        if not works_in(self.data):
            for lock in stale:
                lock.unlink(missing_ok=True)

    def _make_database(self):
        self._psql(
            "postgres",
            f"""SELECT 'CREATE ROLE {APPLICATION_ROLE} LOGIN'
                WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') \\gexec
                SELECT 'CREATE DATABASE {DATABASE}'
                WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec""",
        )

    def _psql(self, database, script):
        arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.sockets, "-U", OWNER_ROLE, "-d", database]
        done = run([program("psql"), *arguments], text_in=script)
        self._require(done, "database_start_failed", "refused its first commands")

    def _pg_ctl(self, *arguments):
        # The server inherits the standard streams of pg_ctl: piped, `pg_ctl start` would never see their end.
        return run([program("pg_ctl"), "-D", self.data, *arguments], piped=arguments[0] != "start")

    @contextmanager
    def _lock(self):
        with open(self.home / "cluster.lock", "w", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _require(self, done, code, what, *, tail=None):
        if done.returncode:
            said = (tail if tail is not None else (done.stderr or "")).strip()[-600:]
            raise Refusal(code, f"The private database in {self.home} {what}. PostgreSQL says: {said or 'nothing'}")


def _identities():
    """Who may take which role: the cluster's own user, root, and whoever runs the product."""
    users = {"root", pwd.getpwuid(os.geteuid()).pw_name, (server_user() or pwd.getpwuid(os.geteuid())).pw_name}
    return "".join(f'wangge "{user}" {role}\n' for user in sorted(users) for role in (OWNER_ROLE, APPLICATION_ROLE))


def _configuration(cluster):
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{cluster.sockets}'",
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{min(max(memory_mb // 8, 128), 4096)}MB",
        "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(memory_mb // 32, 64), 512)}MB",
        "work_mem": "32MB",
        "max_wal_size": "4GB",
        "random_page_cost": 1.1,
        "jit": "off",  # compiling costs more than these short queries
        "timezone": "'Asia/Shanghai'",
        "log_timezone": "'Asia/Shanghai'",
    }
    if not cluster.durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "1GB"}
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def _complaint(log):
    """What the server said last: its fatal lines if there are any, else its last line."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
    except OSError:
        return ""
    wanted = [line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line] or lines[-1:]
    return " / ".join(re.sub(r"^.*?\b(?=FATAL|PANIC|HINT|LOG)", "", line) for line in wanted)


def _write(path, text):
    path.write_text(text, encoding="utf-8")


def _first_line(path):
    return path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
