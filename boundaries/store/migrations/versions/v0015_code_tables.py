"""The code tables that the city keeps."""

from boundaries.store.migrate import run_script

revision = "0015"
down_revision = "0014"


def upgrade():
    run_script("0015_code_tables.sql")


def downgrade():
    run_script("0015_code_tables.down.sql")
