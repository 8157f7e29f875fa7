"""The system under a private cluster: PostgreSQL's programs, the user they run as, its folders and processes."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from gis.errors import Refusal

OLDEST_POSTGRESQL = 15
SERVERS = Path("/usr/lib/postgresql")  # where Debian and Ubuntu put the servers, one folder a version
FORBIDDEN = set('"$`\\\n')  # pg_ctl puts the path between double quotes into a shell's command


def program(name):
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


def require_postgis():
    """Refuse a PostgreSQL without PostGIS; ``postgis_missing``."""
    version = program("initdb").parts[-3]
    share = Path("/usr/share/postgresql") / version / "extension"
    if version.isdigit() and share.is_dir() and not (share / "postgis.control").exists():
        raise Refusal(
            "postgis_missing", f"PostGIS for PostgreSQL {version} is not installed; run `make setup`, or set DATABASE_URL."
        )


def server_user():
    """User that the server runs as, when it may not be ours: root's is ``postgres``; else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise Refusal(
            "postgresql_missing", "PostgreSQL may not run as root and there is no user `postgres`; run `make setup`."
        ) from None


def run(command, *, text_in=None, piped=True):
    """Run a program as the server's user, away from our environment; the ``CompletedProcess``."""
    user = server_user()
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


def exists(path):
    """Whether there is a path in the home; ``home_unusable`` where another user keeps it from us."""
    try:
        return path.exists()
    except PermissionError as error:
        raise Refusal(
            "home_unusable",
            f"The database in {path.parent} belongs to another user; set WANGGE_HOME to a place of your own.",
        ) from error


def make_home(home):
    """The data directory, which the server's user has to reach and write; else ``home_unusable``."""
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
    if run(["test", "-w", home]).returncode:
        raise Refusal(
            "home_unusable",
            f"The data directory {home} cannot be reached and written by the user that runs the database; "
            "set WANGGE_HOME to another place.",
        )


def make_private(directory):
    """A directory for the socket; under /tmp another user may have taken its name, to stand in for the database."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found, user = directory.lstat(), server_user()
    ours = {os.geteuid(), user.pw_uid} if user else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
        raise Refusal("home_unusable", f"{directory} is to hold the database's socket but is open to others; remove it.")
    _give(directory)


def _give(directory):
    user = server_user()
    if user and directory.stat().st_uid != user.pw_uid:
        os.chown(directory, user.pw_uid, user.pw_gid)


def is_postgres(pid):
    """Whether a process is a PostgreSQL that lives; a dead one may stand in the table until its parent looks."""
    try:
        name, _, rest = Path("/proc", pid, "stat").read_text(encoding="utf-8").partition(") ")
    except OSError:
        return False
    return "postgres" in name and not rest.startswith("Z")


def works_in(directory):
    """Whether some PostgreSQL process works in a data directory."""
    real = directory.resolve()  # the system names the directory by its path without symbolic links
    return any(is_postgres(entry.name) and _working_directory(entry) == real for entry in _processes())


def _processes():
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _working_directory(process):
    try:
        return Path(os.readlink(process / "cwd"))
    except OSError:  # gone meanwhile, or another user's
        return None
