"""The population of units: a sum, where it is known."""

from boundaries.store.migrate import run_script

revision = "0009"
down_revision = "0008"


def upgrade():
    run_script("0009_population.sql")


def downgrade():
    run_script("0009_population.down.sql")
