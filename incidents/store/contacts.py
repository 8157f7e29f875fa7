"""How to reach those who reported: sealed, every look in the audit trail, deleted some time after the end."""

import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store import audit
from boundaries.store.city_settings import effective
from gis.errors import Refusal

KEEP_DAYS = "contact.keep_days"
ADD = sa.text("INSERT INTO incident_contact (incident_id, sealed) VALUES (:incident_id, :sealed)")
ONE = sa.text("""
    SELECT contact.sealed FROM incident_contact AS contact JOIN incident ON incident.id = contact.incident_id
    WHERE incident.no = :no""")
PLACE = "left(coalesce(incident.grid_code, incident.nearest_code, incident.no), 12)"
ENDED = """
    FROM incident JOIN incident_contact AS contact ON contact.incident_id = incident.id
    WHERE incident.state IN ('rejected', 'closed', 'cancelled', 'merged') AND incident.closed_at < :now"""
PLACES = sa.text(f"SELECT DISTINCT {PLACE} AS place {ENDED}")
DELETE = sa.text(f"""
    DELETE FROM incident_contact WHERE incident_id IN (
        SELECT incident.id {ENDED} - make_interval(days => :days) AND {PLACE} = :place)""")


def add_contact(connection, incident_id, no, contact, seal):
    """Store a contact.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    incident_id : int
    no : str
    contact : str
    seal : incidents.sealing.Seal
    """
    connection.execute(ADD, {"incident_id": incident_id, "sealed": seal.sealed(contact, no)})


def contact_of(connection, no, seal, *, by):
    """How to reach who reported an incident; the look is written down.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    no : str
    seal : incidents.sealing.Seal
    by : (int or None, str)
        Account and origin.

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``no_contact``, ``contact_unreadable``.
    """
    sealed = connection.execute(ONE, {"no": no}).scalar_one_or_none()
    if sealed is None:
        raise Refusal("no_contact", f"Nobody left a contact with incident {no}, or it was deleted some time after its end.")
    contact = seal.opened(bytes(sealed), no)
    audit.record(connection, account_id=by[0], action="incident.contact", record=f"incident:{no}", origin=by[1])
    return contact


def delete_old_contacts(connection):
    """Delete the contacts of incidents that ended longer ago than the city, county, town or village keeps them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.

    Returns
    -------
    int
        How many were deleted.
    """
    at = now()
    places = connection.execute(PLACES, {"now": at}).scalars().all()
    days = {place: effective(connection, place, at)[KEEP_DAYS][0] for place in places}
    values = ({"now": at, "place": place, "days": kept} for place, kept in days.items())
    return sum(connection.execute(DELETE, each).rowcount for each in values)
