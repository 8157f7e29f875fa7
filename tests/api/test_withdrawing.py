"""A withdrawal that meets a decision of the same change set takes the filing along, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from api.deciding import decided, withdrawn
from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes, deciding, filing_proof
from boundaries.store.audit import BY_OPERATOR

pytestmark = pytest.mark.database

VILLAGE = "510504001001"
WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


@pytest.fixture
def checked(demo_copy):
    """The demo town and the number of a change set that can be decided."""
    with demo_copy.begin() as connection:
        number = changes.open_change(connection, title="x", reason="other", scope=VILLAGE)
        changes.add_commands(connection, number, [{"op": "rename", "unit": f"{VILLAGE}001", "name": "新"}])
        deciding.check(connection, number)
    return demo_copy, number


def withdraw(engine, number):
    with engine.begin() as connection:
        withdrawn(connection, number, by=BY_OPERATOR)


def wait_until_somebody_waits(engine):
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(sa.text(WAITS)).scalar_one():
            pass


def test_a_withdrawal_that_waits_for_a_decision_withdraws_its_filing_too(checked):
    engine, number = checked
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            later = now().astimezone(CITY_ZONE).date() + timedelta(days=3)
            decided(connection, number, effective_on=later, by=BY_OPERATOR)
            end = pool.submit(withdraw, engine, number)
            wait_until_somebody_waits(engine)
        end.result()
    with engine.connect() as connection:
        assert changes.change(connection, number).state == "withdrawn"
        assert filing_proof.verify(connection).faults == []
