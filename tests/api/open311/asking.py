"""Reports sent as a program sends them, and what came of them."""

from xml.etree import ElementTree

import sqlalchemy as sa

from tests.api.open311.specification import SPECIFICATION, require, spark

ROAD, NEIGHBOURS, GAS = "0406", "0501", "0402"  # a thing; people; urgent
INSIDE = {"lat": "28.805", "long": "105.41"}
POTHOLE = {"service_code": ROAD, "description": "路面塌陷", **INSIDE}


def send(client, given=POTHOLE, *, format="json", **options):
    return client.post(f"requests.{format}", data=given, **options)


def sent(client, given=POTHOLE, **options):
    answer = send(client, given, **options)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()[0]["service_request_id"]


def refused(answer, status, code):
    """Whether an answer is GeoReport's error, in the format of its address."""
    assert answer.status_code == status, answer.text
    if answer.headers["content-type"].startswith("text/xml"):
        root = ElementTree.fromstring(answer.content)
        require(root, SPECIFICATION["errors"])
        assert root.tag == "errors"
        found = spark(root, SPECIFICATION["errors"])
    else:
        found = answer.json()
    (error,) = found
    assert error["code"] == status and error["description"].endswith(f" ({code})"), error
    return error["description"]


def stored(engine, no, columns="*"):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT {columns} FROM incident WHERE no = :no"), {"no": no[:19]}).one()


def count(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one()
