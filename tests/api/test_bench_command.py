"""The benchmarks run and say what they measured; how fast is never tested."""

import json

import numpy as np
import pytest
import shapely
import typer
from typer.testing import CliRunner

from api.bench import changing, conforming, diagnosing, geocoding, locating, proving, registering, taking_in
from api.bench.coverages import nested
from api.bench.peers import PEERS, Peer, opened, owners
from api.bench.timing import Ratio, in_turns
from api.cli import bench as command
from gis.checking.check import check
from gis.errors import Refusal

app = typer.Typer()
app.command()(command.bench)


@pytest.fixture
def small(monkeypatch):
    """The same benchmarks on some hundred faces."""
    monkeypatch.setattr(locating, "SIZE", {"columns": 20, "rows": 20, "count": 2000, "fewer": 300, "fewest": 200})
    monkeypatch.setattr(proving, "SIZE", {"columns": 20, "rows": 20})
    monkeypatch.setattr(diagnosing, "SIZE", {"columns": 20, "rows": 20})
    monkeypatch.setattr(conforming, "SIZE", {"columns": 20, "rows": 20, "faults": 5})
    monkeypatch.setattr(changing, "SIZE", {"columns": 20, "rows": 20, "mutations": 50})
    monkeypatch.setattr(geocoding, "SIZE", {"places": 60, "roads": 3, "doors": 90, "asked": 5})
    size = {"small": (10, 10), "large": (30, 10), "moves": 10, "planners": 2, "each": 2}  # two villages for two planners
    monkeypatch.setattr(registering, "SIZE", size)
    monkeypatch.setattr(taking_in, "SIZE", {"scale": "town", "requests": 12, "rows": 1000})


def test_every_benchmark_prints_its_ratios_and_the_machine(small):
    output = CliRunner(env={"COLUMNS": "200"}).invoke(app).output
    measured = (
        "geopandas.sjoin",
        "table look-up",
        "coverage_is_valid",
        "2,000 points in 400 faces",
        "All 50 planted",
        "All 40 planted",
        "coverage_clean",
        "without the guard",
        "2 planners at once",
        "10 change sets",
        "12 reports over HTTP",
        "153 entries",
    )
    for words in (*measured, "cores", "numba"):
        assert words in output


def test_json_is_one_object(small):
    answer = json.loads(CliRunner().invoke(app, ["locate", "--json"]).stdout)
    assert set(answer) == {"machine", "ratios", "remarks"}
    first = answer["ratios"][0]
    assert (first["benchmark"], first["peer"], first["at_least"]) == ("locate", "geopandas.sjoin", 80)
    assert first["times_as_fast"] == pytest.approx(first["peer_s"] / first["ours_s"])


def test_a_database_that_is_not_installed_is_named_and_not_measured():
    peer = Peer("Nowhere SQL", "fewer", ("numpy", "no_such_module"), None)
    with opened(peer, np.array([]), np.empty((0, 2))) as answer:
        assert answer == "Nowhere SQL is not measured: no_such_module not installed (the optional group `peers`)."


def test_a_peer_that_names_two_faces_for_a_point_has_no_owners_to_compare():
    assert owners((np.array([0, 0]), np.array([3, 4])), 1) is None


@pytest.mark.database
def test_every_installed_database_gives_the_owners_of_the_locator():
    faces = shapely.box([0, 1, 2], 0, [1, 2, 3], 1)
    points = np.array([[2.5, 0.5], [0.5, 0.5], [9.0, 0.5], [1.5, 0.5]])
    measured = 0
    for peer in PEERS:
        with opened(peer, faces, points) as join:
            if not isinstance(join, str):
                measured += 1
                assert owners(join(), len(points)).tolist() == [2, 0, -1, 1]
    assert measured


@pytest.mark.parametrize("lost", [0, 7, 39])
def test_a_diagnosis_that_misses_a_planted_fault_is_not_timed(lost):
    layer = nested(20, 20)
    codes = layer.codes.tolist()
    faces, faults = diagnosing.plant(layer.faces, codes, 20)
    findings = check(faces, codes, parent=shapely.coverage_union_all(layer.parents)).findings
    diagnosing.require_all_found(findings, faults, faces)
    with pytest.raises(Refusal, match="planted faults"):
        diagnosing.require_all_found(findings[:lost] + findings[lost + 1 :], faults, faces)
    with pytest.raises(Refusal, match="planted faults"):
        diagnosing.require_all_found((*findings, findings[lost]), faults, faces)


def test_an_unknown_benchmark_is_refused_with_those_there_are():
    result = CliRunner().invoke(app, ["nothing"])
    assert isinstance(result.exception, Refusal)
    assert "locate, prove, diagnose, change, conform, register" in str(result.exception)


def test_a_goal_is_met_from_its_ratio_on():
    assert Ratio("", "", ours_s=1, peer_s=30, ours_runs=5, peer_runs=5, at_least=30).met is True
    assert Ratio("", "", ours_s=1, peer_s=29, ours_runs=5, peer_runs=5, at_least=30).met is False
    assert Ratio("", "", ours_s=1, peer_s=1, ours_runs=5, peer_runs=5, at_most=1).met is False
    assert Ratio("", "", ours_s=1, peer_s=2, ours_runs=5, peer_runs=5).met is None


def test_both_sides_take_turns_after_a_warm_up():
    calls = []
    in_turns(lambda: calls.append("ours"), lambda: calls.append("peer"), runs=3, peer_runs=2)
    assert calls == ["ours", "peer", "peer", "ours", "peer", "ours", "ours"]
