"""Live events over HTTP, from a running server: order, nothing lost, replay, rights, restart, slow listeners, the end."""

import asyncio
import json
import time

import httpx
import pytest
import sqlalchemy as sa

from api import live as live_module
from api.event_stream import EventStream
from api.live import MOST_WAITING, Audience, Beat, Live, message_for
from incidents.store import flow
from incidents.store.following import Happenings
from tests import people
from tests.api import town
from tests.incidents import reported as on_map
from tests.incidents.desk import incident, note, step
from tests.listening import listening
from tests.registers import register_of_module
from tests.serving import serving, stoppable

pytestmark = pytest.mark.database

WEST, EAST = town.WEST_GRID, town.EAST_GRID


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """A register with incidents that people reported."""
    with register_of_module(cluster, _template, "events") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def url(engine):
    return engine.url.render_as_string(False)


@pytest.fixture(scope="module")
def base_url(url):
    with serving(url) as address:
        yield address


@pytest.fixture(scope="module")
def dispatcher(engine):
    return people.as_role(engine, "dispatcher")


@pytest.fixture
def one(engine):
    """An incident near the west grid: its number in the table and its own."""
    return reported(engine, WEST)


def reported(engine, near):
    with engine.begin() as connection:
        return incident(connection, near=near)


def noted(engine, incident_id):
    with engine.begin() as connection:
        return note(connection, incident_id)


def ids(events):
    return [event["id"] for event in events]


def test_events_come_in_the_order_of_their_commits_with_their_incident(base_url, engine, dispatcher, one):
    number, no = one
    with listening(base_url, dispatcher) as ear:
        assert ear.next().event == "ready"
        with engine.begin() as connection:
            written = [note(connection, number), step(connection, number, "register", "reported", "registered")]
        heard = ear.incidents(2)
    assert ids(heard) == written
    assert [event["action"] for event in heard] == ["note", "register"]
    assert {event["incident"]["no"] for event in heard} == {no} and heard[1]["incident"]["state"] == "registered"


def test_an_event_committed_after_later_ones_is_heard(base_url, engine, dispatcher, one):
    other = reported(engine, WEST)[0]
    with listening(base_url, dispatcher) as ear, engine.connect() as slow:
        ear.next("ready")
        first = note(slow, one[0])
        second = noted(engine, other)
        assert ids(ear.incidents(1)) == [second] and second > first
        slow.commit()
        assert ids(ear.incidents(1)) == [first]


def test_who_comes_again_after_a_break_hears_what_was_missed_once(base_url, engine, dispatcher, one):
    with listening(base_url, dispatcher) as ear:
        ear.next("ready")
        noted(engine, one[0])
        ear.incidents(1)
        reached = ear.last
    missed = [noted(engine, one[0]) for _ in range(3)]
    for how in ({"last": reached}, {"after": reached}, {"last": reached, "after": "ignored beside the header"}):
        with listening(base_url, dispatcher, **how) as ear:
            assert ids(ear.incidents(len(missed))) == missed
            missed.append(noted(engine, one[0]))
            assert ids(ear.incidents(1)) == missed[-1:]


def test_the_desk_and_the_events_behind_its_position_leave_no_gap(base_url, engine, dispatcher, one):
    desk = httpx.get(f"{base_url}/api/v1/desk", headers=dispatcher).json()
    assert one[1] in {row["no"] for row in desk["incidents"]} and desk["total"] == len(desk["incidents"])
    written = noted(engine, one[0])
    with listening(base_url, dispatcher, after=desk["position"]) as ear:
        assert ids(ear.incidents(1)) == [written]


def test_who_comes_again_to_a_server_that_was_restarted_hears_what_was_missed(url, engine, dispatcher, one):
    with serving(url) as before, listening(before, dispatcher) as ear:
        ear.next("ready")
        reached = ear.last
    missed = [noted(engine, one[0]) for _ in range(2)]
    with serving(url) as after, listening(after, dispatcher, last=reached) as ear:
        assert ids(ear.incidents(2)) == missed


def test_a_server_stops_at_once_and_ends_its_streams_whole(url, dispatcher):
    with stoppable(url) as (address, stop), listening(address, dispatcher) as ear:
        ear.next("ready")
        began = time.monotonic()
        stop()
        assert time.monotonic() - began < 3
        assert ear.next() is None, "the stream was broken off"


def test_nobody_hears_without_the_right_and_each_only_within_their_scopes(base_url, engine, dispatcher):
    west, east = reported(engine, WEST)[0], reported(engine, EAST)[0]
    refused = httpx.get(f"{base_url}/api/v1/events")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    own = people.as_role(engine, "dispatcher", WEST[:6])
    with (
        listening(base_url, own) as narrow,
        listening(base_url, dispatcher) as wide,
        listening(base_url, dispatcher, unit=EAST) as unit,
    ):
        for ear in (narrow, wide, unit):
            ear.next("ready")
        there, here = noted(engine, east), noted(engine, west)
        assert sorted(ids(wide.incidents(2))) == sorted([there, here])
        assert ids(narrow.incidents(1)) == [here] and ids(unit.incidents(1)) == [there]
    shown = httpx.get(f"{base_url}/api/v1/desk", headers=own).json()["incidents"]
    assert {row["no"][:6] for row in shown} == {WEST[:6]}


def test_an_account_of_a_department_hears_and_sees_what_is_given_to_it_alone(base_url, engine):
    name = people.someone(engine, ("department", ""))
    given, other = reported(engine, WEST), reported(engine, WEST)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE account SET department = 'health' WHERE name = :name"), {"name": name})
        connection.execute(sa.text("UPDATE incident SET department = 'health' WHERE id = :id"), {"id": given[0]})
    headers = people.headers_of(engine, name)
    assert [row["no"] for row in httpx.get(f"{base_url}/api/v1/desk", headers=headers).json()["incidents"]] == [given[1]]
    with listening(base_url, headers) as ear:
        ear.next("ready")
        noted(engine, other[0])
        written = noted(engine, given[0])
        assert ids(ear.incidents(1)) == [written]


def done(base_url, headers, no, action, **body):
    answer = httpx.post(f"{base_url}/api/v1/incidents/{no}/{action}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def of_department(engine, code):
    name = people.someone(engine, ("department", ""))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE account SET department = :code WHERE name = :name"), {"name": name, "code": code})
    return people.headers_of(engine, name)


@pytest.fixture
def on_the_map(engine):
    """An incident on the border of two grids, with a matter of the list, registered."""

    def reporting(**given):
        with engine.begin() as connection:
            no = on_map.reported(connection, on_map.ON_BORDER, **given)
            flow.act(connection, no, "register", by=(None, on_map.ORIGIN), actor=on_map.person("dispatcher", ""))
        return no

    return reporting


def test_whoever_could_see_an_incident_is_told_that_it_is_gone_to_another_department(base_url, engine, dispatcher, on_the_map):
    no, one, other = on_the_map(), of_department(engine, "health"), of_department(engine, "emergency")
    done(base_url, dispatcher, no, "dispatch", department="health")
    with listening(base_url, one) as loses, listening(base_url, other) as gets, listening(base_url, dispatcher) as keeps:
        reached = loses.next("ready").id
        for ear in (gets, keeps):
            ear.next("ready")
        done(base_url, dispatcher, no, "dispatch", department="emergency")
        assert loses.next("gone").data == [no]
        for ear in (gets, keeps):
            (event,) = ear.incidents(1)
            assert (event["action"], event["incident"]["department"]) == ("dispatch", "emergency")
    with listening(base_url, one, last=reached) as ear:
        assert [(heard.event, heard.data) for heard in (ear.next(), ear.next())] == [("gone", [no]), ("ready", {})]
    with listening(base_url, one, last=loses.last) as ear:
        assert ear.next().event == "ready", "who has heard it is not told again"


def test_whoever_has_lost_an_incident_to_another_grid_or_scope_is_told_so_beside_what_they_hear(
    base_url, engine, dispatcher, on_the_map
):
    no, kept = on_the_map(), reported(engine, WEST)
    own = people.as_role(engine, "worker", WEST)
    with listening(base_url, own) as ear, listening(base_url, dispatcher, unit=WEST) as unit:
        unit.next("ready")
        reached = ear.next("ready").id
        done(base_url, dispatcher, no, "reroute", note="在路南侧", to=town.MIDDLE_GRID)
        assert ear.next("gone").data == unit.next("gone").data == [no]
        written = noted(engine, kept[0])
        assert ids(ear.incidents(1))[-1] == written
    with listening(base_url, own, last=reached) as ear:
        gone, heard = ear.next(), ear.next()
        assert (gone.event, gone.data) == ("gone", [no]) and gone.id is None, "the position comes with the last of the two"
        assert ids(heard.data)[-1] == written and heard.id is not None


def test_what_comes_back_before_anybody_has_looked_is_not_told_as_gone(base_url, engine, dispatcher, on_the_map):
    no, one = on_the_map(), of_department(engine, "health")
    done(base_url, dispatcher, no, "dispatch", department="health")
    with listening(base_url, one) as ear:
        reached = ear.next("ready").id
    with engine.begin() as connection:
        for department in ("emergency", "health"):
            words = {"by": (None, on_map.ORIGIN), "actor": on_map.person("dispatcher", ""), "department": department}
            flow.act(connection, no, "dispatch", **words)
    with listening(base_url, one, last=reached) as ear:
        told = {ear.next().event, ear.next().event}
    assert told == {"incidents", "ready"}, "in which order, is whether the server had looked since"


def test_a_department_that_is_consulted_sees_the_incident_and_hears_of_it(base_url, engine, dispatcher, on_the_map):
    no, asked, other = on_the_map(), of_department(engine, "health"), of_department(engine, "emergency")
    done(base_url, dispatcher, no, "dispatch", department="urban_management")

    def seen(headers):
        return no in {row["no"] for row in httpx.get(f"{base_url}/api/v1/desk", headers=headers).json()["incidents"]}

    assert not seen(asked)
    with listening(base_url, asked) as ear:
        ear.next("ready")
        done(base_url, dispatcher, no, "consult", departments=["health"])
        done(base_url, dispatcher, no, "urge", kind="leader")
        assert [event["action"] for event in ear.incidents(2)] == ["consult", "urge"]
    assert seen(asked) and not seen(other)
    done(base_url, asked, no, "advise", note="建议先断电")


def test_the_public_of_a_demo_hears_nothing_that_people_have_reported():
    value = '{"id":1}'
    said = {"no": "1", "code": WEST, "generated": False, "department": None, "consulted": (), "was_code": None, "value": value}
    row = type("Row", (), said)
    happenings = Happenings("1.2:3:4:", [row])
    assert message_for(happenings, Audience(generated_only=True)) == b""
    assert json.loads(message_for(happenings, Audience()).split(b"data: ")[1]) == [{"id": 1}]


def test_a_position_of_another_database_is_told_to_look_at_the_desk_anew(base_url, dispatcher):
    with listening(base_url, dispatcher, last="1.2:3:4:") as ear:
        assert ear.next().event == "reset"
        assert ear.next().event == "ready"


def test_more_at_once_than_a_message_holds_is_told_to_look_at_the_desk_anew(base_url, engine, dispatcher, one, monkeypatch):
    monkeypatch.setattr(live_module, "MOST_EVENTS", 4)
    with listening(base_url, dispatcher) as ear:
        ear.next("ready")
        with engine.begin() as connection:
            for _ in range(6):
                note(connection, one[0])
        assert ear.next().event == "reset"
        later = noted(engine, one[0])
        assert ids(ear.incidents(1)) == [later]


def test_a_database_that_drops_its_connections_loses_nothing(base_url, engine, dispatcher, one):
    with listening(base_url, dispatcher) as ear:
        ear.next("ready")
        with engine.begin() as connection:
            connection.execute(
                sa.text("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()""")
            )
        engine.dispose()
        written = noted(engine, one[0])
        assert ids(ear.incidents(1)) == [written]


def test_a_sign_of_life_brings_the_position_along():
    said = message_for(Beat("1.2:3:4:"), Audience())
    assert said.startswith(b"event: beat\nid: 1.2:3:4:\ndata: {") and said.endswith(b"}\n\n")


@pytest.fixture
def live(engine):
    """What an application holds, without its server."""
    return Live(lambda: engine.connect().execution_options(isolation_level="AUTOCOMMIT"))


def test_who_does_not_read_is_cut_off_and_the_others_go_on(live):
    async def both():
        slow, quick = [await live.join(Audience()) for _ in range(2)]
        taken, stuck = [], asyncio.Event()

        async def send(message):
            if message["type"] == "http.response.body":
                stuck.set()
                await asyncio.Event().wait()

        async def send_on(message):
            taken.append(message.get("body"))

        streams = [asyncio.create_task(EventStream(live, slow, b"first")({}, asyncio.Event().wait, send))]
        streams.append(asyncio.create_task(EventStream(live, quick, b"first")({}, asyncio.Event().wait, send_on)))
        await stuck.wait()
        for number in range(MOST_WAITING + 1):
            live._tell(Beat(str(number)))
            while quick._waiting.qsize():
                await asyncio.sleep(0)
        await streams[0]
        assert len(live) == 1
        live.close()
        await streams[1]
        assert len(live) == 0
        assert sum(body.startswith(b"event: beat") for body in taken[1:]) == MOST_WAITING + 1
        assert taken[-1] == b""

    asyncio.run(both())


def test_a_stream_ends_after_its_time_so_that_rights_are_looked_at_again(live):
    async def one():
        sent = []

        async def send(message):
            sent.append(message)

        await EventStream(live, await live.join(Audience()), b"first", lasts_s=0.01)({}, asyncio.Event().wait, send)
        assert [each.get("body") for each in sent[1:]] == [b"first", b""] and not sent[-1]["more_body"]
        assert len(live) == 0

    asyncio.run(one())


def test_who_goes_away_is_forgotten(live):
    async def one():
        async def gone():
            return {"type": "http.disconnect"}

        async def send(_):
            pass

        await EventStream(live, await live.join(Audience()), b"first")({}, gone, send)
        assert len(live) == 0

    asyncio.run(one())
