"""Every route, asked by every role, in its own jurisdiction and in another, is answered as the table of rights says."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.testclient import TestClient

from api.app import PREFIX, ROUTERS, create_app
from api.route_rights import ROUTE_RIGHTS, RouteWithoutRight, rights_of
from api.settings import Settings
from boundaries.clock import now
from boundaries.rights import GRANTABLE, RIGHTS, ROLES, Grant, allows
from boundaries.store import printing
from boundaries.store.changes import open_change
from boundaries.store.workers import add_worker
from incidents.flow import BY_PEOPLE
from incidents.service_words import Word
from incidents.store.service_words import answer_word, take_word
from tests import people
from tests.api import town
from tests.boundaries.filings.change_sets import EAST_RENAME, RENAME, filed
from tests.incidents.reported import EAST, INSIDE, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

OWN, OTHER = "510502", "510503"
# Values that fill an address; what they name need not be there: whether one may ask comes before what there is.
FILLED = {"code": "510502001001001", "layer": "grids", "z": "12", "x": "3247", "y": "1707", "token_id": "1", "name": "target"}
FILLED |= {"format": "json", "service_code": "0406", "service_request_id": "1", "token": "1"}
FILLED |= {
    "side": "after",
    "key": "size.micro",
    "table": "change_reason",
    "duty_id": str(2**40),
    "absence_id": str(2**40),
    "records": "training",
    "record_id": str(2**40),
    "badge_no": "W0000000000",
    "county": OWN,
    "version": "999",
    "matter": "0406",
    "photo_id": str(2**40),
    "no": "5105022026050200017",
}
CONTACT = {"name": "王芳", "work_phone": "0830-3101234", "kind": "full_time"}
# Units that change in each, and the village they lie in.
CHANGES = {OWN: (RENAME, "510502001001"), OTHER: (EAST_RENAME, "510503001001")}
# How a route whose right reaches by code is asked for one: (query, body). {number} and {no} in its address are a change set
# and a filing in that code.
NOTHING = ({}, None)
LINE = {"type": "LineString", "coordinates": [[105, 28], [105, 29]]}
LINES = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": LINE}]}
POSITIONS = {OWN: {"lon": 105.41, "lat": 28.805}, OTHER: {"lon": 105.47, "lat": 28.81}}
PROBES = {
    "POST /api/v1/accounts/{name}/grants": lambda code: ({}, {"role": "worker", "scope": code}),
    "DELETE /api/v1/accounts/{name}/grants": lambda code: ({"role": "worker", "scope": code}, None),
    "POST /api/v1/change-sets": lambda code: ({}, {"title": "x", "reason": "other", "scope": code}),
    "GET /api/v1/change-sets/{number}": lambda _: NOTHING,
    "PATCH /api/v1/change-sets/{number}": lambda _: ({}, {}),
    "POST /api/v1/change-sets/{number}/commands": lambda code: ({}, {"commands": [CHANGES[code][0]]}),
    "DELETE /api/v1/change-sets/{number}/commands/last": lambda _: NOTHING,
    "POST /api/v1/change-sets/{number}/check": lambda _: NOTHING,
    "GET /api/v1/change-sets/{number}/effects": lambda _: NOTHING,
    "POST /api/v1/change-sets/{number}/effects": lambda _: ({}, LINES),
    "GET /api/v1/change-sets/{number}/diff": lambda _: NOTHING,
    "GET /api/v1/change-sets/{number}/land": lambda code: ({"parent": CHANGES[code][1]}, None),
    "POST /api/v1/change-sets/{number}/imports": lambda _: NOTHING,
    "POST /api/v1/change-sets/{number}/imports/apply": lambda _: NOTHING,
    "POST /api/v1/change-sets/{number}/decide": lambda _: ({}, {"effective_on": "2099-01-01"}),
    "POST /api/v1/change-sets/{number}/withdraw": lambda _: NOTHING,
    "POST /api/v1/change-sets/{number}/reverse": lambda _: NOTHING,
    "GET /api/v1/filings/yearbook": lambda _: ({"year": str(now().year)}, None),
    "GET /api/v1/filings/{no}.pdf": lambda _: NOTHING,
    "GET /api/v1/filings/{no}": lambda _: NOTHING,
    "GET /api/v1/filings/{no}/payload": lambda _: NOTHING,
    "GET /api/v1/filings/{no}/map/{side}": lambda _: NOTHING,
    "GET /api/v1/filings/{no}/attachments": lambda _: NOTHING,
    "GET /api/v1/filings/{no}/attachments/{name}": lambda _: NOTHING,
    "POST /api/v1/filings/{no}/attachments": lambda _: ({"name": "x.txt"}, {}),
    "POST /api/v1/filings/{no}/submit": lambda _: ({}, {}),
    "POST /api/v1/filings/{no}/receive": lambda _: ({}, {}),
    "POST /api/v1/filings/{no}/return": lambda _: ({}, {}),
    "POST /api/v1/filings/{no}/resubmit": lambda _: ({}, {}),
    "POST /api/v1/filings/{no}/record": lambda _: ({}, {"document_no": "1"}),
}
PROBES |= {
    "POST /api/v1/grids/{code}/duties": lambda _: ({}, {"worker_id": 2**40}),
    "PUT /api/v1/grids/{code}/exclusive-kind": lambda _: ({}, {"kind": "none"}),
    "PATCH /api/v1/grids/{code}/duties/{duty_id}": lambda _: ({}, {}),
    "POST /api/v1/grid-workers": lambda code: ({}, {"scope": code, **CONTACT}),
    "PATCH /api/v1/grid-workers/{worker_id}": lambda _: ({}, {}),
    "GET /api/v1/grid-workers/{worker_id}": lambda _: NOTHING,
    "GET /api/v1/grid-workers/{worker_id}/incidents": lambda _: NOTHING,
    "GET /api/v1/grid-workers/{worker_id}/badge.pdf": lambda _: NOTHING,
    "POST /api/v1/grid-workers/{worker_id}/training": lambda _: ({}, {"held_on": "2026-01-05", "course": "x", "hours": 1}),
    "POST /api/v1/grid-workers/{worker_id}/assessments": lambda _: ({}, {"held_on": "2026-01-06", "passed": False}),
    "POST /api/v1/grid-workers/{worker_id}/{records}/{record_id}/annul": lambda _: ({}, {"reason": "x"}),
    "POST /api/v1/grid-workers/{worker_id}/absences": lambda _: ({}, {"until": "2020-01-01"}),
    "DELETE /api/v1/grid-workers/{worker_id}/absences/{absence_id}": lambda _: NOTHING,
}
PROBES |= {
    "POST /api/v1/incidents": lambda code: ({}, {"matter": "0406", "datum": "cgcs2000", **POSITIONS[code]}),
    "GET /api/v1/incidents/{no}/duplicates": lambda _: NOTHING,
    "GET /api/v1/incidents/{no}/photos": lambda _: NOTHING,
    "GET /api/v1/incidents/{no}/photos/{photo_id}": lambda _: NOTHING,
    "POST /api/v1/incidents/{no}/contact": lambda _: NOTHING,
}
PROBES |= {
    "POST /api/v1/service-words/{no}/contact": lambda _: NOTHING,
    "POST /api/v1/service-words/{no}/answer": lambda _: ({}, {"answer": "x"}),
}
LIST, LINE_OF_LIST = "/api/v1/matter-lists/{county}/versions", "/api/v1/matter-lists/{county}/versions/{version}/lines/{matter}"
TERM = {"department": "health", "clock": "work_day", "limit": 1, "urgent": False, "reason": "x"}
PROBES |= {
    f"GET {LIST}": lambda _: NOTHING,
    f"POST {LIST}": lambda _: NOTHING,
    "POST /api/v1/matter-lists/{county}/imports": lambda _: NOTHING,
    f"GET {LIST}/{{version}}": lambda _: NOTHING,
    f"DELETE {LIST}/{{version}}": lambda _: NOTHING,
    f"PUT {LINE_OF_LIST}": lambda _: ({}, TERM),
    f"DELETE {LINE_OF_LIST}": lambda _: NOTHING,
    f"POST {LIST}/{{version}}/approve": lambda _: ({}, {"document": "x", "on": "2026-01-01"}),
    f"POST {LIST}/{{version}}/publish": lambda _: ({}, {}),
}
# What comes with an act on an incident besides a reason, where it wants something.
WANTED = {"merge": {"into": "1"}, "urge": {"kind": "leader"}, "consult": {"departments": ["health"]}, "reroute": {"to": "1"}}
WANTED["correct_matter"] = {"matter": "0404"}
ACTS = {f"POST /api/v1/incidents/{{no}}/{name}": {"note": "x", **WANTED.get(name, {})} for name in BY_PEOPLE}
PROBES |= {"GET /api/v1/incidents/{no}": lambda _: NOTHING}
PROBES |= {line: lambda _, body=body: ({}, body) for line, body in ACTS.items()}
PROBES |= {f"GET /api/v1/grids/{{code}}/{page}": lambda _: NOTHING for page in ("board.pdf", "board.html", "card.pdf")}
PROBES |= {
    "POST /api/v1/boards": lambda code: ({}, {"within": code}),
    "GET /api/v1/boards/jobs/{job_id}": lambda _: NOTHING,
    "GET /api/v1/boards/jobs/{job_id}.pdf": lambda _: NOTHING,
}
# Lists are asked for as a whole and hold what is in one's own scopes.
LISTS = {"GET /api/v1/change-sets", "GET /api/v1/filings", "GET /api/v1/grid-workers", "GET /api/v1/incidents/unassigned"}
LISTS |= {f"GET /api/v1/filings/yearbook{form}" for form in ("", ".pdf", ".xlsx")}
LISTS |= {"GET /api/v1/boards"}
LISTS |= {"GET /api/v1/grid-workers/figures", "GET /api/v1/grids/unstaffed"}
LISTS |= {"GET /api/v1/service-words", "GET /api/v1/service-words/answered"}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rights.md"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """A register with incidents reported by people, so that it is no demo: one in each of two counties, in no grid."""
    with register_of_module(cluster, _template, "rights") as engine:
        town.store(engine)
        with engine.begin() as connection:
            report(connection, OWN)
            report(connection, OTHER)
        people.someone(engine, name="target")
        yield engine


def report(connection, county):
    connection.execute(
        sa.text("""
        INSERT INTO incident (no, matter_code, state, reported_at, geom, declared_datum, declared_lon, declared_lat, source,
                              px, py)
        VALUES (:county || '2026050200017', '0401', 'reported', now(), ST_SetSRID(ST_MakePoint(105.4, 28.8), 4490), 'wgs84',
                105.4, 28.8, 'web', 1, 1)"""),
        {"county": county},
    )


@pytest.fixture(scope="module")
def rights_client(engine, front_end):
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))
    app.state.live.close()  # a stream is answered and ends at once
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def records(engine):
    """A change set, a filing, a grid, a grid worker and an incident in each of the two jurisdictions."""
    return {
        code: {
            "number": str(drafted(engine, village)),
            "no": filed(engine, change, scope=village),
            "code": f"{village}001",
            "county": code,
            "worker_id": str(employed(engine, village)),
            "incident": incident_in(engine, code),
            "job_id": str(print_job(engine, f"{village}001")),
            "word": word_about(engine, f"{village}001"),
        }
        for code, (change, village) in CHANGES.items()
    }


def incident_in(engine, code):
    with engine.begin() as connection:
        return reported(connection, INSIDE if code == OWN else EAST)


def word_about(engine, grid_code):
    """One that waits for an answer, and beside it one that has it."""
    with engine.begin() as connection:
        waiting, other = (take_word(connection, Word(grid_code=grid_code, kind="praise", text="x")).no for _ in range(2))
        answer_word(connection, other, "x", by=(None, "machine"))
    return waiting


def print_job(engine, grid):
    wanted = {"kind": "board", "size": "A3", "address": "", "is_public_address": False, "asked_by": None}
    with engine.begin() as connection:
        return connection.execute(printing.ASK, wanted | {"scope": grid, "grids": [grid]}).scalar_one()


def employed(engine, scope):
    with engine.begin() as connection:
        return add_worker(connection, scope=scope, **CONTACT)


def drafted(engine, scope):
    with engine.begin() as connection:
        return open_change(connection, title="x", reason="other", scope=scope)


@pytest.fixture(scope="module")
def sessions(engine):
    """A session of an account for each role and scope."""
    return {pair: people.as_role(engine, *pair) for pair in [(role, scope) for role in GRANTABLE for scope in (OWN, "")]}


@pytest.fixture
def ask(rights_client, records):
    """Ask a route for a code, as whoever the headers say; the answer and the code of its problem."""

    def asked(line, headers, *, code):
        method, address = line.split()
        query, body = PROBES[line](code) if line in PROBES else ({}, {})
        values = FILLED | records.get(code, {})
        if "/incidents/" in address and code:
            values["no"] = values["incident"]
        if "/service-words/" in address and code:
            values["no"] = values["word"]
        path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], address)
        rights_client.cookies.clear()
        answer = rights_client.request(method, path, params=query, json=body, headers=headers, follow_redirects=False)
        refused = answer.headers.get("content-type") == "application/problem+json"
        return answer, answer.json()["code"] if refused else None

    return asked


def codes_of(line):
    """The codes to ask a route for."""
    by_code = RIGHTS[ROUTE_RIGHTS[line]].reach == "code" and line not in LISTS
    assert not by_code or line in PROBES, f"give {line} a probe: how to ask it for a code"
    return (OWN, OTHER) if by_code else (None,)


@pytest.mark.parametrize("line", ROUTE_RIGHTS)
def test_a_route_answers_each_role_as_the_table_says(ask, engine, sessions, line):
    right = ROUTE_RIGHTS[line]
    for role, scope in [("public", ""), *sessions]:
        for code in codes_of(line):
            # Signing out ends the session that it comes with.
            ends = line == "DELETE /api/v1/session" and role != "public"
            headers = people.as_role(engine, role, scope) if ends else sessions.get((role, scope), {})
            _, said = ask(line, headers, code=code)
            denied = "not_signed_in" if role == "public" else "forbidden"
            wanted = allows([Grant(role, scope)], right, code)
            assert (said == denied) == (not wanted), (role, scope, code, said)
            assert said not in ("forged_request", "bad_token", "internal_error", "unknown_route"), (role, scope, code, said)


@pytest.mark.parametrize("line", sorted(LISTS))
def test_a_list_holds_what_is_in_ones_own_scopes(ask, sessions, line):
    for (role, scope), headers in sessions.items():
        answer, said = ask(line, headers, code=None)
        if said is None:
            assert OWN in answer.text and (OTHER in answer.text) == (scope == ""), role


def test_the_table_has_a_line_for_every_route_and_a_route_for_every_line(client):
    document = client.get("/api/v1/openapi.json").json()
    served = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert served == set(ROUTE_RIGHTS) - {"GET /tiles/incidents/{z}/{x}/{y}.mvt"}  # one value of {layer}


def test_the_document_of_the_interface_says_which_right_each_operation_needs(client):
    document = client.get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            right = ROUTE_RIGHTS[f"{method.upper()} {path}"]
            assert operation["x-right"] == right
            assert ("security" in operation) == ("public" not in RIGHTS[right].roles)


def test_a_route_without_a_line_keeps_the_application_from_being_made():
    router = APIRouter()
    router.add_api_route("/nowhere", lambda: None)
    with pytest.raises(RouteWithoutRight, match="GET /api/v1/nowhere has no right"):
        rights_of([*ROUTERS, (PREFIX, router)])


def test_a_router_inside_another_is_not_overlooked():
    inner, outer = APIRouter(), APIRouter()
    inner.add_api_route("/nowhere", lambda: None)
    outer.include_router(inner)
    with pytest.raises(RouteWithoutRight):
        rights_of([(PREFIX, outer)])


def test_every_right_of_a_line_is_in_the_table_of_rights():
    assert set(ROUTE_RIGHTS.values()) <= set(RIGHTS)


def test_the_public_sees_the_incidents_of_a_demo_and_none_that_people_reported(client, rights_client):
    for path in ("/api/v1/incidents", "/api/v1/heat/series", "/tiles/incidents/14/12991/6831.mvt"):
        assert client.get(path).status_code == 200
        rights_client.cookies.clear()
        assert rights_client.get(path).json()["code"] == "not_signed_in"
    assert rights_client.get("/tiles/grids/12/3247/1707.mvt").status_code == 200


def test_an_account_without_a_role_is_the_public_that_can_sign_out(rights_client, engine):
    headers = people.headers_of(engine, people.someone(engine))
    rights_client.cookies.clear()
    assert rights_client.get("/api/v1/tokens", headers=headers).json()["code"] == "forbidden"
    assert rights_client.delete("/api/v1/session", headers=headers).status_code == 204


def test_the_document_shows_the_table_as_it_is():
    assert table() in DOCUMENT.read_text(encoding="utf-8")


def table():
    """The table of rights as Markdown."""
    head = ["| right | " + " | ".join(ROLES) + " | reach | meaning |", "|---" * (len(ROLES) + 3) + "|"]
    return "\n".join(head + [row(name, line) for name, line in RIGHTS.items()])


def row(name, line):
    marks = [("●" if role in line.roles else "demo" if line.in_demo and role == "public" else "") for role in ROLES]
    everybody = "public" in line.roles
    cells = ["●" if everybody else mark for mark in marks]
    return f"| `{name}` | " + " | ".join(cells) + f" | {line.reach} | {line.meaning} |"
