"""Every notebook runs from top to bottom on the demo register, and its maps load nothing from outside."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"

pytestmark = pytest.mark.database


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebook_runs_and_its_maps_load_nothing_from_outside(path, demo_database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", demo_database)
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)  # results are made, not kept
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    pages = [output.data["text/html"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output
             and "leaflet" in output.data.get("text/html", "")]  # fmt: skip
    assert pages
    for page in pages:
        assert not re.findall(r"(?:src|href)=(?:&quot;|\")https?://", page)
