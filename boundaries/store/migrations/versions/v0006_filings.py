"""Filings: what decided changes were, frozen, and their steps in one chain."""

from boundaries.store.migrate import run_script

revision = "0006"
down_revision = "0005"


def upgrade():
    run_script("0006_filings.sql")


def downgrade():
    run_script("0006_filings.down.sql")
