"""The compiler is loaded where it pays, and nothing depends on it."""

import subprocess
import sys

import numpy as np
import shapely

from gis import engine
from gis.locating.locate import Locator


def test_a_layer_without_the_compiler_is_answered_in_numpy(monkeypatch):
    monkeypatch.setenv(engine.SETTING, "auto")
    monkeypatch.setattr(engine, "_loaded", {})
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in [name for name in sys.modules if name.startswith("gis.kernels")]:
        monkeypatch.delitem(sys.modules, name)
    assert engine.warm() is False
    found = Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(np.full((100, 2), (105.5, 28.5)))
    assert not found.face.any()


def test_neither_the_command_line_nor_a_request_loads_the_compiler():
    code = """
import sys, numpy, shapely, api.cli.main
from gis.locating.locate import Locator
from gis.tiling import prove_change
Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(numpy.full((10_000, 2), (105.5, 28.5)))
prove_change([shapely.box(105, 28, 106, 29)], [shapely.box(105, 28, 106, 29)])
print("numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
