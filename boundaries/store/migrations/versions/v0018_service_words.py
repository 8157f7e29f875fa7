"""Complaints and praise about the service."""

from boundaries.store.migrate import run_script

revision = "0018"
down_revision = "0017"


def upgrade():
    run_script("0018_service_words.sql")


def downgrade():
    run_script("0018_service_words.down.sql")
