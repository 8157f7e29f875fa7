"""JSON as text, for the server and the command line alike."""

import json


def dumps(value):
    """Compact JSON in UTF-8; NaN is refused, for it is no JSON.

    Examples
    --------
    >>> dumps({"name": "江阳区", "ok": None})
    '{"name":"江阳区","ok":null}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def feature(identity, geometry_text, properties):
    """A GeoJSON feature as text around a geometry that is GeoJSON text already.

    Examples
    --------
    >>> feature("7", '{"type":"Point","coordinates":[105,28]}', {"name": "x"})
    '{"type":"Feature","id":"7","geometry":{"type":"Point","coordinates":[105,28]},"properties":{"name":"x"}}'
    """
    return f'{{"type":"Feature","id":{dumps(identity)},"geometry":{geometry_text},"properties":{dumps(properties)}}}'


def moment(instant):
    """An instant in RFC 3339, or None."""
    return instant and instant.isoformat()
