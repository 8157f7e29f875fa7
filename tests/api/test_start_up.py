"""What a command loads before it works: a command that only asks the register waits for no library of layers or pages."""

import subprocess
import sys

import pytest

HEAVY = {"pandas", "geopandas", "pyogrio", "fastapi", "numba", "scipy", "jinja2", "weasyprint"}
ASKING = ("account", "token", "db", "setting", "divisions", "filings", "change")


@pytest.mark.parametrize("name", ASKING)
def test_a_command_that_only_asks_the_register_loads_no_library_that_it_does_not_use(name):
    told = f"import sys, api.cli.{name}; print(*sorted({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split() == []
