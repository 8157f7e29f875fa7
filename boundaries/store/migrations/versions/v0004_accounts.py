"""Accounts, their roles, sessions and tokens, and the audit trail."""

from boundaries.store.migrate import run_script

revision = "0004"
down_revision = "0003"


def upgrade():
    run_script("0004_accounts.sql")


def downgrade():
    run_script("0004_accounts.down.sql")
