"""`wangge locate`: which grid each point of a file lies in."""

from datetime import datetime
from pathlib import Path

import numpy as np
import shapely
import typer
from rich.console import Console
from rich.table import Table

from api.database import open_register
from api.settings import load_settings
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.imports.answers import answers, renamed, require_writable, write_located
from boundaries.imports.layers import read_layer
from boundaries.imports.points import positions, read_points
from boundaries.store.reading import coverage
from gis.crs import Frame
from gis.datum import DATUMS
from gis.errors import Refusal
from gis.locating.locate import Locator

SAMPLE = 1000  # points that a hint is worked out from
LIKELY_SWAPPED = 0.9  # share of points that must fit the layer when swapped, while none fits as it is
NOTED = 5


def locate(
    points: Path = typer.Argument(help="CSV, GeoJSON, Parquet or GeoPackage."),
    out: Path = typer.Option(..., "-o", "--out", help="Where the answer goes: .csv, .geojson, .parquet or .gpkg."),
    layer: str | None = typer.Option(None, help="Layer of polygons to locate in; without it, the register."),
    id_field: str | None = typer.Option(None, help="Column of the layer that names its faces."),
    layer_datum: str | None = typer.Option(None, help="Datum of the layer, where its file does not say or is wrong."),
    at: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Day as of which the register is read."),
    micro: bool = typer.Option(False, "--micro", help="Locate in the register's micro-grids."),
    lon: str | None = typer.Option(None, help="Column of the longitude."),
    lat: str | None = typer.Option(None, help="Column of the latitude."),
    datum: str | None = typer.Option(None, help="Datum of the points: wgs84, cgcs2000, gcj02 or bd09."),
):
    """Write the points in their order with the grid that each lies in.

    Adds four columns: grid (the owner, empty outside every face), on_border (the point lies on a border; the smallest
    code owns it), also (the other faces there) and distance_m (0 inside, else to the nearest face). A row without a
    position stays, with all four empty.
    """
    console = Console(stderr=True)
    _require_one_place(layer, id_field, layer_datum, at, micro)
    require_writable(out, source=points)
    table = read_points(points, lon=lon, lat=lat, datum=datum)
    with console.status("Reading the faces …"):
        faces, codes, notes = faces_of_layer(layer, id_field, layer_datum) if layer else faces_of_register(at, micro=micro)
        _refuse_swapped(table, faces, points)
        locator = Locator(faces, codes)
    with console.status(f"Locating {len(table):,} points …"):
        found = locator.locate(table.lonlat[table.placed])
    _hint(console, locator, table, found)
    for note in (*notes, *_about_repeated(codes), *_about_renamed(table)):
        console.print(f"Note: {note}", highlight=False)
    with console.status(f"Writing {out.name} …"):
        write_located(table, answers(found, codes, table.placed), out)
    Console().print(_summary(table, found, out))


def faces_of_layer(layer, id_field, datum):
    """Faces and codes of a file, in degrees on CGCS2000, and what should be said of them.

    Returns
    -------
    faces : ndarray of Polygon or MultiPolygon
    codes : ndarray of str
    notes : tuple of str

    Raises
    ------
    Refusal
        ``missing_code``, and all of :func:`boundaries.imports.layers.read_layer`.
    """
    read = read_layer(layer, id_field=id_field, datum=datum)
    nameless = [str(row) for row, code in enumerate(read.ids, start=1) if code is None]
    if nameless:
        few = ", ".join(nameless[:NOTED])
        raise Refusal("missing_code", f"{len(nameless)} faces of {layer} have no {id_field}; name them: row {few}.")
    notes = read.notes if id_field else (*read.notes, "without --id-field the faces are called by their row, from 0.")
    return read.geometries, np.array(read.ids, dtype=np.str_), notes


def faces_of_register(at, *, micro):
    """Grids, or micro-grids, in force on a day (now, if no day is given); as :func:`faces_of_layer`."""
    level = "micro_grid" if micro else "grid"
    instant = start_of_day(at.date()) if at else datetime.now(CITY_ZONE)
    engine = open_register(load_settings())
    with engine.connect() as connection:
        held = coverage(connection, level, instant)
    engine.dispose()
    if len(held.codes) == 0:
        name = level.replace("_", "-")
        raise Refusal("empty_register", f"The register holds no {name} on {instant:%Y-%m-%d}; import or make some first.")
    return held.geometries, held.codes, ()


def _require_one_place(layer, id_field, layer_datum, at, micro):
    """Refuse options of the layer together with those of the register."""
    if layer is None and (id_field or layer_datum):
        raise Refusal("missing_option", "--id-field and --layer-datum describe a layer; give it with --layer.")
    if layer is not None and (at or micro):
        raise Refusal("excluded_option", "--at and --micro belong to the register; leave them out, or --layer.")


def _refuse_swapped(table, faces, path):
    """Refuse a file that fits the layer only with longitude and latitude exchanged."""
    west, south, east, north = shapely.total_bounds(faces)
    lonlat = table.lonlat[table.placed]

    def fitting(lon, lat):
        return np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))

    if fitting(*lonlat.T) == 0 and fitting(*lonlat.T[::-1]) >= LIKELY_SWAPPED:
        raise Refusal(
            "swapped_lonlat",
            f"The points of {path} fit the layer only with longitude and latitude exchanged; exchange them.",
            path=str(path),
        )


def _hint(console, locator, table, found):
    """Where no point lies in any face, say what else the numbers may mean."""
    if (found.face >= 0).any():
        return
    console.print(f"No point lies in any face; the nearest is {found.distance_m.min():,.0f} m away.")
    declared = table.declared[table.placed][:SAMPLE]
    for datum in DATUMS:
        inside = locator.locate(positions(declared, Frame(table.frame.crs, datum)), distances=False).face >= 0
        if inside.any():
            console.print(f"Taken as {datum}, {inside.mean():.0%} of them would: is --datum right?")


def _about_repeated(codes):
    names, counts = np.unique(codes, return_counts=True)
    repeated = [(name, count) for name, count in zip(names, counts, strict=True) if count > 1]
    return [f"{count} faces of the layer have the code {name}; they count as one." for name, count in repeated[:NOTED]]


def _about_renamed(table):
    changes = renamed(table.columns.column_names).items()
    return [f"the column {old} of the input is written as {new}." for old, new in changes]


def _summary(table, found, out):
    outside = found.face < 0
    counts = {
        "in a face": int((~outside & ~found.on_border).sum()),
        "on a border": int(found.on_border.sum()),
        "outside every face": int(outside.sum()),
        "without a position": int((~table.placed).sum()),
    }
    shown = Table(title=f"{len(table):,} points, written to {out}")
    shown.add_column("where")
    shown.add_column("points", justify="right")
    for what, count in counts.items():
        shown.add_row(what, f"{count:,}")
    return shown
