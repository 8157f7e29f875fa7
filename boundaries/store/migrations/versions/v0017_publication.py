"""Notice boards and contact cards: what was printed."""

from boundaries.store.migrate import run_script

revision = "0017"
down_revision = "0016"


def upgrade():
    run_script("0017_publication.sql")


def downgrade():
    run_script("0017_publication.down.sql")
