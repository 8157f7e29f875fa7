"""`wangge locate`: which grid each point of a file lies in."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from api.database import open_register, private_cluster
from api.settings import load_settings
from boundaries.clock import CITY_ZONE, end_of_day
from boundaries.imports.answers import answers, renamed, write_located
from boundaries.imports.formats import WRITERS
from boundaries.imports.layers import read_layer
from boundaries.imports.output import require_place
from boundaries.imports.points import open_points, positions
from boundaries.store.indexes import Indexes
from gis.crs import Frame
from gis.datum import DATUMS
from gis.errors import Refusal
from gis.locating.locate import Locator

SAMPLE = 1000  # points that a hint is worked out from
LIKELY_SWAPPED = 0.9  # share of points that must fit the layer when swapped, while none fits as it is
NOTED = 5
WHERE = ("in a face", "on a border", "outside every face", "without a position")


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
    require_place(out, "-o", suffixes=tuple(WRITERS), source=points)
    with open_points(points, lon=lon, lat=lat, datum=datum) as stream:
        with console.status("Reading the faces …"):
            faces = faces_of_layer(layer, id_field, layer_datum) if layer else faces_of_register(at, micro=micro)
        run = _Run(stream, faces, points)
        with _progress(console, stream.count) as advance:
            write_located(run.located(advance), out)
    run.hint(console)
    for note in (*faces.notes, *_about_repeated(faces.codes), *_about_renamed(stream.names)):
        console.print(f"Note: {note}", highlight=False)
    Console().print(_summary(run.counts, out))


@dataclass(frozen=True, slots=True)
class Faces:
    """What points are located in: a locator, the codes of its faces, and what should be said of them."""

    locator: Locator
    codes: np.ndarray
    notes: tuple = ()


def faces_of_layer(layer, id_field, datum):
    """The faces of a file.

    Returns
    -------
    Faces

    Raises
    ------
    Refusal
        ``missing_code``, and all of :func:`boundaries.imports.layers.read_layer` and of ``Locator``.
    """
    read = read_layer(layer, id_field=id_field, datum=datum)
    nameless = [str(row) for row, code in enumerate(read.ids, start=1) if code is None]
    if nameless:
        few = ", ".join(nameless[:NOTED])
        raise Refusal("missing_code", f"{len(nameless)} faces of {layer} have no {id_field}; name them: row {few}.")
    notes = read.notes if id_field else (*read.notes, "without --id-field the faces are called by their row, from 0.")
    codes = np.array(read.ids, dtype=np.str_)
    return Faces(Locator(read.geometries, codes), codes, notes)


def faces_of_register(at, *, micro):
    """Grids, or micro-grids, in force on a day (now, if no day is given).

    Returns
    -------
    Faces

    Raises
    ------
    Refusal
        ``empty_register``.
    """
    level = "micro_grid" if micro else "grid"
    instant = end_of_day(at.date()) if at else datetime.now(CITY_ZONE)
    settings = load_settings()
    engine = open_register(settings)
    held = Indexes(private_cluster(settings).indexes).index(engine, level, instant)
    engine.dispose()
    if held.locator is None:
        name = level.replace("_", "-")
        raise Refusal("empty_register", f"The register holds no {name} on {instant:%Y-%m-%d}; import or make some first.")
    return Faces(held.locator, held.codes)


class _Run:
    """One pass over the points, and what is remembered of them for the sentences after it."""

    def __init__(self, stream, faces, path):
        self._stream, self._faces, self._path = stream, faces, path
        self._bounds = faces.locator.bounds
        self._fitting = np.zeros(2, dtype=np.int64)  # as they are, and with longitude and latitude exchanged
        self._sample, self._sampled, self._nearest_m = [], 0, np.inf
        self.counts = dict.fromkeys(WHERE, 0)

    def located(self, advance):
        """Batches of points with their answers; refuses at the end what fits only when exchanged."""
        for points in self._stream:
            placed = points.placed
            found = self._faces.locator.locate(points.lonlat[placed])
            self._remember(points, placed, found)
            yield points, answers(found, self._faces.codes, placed)
            advance(len(points))
        self._refuse_swapped()

    def hint(self, console):
        """Where no point lies in any face, say what else the numbers may mean."""
        if self.counts["in a face"] or self.counts["on a border"]:
            return
        console.print(f"No point lies in any face; the nearest is {self._nearest_m:,.0f} m away.")
        declared, crs = np.concatenate(self._sample), self._stream.frame.crs
        for datum in DATUMS:
            inside = self._faces.locator.locate(positions(declared, Frame(crs, datum)), distances=False).face >= 0
            if inside.any():
                console.print(f"Taken as {datum}, {inside.mean():.0%} of them would: is --datum right?")

    def _remember(self, points, placed, found):
        outside = found.face < 0
        new = (~outside & ~found.on_border, found.on_border, outside, ~placed)
        for what, rows in zip(WHERE, new, strict=True):
            self.counts[what] += int(rows.sum())
        self._nearest_m = min(self._nearest_m, found.distance_m.min(initial=np.inf))
        lonlat = points.lonlat[placed]
        self._fitting += [_fitting(self._bounds, *lonlat.T), _fitting(self._bounds, *lonlat.T[::-1])]
        self._sample.append(points.declared[placed][: SAMPLE - self._sampled])
        self._sampled += len(self._sample[-1])

    def _refuse_swapped(self):
        placed = sum(self.counts.values()) - self.counts["without a position"]
        if self._fitting[0] == 0 and self._fitting[1] >= LIKELY_SWAPPED * placed:
            raise Refusal(
                "swapped_lonlat",
                f"The points of {self._path} fit the layer only with longitude and latitude exchanged; exchange them.",
                path=str(self._path),
            )


def _fitting(bounds, lon, lat):
    """How many positions lie in a box."""
    west, south, east, north = bounds
    return np.count_nonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


@contextmanager
def _progress(console, count):
    """Context manager: a bar of rows done; gives what moves it on."""
    rows = TextColumn("{task.completed:,.0f} points"), RowsPerSecond(), TimeElapsedColumn()
    shown = {"console": console, "transient": True, "disable": not console.is_terminal}
    with Progress(TextColumn("{task.description}"), BarColumn(), *rows, **shown) as progress:
        bar = progress.add_task("Locating", total=count)
        yield lambda done: progress.advance(bar, done)


class RowsPerSecond(ProgressColumn):
    """How fast it goes, over the last moments."""

    def render(self, task):
        """The text of the column."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


def _require_one_place(layer, id_field, layer_datum, at, micro):
    """Refuse options of the layer together with those of the register."""
    if layer is None and (id_field or layer_datum):
        raise Refusal("missing_option", "--id-field and --layer-datum describe a layer; give it with --layer.")
    if layer is not None and (at or micro):
        raise Refusal("excluded_option", "--at and --micro belong to the register; leave them out, or --layer.")


def _about_repeated(codes):
    names, counts = np.unique(codes, return_counts=True)
    repeated = [(name, count) for name, count in zip(names, counts, strict=True) if count > 1]
    return [f"{count} faces of the layer have the code {name}; they count as one." for name, count in repeated[:NOTED]]


def _about_renamed(names):
    return [f"the column {old} of the input is written as {new}." for old, new in renamed(names).items()]


def _summary(counts, out):
    shown = Table(title=f"{sum(counts.values()):,} points, written to {out}")
    shown.add_column("where")
    shown.add_column("points", justify="right")
    for what, count in counts.items():
        shown.add_row(what, f"{count:,}")
    return shown
