"""Open311 GeoReport v2: lists, their filters and pages."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from incidents.store import flow
from tests.api.open311.asking import GAS, POTHOLE, sent
from tests.incidents.reported import person

pytestmark = pytest.mark.database


class TestLists:
    def numbers(self, client, **query):
        return [each["service_request_id"] for each in client.get("requests.json", params=query).json()]

    def test_jurisdictions_services_and_status_are_sifted(self, client, engine):
        west, east, gas = sent(client), sent(client, POTHOLE | {"long": "105.45"}), sent(client, POTHOLE | {"service_code": GAS})
        mine = {"510502": {west, gas}, "510503": {east}, "5105": {west, east, gas}}
        for jurisdiction, wanted in mine.items():
            assert set(self.numbers(client, jurisdiction_id=jurisdiction)) & {west, east, gas} == wanted
        assert set(self.numbers(client, service_code=f"{GAS},9999")) & {west, gas} == {gas}
        with engine.begin() as connection:
            flow.act(connection, west, "reject", by=(None, "desk"), actor=person("dispatcher"), note="x")
        assert west in self.numbers(client, status="closed") and west not in self.numbers(client, status="open")
        assert west in self.numbers(client, status="open,closed")
        assert west in [each["service_request_id"] for each in client.get("requests.json?status=open&status=closed").json()]

    def test_the_box_is_about_the_place_that_is_shown_and_not_the_true_one(self, client):
        no = sent(client, POTHOLE | {"lat": "28.8001", "long": "105.4001"})
        (shown,) = client.get(f"requests/{no}.json").json()
        around = [shown["long"] - 1e-4, shown["lat"] - 1e-4, shown["long"] + 1e-4, shown["lat"] + 1e-4]
        assert no in self.numbers(client, bbox=",".join(f"{each:.5f}" for each in around))
        assert no not in self.numbers(client, bbox="105.4000,28.8000,105.4002,28.8002")
        assert no not in self.numbers(client, bbox="105.44,28.8,105.48,28.84")

    def test_dates_are_those_of_the_request_and_whole_seconds_count(self, client):
        no = sent(client)
        (shown,) = client.get(f"requests/{no}.json").json()
        at = datetime.fromisoformat(shown["requested_datetime"])
        before, after = (at - timedelta(seconds=1)).isoformat(), (at + timedelta(seconds=1)).isoformat()
        assert no in self.numbers(client, start_date=at.isoformat(), end_date=at.isoformat())
        assert no not in self.numbers(client, start_date=after) and no not in self.numbers(client, end_date=before)
        assert no in self.numbers(client, start_date=before.replace("+", " "))  # as it arrives where nobody escaped it

    def test_updates_are_found_however_old_the_request_is(self, client, engine, cluster):
        no = sent(client)
        moved = sa.text("UPDATE incident SET reported_at = reported_at - interval '1 year' WHERE no = :no")
        owner = engine_for(cluster.url(owner=True, database="open311"))
        with owner.begin() as connection:
            connection.execute(moved, {"no": no})
        owner.dispose()
        assert no not in self.numbers(client)
        since = (now() - timedelta(minutes=1)).isoformat(timespec="seconds")
        assert no not in self.numbers(client, updated_after=since)
        with engine.begin() as connection:
            flow.act(connection, no, "register", by=(None, "desk"), actor=person("dispatcher"))
        (shown,) = client.get(f"requests/{no}.json").json()
        assert no in self.numbers(client, updated_after=since) and no in self.numbers(
            client, updated_after=shown["updated_datetime"]
        )
        assert no not in self.numbers(client, updated_before=since)

    def test_ids_that_are_asked_for_override_all_else(self, client):
        one, other = sent(client), sent(client)
        asked = {"service_request_id": f"{other}, {one},{one},x", "status": "closed", "page": "nonsense"}
        assert self.numbers(client, **asked) == [other, one]

    def test_pages_have_neither_gaps_nor_repeats_while_requests_come_in(self, client):
        """Two counties, so that the lock on a county's numbers is not what keeps the order."""
        begin, walks = self.numbers(client), []

        def report(long):
            return [sent(client, POTHOLE | {"long": long}) for _ in range(15)]

        with ThreadPoolExecutor(4) as pool:
            senders = [pool.submit(report, long) for long in ("105.41", "105.45", "105.41", "105.45")]
            while not all(sender.done() for sender in senders):
                walks.append(self.walk(client))
        whole = self.numbers(client)
        assert {each for sender in senders for each in sender.result()} == set(whole) - set(begin)
        assert all(walk == whole[: len(walk)] for walk in walks) and whole[: len(begin)] == begin
        assert len(walks[-1]) > len(begin)

    def walk(self, client):
        """All pages, to the first that is not full."""
        walked = []
        for page in itertools.count(1):
            walked += (found := self.numbers(client, page=page, page_size=7))
            if len(found) < 7:
                return walked

    def test_a_page_is_as_long_as_was_wished(self, client):
        whole = self.numbers(client)
        assert self.numbers(client, page=2, page_size=3) == whole[3:6] and self.numbers(client, page=100000) == []
