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
import stat
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gis.errors import Refusal

DATABASE = "wangge"
APPLICATION_ROLE = "wangge"  # reads and writes rows; owns nothing, so that it cannot switch off the guard
OWNER_ROLE = "postgres"
OLDEST_POSTGRESQL = 15
SERVERS = Path("/usr/lib/postgresql")  # where Debian and Ubuntu put the servers, one folder a version
PATIENCE_S = 15
PORT = 5432  # names the socket; said in every address, because a client's PGPORT would stand in for it
SOCKET_PATH_LIMIT = 90  # the kernel takes 107 bytes, PostgreSQL adds "/.s.PGSQL.5432"
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")  # what needs no quoting in addresses, lists of hosts and settings
FORBIDDEN = set("\"$`\\\n")  # pg_ctl puts the path between double quotes into a shell's command


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
        if not _exists(self.data / "postmaster.pid"):
            return False
        return _run([_program("pg_isready"), "-q", "-h", self.sockets]).returncode == 0

    def start(self):
        """Create the cluster where there is none, start it where it does not run; a crash is recovered from.

        Raises
        ------
        Refusal
            ``postgresql_missing``, ``postgis_missing``, ``home_unusable``, ``database_start_failed``.
        """
        _make_home(self.home)
        with self._lock():
            if not _exists(self.data / "PG_VERSION"):
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
        _require_postgis()
        partial = self.home / "postgres.new"
        shutil.rmtree(partial, ignore_errors=True)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", f"--username={OWNER_ROLE}", "--auth=peer"]
        done = _run([_program("initdb"), "-D", partial, *options, *([] if self.durable else ["--no-sync"])])
        self._require(done, "database_start_failed", "could not be created")
        _write(partial / "pg_hba.conf", "local all all peer map=wangge\n")
        _write(partial / "pg_ident.conf", _identities())
        with open(partial / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(_configuration(self))
        partial.rename(self.data)  # a creation that was cut short leaves no half-made cluster behind

    def _launch(self):
        _make_private(self.sockets)
        self._clear_after_crash()
        started = self._pg_ctl("start", "--wait", "--timeout=120", f"--log={self.log}")
        self._require(started, "database_start_failed", "did not start", tail=_complaint(self.log))

    def _clear_after_crash(self):
        """Drop lock files whose process is dead, or is another program that got its number.

        Never while a child of the dead server is alive: PostgreSQL finds such children through the lock file, and a
        second server beside them would destroy the data.
        """
        locks = [self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"]
        stale = [lock for lock in locks if lock.exists() and not _is_postgres(_first_line(lock))]
        if not stale:
            return
        patience = time.monotonic() + PATIENCE_S
        while _works_in(self.data) and time.monotonic() < patience:
            time.sleep(0.1)
        if not _works_in(self.data):
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
        done = _run([_program("psql"), *arguments], text_in=script)
        self._require(done, "database_start_failed", "refused its first commands")

    def _pg_ctl(self, *arguments):
        # The server inherits the standard streams of pg_ctl: piped, `pg_ctl start` would never see their end.
        return _run([_program("pg_ctl"), "-D", self.data, *arguments], piped=arguments[0] != "start")

    @contextmanager
    def _lock(self):
        with open(self.home / "cluster.lock", "w", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _require(self, done, code, what, *, tail=None):
        if done.returncode:
            said = (tail if tail is not None else (done.stderr or "")).strip()[-600:]
            raise Refusal(code, f"The private database in {self.home} {what}. PostgreSQL says: {said or 'nothing'}")


def _program(name):
    """The newest installed server's program."""
    found = sorted(
        (int(path.parts[-3]), path)
        for path in SERVERS.glob(f"*/bin/{name}")
        if path.parts[-3].isdigit() and int(path.parts[-3]) >= OLDEST_POSTGRESQL
    )
    if found:
        return found[-1][1]
    elsewhere = shutil.which(name)
    if elsewhere:
        return Path(elsewhere)
    raise Refusal(
        "postgresql_missing",
        f"PostgreSQL {OLDEST_POSTGRESQL} or later is not installed; run `make setup`, or set DATABASE_URL.",
    )


def _require_postgis():
    version = _program("initdb").parts[-3]
    share = Path("/usr/share/postgresql") / version / "extension"
    if version.isdigit() and share.is_dir() and not (share / "postgis.control").exists():
        raise Refusal(
            "postgis_missing", f"PostGIS for PostgreSQL {version} is not installed; run `make setup`, or set DATABASE_URL."
        )


def _is_postgres(pid):
    """Whether a process is a PostgreSQL that lives; a dead one may stand in the table until its parent looks."""
    try:
        name, _, rest = Path("/proc", pid, "stat").read_text(encoding="utf-8").partition(") ")
    except OSError:
        return False
    return "postgres" in name and not rest.startswith("Z")


def _server_user():
    """User that the server runs as, when it may not be ours."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise Refusal(
            "postgresql_missing", "PostgreSQL may not run as root and there is no user `postgres`; run `make setup`."
        ) from None


def _run(command, *, text_in=None, piped=True):
    user = _server_user()
    return subprocess.run(
        [str(part) for part in command],
        input=text_in,
        stdin=None if text_in is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE if piped else subprocess.DEVNULL,
        stderr=subprocess.PIPE if piped else subprocess.DEVNULL,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
        **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
    )


def _exists(path):
    try:
        return path.exists()
    except PermissionError as error:
        raise Refusal(
            "home_unusable",
            f"The database in {path.parent} belongs to another user; set WANGGE_HOME to a place of your own.",
        ) from error


def _make_home(home):
    if FORBIDDEN & set(str(home)):
        raise Refusal(
            "home_unusable",
            f"The data directory {home} cannot be used: its path may hold no double quote, $, `, backslash or line break.",
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        _give(home)
    except OSError as error:
        raise Refusal("home_unusable", f"The data directory {home} cannot be used: {error.strerror}.") from error
    if _run(["test", "-w", home]).returncode:
        raise Refusal(
            "home_unusable",
            f"The data directory {home} cannot be reached and written by the user that runs the database; "
            "set WANGGE_HOME to another place.",
        )


def _make_private(directory):
    """A directory for the socket; under /tmp another user may have taken its name, to stand in for the database."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found, user = directory.lstat(), _server_user()
    ours = {os.geteuid(), user.pw_uid} if user else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
        raise Refusal("home_unusable", f"{directory} is to hold the database's socket but is open to others; remove it.")
    _give(directory)


def _give(directory):
    user = _server_user()
    if user and directory.stat().st_uid != user.pw_uid:
        os.chown(directory, user.pw_uid, user.pw_gid)


def _write(path, text):
    path.write_text(text, encoding="utf-8")


def _identities():
    """Who may take which role: the cluster's own user, root, and whoever runs the product."""
    users = {"root", pwd.getpwuid(os.geteuid()).pw_name, (_server_user() or pwd.getpwuid(os.geteuid())).pw_name}
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


def _first_line(path):
    return path.read_text(encoding="utf-8").split("\n", 1)[0].strip()


def _works_in(directory):
    """Whether some PostgreSQL process works in a data directory."""
    real = directory.resolve()  # the system names the directory by its path without symbolic links
    return any(_is_postgres(entry.name) and _working_directory(entry) == real for entry in _processes())


def _processes():
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _working_directory(process):
    try:
        return Path(os.readlink(process / "cwd"))
    except OSError:  # gone meanwhile, or another user's
        return None


def _complaint(log):
    """What the server said last: its fatal lines if there are any, else its last line."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
    except OSError:
        return ""
    wanted = [line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line] or lines[-1:]
    return " / ".join(re.sub(r"^.*?\b(?=FATAL|PANIC|HINT|LOG)", "", line) for line in wanted)
