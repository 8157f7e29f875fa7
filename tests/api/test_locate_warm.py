"""A server has its loops compiled and its indexes read before anybody asks, and no request has anything to compile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.database

START = """
import json, sys, threading
from pathlib import Path
from fastapi.testclient import TestClient
from api.app import create_app
from api.settings import Settings

url, home, is_warmed = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "warmed"
application = create_app(Settings(database_url=url, home=home))
points = [{"lon": 105.4 + i / 150_000, "lat": 28.81} for i in range(10_000)]

def compiled():
    modules = [module for name, module in sys.modules.items() if name.startswith("gis.kernels.")]
    loops = {name: loop for each in modules for name, loop in vars(each).items() if hasattr(loop, "signatures")}
    alone = {name: loop for name, loop in loops.items() if loop.targetoptions.get("inline") != "always"}
    return {name: len(loop.signatures) for name, loop in alone.items()}

def ask(client):
    return client.post("/api/v1/locate", json={"points": points}).status_code

def warmed():
    with TestClient(application) as client:
        [thread.join() for thread in threading.enumerate() if thread.name == "warm"]
        files = sorted(path.name.split("-")[0] for path in (home / "indexes").glob("*.index"))
        return {"before": compiled(), "files": files, "status": ask(client), "after": compiled()}

def cold():
    return {"before": compiled(), "status": ask(TestClient(application)), "after": compiled()}

print(json.dumps(warmed() if is_warmed else cold()))
"""


def start(url, home, how):
    command = [sys.executable, "-c", START, url, str(home), how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return json.loads(done.stdout.splitlines()[-1])


def test_a_started_server_has_its_indexes_in_files_and_its_loops_compiled_and_a_request_compiles_none(town_url, tmp_path):
    told = start(town_url, tmp_path, "warmed")
    assert (told["status"], told["files"]) == (200, ["grid", "micro_grid"])
    assert {"settle", "inline_pieces"} <= told["before"].keys()
    assert all(told["before"].values())
    assert told["after"] == told["before"]


def test_a_request_that_comes_before_the_loops_does_without_them(town_url, tmp_path):
    told = start(town_url, tmp_path, "cold")
    assert (told["status"], told["before"], told["after"]) == (200, {}, {})
