"""POST /reports: anybody may report, is told the number and nothing else, and can see how it goes."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.intake_models import PublicReceipt, PublicStatus
from api.rates import HOUR_S, Rates
from api.seals import seal_of
from api.settings import Settings
from boundaries.clock import now
from boundaries.store.city_settings import put
from gis.errors import Refusal
from incidents.sealing import Seal
from incidents.store.contacts import add_contact, delete_old_contacts
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

POTHOLE = {"matter": "0406", "lon": 105.41, "lat": 28.805, "datum": "cgcs2000", "description": "路面塌陷"}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "reports") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def public(engine, front_end, home):
    """A browser of nobody in particular, with a whole allowance."""
    given_ = Settings(home=home, database_url=engine.url.render_as_string(False), web_dist=front_end, public_reports_per_hour=5)
    with TestClient(create_app(given_), raise_server_exceptions=False) as client:
        yield client


def count(engine, condition="true", **values):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM incident WHERE {condition}"), values).scalar_one()


def test_the_answer_is_the_number_and_the_token_and_nothing_else(public, engine):
    answer = public.post("/api/v1/reports", json=POTHOLE)
    PublicReceipt.model_validate_json(answer.text)
    assert (answer.status_code, set(answer.json())) == (201, {"no", "token"})
    assert count(engine, "no = :no AND source = 'public' AND reported_by IS NULL", no=answer.json()["no"]) == 1


def test_who_has_the_token_sees_state_grid_and_dates_and_no_names(public):
    receipt = public.post("/api/v1/reports", json=POTHOLE | {"contact": "139 0000 0000"}).json()
    answer = public.get(f"/api/v1/reports/{receipt['no']}", params={"token": receipt["token"]})
    PublicStatus.model_validate_json(answer.text)
    assert (answer.json()["state"], answer.json()["grid"]) == ("reported", town.NAMES[town.WEST_GRID])
    assert "139" not in answer.text and "路面" not in answer.text and answer.headers["cache-control"] == "no-store"


def test_a_wrong_token_and_a_number_that_is_none_are_answered_alike(public):
    receipt = public.post("/api/v1/reports", json=POTHOLE).json()
    other = public.post("/api/v1/reports", json=POTHOLE).json()
    said = [
        public.get(f"/api/v1/reports/{no}", params={"token": token}).json()
        for no, token in ((receipt["no"], other["token"]), ("5105022026050299999", receipt["token"]), ("x", "é\ud7ff"))
    ]
    assert [(each["status"], each["code"], each["detail"]) for each in said] == [(404, "unknown_report", said[0]["detail"])] * 3


def test_the_public_says_what_there_is_and_not_where_it_is_from(public):
    for more in ({"source": "desk"}, {"noted_at": "2026-05-01T08:00:00Z"}, {"description": ""}, {"description": " \t "}):
        assert public.post("/api/v1/reports", json=POTHOLE | more).json()["code"] == "invalid_parameter"


def test_a_report_that_comes_again_is_one_and_short_keys_are_refused(public, engine):
    before = count(engine)
    key = {"idempotency-key": "b6d8e1b2-6f0d-4a3e-9d67"}
    first, again = (public.post("/api/v1/reports", json=POTHOLE, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert public.post("/api/v1/reports", json=POTHOLE, headers={"idempotency-key": "1"}).json()["code"] == "bad_idempotency_key"
    assert count(engine) == before + 1


def test_an_address_that_reports_too_often_is_told_when_it_may_again(public, engine):
    before = count(engine)
    answers = [public.post("/api/v1/reports", content=json.dumps(POTHOLE)) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= HOUR_S and answers[-1].json()["code"] == "too_many_reports"
    assert count(engine) == before + 5


@given(st.integers(1, 30), st.lists(st.tuples(st.sampled_from(["192.0.2.1", "192.0.2.2"]), st.floats(0, HOUR_S)), max_size=80))
def test_in_no_hour_an_address_gets_more_than_twice_its_allowance_and_never_less_than_it(per_hour, asked):
    clock, taken = [0.0], {}
    rates = Rates(per_hour, clock=lambda: clock[0])
    for address, pause in asked:
        clock[0] += pause
        mine = taken.setdefault(address, [])
        try:
            rates.take(address)
            mine.append(clock[0])
        except Refusal as refusal:
            assert len([at for at in mine if at > clock[0] - HOUR_S]) >= per_hour
            clock[0] += refusal.details["wait_s"] + 1
            rates.take(address)
            mine.append(clock[0])
        assert len([at for at in mine if at > clock[0] - HOUR_S]) <= 2 * per_hour


class TestContacts:
    def ended(self, engine, no, days):
        """Store a contact with an incident that ended so long ago."""
        query = sa.text("""INSERT INTO incident (no, matter_code, state, reported_at, closed_at, geom, declared_datum,
            declared_lon, declared_lat, source, px, py, nearest_code) VALUES (:no, '0406', :state, :at, :closed,
            ST_SetSRID(ST_MakePoint(105.4, 28.8), 4490), 'wgs84', 105.4, 28.8, 'desk', 1, 1, '510502001001001') RETURNING id""")
        closed = None if days is None else now() - timedelta(days=days)
        values = {"no": no, "state": "closed" if closed else "handling", "at": now() - timedelta(days=2000), "closed": closed}
        with engine.begin() as connection:
            add_contact(connection, connection.execute(query, values).scalar_one(), no, "139", Seal(bytes(32)))

    def test_contacts_are_deleted_some_time_after_the_end_and_not_before(self, engine):
        for no, days in (("5105021999010100001", 91), ("5105021999010100002", 89), ("5105021999010100003", None)):
            self.ended(engine, no, days)
        with engine.begin() as connection:
            assert delete_old_contacts(connection) == 1
            put(connection, "contact.keep_days", 30, scope="510502001")
        with engine.begin() as connection:
            assert (delete_old_contacts(connection), delete_old_contacts(connection)) == (1, 0)
            left = connection.execute(sa.text("SELECT no FROM incident_contact JOIN incident ON incident.id = incident_id"))
            assert "5105021999010100003" in left.scalars().all()

    @given(st.text(max_size=200), st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=1), st.integers(0, 30))
    def test_what_is_sealed_is_opened_with_the_same_key_and_number_unchanged_alone(self, text, key, flip, place):
        text = text.encode("utf-8", "replace").decode()
        seal, no = Seal(key), "5105022026050200017"
        sealed = seal.sealed(text, no)
        assert seal.opened(sealed, no) == text and sealed != seal.sealed(text, no)
        changed = bytearray(sealed)
        changed[place % len(changed)] ^= flip[0] or 1
        for other, number, data in (
            (seal, "5105022026050200018", sealed),
            (Seal(key[::-1][:31] + b"?"), no, sealed),
            (seal, no, changed),
        ):
            if other is not seal and key[::-1][:31] + b"?" == key:
                continue
            with pytest.raises(Refusal) as refused:
                other.opened(bytes(data), number)
            assert refused.value.code == "contact_unreadable"

    def test_the_key_is_made_once_and_for_its_owner_alone(self, tmp_path):
        path = tmp_path / "new" / "key"
        first = seal_of(Settings(home=tmp_path, contact_key_file=path))
        assert path.stat().st_mode & 0o777 == 0o600 and len(path.read_bytes()) == 32
        assert Seal(path.read_bytes()).token("1") == first.token("1") and list(path.parent.iterdir()) == [path]

    def test_a_key_file_that_is_none_is_told(self, tmp_path):
        (tmp_path / "short").write_bytes(b"x")
        for path, code in ((tmp_path / "short", "bad_key"), (tmp_path, "key_unusable")):
            with pytest.raises(Refusal) as refused:
                seal_of(Settings(home=tmp_path, contact_key_file=path))
            assert refused.value.code == code
