"""The chain of filing entries: appended one after the other, each with the digest of the one before."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from boundaries.filings.canonical import canonical, digest_of, parsed
from boundaries.filings.payload import instant_text
from boundaries.store.writing import refusals

LOCK = sa.text("SELECT seq, digest FROM lock_filing_chain()")
APPEND = sa.text("""
    INSERT INTO filing_entry (seq, filing_no, kind, at, account, body, digest, previous_digest)
    VALUES (:seq, :filing_no, :kind, :at, :account, :body, :digest, :previous_digest)""")
ENTRIES = sa.text("SELECT * FROM filing_entry WHERE filing_no = :no ORDER BY seq")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the chain."""

    seq: int
    filing_no: str
    kind: str
    at: datetime
    account: str
    body: str
    digest: bytes
    previous_digest: bytes

    @property
    def said(self):
        """The members of its body."""
        return parsed(self.body)


def lock_chain(connection):
    """Wait for the end of the chain and keep it until the transaction ends.

    Returns
    -------
    seq : int
    digest : bytes
        Of the last entry.
    """
    row = connection.execute(LOCK).one()
    return row.seq, bytes(row.digest)


def append(connection, head, *, filing, kind, at, account, said):
    """Append an entry.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    head : (int, bytes)
        Of :func:`lock_chain`, in the same transaction.
    filing, kind, account : str
    at : datetime
    said : dict
        What the entry says beside these.

    Returns
    -------
    (int, bytes)
        The new end.

    Raises
    ------
    Refusal
        ``illegal_transition``, ``chain_broken``: the database looks at every entry itself.
    """
    seq, previous = head[0] + 1, head[1]
    body = canonical(said | {"seq": seq, "filing": filing, "kind": kind, "at": instant_text(at), "account": account})
    digest = digest_of(body, previous)
    row = {"seq": seq, "filing_no": filing, "kind": kind, "at": at, "account": account, "body": body}
    with refusals():
        connection.execute(APPEND, row | {"digest": digest, "previous_digest": previous})
    return seq, digest


def entry_of(row):
    """An entry out of a row of the table."""
    fields = dict(row._mapping) | {"digest": bytes(row.digest), "previous_digest": bytes(row.previous_digest)}
    return Entry(**fields)


def entries(connection, no):
    """Entries of a filing, the oldest first."""
    return [entry_of(row) for row in connection.execute(ENTRIES, {"no": no})]
