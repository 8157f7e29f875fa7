"""What Open311 shows to everybody of the requests that came in by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gis.crs import STORAGE_EPSG
from incidents.states import ENDED
from incidents.store import matter_lists

SOURCE = "open311"
# Of things in the open, not of people: the matters of the other families are shown to whoever has the token alone.
LISTED_FAMILIES = ("hazard",)
PLACES = 5  # decimals of a degree, about a metre
SECOND = timedelta(seconds=1)  # instants are shown by the second

# Of two requests that come at once the second waits for the first, so that whoever turns the pages in the order of the ids
# sees what is new at the end, and nowhere else.
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('open311'))")
POINT = f"ST_SnapToGrid(ST_PointOnSurface(place.geom), 1e-{PLACES})"  # of the grid: nobody's door
CHANGED_AT = """greatest(incident.reported_at, (
    SELECT max(at) FROM incident_event WHERE incident_id = incident.id AND from_state <> to_state))"""
# The page first, then what is told of its requests.
FOUND = f"""
    SELECT incident.id, incident.no, incident.state, incident.matter_code, matter.name_zh, matter.name_en, incident.grid_code,
           place.name AS grid_name, incident.reported_at, {CHANGED_AT} AS changed_at, ST_X(shown.point) AS lon,
           ST_Y(shown.point) AS lat
    FROM (
        SELECT incident.id FROM incident JOIN matter ON matter.code = incident.matter_code
        WHERE {{conditions}} ORDER BY incident.id LIMIT :limit OFFSET :skipped) AS page
    JOIN incident USING (id)
    JOIN matter ON matter.code = incident.matter_code
    LEFT JOIN unit_version AS place ON place.id = incident.grid_version_id
    LEFT JOIN LATERAL (SELECT {POINT} AS point OFFSET 0) AS shown ON true
    ORDER BY incident.id"""
OPEN_TO_ALL = f"incident.source = '{SOURCE}' AND matter.family = ANY (:families)"
IN_BOX = f"""incident.grid_version_id IN (
    SELECT place.id FROM unit_version AS place
    WHERE place.geom && ST_MakeEnvelope(:west, :south, :east, :north, {STORAGE_EPSG})
          AND ST_Intersects({POINT}, ST_MakeEnvelope(:west, :south, :east, :north, {STORAGE_EPSG})))"""
CONDITIONS = {
    "services": "incident.matter_code = ANY (:services)",
    "since": "incident.reported_at >= :since",
    "until": "incident.reported_at < :until",
    "changed_since": f"{CHANGED_AT} >= :changed_since",
    "changed_until": f"{CHANGED_AT} < :changed_until",
    "county": "left(incident.no, 6) = :county",
    "box": IN_BOX,
}
STATUSES = {"open": "incident.state <> ALL (:ended)", "closed": "incident.state = ANY (:ended)"}
FAMILY = sa.text("SELECT family FROM matter WHERE code = :code")
PUBLISHED = sa.text("""
    SELECT max(begin) FROM (
        SELECT lower(lifespan) AS begin FROM matter_list
        UNION ALL SELECT lower(lifespan) FROM code_entry WHERE code_table = 'matter_family' AND NOT is_default
    ) AS changed WHERE begin <= :at""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which requests are wanted; None, or nothing, asks for nothing.

    Attributes
    ----------
    services : tuple of str
    status : {"open", "closed"} or None
    since, until, changed_since, changed_until : datetime
        The later one included, to the second.
    county : str
    box : tuple of float
        West, south, east, north in degrees, around the position that is shown.
    page, page_size : int
    """

    services: tuple[str, ...] = ()
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    county: str = ""
    box: tuple[float, ...] | None = None
    page: int = 1
    page_size: int = 1000


def listed(connection, question):
    """A page of the requests that everybody may see, in the order in which they came.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    question : Question

    Returns
    -------
    list of Row
        ``id no state matter_code name_zh name_en grid_code grid_name reported_at changed_at lon lat``; the position is that
        of the grid.
    """
    wanted = {name: getattr(question, name) for name in CONDITIONS}
    conditions = [OPEN_TO_ALL, *(text for name, text in CONDITIONS.items() if wanted[name])]
    conditions += [STATUSES[question.status]] if question.status else []
    west, south, east, north = question.box or (None,) * 4
    values = wanted | {"west": west, "south": south, "east": east, "north": north, "services": list(question.services)}
    values |= {name: wanted[name] + SECOND for name in ("until", "changed_until") if wanted[name]}
    values |= {"families": list(LISTED_FAMILIES), "ended": list(ENDED), "limit": question.page_size}
    values["skipped"] = (question.page - 1) * question.page_size
    return connection.execute(sa.text(FOUND.format(conditions=" AND ".join(conditions))), values).all()


def one(connection, no, *, by_token):
    """A request by its number; None where there is none that may be seen. See :func:`listed`.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no : str
    by_token : bool
        Whoever asks has the token of the report, however it came in.
    """
    conditions = "incident.no = :no" if by_token else f"incident.no = :no AND {OPEN_TO_ALL}"
    values = {"no": no, "families": list(LISTED_FAMILIES), "limit": 1, "skipped": 0}
    return connection.execute(sa.text(FOUND.format(conditions=conditions)), values).one_or_none()


def offered(connection, counties, at):
    """The matters that may be reported in any of some counties, by code.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    counties : iterable of str
    at : datetime

    Returns
    -------
    dict of str to Row
        As :func:`incidents.store.matter_lists.lines`.
    """
    lists = {found and found.id for found in (matter_lists.in_force(connection, county, at) for county in counties)}
    rows = [row for each in sorted(lists, key=str) for row in matter_lists.lines(connection, each)]
    return {row.matter_code: row for row in sorted(rows, key=lambda row: row.matter_code)}


def family_of(connection, code):
    """The family of a matter that is on the list."""
    return connection.execute(FAMILY, {"code": code}).scalar_one()


def last_publication(connection, at):
    """When a list of matters or the name of a family last came into force, or None."""
    return connection.execute(PUBLISHED, {"at": at}).scalar_one()


def one_at_a_time(connection):
    """Wait until no other request is being taken in, to the end of the transaction."""
    connection.execute(ONE_AT_A_TIME)
