"""Keys by which a submission that comes again is known; they are forgotten some time after."""

from boundaries.city_settings import SUBMISSION_KEEP_DAYS
from incidents.store.keeping import Kept, delete_old

# A file is taken once, however long ago that was; its key is a digest and tells of nobody.
SUBMISSIONS = Kept(
    table="submission",
    key="sender, key",
    setting=SUBMISSION_KEEP_DAYS,
    over="SELECT sender, key, '' AS place, at AS over_at FROM submission WHERE sender <> 'file'",
)


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
    return delete_old(connection, SUBMISSIONS)
