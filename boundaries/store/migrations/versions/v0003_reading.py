"""What reading the register needs beyond its tables: tile indexes and the locating function."""

from boundaries.store.migrate import run_script

revision = "0003"
down_revision = "0002"


def upgrade():
    run_script("0003_reading.sql")


def downgrade():
    run_script("0003_reading.down.sql")
