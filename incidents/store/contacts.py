"""How to reach those who reported or complained: sealed, every look in the audit trail, deleted some time after the end."""

from dataclasses import dataclass

import sqlalchemy as sa

from boundaries.store import audit
from gis.errors import Refusal
from incidents.store.keeping import Kept, delete_old

KEEP_DAYS = "contact.keep_days"


@dataclass(frozen=True, slots=True)
class Drawer:
    """Where the contacts of one kind of record lie.

    Attributes
    ----------
    record : str
        Table of the records, whose numbers are in its column ``no``; the audit trail calls them so.
    table, key : str
        Table of the contacts, and its column with the record's ``id``.
    place : str
        Whose setting says how long a contact is kept: an expression on the record.
    ended, ended_at : str
        Whether the record has ended, and when: expressions on it.
    """

    record: str
    table: str
    key: str
    place: str
    ended: str
    ended_at: str

    @property
    def joined(self):
        """The records that have a contact."""
        return f"{self.record} AS record JOIN {self.table} AS contact ON contact.{self.key} = record.id"

    @property
    def kept(self):
        """Which contacts are deleted, and when."""
        columns = f"contact.{self.key}, {self.place} AS place, {self.ended_at} AS over_at"
        return Kept(self.table, self.key, KEEP_DAYS, f"SELECT {columns} FROM {self.joined} WHERE {self.ended}")


INCIDENTS = Drawer(
    record="incident",
    table="incident_contact",
    key="incident_id",
    place="left(coalesce(record.grid_code, record.nearest_code, record.no), 12)",
    ended="record.state IN ('rejected', 'closed', 'cancelled', 'merged')",
    ended_at="record.closed_at",
)
SERVICE_WORDS = Drawer(
    record="service_word",
    table="service_word_contact",
    key="word_id",
    place="left(record.grid_code, 12)",
    ended="record.answered_at IS NOT NULL",
    ended_at="record.answered_at",
)


def add_contact(connection, record_id, no, contact, seal, *, drawer=INCIDENTS):
    """Store a contact.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    record_id : int
    no : str
    contact : str
    seal : incidents.sealing.Seal
    drawer : Drawer
    """
    adding = sa.text(f"INSERT INTO {drawer.table} ({drawer.key}, sealed) VALUES (:id, :sealed)")
    connection.execute(adding, {"id": record_id, "sealed": seal.sealed(contact, no)})


def contact_of(connection, no, seal, *, by, drawer=INCIDENTS):
    """How to reach who reported an incident, or complained; the look is written down.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    no : str
    seal : incidents.sealing.Seal
    by : (int or None, str)
        Account and origin.
    drawer : Drawer

    Returns
    -------
    str

    Raises
    ------
    Refusal
        ``no_contact``, ``contact_unreadable``.
    """
    asked = sa.text(f"SELECT contact.sealed FROM {drawer.joined} WHERE record.no = :no")
    sealed = connection.execute(asked, {"no": no}).scalar_one_or_none()
    if sealed is None:
        raise Refusal("no_contact", f"Nobody left a contact with {no}, or it was deleted some time after its end.")
    contact = seal.opened(bytes(sealed), no)
    line = {"action": f"{drawer.record}.contact", "record": f"{drawer.record}:{no}"}
    audit.record(connection, account_id=by[0], origin=by[1], **line)
    return contact


def delete_old_contacts(connection):
    """Delete the contacts of what ended longer ago than the city, county, town or village keeps them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.

    Returns
    -------
    int
        How many were deleted.
    """
    return sum(delete_old(connection, drawer.kept) for drawer in (INCIDENTS, SERVICE_WORDS))
