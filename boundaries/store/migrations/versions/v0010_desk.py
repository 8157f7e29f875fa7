"""The incident desk: departments, the course of an incident, photos, contacts of reporters, doubled submissions."""

from boundaries.store.migrate import run_script

revision = "0010"
down_revision = "0009"


def upgrade():
    run_script("0010_desk.sql")


def downgrade():
    run_script("0010_desk.down.sql")
