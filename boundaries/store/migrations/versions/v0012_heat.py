"""Which incidents each statement has touched, by which counts outside of the tables stay exact."""

from boundaries.store.migrate import run_script

revision = "0012"
down_revision = "0011"


def upgrade():
    run_script("0012_heat.sql")


def downgrade():
    run_script("0012_heat.down.sql")
