"""Jobs in the database: procrastinate's own tables, and what makes a deadline be told once.

The tables are made by the script that the installed procrastinate brings along, which is pinned here: a release with another
schema needs a migration of its own, made of the library's folder of migrations.
"""

from hashlib import sha256

from alembic import op
from procrastinate.schema import SchemaManager

from boundaries.store.migrate import run_script
from gis.errors import Refusal

revision = "0014"
down_revision = "0013"

SCHEMA_VERSION = "03.04.00_50"  # the newest of the library's migrations that this schema holds; of procrastinate 3.4 to 3.10
SCHEMA_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def upgrade():
    schema = SchemaManager.get_schema()
    if sha256(schema.encode()).hexdigest() != SCHEMA_SHA256:
        sentence = f"The installed procrastinate has another schema than {SCHEMA_VERSION}; install the one of requirements.lock."
        raise Refusal("migration_failed", sentence)
    op.get_bind().connection.driver_connection.execute(schema)
    run_script("0014_jobs.sql")


def downgrade():
    run_script("0014_jobs.down.sql")
