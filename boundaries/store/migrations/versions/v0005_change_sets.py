"""Change sets as data: commands, bases, what they ended and began, lineage."""

from boundaries.store.migrate import run_script

revision = "0005"
down_revision = "0004"


def upgrade():
    run_script("0005_change_sets.sql")


def downgrade():
    run_script("0005_change_sets.down.sql")
