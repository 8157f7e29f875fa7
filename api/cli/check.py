"""`wangge check`: what is wrong with a layer of polygons."""

import json
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.findings_file import write_findings
from boundaries.imports.layers import ids_from, read_layer
from boundaries.imports.misfit import refuse_swapped
from boundaries.imports.output import require_place
from gis.checking.check import check as diagnose
from gis.checking.findings import RULES
from gis.checking.nested import check_tree
from gis.datum import DATUMS
from gis.errors import Refusal

Datum = StrEnum("Datum", {datum: datum for datum in DATUMS})
Format = StrEnum("Format", {form: form for form in ("table", "json")})
SHOWN = 12


def check(
    layer: str = typer.Argument(
        help="GeoPackage, Shapefile (zipped too), GeoJSON, KML, FlatGeobuf or Parquet. FILE::LAYER names one of several."
    ),
    within: str | None = typer.Option(None, help="Layer of the parent: the faces should tile the union of its polygons."),
    id_field: str | None = typer.Option(None, help="Column that names the faces; default: number of the row from 0."),
    datum: Datum | None = typer.Option(None, help="Datum of the layer, where its file does not say or is wrong."),
    layer_name: str | None = typer.Option(None, help="Layer of the file, where it has several."),
    within_datum: Datum | None = typer.Option(None, help="Datum of the parent, where its file does not say or is wrong."),
    form: Format = typer.Option(Format.table, "--format", help="Table for people, one JSON object for programs."),
    findings: Path | None = typer.Option(None, help="GeoJSON file for the shapes of the findings."),
    parent_field: str | None = typer.Option(
        None, help="Column that names each face's own parent: another face of the layer, or one of --within."
    ),
    within_id_field: str | None = typer.Option(None, help="Column of --within with the codes that --parent-field names."),
):
    """Find overlaps, gaps and other faults of a layer of polygons.

    With --parent-field the children of every parent should tile it, so a table of several levels is checked in one call.

    Exit status: 0 without errors (warnings may be shown), 1 with errors, 2 when the input cannot be used.
    """
    if findings is not None:
        require_place(findings, "--findings")
    _require_codes(parent_field, id_field, within, within_id_field)
    notices = Console(stderr=True)
    with notices.status("Reading …"):
        faces = read_layer(layer, id_field=id_field, datum=datum, layer=layer_name)
        named = None if parent_field is None else ids_from(faces.attributes, parent_field, name=faces.path.name)
        parents = None if within is None else read_layer(within, id_field=within_id_field, datum=within_datum)
        parent = None if parents is None else _in_frame_of(faces, parents)
    for note in faces.notes + (parents.notes if parents else ()):
        notices.print(f"Note: {note}", markup=False, soft_wrap=True)
    with notices.status(f"Checking {len(faces.ids):,} faces …"):
        report = _report(faces, parents, parent, named)
    if findings is not None:
        write_findings(report, findings)
    if form is Format.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, allow_nan=False))
    else:
        _show(Console(), report, faces.path.name)
    raise typer.Exit(0 if report.ok else 1)


def _require_codes(parent_field, id_field, within, within_id_field):
    """Refuse a column of parents' codes without the column in which the parents have theirs, and the reverse."""
    if parent_field is None and within_id_field is not None:
        raise Refusal("missing_option", "--within-id-field needs --parent-field, the column that names each face's parent.")
    if parent_field is not None and within is None and id_field is None:
        raise Refusal("missing_option", "--parent-field names faces of the layer; say with --id-field where their codes stand.")
    if parent_field is not None and within is not None and within_id_field is None:
        raise Refusal("missing_option", "--parent-field names parents; say with --within-id-field where their codes stand.")


def _report(faces, parents, parent, named):
    if named is None:
        return diagnose(faces.own, faces.ids, parent=parent, frame=faces.frame)
    if parents is None:
        return check_tree(faces.own, faces.ids, named, frame=faces.frame)
    return check_tree(faces.own, faces.ids, named, parents=parent, parent_names=parents.ids, frame=faces.frame)


def _in_frame_of(faces, parents):
    """The parent in the numbers of the faces; untouched where both mean the same."""
    refuse_swapped(faces, parents.geometries)
    same = faces.frame == parents.frame or (faces.frame.is_storage and parents.frame.is_storage)
    return parents.own if same else faces.frame.from_storage(parents.geometries)


def _show(console, report, name):
    verdict = {True: " They tile the parent.", False: " They do not tile the parent.", None: ""}[report.tiles_parent]
    if not report.findings:
        console.print(f"{report.faces:,} faces of {name}: no finding.{verdict}", markup=False)
        return
    console.print(_summary(report, name))
    worst = sorted(report.findings, key=lambda f: (f.severity != "error", -f.area_m2))[:SHOWN]
    console.print(_details(worst, len(report.findings)))
    console.print(f"{'No errors.' if report.ok else 'There are errors.'}{verdict}", markup=False)


def _summary(report, name):
    table = Table(title=f"{report.faces:,} faces of {name}", title_justify="left")
    for heading, justify in (("code", "left"), ("severity", "left"), ("count", "right"), ("area m²", "right")):
        table.add_column(heading, justify=justify, no_wrap=True)
    table.add_column("what it is · 含义", overflow="fold")
    for code, row in report.summary.items():
        rule = RULES[code]
        table.add_row(code, rule.severity, f"{row['count']:,}", f"{row['area_m2']:,.3f}", f"{rule.en} · {rule.zh}")
    return table


def _details(worst, count):
    title = f"The {len(worst)} worst of {count:,}; --findings or --format json for all" if count > len(worst) else "Findings"
    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("id", no_wrap=True)
    table.add_column("code · lon, lat", overflow="fold")
    table.add_column("what is wrong and what to do · 问题与处理", overflow="fold")
    for finding in worst:
        place = "" if finding.lon is None else f"\n{finding.lon:.6f}, {finding.lat:.6f}"
        table.add_row(finding.id, f"{finding.code}{place}", Text(f"{finding.sentence_en}\n{finding.sentence_zh}"))
    return table
