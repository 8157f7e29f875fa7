"""Keys by which a submission that comes again is known; they are forgotten some time after."""

import sqlalchemy as sa

from boundaries.city_settings import SUBMISSION_KEEP_DAYS
from boundaries.clock import now
from boundaries.store.city_settings import effective

# A file is taken once, however long ago that was; its key is a digest and tells of nobody.
DELETE = sa.text("DELETE FROM submission WHERE at < :now - make_interval(days => :days) AND sender <> 'file'")


def delete_old_submissions(connection):
    """Delete the keys of submissions that are older than the city keeps them; those of files stay.

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
    days = effective(connection, "", at)[SUBMISSION_KEEP_DAYS][0]
    return connection.execute(DELETE, {"now": at, "days": days}).rowcount
