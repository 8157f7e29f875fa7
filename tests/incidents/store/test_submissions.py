"""Keys of submissions are forgotten when the city keeps them no longer."""

import pytest
import sqlalchemy as sa

from boundaries.store import city_settings
from incidents.store.bulk_files import SENDER
from incidents.store.submissions import delete_old_submissions
from tests.incidents.desk import incident

pytestmark = pytest.mark.database

ADD = sa.text("""
    INSERT INTO submission (sender, key, digest, incident_id, at)
    VALUES (:sender, :key, sha256('x'), :incident, now() - make_interval(days => :age))""")
KEYS = sa.text("SELECT key FROM submission ORDER BY key")


def test_only_the_keys_that_are_older_than_the_city_keeps_them_are_forgotten(register):
    with register.begin() as connection:
        number, _ = incident(connection)
        connection.execute(
            ADD, [{"sender": "phone", "key": str(age), "incident": number, "age": age} for age in (10, 31, 89, 91)]
        )
        assert delete_old_submissions(connection) == 1
        assert connection.execute(KEYS).scalars().all() == ["10", "31", "89"]
        city_settings.put(connection, "submission.keep_days", 30)
    with register.begin() as connection:
        assert delete_old_submissions(connection) == 2
        assert connection.execute(KEYS).scalars().all() == ["10"]


def test_a_file_that_was_taken_in_is_known_for_good(register):
    with register.begin() as connection:
        number, _ = incident(connection)
        connection.execute(ADD, {"sender": SENDER, "key": "ab", "incident": number, "age": 4000})
        assert delete_old_submissions(connection) == 0
        assert connection.execute(KEYS).scalars().all() == ["ab"]
