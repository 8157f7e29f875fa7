"""SQL and Python give 100,000 random and border points of the demo town the same owner."""

import numpy as np
import pytest

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.reading import coverage
from boundaries.store.snapshots import Snapshots
from boundaries.store.statements import HERE, statement
from tests.api.test_locate_agreement import places_on_borders

pytestmark = pytest.mark.database

POINTS = 100_000


@pytest.mark.parametrize("level", ["grid", "micro_grid"])
def test_sql_and_python_agree_on_a_hundred_thousand_points(demo_database, level):
    engine, at = engine_for(demo_database), now()
    index = Snapshots(engine).at(at).index(level)
    with engine.connect() as connection:
        faces = coverage(connection, level, at).geometries
        lonlat = points(faces)
        parameters = {"lons": lonlat[:, 0].tolist(), "lats": lonlat[:, 1].tolist(), "level": level, "at": at}
        rows = connection.execute(statement(HERE, "locate"), parameters).all()
    engine.dispose()
    found = index.locate(lonlat)
    assert len(rows) == POINTS and found.on_border.sum() > POINTS / 50
    assert [row.owner or "" for row in rows] == index.codes_of(found.face).tolist()
    assert [bool(row.on_border) for row in rows] == found.on_border.tolist()


def points(faces):
    """Half of them on borders and one unit beside, half anywhere in the box of the faces and a little around it."""
    rng = np.random.default_rng(1)
    border = places_on_borders(faces)
    border = border[rng.integers(0, len(border), POINTS // 2)]
    low, high = border.min(axis=0) - 0.001, border.max(axis=0) + 0.001
    return np.concatenate([border, rng.uniform(low, high, (POINTS - len(border), 2))])
