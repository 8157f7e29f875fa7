"""A register with three filings for the tests that only read, or take everything back."""

import pytest

from boundaries.store.connecting import engine_for
from boundaries.store.filings import attach, take_step
from tests.api import town
from tests.boundaries.filings.change_sets import EAST_RENAME, MOVE, SPLIT, filed
from tests.registers import register_of_module


@pytest.fixture(scope="session")
def filed_register(cluster, _template):
    """Engine on a register with one filing returned once and recorded, one submitted, one prepared."""
    with register_of_module(cluster, _template, "filed") as engine:
        town.store(engine)
        first = filed(engine, SPLIT, note="户数超过上限，\n拟一分为二 <script>alert(1)</script>")
        filed(engine, EAST_RENAME, scope="510503001001")
        with engine.begin() as connection:
            attach(connection, first, "批复.pdf", b"%PDF-1.7 approval")
            take_step(connection, first, "submit", note="请予备案")
            take_step(connection, first, "receive")
            take_step(connection, first, "return", corrections=[(town.MIDDLE_GRID, "界线不清")])
            attach(connection, first, "说明.txt", "已沿道路中心线调整".encode())
            take_step(connection, first, "resubmit", note="已改", corrections=[(town.MIDDLE_GRID, "已沿道路中心线")])
            take_step(connection, first, "receive")
            take_step(connection, first, "record", document_no="泸网格备〔2026〕12号")
        third = filed(engine, MOVE)
        with engine.begin() as connection:
            take_step(connection, third, "submit")
        yield engine


@pytest.fixture(scope="session")
def numbers(filed_register):
    """Numbers of the three filings: recorded, prepared, submitted."""
    with filed_register.connect() as connection:
        order = "SELECT no FROM filing JOIN filing_entry ON filing_no = no AND kind = 'prepared' ORDER BY seq"
        return connection.exec_driver_sql(order).scalars().all()


@pytest.fixture(scope="session")
def superuser(cluster, filed_register):
    """Engine on the same register as the database's superuser."""
    engine = engine_for(cluster.url(owner=True, database="filed"))
    yield engine
    engine.dispose()
