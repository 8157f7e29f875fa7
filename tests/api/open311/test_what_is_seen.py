"""Open311 GeoReport v2: what everybody sees, and what nobody does."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.open311 import models
from api.open311.answers import STATES as WORDS
from api.seals import seal_of
from incidents.store import flow
from tests.api.open311.asking import NEIGHBOURS, POTHOLE, ROAD, refused, sent, stored
from tests.incidents.reported import person

pytestmark = pytest.mark.database


class TestWhatEverybodySees:
    GIVEN = POTHOLE | {"description": "我家门口", "address_string": "和平里七号", "phone": "13900000000", "last_name": "王"}

    def test_neither_text_nor_address_nor_contact_nor_place(self, client):
        no = sent(client, self.GIVEN | {"lat": "28.8012345", "long": "105.4034567"})
        texts = [client.get(f"requests/{no}.{kind}").text + client.get(f"requests.{kind}").text for kind in ("xml", "json")]
        for secret in ("我家", "和平里", "1390000", "王", "28.8012", "105.4034", "farm3"):
            assert all(secret not in text for text in texts), secret

    def test_all_requests_of_a_grid_stand_at_one_place_in_it(self, client, engine):
        ids = [sent(client, POTHOLE | {"lat": str(28.801 + n / 1000), "long": "105.405"}) for n in range(3)]
        found = client.get("requests.json", params={"service_request_id": ",".join(ids)}).json()
        assert len({(each["lat"], each["long"]) for each in found}) == 1
        assert found[0]["address"] == "大山坪社区第一网格, 大山坪社区, 南城街道, 江阳区"
        within = sa.text("SELECT ST_Contains(geom, ST_SetSRID(ST_MakePoint(:x, :y), 4490)) FROM unit_version WHERE id = :id")
        with engine.connect() as connection:
            version = stored(engine, ids[0], "grid_version_id").grid_version_id
            assert connection.execute(within, {"x": found[0]["long"], "y": found[0]["lat"], "id": version}).scalar_one()

    def test_the_contact_is_sealed(self, client, engine):
        no = sent(client, self.GIVEN | {"email": "w@example.cn"})
        query = sa.text("SELECT sealed FROM incident_contact JOIN incident ON incident.id = incident_id WHERE no = :no")
        with engine.connect() as connection:
            sealed = bytes(connection.execute(query, {"no": no}).scalar_one())
        assert b"1390000" not in sealed and b"example" not in sealed

    def test_what_is_about_people_is_seen_by_its_number_with_the_token_alone(self, client, read):
        number = sent(client, POTHOLE | {"service_code": NEIGHBOURS})
        no, _, token = number.partition("-")
        assert len(no) == 19 and token
        (found,) = read(f"requests/{number}", "service_requests")
        assert found["service_request_id"] == number and found["service_code"] == NEIGHBOURS
        refused(client.get(f"requests/{no}.xml"), 404, "unknown_report")
        refused(client.get(f"requests/{no}-{'A' * 24}.json"), 404, "unknown_report")
        assert client.get("requests.json", params={"service_request_id": no}).json() == []
        assert all(each["service_code"] != NEIGHBOURS for each in client.get("requests.json").json())

    def test_what_came_in_another_way_is_not_listed_and_followed_by_its_token(self, app, client, read):
        body = {"matter": ROAD, "lon": 105.41, "lat": 28.805, "datum": "wgs84", "description": "x"}
        receipt = TestClient(app).post("/api/v1/reports", json=body).json()
        refused(client.get(f"requests/{receipt['no']}.json"), 404, "unknown_report")
        token = f"{receipt['no']}-{receipt['token']}"
        (found,) = read(f"tokens/{token}", "token", root="service_requests", model=models.TokenAnswer)
        (request,) = read(f"requests/{found['service_request_id']}", "service_requests")
        assert found["token"] == token and request["status"] == "open"

    def test_the_token_of_a_listed_request_leads_to_its_number(self, app, client, read):
        no, unlisted = sent(client), sent(client, POTHOLE | {"service_code": NEIGHBOURS})
        token = f"{no}-{seal_of(app.state.resources.settings).token(no)}"
        for each, wanted in ((token, no), (unlisted, unlisted)):
            assert read(f"tokens/{each}", "token", root="service_requests")[0] == {"service_request_id": wanted, "token": each}
        for wrong in (no, f"{no}-", f"{no}-{unlisted.partition('-')[2]}", f"-{token}", "5105022026050299999-x", "é-é"):
            refused(client.get(f"tokens/{wrong}.xml"), 404, "unknown_report")

    def test_outside_every_grid_there_is_no_place(self, client, read):
        no = sent(client, POTHOLE | {"lat": "28.81", "long": "105.395"})
        (found,) = read(f"requests/{no}", "service_requests")
        assert (found["lat"], found["long"], found["address"], found["address_id"]) == (None,) * 4

    def test_a_request_that_ends_is_closed_and_was_changed_then(self, client, engine, read):
        no = sent(client)
        with engine.begin() as connection:
            flow.act(connection, no, "reject", by=(None, "desk"), actor=person("dispatcher"), note="重复")
        (found,) = read(f"requests/{no}", "service_requests")
        closed_at = stored(engine, no, "closed_at").closed_at
        assert (found["status"], found["status_notes"]) == ("closed", WORDS["rejected"])
        assert datetime.fromisoformat(found["updated_datetime"]) == closed_at.replace(microsecond=0)
        assert "重复" not in str(found)
