"""Where open incidents are."""

import numpy as np
import sqlalchemy as sa

from incidents.states import ENDED
from incidents.store.filters import in_box
from incidents.store.tables import incident


def open_places(connection, box):
    """Places of all open incidents in a box.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    box : sequence of float
        West, south, east, north in degrees.

    Returns
    -------
    ndarray of float, shape (n, 2)
        Degrees on CGCS2000.
    """
    place = sa.func.ST_X(incident.c.geom), sa.func.ST_Y(incident.c.geom)
    rows = connection.execute(sa.select(*place).where(incident.c.state.not_in(ENDED), in_box(box))).all()
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 2)
