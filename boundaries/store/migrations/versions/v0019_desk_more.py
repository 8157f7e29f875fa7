"""More of the incident desk."""

from boundaries.store.migrate import run_script

revision = "0019"
down_revision = "0018"


def upgrade():
    run_script("0019_desk_more.sql")


def downgrade():
    run_script("0019_desk_more.down.sql")
