"""SQL and Python give every point the same owner."""

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.reading import coverage
from boundaries.store.snapshots import Snapshots
from boundaries.store.statements import HERE, statement
from gis.chain import edges
from gis.lattice import from_lattice
from tests.api import town

pytestmark = pytest.mark.database

MOMENTS = {"now": now(), "before the border moved": town.BEGIN}


@pytest.fixture(scope="module")
def engine(town_url):
    engine = engine_for(town_url)
    yield engine
    engine.dispose()


def places_on_borders(geometries):
    """Vertices, lattice points inside edges, and their neighbours one unit away."""
    border = edges(geometries)
    span = border.end - border.start
    common = np.gcd(np.abs(span[:, 0]), np.abs(span[:, 1]))
    inside = common > 1
    step = span[inside] // common[inside, None]
    on_edges = np.concatenate([border.start[inside] + step * k for k in (1, 2)] + [border.end[inside] - step])
    exact = np.unique(np.concatenate([border.start, on_edges]), axis=0)
    around = exact[:, None, :] + np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)])
    return from_lattice(around.reshape(-1, 2))


@pytest.mark.parametrize("at", MOMENTS.values(), ids=MOMENTS.keys())
@pytest.mark.parametrize("level", ["county", "village", "grid", "micro_grid"])
def test_the_owner_of_a_point_is_the_same_in_sql_and_in_python(engine, level, at):
    index = Snapshots(engine).at(at).index(level)
    with engine.connect() as connection:
        faces = coverage(connection, level, at).geometries
        lonlat = np.concatenate([town.places(500, seed=3), places_on_borders(faces)])
        parameters = {"lons": lonlat[:, 0].tolist(), "lats": lonlat[:, 1].tolist(), "level": level, "at": at}
        rows = connection.execute(statement(HERE, "locate"), parameters).all()
    found = index.locate(lonlat)
    expected = [
        (code or None, on_border, sorted(index.codes[also].tolist()))
        for code, on_border, also in zip(index.codes_of(found.face).tolist(), found.on_border.tolist(), found.also, strict=True)
    ]
    assert [(row.owner, bool(row.on_border), row.also or []) for row in rows] == expected
    assert found.on_border.sum() > 10
    assert shapely.contains_xy(shapely.union_all(faces), *lonlat.T).sum() > 100


def test_a_point_on_the_leaning_border_is_on_it_in_sql_too(engine):
    # In degrees, as doubles, the point lies on no line through the two ends of the edge; on the lattice it does.
    with engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM locate_unit(105.4203, 28.803, 'grid', now())")).one()
    assert (row.owner, row.on_border, row.also) == (town.WEST_GRID, True, [town.MIDDLE_GRID])
