"""Lists of matters of the counties, the default term of each matter, and the days that the city sets in its calendar."""

from boundaries.store.migrate import run_script

revision = "0011"
down_revision = "0010"


def upgrade():
    run_script("0011_matter_lists.sql")


def downgrade():
    run_script("0011_matter_lists.down.sql")
