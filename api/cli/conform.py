"""`wangge conform`: make a layer of polygons an exact tiling, and say what was done."""

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from api.cli.check import Datum, Format
from boundaries.imports.faces import SUFFIXES, write_faces
from boundaries.imports.layers import read_layer
from boundaries.imports.misfit import refuse_misfit
from boundaries.imports.output import require_place, write_whole
from gis.conforming.conform import conform as mend
from gis.conforming.mend import QUESTIONS, STRATEGIES
from gis.errors import Refusal

Strategy = StrEnum("Strategy", {strategy: strategy for strategy in STRATEGIES})
SHOWN = 12
LEFT = "Answer them with --accept, --give or --gap-width-m, mend them by hand, or write it as it is with --leave-open."


def conform(
    layer: str = typer.Argument(help="Layer of polygons, whatever GDAL reads. FILE::LAYER names one of several."),
    out: Path = typer.Option(..., "-o", "--out", help="Where the layer goes: .gpkg, .geojson, .fgb or .parquet."),
    within: str | None = typer.Option(None, help="Layer of the parent: the faces shall tile the union of its polygons."),
    snap_m: float = typer.Option(0.5, help="Borders beside a fault are moved together up to this many metres."),
    gap_width_m: float = typer.Option(2.0, help="Gaps up to this width in metres are filled; wider ones are asked about."),
    overlap_width_m: float | None = typer.Option(None, help="Overlaps wider than this are asked about; default: none."),
    strategy: Strategy = typer.Option(Strategy.longest_border, help="Who gets an overlap or a gap."),
    priority: list[str] = typer.Option([], help="For the strategy of that name: an id; repeat it, the first goes first."),
    lock: list[str] = typer.Option([], help="Id of a face that must not change; may be repeated."),
    accept: list[str] = typer.Option([], help="Id of a mend, from the report, that shall be done; may be repeated."),
    give: list[str] = typer.Option([], help="ID=FACE: the face that gets the land of a mend; may be repeated."),
    refuse: list[str] = typer.Option([], help="Id of a mend, from the report, not to be done; may be repeated."),
    leave_open: bool = typer.Option(False, "--leave-open", help="Write the layer although something needs a person."),
    report: Path | None = typer.Option(None, help="JSON file for the report, written in any case."),
    parent_out: Path | None = typer.Option(None, help="Where the parent goes with the nodes that the faces need on it."),
    id_field: str | None = typer.Option(None, help="Column that names the faces; default: number of the row from 0."),
    datum: Datum | None = typer.Option(None, help="Datum of the layer, where its file does not say or is wrong."),
    layer_name: str | None = typer.Option(None, help="Layer of the file, where it has several."),
    within_datum: Datum | None = typer.Option(None, help="Datum of the parent, where its file does not say or is wrong."),
    form: Format = typer.Option(Format.table, "--format", help="Table for people, one JSON object for programs."),
):
    """Make a layer an exact tiling of its parent, or of its own union: no overlap, no gap, nothing outside.

    Exit status: 0 when the tiling is proven and written, 1 when something needs a person (then nothing is written unless
    told by --leave-open), 2 when the input cannot be used.
    """
    _require_places(layer, out, report, parent_out, within)
    notices = Console(stderr=True)
    with notices.status("Reading …"):
        faces = read_layer(layer, id_field=id_field, datum=datum, layer=layer_name)
        parents = None if within is None else _read_parents(within, within_datum, faces, declared=datum is not None)
    for note in faces.notes + (parents.notes if parents else ()):
        notices.print(f"Note: {note}", markup=False, soft_wrap=True)
    with notices.status(f"Conforming {len(faces.ids):,} faces …"):
        answer = mend(
            faces.geometries,
            faces.ids,
            parent=None if parents is None else parents.geometries,
            snap_m=snap_m,
            gap_width_m=gap_width_m,
            overlap_width_m=overlap_width_m,
            strategy=str(strategy),
            priority=priority,
            locked=lock,
            accept=accept,
            refuse=refuse,
            give=dict(map(_pair, give)),
        )
    written = out if answer.ok or leave_open else None
    if written:
        _write(faces, answer, out, parent_out)
    told = {"written": written and str(written), "strategy": str(strategy), **answer.as_dict()}
    if report is not None:
        write_whole(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1) + "\n", report)
    if form is Format.json:
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        _show(Console(), answer, faces.path.name, written)
    raise typer.Exit(0 if answer.ok else 1)


def _read_parents(within, datum, faces, *, declared):
    parents = read_layer(within, datum=datum)
    refuse_misfit(faces, parents.geometries, is_datum_declared=declared)
    return parents


def _write(faces, answer, out, parent_out):
    write_faces(faces.attributes, answer.faces, out)
    if parent_out is not None:
        write_faces(pd.DataFrame(index=[0]), np.array([answer.parent], dtype=object), parent_out)


def _pair(text):
    mend_name, sign, face = text.partition("=")
    if not sign:
        raise Refusal("missing_option", f"--give {text} lacks the face; write --give ID=FACE.")
    return mend_name, face


def _require_places(layer, out, report, parent_out, within):
    require_place(out, "-o", suffixes=SUFFIXES, source=Path(layer.partition("::")[0]))
    if report is not None:
        require_place(report, "--report")
    if parent_out is not None:
        if within is None:
            raise Refusal("missing_option", "--parent-out writes the parent, which --within has to name.")
        require_place(parent_out, "--parent-out", suffixes=SUFFIXES, source=Path(within.partition("::")[0]))


def _show(console, answer, name, written):
    if answer.mends:
        console.print(_summary(answer, name))
    open_ones = sorted(answer.needs_a_person, key=lambda mend: (-mend.area_m2, mend.id))
    if open_ones:
        console.print(_questions(open_ones))
    shift = f"Largest shift {answer.max_shift_m:.3f} m; {int(answer.touched.sum()):,} of {len(answer.ids):,} faces changed."
    console.print(shift, markup=False)
    if len(answer.parent_nodes):
        console.print(f"Borders end on {len(answer.parent_nodes):,} edges of the parent, which need a node there.")
    verdict = "The tiling is proven." if answer.ok else f"{_count(open_ones)} a person. {LEFT}"
    console.print(f"{verdict} {f'Written to {written}.' if written else 'Nothing was written.'}", markup=False)


def _count(open_ones):
    return "1 thing needs" if len(open_ones) == 1 else f"{len(open_ones):,} things need"


def _summary(answer, name):
    table = Table(title=f"{len(answer.ids):,} faces of {name}", title_justify="left")
    for heading, justify in (("mend", "left"), ("state", "left"), ("count", "right"), ("area m²", "right")):
        table.add_column(heading, justify=justify, no_wrap=True)
    rows = Counter((mend.kind, mend.question or "done") for mend in answer.mends)
    for (kind, state), count in sorted(rows.items()):
        area = sum(mend.area_m2 for mend in answer.mends if (mend.kind, mend.question or "done") == (kind, state))
        table.add_row(kind, state, f"{count:,}", f"{area:,.3f}")
    return table


def _questions(open_ones):
    title = f"Needs a person: the {min(SHOWN, len(open_ones))} largest of {len(open_ones):,}"
    table = Table(title=title, title_justify="left")
    for heading in ("id", "kind", "faces", "area m²", "width m", "lon, lat", "why"):
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for one in open_ones[:SHOWN]:
        place = "" if one.lon is None else f"{one.lon:.6f}, {one.lat:.6f}"
        faces = ", ".join(one.faces or [row.face for row in one.candidates][:4])
        table.add_row(one.id, one.kind, faces, f"{one.area_m2:,.3f}", f"{one.width_m:,.3f}", place, QUESTIONS[one.question])
    return table
