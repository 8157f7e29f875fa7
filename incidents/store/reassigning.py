"""Open incidents follow the borders: once a change is in force, each lies in the grid that contains it then."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from boundaries.store.duties import responsible
from boundaries.store.statements import statement
from incidents.store.assigning import assign
from incidents.store.moved import was

HERE = Path(__file__).parent
MOVE = sa.text("""
    UPDATE incident SET
        grid_code = :grid_code, grid_version_id = :grid_version_id, micro_grid_version_id = :micro_grid_version_id,
        on_border = :on_border, also = CAST(:also AS text[]), distance_m = :distance_m, nearest_code = :nearest_code,
        worker_id = :worker_id
    WHERE id = :id""")
TELL = sa.text("""
    INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail)
    VALUES (:id, 'reassign', :state, :state, 'desk', CAST(:detail AS jsonb))""")
LOCK = sa.text("""
    SELECT id, state, department, grid_code, grid_version_id, micro_grid_version_id, worker_id, also FROM incident
    WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""")
ORIGINS = sa.text("""
    SELECT id, code, change_set_id FROM unit_version WHERE id = ANY (:versions)""")


@dataclass(frozen=True, slots=True)
class Reassigned:
    """An incident that has got another version of a grid.

    Attributes
    ----------
    no : str
    before, after : str or None
        Codes of the grids; equal where the grid has only got other borders. None outside every grid.
    """

    no: str
    before: str | None
    after: str | None


def reassign(connection, snapshot):
    """Give every open incident whose grid or micro-grid has ended to the ones that hold its place now.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    snapshot : boundaries.store.snapshots.Snapshot
        The register now.

    Returns
    -------
    list of Reassigned
        Empty where nothing was to do: a second call changes nothing, but what somebody was acting on during the first.

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no grid now.

    Notes
    -----
    What has ended keeps its grid (rule 9 of the spatial rules). Whoever was chosen by hand on a border stays chosen as long
    as the place lies on a border of that grid; whoever was chosen outside every grid, as long as it lies in none. Where the
    grid or the micro-grid is another one, an entry in the course names both, the change set and the workers of before and
    after, so that both are told.
    """
    rows = connection.execute(statement(HERE, "stale")).all()
    if not rows:
        return []
    lonlat = np.array([(row.lon, row.lat) for row in rows])
    found = _as_chosen(assign(snapshot, lonlat), rows, snapshot)
    workers = _workers(connection, found, snapshot.at)
    moved = [
        (row, values)
        for row, values in zip(rows, _values(found, workers), strict=True)
        if (row.grid_version_id, row.micro_grid_version_id) != (values["grid_version_id"], values["micro_grid_version_id"])
    ]
    moved = _taken(connection, moved)
    if moved:
        origins = _origins(connection, moved)
        connection.execute(MOVE, [values | {"id": row.id} for row, values in moved])
        told = [line for line in (_told(row, values, origins) for row, values in moved) if line]
        if told:
            connection.execute(TELL, told)
    return [Reassigned(row.no, row.grid_code, values["grid_code"]) for row, values in moved]


def _taken(connection, moved):
    """Those that move, locked; not those that somebody acts on or has acted on since, which are looked at again next time."""
    held = {row.id: row for row in connection.execute(LOCK, {"ids": [row.id for row, _ in moved]})} if moved else {}
    return [(row, values) for row, values in moved if row.id in held and _is_same(row, held[row.id])]


def _is_same(row, held):
    return all(getattr(row, name) == getattr(held, name) for name in held._fields)


def _as_chosen(found, rows, snapshot):
    """A place on a border stays with the grid it was in, where the grid still has that border; one outside every grid with the
    grid that it was given to, where there still is that grid."""
    grids = snapshot.require("grid")
    version_of = dict(zip(grids.codes.tolist(), grids.version_ids.tolist(), strict=True))
    for k, row in enumerate(rows):
        also = [code for code in found.also[k].strip("{}").split(",") if code]
        if row.grid_code in also:
            others = {*also, str(found.grid_code[k])} - {row.grid_code}
            found.also[k] = "{" + ",".join(sorted(others)) + "}"
            found.grid_code[k] = found.nearest_code[k] = row.grid_code
            found.grid_version_id[k] = version_of[row.grid_code]
            found.micro_grid_version_id[k] = _micro_of(snapshot.index("micro_grid"), row)
        elif row.distance_m > 0 and not found.grid_code[k] and row.grid_code in version_of:
            found.grid_code[k] = row.grid_code
            found.grid_version_id[k] = version_of[row.grid_code]
    return found


def _micro_of(micro_grids, row):
    """Version of the first micro-grid of a grid that has a place within it or on its border; -1 for none."""
    if micro_grids.locator is None:
        return -1
    found = micro_grids.locate(np.array([(row.lon, row.lat)]), distances=False)
    holders = [face for face in [*found.face.tolist(), *found.also.face.tolist()] if face >= 0]
    codes = {str(micro_grids.codes[face]): int(micro_grids.version_ids[face]) for face in holders}
    return min(((code, version) for code, version in codes.items() if code.startswith(row.grid_code)), default=("", -1))[1]


def _workers(connection, found, at):
    """Who is responsible for each grid, by its code."""
    codes = sorted(set(found.grid_code.tolist()) - {""})
    return {code: row.worker_id for code, row in responsible(connection, codes, at).items()}


def _values(found, workers):
    for k, code in enumerate(found.grid_code.tolist()):
        yield {
            "grid_code": code or None,
            "grid_version_id": _known(found.grid_version_id[k]),
            "micro_grid_version_id": _known(found.micro_grid_version_id[k]),
            "on_border": bool(found.on_border[k]),
            "also": found.also[k],
            "distance_m": float(found.distance_m[k]),
            "nearest_code": None if code else str(found.nearest_code[k]),
            "worker_id": workers.get(code),
        }


def _known(version):
    return int(version) if version >= 0 else None


def _origins(connection, moved):
    """Code and change set of the versions that incidents come to."""
    versions = {values[name] for _, values in moved for name in ("grid_version_id", "micro_grid_version_id")} - {None}
    rows = connection.execute(ORIGINS, {"versions": sorted(versions)}).all()
    return {row.id: row for row in rows}


def _told(row, values, origins):
    """The entry in the course; none where only the borders of the same grid and micro-grid are others."""
    grid, micro = (origins.get(values[name]) for name in ("grid_version_id", "micro_grid_version_id"))
    micro_code = micro and micro.code
    if (row.grid_code, row.micro_grid_code) == (values["grid_code"], micro_code):
        return None
    detail = {
        "from": row.grid_code,
        "to": values["grid_code"],
        "micro_from": row.micro_grid_code,
        "micro_to": micro_code,
        "change_set": grid and grid.change_set_id,
        "workers": [row.worker_id, values["worker_id"]],
        "was": was(row),
    }
    return {"id": row.id, "state": row.state, "detail": json.dumps(detail)}
