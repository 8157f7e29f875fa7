"""Open311 GeoReport v2: addresses, keys and doubles."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from boundaries.store.sessions import actor_named, make_token
from tests import people
from tests.api import town
from tests.api.open311.asking import POTHOLE, ROAD, count, refused, send, sent, stored

pytestmark = pytest.mark.database


class TestAddresses:
    def test_one_that_is_sure_is_placed_by_the_gazetteer(self, client, engine):
        no = sent(client, {"service_code": ROAD, "address_string": "江阳区江阳中路五号"})
        row = stored(engine, no)
        assert (row.declared_datum, row.grid_code, row.address) == ("cgcs2000", town.WEST_GRID, "江阳区江阳中路五号")

    @pytest.mark.parametrize("address", ["和平药店", "江阳中路7号", "江阳中路", "佳乐世纪城附近", "nowhere"])
    def test_one_that_a_person_would_have_to_confirm_is_refused(self, client, engine, address):
        before = count(engine)
        refused(send(client, {"service_code": ROAD, "address_string": address}), 400, "address_unsure")
        assert count(engine) == before

    def test_a_position_goes_before_the_address(self, client, engine):
        no = sent(client, POTHOLE | {"address_string": "和平药店"})
        assert stored(engine, no).declared_datum == "wgs84"


class TestKeys:
    def key(self, engine, role="dispatcher", right="incident.report"):
        """A token of an account in one county."""
        name = people.someone(engine, (role, "510502"))
        with engine.begin() as connection:
            actor = actor_named(connection, name)
            return make_token(connection, actor, name="app", rights=[right], scope="510502", days=1, origin="192.0.2.1")[0]

    def test_a_report_with_a_key_is_the_accounts(self, client, engine):
        assert stored(engine, sent(client, POTHOLE | {"api_key": self.key(engine)})).reported_by is not None

    def test_a_key_reaches_as_far_as_its_account(self, client, engine):
        refused(send(client, POTHOLE | {"api_key": self.key(engine), "long": "105.45"}), 403, "forbidden")

    def test_a_key_without_the_right_is_refused(self, client, engine):
        key = self.key(engine, role="county_officer", right="incident.read")
        refused(send(client, POTHOLE | {"api_key": key}), 403, "forbidden")


class TestDoubles:
    def test_a_report_that_comes_again_under_its_key_is_one(self, client, engine):
        before, key = count(engine), {"idempotency-key": "b6d8e1b2-6f0d-4a3e-9d67"}
        first, again = (send(client, POTHOLE | {"phone": "139"}, headers=key) for _ in range(2))
        assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
        refused(send(client, POTHOLE | {"phone": "138"}, headers=key), 400, "key_used")
        refused(send(client, headers={"idempotency-key": "1"}), 400, "bad_idempotency_key")
        assert count(engine) == before + 1

    def test_two_at_once_are_one(self, client, engine):
        before, key = count(engine), {"idempotency-key": "0d9c1f6a-7c3e-4d52-b7f5"}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: send(client, headers=key), range(8)))
        assert len({answer.text for answer in answers}) == 1 and sorted(a.status_code for a in answers) == [200] * 7 + [201]
        assert count(engine) == before + 1
