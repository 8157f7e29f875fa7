"""Photos of incidents."""

import hashlib

import sqlalchemy as sa

from boundaries.store.writing import refusals
from gis.errors import Refusal
from incidents.photos import MEDIA_TYPE

ADD = sa.text("""
    INSERT INTO incident_photo (incident_id, account_id, stage, event_id, media_type, width, height, sha256, content)
    VALUES (:incident_id, :account_id, :stage, :event_id, :media_type, :width, :height, :sha256, :content) RETURNING id""")
LISTED = sa.text("""
    SELECT photo.id, photo.at, photo.stage, photo.event_id, photo.media_type, photo.width, photo.height
    FROM incident_photo AS photo JOIN incident ON incident.id = photo.incident_id
    WHERE incident.no = :no ORDER BY photo.id""")
ONE = sa.text("""
    SELECT photo.media_type, photo.content
    FROM incident_photo AS photo JOIN incident ON incident.id = photo.incident_id
    WHERE incident.no = :no AND photo.id = :id""")


def add_photo(connection, incident_id, photo, *, by, stage="report", event_id=None):
    """Store a photo of an incident.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    incident_id : int
    photo : incidents.photos.Photo
    by : (int or None, str)
        Account and origin.
    stage : {"report", "feedback", "note"}
    event_id : int, optional
        The feedback or note that it comes with.

    Returns
    -------
    int
    """
    values = {"incident_id": incident_id, "account_id": by[0], "stage": stage, "event_id": event_id, "media_type": MEDIA_TYPE}
    values |= {"width": photo.width, "height": photo.height, "content": photo.content}
    with refusals():
        return connection.execute(ADD, values | {"sha256": hashlib.sha256(photo.content).digest()}).scalar_one()


def photos_of(connection, no):
    """What photos an incident has.

    Returns
    -------
    list of Row
        ``id at stage event_id media_type width height``.
    """
    return connection.execute(LISTED, {"no": no}).all()


def photo_of(connection, no, photo_id):
    """A photo of an incident.

    Returns
    -------
    Row
        ``media_type content``.

    Raises
    ------
    Refusal
        ``unknown_photo``.
    """
    row = connection.execute(ONE, {"no": no, "id": photo_id}).one_or_none()
    if row is None:
        raise Refusal("unknown_photo", f"Incident {no} has no photo {photo_id}.")
    return row
