"""PostgreSQL and Python give a face the same signature."""

import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings

from gis.chain import signature
from tests.gis.coverages import coverages

pytestmark = pytest.mark.database


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(coverages())
def test_sql_and_python_give_the_same_signature(register, coverage):
    faces, parent = coverage
    assume(len(faces))
    shapes = [*faces, parent, shapely.reverse(parent)]
    query = sa.text("SELECT boundary_signature(ST_GeomFromWKB(:shape)), on_lattice(ST_GeomFromWKB(:shape))")
    with register.connect() as connection:
        rows = [connection.execute(query, {"shape": shape}).one() for shape in shapely.to_wkb(shapes)]
    assert [row[0] for row in rows] == signature(shapes).tolist()
    assert all(row[1] for row in rows)


def test_sql_knows_what_lies_off_the_lattice(register):
    query = sa.text("SELECT on_lattice(ST_MakeEnvelope(105, 28, 105.00000005, 29, 4490))")
    with register.connect() as connection:
        assert connection.execute(query).scalar_one() is False
