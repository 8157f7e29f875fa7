"""`wangge diff`: what changed between two layers of polygons."""

import json
from pathlib import Path

import shapely
import typer
from rich.console import Console
from rich.table import Table

from api.cli.check import Datum, Format
from boundaries.imports.comparable import comparable, households_of
from boundaries.imports.layers import read_layer
from boundaries.imports.output import require_place, write_whole
from gis.comparing.compare import TOLERANCE_M, compare
from gis.measuring.require import require_tolerance

SHOWN = 12
MEANINGS = {
    "unchanged": "the same to the last lattice unit · 未变",
    "re-digitised": "the same border drawn anew · 重新数字化",
    "renamed": "the same land under another id · 改码",
    "modified": "land went over to or came from others · 调整",
    "split": "one face became several · 拆分",
    "merge": "several faces became one · 合并",
    "complex": "several faces were cut anew together · 重组",
    "created": "a face without a predecessor · 新建",
    "removed": "a face without a successor · 撤销",
}


def diff(
    old: str = typer.Argument(help="The layer as it was; FILE::LAYER names one of several."),
    new: str = typer.Argument(help="The layer as it is."),
    id_field: str | None = typer.Option(
        None, help="Column that names the faces in both. Without it, faces are matched by the land they share."
    ),
    new_id_field: str | None = typer.Option(None, help="Column of the new layer, where it has another name there."),
    tolerance_m: float = typer.Option(TOLERANCE_M, help="How far, in metres, a border may move and be only drawn anew."),
    households: str | None = typer.Option(None, help="Column of the old layer with households, shared out by area."),
    datum: Datum | None = typer.Option(None, help="Datum of the old layer, where its file does not say or is wrong."),
    new_datum: Datum | None = typer.Option(None, help="Datum of the new layer, where its file does not say or is wrong."),
    form: Format = typer.Option(Format.table, "--format", help="Table for people, one JSON object for programs."),
    out: Path | None = typer.Option(None, help="GeoJSON file for the pieces of land that moved."),
):
    """Say what became of every face between two layers: split, merged, moved, created, removed, or only drawn anew.

    Exit status: 0 when nothing changed, 1 when something did, 2 when the input cannot be used.
    """
    require_tolerance(tolerance_m)
    if out is not None:
        require_place(out, "--out")
    notices = Console(stderr=True)
    with notices.status("Reading …"):
        layers = (
            read_layer(old, id_field=id_field, datum=datum),
            read_layer(new, id_field=new_id_field or id_field, datum=new_datum),
        )
        before, after = map(comparable, layers)
    with notices.status(f"Comparing {len(before.ids):,} with {len(after.ids):,} faces …"):
        found = compare(
            before.faces,
            before.ids,
            after.faces,
            after.ids,
            tolerance_m=tolerance_m,
            match="id" if id_field else "overlap",
            households=None if households is None else households_of(layers[0], before, households),
        )
    for note in (*before.notes, *after.notes, *_about(found, id_field)):
        notices.print(f"Note: {note}", markup=False, soft_wrap=True)
    if out is not None:
        write_whole(_geojson(found), out)
    if form is Format.json:
        print(json.dumps(_report(found, tolerance_m, id_field), ensure_ascii=False, allow_nan=False))
    else:
        _show(Console(), found, layers[0].path.name, layers[1].path.name)
    raise typer.Exit(1 if found.changed else 0)


def _about(found, id_field):
    """What a user should know about how the layers were matched."""
    if id_field is None:
        yield "without --id-field the faces are matched by the land they share, and called by their row, from 0."
    met = "unchanged" in found.new_kind or any(row.old and row.new for row in found.lineage)
    if len(found.old_kind) and len(found.new_kind) and not met:
        yield "the layers share no land; is the datum of both right?"


def _report(found, tolerance_m, id_field):
    return {
        "changed": found.changed,
        "old_faces": len(found.old_kind),
        "new_faces": len(found.new_kind),
        "match": "id" if id_field else "overlap",
        "tolerance_m": tolerance_m,
        "summary": found.summary,
        "changes": [_change(change) for change in found.changes],
        "lineage": [_row(row) | {"moved": row.moved} for row in found.lineage],
    }


def _change(change):
    return {
        "kind": change.kind,
        "old": list(change.old),
        "new": list(change.new),
        "area_before_m2": round(change.area_before_m2, 6),
        "area_after_m2": round(change.area_after_m2, 6),
    }


def _row(row):
    return {
        "from": row.old,
        "to": row.new,
        "area_m2": round(row.area_m2, 6),
        "households": None if row.households is None else round(row.households, 3),
        "noise": row.noise,
    }


def _geojson(found):
    features = [
        {"type": "Feature", "properties": _row(row), "geometry": json.loads(shapely.to_geojson(row.geometry))}
        for row in found.moved
        if not row.geometry.is_empty
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _show(console, found, old, new):
    table = Table(title=f"{old} → {new}", title_justify="left")
    for heading, justify in (("kind", "left"), ("count", "right"), ("what it is · 含义", "left")):
        table.add_column(heading, justify=justify)
    for kind, count in found.summary.items():
        table.add_row(kind, f"{count:,}", MEANINGS[kind])
    console.print(table)
    if not found.changed:
        console.print("Nothing changed.")
    real = sorted((row for row in found.moved if not row.noise), key=lambda row: -row.area_m2)
    if real:
        console.print(_moved(real[:SHOWN], len(real)))


def _moved(rows, count):
    title = f"The {len(rows)} largest of {count:,} pieces that moved" if count > len(rows) else "Pieces that moved"
    table = Table(title=title, title_justify="left")
    for heading, justify in (("from", "left"), ("to", "left"), ("area m²", "right")):
        table.add_column(heading, justify=justify, overflow="fold")
    counted = any(row.households is not None for row in rows)
    if counted:
        table.add_column("households", justify="right")
    for row in rows:
        households = "" if row.households is None else f"{row.households:,.1f}"
        table.add_row(row.old or "–", row.new or "–", f"{row.area_m2:,.3f}", *([households] if counted else []))
    return table
