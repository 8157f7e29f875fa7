"""`wangge bench`: ratios against named peers, measured here and now."""

import json
from dataclasses import asdict
from importlib import import_module

import typer
from rich.console import Console
from rich.table import Table

from api.bench.timing import machine
from gis.errors import Refusal

BENCHMARKS = {
    "locate": "api.bench.locating",
    "prove": "api.bench.proving",
    "diagnose": "api.bench.diagnosing",
    "change": "api.bench.changing",
    "conform": "api.bench.conforming",
    "register": "api.bench.registering",
    "geocode": "api.bench.geocoding",
    "heat": "api.bench.heating",
    "intake": "api.bench.taking_in",
    "live": "api.bench.living",
}
SIZED = ("heat", "intake")
FEW = 70_000  # where all benchmarks are run: those of a size would take hours


def bench(
    name: str | None = typer.Argument(None, help=f"One of {', '.join(BENCHMARKS)}; without it, all."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    size: int | None = typer.Option(None, min=1000, help="Incidents of heat (default 10,000,000) or intake (1,000,000)."),
):
    """Measure our work against named peers, in turns in one run; what counts is the ratio."""
    if name is not None and name not in BENCHMARKS:
        raise Refusal("unknown_benchmark", f"There is no benchmark {name}; there are {', '.join(BENCHMARKS)}.")
    size = size or (FEW if name is None else None)
    reports = []
    with Console(stderr=True).status("Measuring …") as status:
        for each in [name] if name else BENCHMARKS:
            status.update(f"Measuring {each} …")
            reports.append(import_module(BENCHMARKS[each]).run(**({"size": size} if size and each in SIZED else {})))
    (print if as_json else Console().print)(_as_json(reports) if as_json else _as_table(reports))
    if not as_json:
        _say_where(reports)


def _as_json(reports):
    lines = [
        {"benchmark": report.name, **asdict(ratio), "times_as_fast": ratio.times_as_fast, "met": ratio.met}
        for report in reports
        for ratio in report.ratios
    ]
    remarks = {report.name: report.remarks for report in reports}
    return json.dumps({"machine": machine(), "ratios": lines, "remarks": remarks}, ensure_ascii=False, indent=2)


def _as_table(reports):
    table = Table(title="Medians; times as fast = the peer's time / ours")
    for heading in ("work", "against", "ours (runs)", "peer (runs)", "times as fast", "goal"):
        table.add_column(heading, justify="left" if heading in ("work", "against") else "right")
    for report in reports:
        for ratio in report.ratios:
            table.add_row(
                ratio.work,
                ratio.peer,
                f"{_duration(ratio.ours_s)} ({ratio.ours_runs})",
                f"{_duration(ratio.peer_s)} ({ratio.peer_runs})",
                f"{ratio.times_as_fast:.3g}",
                _goal(ratio),
            )
    return table


def _duration(seconds):
    return f"{seconds:.3f} s" if seconds >= 1 else f"{seconds * 1e3:.3f} ms"


def _goal(ratio):
    if ratio.met is None:
        return "–"
    least = ratio.at_least if ratio.at_least is not None else 1 / ratio.at_most
    return f"{'met' if ratio.met else 'missed'}: {'≥' if ratio.at_least is not None else '>'} {least:g}"


def _say_where(reports):
    for report in reports:
        for remark in report.remarks:
            print(f"{report.name}: {remark}")
    print("; ".join(f"{what} {value}" for what, value in machine().items()))
