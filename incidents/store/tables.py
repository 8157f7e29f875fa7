"""The tables of matters and incidents, as SQLAlchemy knows them; the migrations are the truth."""

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from boundaries.store.tables import metadata
from gis.crs import STORAGE_EPSG

matter = sa.Table(
    "matter",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("is_default", sa.Boolean, nullable=False),
)

incident_serial = sa.Table(
    "incident_serial",
    metadata,
    sa.Column("county_code", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("no", sa.Text, nullable=False),
    sa.Column("matter_code", sa.Text, sa.ForeignKey("matter.code"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("geom", Geometry("POINT", srid=STORAGE_EPSG, spatial_index=False), nullable=False),
    sa.Column("declared_datum", sa.Text, nullable=False),
    sa.Column("declared_lon", sa.Double, nullable=False),
    sa.Column("declared_lat", sa.Double, nullable=False),
    sa.Column("grid_version_id", sa.BigInteger),
    sa.Column("micro_grid_version_id", sa.BigInteger),
    sa.Column("grid_code", sa.Text),
    sa.Column("on_border", sa.Boolean, nullable=False),
    sa.Column("also", ARRAY(sa.Text), nullable=False),
    sa.Column("distance_m", sa.REAL, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("px", sa.Integer, nullable=False),
    sa.Column("py", sa.Integer, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("description", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("nearest_code", sa.Text),
    sa.Column("worker_id", sa.BigInteger),
    sa.Column("reported_by", sa.BigInteger),
    sa.Column("department", sa.Text),
    sa.Column("clock", sa.Text),
    sa.Column("clock_limit", sa.Integer),
    sa.Column("due_at", sa.DateTime(timezone=True)),
    sa.Column("due_supposed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("registered_at", sa.DateTime(timezone=True)),
    sa.Column("dispatched_at", sa.DateTime(timezone=True)),
    sa.Column("handled_at", sa.DateTime(timezone=True)),
    sa.Column("merged_into", sa.BigInteger),
)

department = sa.Table(
    "department",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("is_default", sa.Boolean, nullable=False),
)

incident_event = sa.Table(
    "incident_event",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("incident_id", sa.BigInteger, sa.ForeignKey("incident.id"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("account_id", sa.BigInteger),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("detail", JSONB, nullable=False),
)
