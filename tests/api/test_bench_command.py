"""The benchmarks run and say what they measured; how fast is never tested."""

import json

import pytest
import typer
from typer.testing import CliRunner

from api.bench import changing, locating, proving
from api.bench.timing import Ratio, in_turns
from api.cli import bench as command
from gis.errors import Refusal

app = typer.Typer()
app.command()(command.bench)


@pytest.fixture
def small(monkeypatch):
    """The same benchmarks on 400 faces."""
    monkeypatch.setattr(locating, "SIZE", {"columns": 20, "rows": 20, "count": 2000})
    monkeypatch.setattr(proving, "SIZE", {"columns": 20, "rows": 20})
    monkeypatch.setattr(changing, "SIZE", {"columns": 20, "rows": 20, "mutations": 50})


def test_every_benchmark_prints_its_ratios_and_the_machine(small):
    output = CliRunner(env={"COLUMNS": "200"}).invoke(app).output
    measured = ("geopandas.sjoin", "table look-up", "coverage_is_valid", "2,000 points in 400 faces", "All 50 planted")
    for words in (*measured, "cores", "numba"):
        assert words in output


def test_json_is_one_object(small):
    answer = json.loads(CliRunner().invoke(app, ["locate", "--json"]).stdout)
    assert set(answer) == {"machine", "ratios", "remarks"}
    first = answer["ratios"][0]
    assert (first["benchmark"], first["peer"], first["at_least"]) == ("locate", "geopandas.sjoin", 80)
    assert first["times_as_fast"] == pytest.approx(first["peer_s"] / first["ours_s"])


def test_an_unknown_benchmark_is_refused_with_those_there_are():
    result = CliRunner().invoke(app, ["nothing"])
    assert isinstance(result.exception, Refusal)
    assert "locate, prove, change" in str(result.exception)


def test_a_goal_is_met_from_its_ratio_on():
    assert Ratio("", "", ours_s=1, peer_s=30, ours_runs=5, peer_runs=5, at_least=30).met is True
    assert Ratio("", "", ours_s=1, peer_s=29, ours_runs=5, peer_runs=5, at_least=30).met is False
    assert Ratio("", "", ours_s=1, peer_s=1, ours_runs=5, peer_runs=5, at_most=1).met is False
    assert Ratio("", "", ours_s=1, peer_s=2, ours_runs=5, peer_runs=5).met is None


def test_both_sides_take_turns_after_a_warm_up():
    calls = []
    in_turns(lambda: calls.append("ours"), lambda: calls.append("peer"), runs=3, peer_runs=2)
    assert calls == ["ours", "peer", "peer", "ours", "peer", "ours", "ours"]
