"""The register's tables, as SQLAlchemy knows them; the migrations are the truth."""

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE

from gis.crs import STORAGE_EPSG

metadata = sa.MetaData()
unit_level = sa.Enum("city", "county", "town", "village", "grid", "micro_grid", name="unit_level", create_type=False)

change_set = sa.Table(
    "change_set",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("effective_on", sa.Date),
    sa.Column("effective_at", sa.DateTime(timezone=True)),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
)

unit = sa.Table(
    "unit",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("level", unit_level, sa.FetchedValue()),
    sa.Column("parent_code", sa.Text, sa.FetchedValue()),
)

unit_version = sa.Table(
    "unit_version",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("code", sa.Text, sa.ForeignKey("unit.code"), nullable=False),
    sa.Column("level", unit_level, sa.FetchedValue()),
    sa.Column("parent_code", sa.Text, sa.FetchedValue()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("households", sa.Integer),
    sa.Column("population", sa.Integer),
    sa.Column("divided", sa.Boolean, nullable=False),
    sa.Column("geom", Geometry("MULTIPOLYGON", srid=STORAGE_EPSG, spatial_index=False), nullable=False),
    sa.Column("signature", ARRAY(sa.BigInteger), sa.FetchedValue()),
    sa.Column("area_m2", sa.Double, sa.FetchedValue()),
    sa.Column("lifespan", TSTZRANGE, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("change_set_id", sa.BigInteger, sa.ForeignKey("change_set.id"), nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
)
