"""What the database gives up because others came in between is told as busy: the same goes through a moment later."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from boundaries.store.writing import refusals
from gis.errors import Refusal
from tests.boundaries.store.test_change_sets import opened

pytestmark = pytest.mark.database


class TestWhatWouldGoThroughAMomentLater:
    TOUCH = "UPDATE change_set SET revision = revision + 1 WHERE id = :id"

    def behind(self, engine, connection):
        """A change set that others have written since a transaction began to look."""
        number = opened(engine)
        connection.execute(sa.text("SELECT 1 FROM change_set"))
        with engine.begin() as other:
            other.execute(sa.text(self.TOUCH), {"id": number})
        return number

    def looking(self, engine):
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")

    def test_a_serialization_failure_is_told_as_busy_whoever_raises_it(self, demo_copy):
        with self.looking(demo_copy) as connection:
            number = self.behind(demo_copy, connection)
            with pytest.raises(Refusal) as refused, refusals():
                connection.execute(sa.text(self.TOUCH), {"id": number})
            assert refused.value.code == "busy"
        with self.looking(demo_copy) as connection:
            number = self.behind(demo_copy, connection)
            driver = connection.connection.driver_connection
            with pytest.raises(Refusal) as refused, refusals(), driver.cursor() as cursor:
                cursor.execute(self.TOUCH.replace(":id", "%s"), [number])
            assert refused.value.code == "busy"

    def test_a_deadlock_is_told_as_busy_to_the_one_who_is_given_up(self, demo_copy):
        numbers = [opened(demo_copy), opened(demo_copy)]
        with ThreadPoolExecutor(2) as pool:
            meeting = Barrier(2, timeout=30)
            done = list(pool.map(lambda order: self.touched(demo_copy, order, meeting), (numbers, numbers[::-1])))
        assert sorted(done) == ["busy", "done"]

    def touched(self, engine, numbers, meeting):
        """Both change sets, in an order of one's own, when the other one holds the first of his."""
        try:
            with refusals(), engine.begin() as connection:
                connection.execute(sa.text(self.TOUCH), {"id": numbers[0]})
                meeting.wait()
                connection.execute(sa.text(self.TOUCH), {"id": numbers[1]})
        except Refusal as refusal:
            return refusal.code
        return "done"

    def test_any_other_fault_of_the_database_stays_what_it_is(self, demo_copy):
        with demo_copy.connect() as connection, pytest.raises(sa.exc.OperationalError), refusals():
            connection.execute(sa.text("SET LOCAL statement_timeout = 1"))
            connection.execute(sa.text("SELECT pg_sleep(1)"))
