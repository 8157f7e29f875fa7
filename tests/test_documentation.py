"""The documents are kept: every setting and every rule stands in them, and the README's commands run."""

import ast
import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from api.settings import Settings
from gis.checking.findings import RULES

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
OPERATION = (REPOSITORY / "docs" / "operation.md").read_text(encoding="utf-8")


def commands(text):
    """Every command of the shell blocks of a document."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_every_setting_is_documented():
    for name, field in Settings.model_fields.items():
        assert f"`{field.validation_alias or f'WANGGE_{name.upper()}'}`" in OPERATION


def test_every_refusal_is_documented():
    documented = (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8")
    assert [code for code in sorted(refusals() | rules()) if f"`{code}`" not in documented] == []


def refusals():
    """Codes of the refusals in the source."""
    sources = (path for folder in ("gis", "boundaries", "incidents", "api") for path in (REPOSITORY / folder).rglob("*.py"))
    calls = (node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_refusal(node))
    return {call.args[0].value for call in calls}


def is_refusal(node):
    named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal"
    return named and isinstance(node.args[0], ast.Constant)


def rules():
    """Rules of the register's own tables."""
    tables = (REPOSITORY / "boundaries" / "store" / "migrations" / "0001_register.sql").read_text(encoding="utf-8")
    return set(re.findall(r"CONSTRAINT (?:= ')?(\w+)(?:'| CHECK| EXCLUDE)", tables))


def test_every_finding_is_documented():
    documented = (REPOSITORY / "docs" / "files.md").read_text(encoding="utf-8")
    assert [code for code in RULES if f"`{code}`" not in documented] == []


def test_both_readmes_show_the_same_commands():
    assert commands((REPOSITORY / "README.zh-CN.md").read_text(encoding="utf-8")) == commands(README)


def test_every_document_that_the_readme_names_is_there():
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (REPOSITORY / target).exists(), target


@pytest.fixture
def desk():
    """A place with the files that the README speaks of."""
    with tempfile.TemporaryDirectory(prefix="wangge-readme-", ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o755)
        folder = Path(name)
        (folder / ".venv").symlink_to(REPOSITORY / ".venv")
        write_layers(folder)
        yield folder
        wangge(folder, "db", "stop")


def write_layers(folder):
    """Two grids in a village, three reports, one county."""
    grids = [shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)]
    village = [shapely.union(*grids)]
    for name in ("grids.gpkg", "grids-2027.gpkg"):
        frame(grids, ["510502001001001", "510502001001002"]).to_file(folder / name)
    frame(village, ["510502001001"]).to_file(folder / "villages.gpkg")
    frame(village, ["510502"]).to_file(folder / "counties.geojson")
    pandas.DataFrame({"lon": [105.008, 105.02, 106], "lat": [28.004] * 3}).to_csv(folder / "reports.csv", index=False)


def frame(shapes, codes):
    return geopandas.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs=4490)


def wangge(folder, *arguments):
    return run(folder, ".venv/bin/wangge", *arguments)


def run(folder, *command):
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"WANGGE_HOME": str(folder / "home")},
    )


def test_the_readme_names_no_command_that_is_not_run_here():
    known = ["make demo", "make test", *RUN_ON_FILES, ".venv/bin/wangge bench"]
    assert commands(README) == known


RUN_ON_FILES = [
    ".venv/bin/wangge check grids.gpkg --within villages.gpkg",
    ".venv/bin/wangge conform grids.gpkg -o conformed.gpkg --within villages.gpkg --id-field code",
    ".venv/bin/wangge diff grids.gpkg grids-2027.gpkg --id-field code",
    ".venv/bin/wangge locate reports.csv -o located.csv --layer grids.gpkg --id-field code --datum gcj02",
    ".venv/bin/wangge import counties.geojson --level county",
]


@pytest.mark.database
@pytest.mark.parametrize("command", RUN_ON_FILES)
def test_the_command_of_the_readme_runs(desk, command):
    done = run(desk, *command.split())
    assert done.returncode == 0, done.stderr


@pytest.mark.heavy
def test_the_benchmark_of_the_readme_runs(desk):
    assert wangge(desk, "bench", "--json").returncode == 0


@pytest.mark.database
def test_make_demo_serves_the_map_until_ctrl_c_and_a_second_run_loses_nothing(desk):
    first, second = demo(desk), demo(desk)
    assert "Stopped." in first and "Stopped." in second
    assert "filled already" not in first and "filled already" in second


def demo(folder):
    """`make demo` at the smallest scale until its address answers, then Ctrl-C; what it printed."""
    environment = os.environ | {"WANGGE_HOME": str(folder / "home"), "WANGGE_PORT": "0", "COLUMNS": "200"}
    process = subprocess.Popen(
        ["make", "demo", "SCALE=town"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed = []
    for line in process.stdout:
        printed.append(line)
        address = re.search(r"http://[\d.]+:\d+", line)
        if address:
            with urllib.request.urlopen(f"{address.group()}/api/v1/meta", timeout=60) as answer:
                assert json.load(answer)["synthetic"] is True
            os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=30)
    return "".join(printed)
