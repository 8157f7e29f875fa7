"""The elements of GeoReport v2, and answers held against them."""

import re
from xml.etree import ElementTree

NUMBER, TIME = r"\d{19}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
BOOLEAN, TEXT, DEGREES = "true|false", r"[\s\S]+", r"-?\d+(\.\d+)?"
EMPTY = ""
# The elements of the specification, each with what it may hold: a pattern, a dict of children, or a list of one repeated child.
ATTRIBUTE = {
    "variable": BOOLEAN,
    "code": TEXT,
    "datatype": "string|number|datetime|text|singlevaluelist|multivaluelist",
    "required": BOOLEAN,
    "datatype_description": f"({TEXT})?",
    "order": r"[1-9]\d*",
    "description": TEXT,
    "values": [("value", {"key": TEXT, "name": TEXT})],
}
REQUEST = {
    "service_request_id": TEXT,
    "status": "open|closed",
    "status_notes": f"({TEXT})?",
    "service_name": TEXT,
    "service_code": TEXT,
    "description": EMPTY,
    "agency_responsible": EMPTY,
    "service_notice": EMPTY,
    "requested_datetime": TIME,
    "updated_datetime": TIME,
    "expected_datetime": EMPTY,
    "address": f"({TEXT})?",
    "address_id": r"(\d{15})?",
    "zipcode": EMPTY,
    "lat": f"({DEGREES})?",
    "long": f"({DEGREES})?",
    "media_url": EMPTY,
}
ENDPOINT = {
    "specification": "http://wiki.open311.org/GeoReport_v2",
    "url": "http://testserver/open311/v2",
    "changeset": TIME,
    "type": "production|test",
    "formats": [("format", "text/xml|application/json")],
}
SERVICE = {
    "service_code": TEXT,
    "service_name": TEXT,
    "description": TEXT,
    "metadata": BOOLEAN,
    "type": "realtime|batch|blackbox",
    "keywords": TEXT,
    "group": TEXT,
}
SPECIFICATION = {
    "discovery": {"changeset": TIME, "contact": TEXT, "key_service": TEXT, "endpoints": [("endpoint", ENDPOINT)]},
    "services": [("service", SERVICE)],
    "service_definition": {"service_code": TEXT, "attributes": [("attribute", ATTRIBUTE)]},
    "taken": [("request", {"service_request_id": TEXT, "service_notice": TEXT, "account_id": EMPTY})],
    "token": [("request", {"service_request_id": TEXT, "token": TEXT})],
    "service_requests": [("request", REQUEST)],
    "errors": [("error", {"code": r"\d{3}", "description": TEXT})],
}


def require(element, shape):
    """Hold an element against the specification."""
    assert not element.attrib, element.tag
    if isinstance(shape, str):
        assert len(element) == 0 and re.fullmatch(shape, element.text or ""), (element.tag, element.text)
        return
    assert not (element.text or "").strip(), element.tag
    children = [child.tag for child in element]
    if isinstance(shape, dict):
        assert children == list(shape), (element.tag, children)
        for child in element:
            require(child, shape[child.tag])
    else:
        ((name, below),) = shape
        assert set(children) <= {name}
        for child in element:
            require(child, below)


def spark(element, shape):
    """JSON of an element by the convention that the specification names, with the types of its example."""
    if isinstance(shape, list):
        return [spark(child, shape[0][1]) for child in element]
    if isinstance(shape, dict):
        return {child.tag: spark(child, shape[child.tag]) for child in element}
    if element.text is None:
        return None
    typed = {BOOLEAN: lambda text: text == "true", DEGREES: float, f"({DEGREES})?": float, r"[1-9]\d*": int, r"\d{3}": int}
    return typed.get(shape, str)(element.text)


def held_against(xml, as_json, name, *, root=None, model=None):
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert as_json.headers["content-type"] == "application/json; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    assert xml.headers["cache-control"] == "no-store"
    element = ElementTree.fromstring(xml.content)
    assert element.tag == (root or name)
    require(element, SPECIFICATION[name])
    found = as_json.json()
    assert spark(element, SPECIFICATION[name]) == found
    for each in found if isinstance(found, list) else [found]:
        assert model is None or model.model_validate(each)
    return found
