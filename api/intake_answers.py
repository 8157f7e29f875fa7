"""A report as it is answered."""

from functools import partial

from api.json_text import moment
from api.routes.locate import unit_answer
from boundaries.clock import CITY_ZONE
from boundaries.store.places import place_at

VILLAGE_DIGITS = 12
AS_THEY_ARE = ("no", "state", "on_border", "urgent", "department", "photos")


def taken(row, snapshot):
    """A report that is in; see `api.intake_models.ReportTaken`.

    Parameters
    ----------
    row : dict
        Of :func:`incidents.store.intake.shown`.
    snapshot : boundaries.store.snapshots.Snapshot
    """
    unit = partial(_unit, snapshot)
    grid = row["grid_code"]
    village = unit(grid[:VILLAGE_DIGITS]) if grid else _village_at(snapshot, row)
    return {name: row[name] for name in AS_THEY_ARE} | {
        "reported_at": moment(row["reported_at"].astimezone(CITY_ZONE)),
        "grid": unit(grid),
        "micro_grid": unit(row["micro_grid_code"]),
        "village": village,
        "also": [unit(code) for code in row["also"]],
        "distance_m": round(row["distance_m"], 2),
        "nearest": unit(row["nearest_code"]),
        "reason": None if grid else "village_not_divided" if village else "outside_every_village",
        "worker": {"name": row["worker_name"], "work_phone": row["worker_phone"]} if row["worker_name"] else None,
    }


def _unit(snapshot, code):
    """A unit of the map; None where there is none, or none any more."""
    return unit_answer(snapshot.labels.get(code))


def _village_at(snapshot, row):
    return unit_answer(place_at(snapshot, (row["lon"], row["lat"])).units["village"])
