"""The gazetteer: places, roads and door numbers, from when to when they are known so."""

from boundaries.store.migrate import run_script

revision = "0013"
down_revision = "0012"


def upgrade():
    run_script("0013_gazetteer.sql")


def downgrade():
    run_script("0013_gazetteer.down.sql")
