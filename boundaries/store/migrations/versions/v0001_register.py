"""The register: units, versions in time, and the guard of the tiling."""

from boundaries.store.migrate import run_script

revision = "0001"
down_revision = None


def upgrade():
    run_script("0001_register.sql")


def downgrade():
    run_script("0001_register.down.sql")
