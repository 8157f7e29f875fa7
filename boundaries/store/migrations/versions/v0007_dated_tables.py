"""Editions of the division codes, dated settings, grid workers and their duties."""

from boundaries.store.migrate import run_script

revision = "0007"
down_revision = "0006"


def upgrade():
    run_script("0007_dated_tables.sql")


def downgrade():
    run_script("0007_dated_tables.down.sql")
