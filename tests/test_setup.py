"""The set-up says what is missing where it may not install it, and does nothing where all is there."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / ".setup" / "system-packages"
NEEDED = ["bash", "id", "ls", "dpkg-query", "grep", "apt-get", "apt-cache", "sort", "tail", "mkdir", "tee", "env"]


@pytest.fixture
def without_psql():
    """A PATH with what the script runs, but neither psql nor sudo; not in pytest's folders, which another user cannot pass."""
    with tempfile.TemporaryDirectory(prefix="wangge-test-") as folder:
        path = Path(folder)
        for name in NEEDED:
            (path / name).symlink_to(shutil.which(name))
        python = path / "python3"
        python.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        for each in (path, python):
            each.chmod(0o755)
        yield str(path)


def run(path, **options):
    return subprocess.run(
        [shutil.which("bash"), "-s"],
        input=SCRIPT.read_text(encoding="utf-8"),
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
        **options,
    )


def test_a_user_who_may_install_nothing_is_told_what_is_missing_and_whom_to_ask(without_psql):
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    told = run(without_psql, **nobody)
    assert told.returncode == 2
    assert "postgresql-client" in told.stderr and "ask an administrator" in told.stderr


def test_where_everything_is_there_nothing_is_done():
    done = run(os.environ["PATH"])
    assert (done.returncode, done.stdout) == (0, "")
