"""Extracts read from the register."""

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from boundaries.clock import spoken
from boundaries.exports.extract import ATTRIBUTES, Extract, instant_text, level_of_layer
from boundaries.store.reading import city
from boundaries.store.statements import statement
from boundaries.units import COUNTS
from gis.errors import Refusal

HERE = Path(__file__).parent
AREA_DECIMALS = 3


def extract(connection, layer, *, at, within=None):
    """Every unit of a layer in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    layer : str
        ``grids micro-grids villages towns counties city``.
    at : datetime
    within : str, optional
        Code of a unit above, at any distance.

    Returns
    -------
    boundaries.exports.extract.Extract

    Raises
    ------
    Refusal
        ``unknown_layer``, ``bad_code``, ``wrong_level``; ``nothing_at_instant`` when none is in force then.
    """
    level = level_of_layer(layer, within)
    place = city(connection, at)
    rows = connection.execute(statement(HERE, "extract"), {"level": level, "at": at, "within": within}).all()
    if not rows:
        where = f" within {within}" if within else ""
        raise Refusal("nothing_at_instant", f"The register holds no {layer}{where} on {spoken(at)}.", layer=layer)
    columns = dict(zip((*ATTRIBUTES, "wkb"), zip(*rows, strict=True), strict=True))
    geometries = shapely.from_wkb(np.array([bytes(item) for item in columns.pop("wkb")], dtype=object))
    return Extract(layer, at, within, f"{place.code} {place.name}", _attributes(columns), geometries)


def _attributes(columns):
    for name in ("valid_from", "valid_to"):
        columns[name] = list(map(instant_text, columns[name]))
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
    whole = {name: frame[name].astype("Int64") for name in (*COUNTS, "change_set")}
    return frame.assign(**whole, area_m2=frame["area_m2"].astype(float).round(AREA_DECIMALS))
