"""Training, assessment and absence of grid workers."""

from boundaries.store.migrate import run_script

revision = "0016"
down_revision = "0015"


def upgrade():
    run_script("0016_workers.sql")


def downgrade():
    run_script("0016_workers.down.sql")
