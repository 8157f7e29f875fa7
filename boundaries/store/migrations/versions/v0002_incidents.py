"""Matters and incidents."""

from boundaries.store.migrate import run_script

revision = "0002"
down_revision = "0001"


def upgrade():
    run_script("0002_incidents.sql")


def downgrade():
    run_script("0002_incidents.down.sql")
