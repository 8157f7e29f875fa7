"""The worked story of the documentation, run as it stands there on the layer it names."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
STORY = REPOSITORY / "docs" / "story.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.database
def test_the_story_runs_as_it_is_told(real_data, tmp_path):
    shutil.copy(real_data / "faulty" / "bubenec_momepy.gpkg", tmp_path / "bubenec.gpkg")
    run = told(tmp_path, "\n".join(BLOCK.findall(STORY.read_text(encoding="utf-8"))))
    try:
        assert run.returncode == 0, run.stderr
        for sentence in ("22 overlaps, 87 gaps", "two questions", "the first entry was changed", "all sound"):
            assert sentence in run.stdout
        assert re.search(r"BA510502-\d{4}-0001, entry 1: entry_altered", run.stdout)
        assert (tmp_path / "filing.pdf").read_bytes().startswith(b"%PDF")
        reports = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.glob("check-*.json"))]
        assert [(report["faces"], report["tiles_parent"]) for report in reports] == [
            (407, True),
            (408, True),
            (407, True),
            (407, True),
        ]
    finally:
        told(tmp_path, "wangge db stop")


def told(folder, script):
    """Run a script in a folder as a reader would, on a register of its own."""
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": programs, "WANGGE_HOME": f"/tmp/wangge-story-{os.getpid()}", "COLUMNS": "160"}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
