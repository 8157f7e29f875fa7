"""Tilings proven by their edges, one life of a code in every race, records of decided changes that nobody adds to."""

from boundaries.store.migrate import run_script

revision = "0008"
down_revision = "0007"


def upgrade():
    run_script("0008_kept_exactly.sql")


def downgrade():
    run_script("0008_kept_exactly.down.sql")
