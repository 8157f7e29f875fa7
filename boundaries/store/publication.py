"""What is published of grids, read at one instant."""

from pathlib import Path

import shapely
import sqlalchemy as sa

from boundaries.city_settings import HOW_TO_REPORT, REVIEW_NUMBER, SETTINGS, SUPERVISION_PHONE, most_specific
from boundaries.codes import LENGTH_OF_LEVEL, level_of
from boundaries.publication.contents import Contents, MicroGrid, Server
from boundaries.publication.sides import side_names, sides, units_named
from boundaries.store.code_tables import exclusive_kind
from boundaries.store.duties import duties_of
from boundaries.store.reading import named
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
PUBLISHED = (SUPERVISION_PHONE, HOW_TO_REPORT, REVIEW_NUMBER)
ABOVE = ("village", "town", "county", "city")
SET = sa.text("""
    SELECT key, scope, value FROM setting WHERE key = ANY (:keys) AND lifespan @> CAST(:at AS timestamptz)""")
HAS_BEGUN = sa.text("""
    SELECT EXISTS (SELECT FROM unit_version WHERE code = :code AND lower(lifespan) <= CAST(:at AS timestamptz))""")


def contents_of(connection, codes, at):
    """What is published of some grids.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Best one that sees the register of one moment.
    codes : iterable of str
    at : datetime

    Returns
    -------
    dict of str to Contents
        By code, ascending; without those that are not in force.
    """
    wanted = {"codes": sorted(codes), "at": at}
    grids = connection.execute(statement(HERE, "published_grids"), wanted).all()
    bordering = _sides_of(connection, [row.code for row in grids], wanted)
    names = _names(connection, bordering, at)
    workers, micro_grids = _workers(connection, wanted), _micro_grids(connection, wanted)
    settings = _settings(connection, at)
    return {
        row.code: Contents(
            code=row.code,
            name=row.name,
            kind=row.kind,
            exclusive_kind=_exclusive_kind(connection, row, at),
            place={level: _unit(row.code, level, names) for level in ABOVE},
            geometry=shapely.from_wkb(bytes(row.wkb)),
            area_m2=row.area_m2,
            sides=side_names(bordering[row.code], row.code, names),
            micro_grids=tuple(micro_grids.get(row.code, ())),
            workers=tuple(workers.get(row.code, ())),
            synthetic=row.synthetic,
            **_set_for(settings, row.code),
        )
        for row in grids
    }


def grid_codes(connection, *, within="", scopes=("",), at, limit):
    """Grids in force inside a unit and within some scopes.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    within : str
        Code of a unit of any level; empty for the whole city.
    scopes : sequence of str
        Beginnings of codes.
    at : datetime
    limit : int

    Returns
    -------
    list of Row
        ``code name``, ascending.

    Raises
    ------
    Refusal
        ``bad_code``.
    """
    if within:
        level_of(within)
    wanted = {"within": within, "scopes": list(scopes), "at": at, "limit": limit}
    return connection.execute(statement(HERE, "grid_codes"), wanted).all()


def without_phone(connection, codes, at):
    """Which of some grids have no supervision phone, which Art. 10 of the regulation wants published.

    Returns
    -------
    list of str
    """
    settings = _settings(connection, at)
    return [code for code in codes if not _set_for(settings, code)["supervision_phone"]]


def require_grid(connection, code, at):
    """What is published of one grid.

    Returns
    -------
    Contents

    Raises
    ------
    Refusal
        ``bad_code``; ``grid_retired`` with the codes of those that have its land now; ``unknown_unit``.
    """
    if level_of(code) != "grid":
        raise Refusal("unknown_unit", f"{code} is no grid; the code of a grid has 15 digits.", unit=code)
    found = contents_of(connection, [code], at)
    if code in found:
        return found[code]
    if not connection.execute(HAS_BEGUN, {"code": code, "at": at}).scalar_one():
        raise Refusal("unknown_unit", f"The register has no grid with the code {code}.", unit=code)
    heirs = list(connection.execute(statement(HERE, "grid_successors"), {"code": code, "at": at}).scalars())
    land = f"its land is now in {', '.join(heirs)}" if heirs else "nothing says who has its land"
    raise Refusal("grid_retired", f"Grid {code} is not in force; {land}.", unit=code, successors=heirs)


def _sides_of(connection, codes, wanted):
    """Codes of what borders on each grid."""
    rows = connection.execute(statement(HERE, "published_faces"), wanted).all()
    shapes = shapely.from_wkb([bytes(row.wkb) for row in rows])
    return sides([row.code for row in rows], shapes, codes)


def _names(connection, bordering, at):
    codes = {code[: LENGTH_OF_LEVEL[level]] for code in bordering for level in ABOVE}
    for found in bordering.values():
        codes |= units_named(found)
    return {label.code: label.name for label in named(connection, sorted(codes), at)}


def _unit(code, level, names):
    above = code[: LENGTH_OF_LEVEL[level]]
    return above, names.get(above, above)


def _exclusive_kind(connection, row, at):
    found = exclusive_kind(connection, row.code, at) if row.kind == "exclusive" else None
    return found and {name: getattr(found, name) for name in ("code", "name", "name_en", "department", "standard")}


def _workers(connection, wanted):
    found = {}
    for row in duties_of(connection, wanted["codes"], wanted["at"]):
        server = Server(row.name, row.kind, row.role, row.work_phone, row.substitutes_for)
        found.setdefault(row.grid_code, []).append(server)
    return found


def _micro_grids(connection, wanted):
    found = {}
    for row in connection.execute(statement(HERE, "published_micro_grids"), wanted):
        found.setdefault(row.parent_code, []).append(MicroGrid(row.code, row.name, row.land))
    return found


def _settings(connection, at):
    found = {key: {} for key in PUBLISHED}
    for row in connection.execute(SET, {"keys": list(PUBLISHED), "at": at}):
        found[row.key][row.scope] = row.value
    return found


def _set_for(settings, code):
    """The settings as members of `Contents`, whose names end as their keys do."""
    said = {}
    for key, values in settings.items():
        scope = most_specific(values, code)
        said[key.rpartition(".")[2]] = SETTINGS[key].default if scope is None else values[scope]
    return said
