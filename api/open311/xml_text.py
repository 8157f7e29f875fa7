"""Answers of GeoReport v2 as text: XML, and JSON by the same tree. Nothing is read here: no XML from outside is ever parsed."""

import re
from xml.etree import ElementTree

from api.json_text import dumps

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
# What each item of a list is called. In JSON the lists have no such name (the "Spark convention" of the specification).
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def xml_text(root, value):
    """A tree of dicts and lists as XML.

    Parameters
    ----------
    root : str
        Name of the outermost element.
    value : dict, list, str, number, bool or None
        None is an empty element.

    Returns
    -------
    bytes
        UTF-8, with its declaration.

    Examples
    --------
    >>> xml_text("errors", [{"code": 400, "description": "a < b"}]).decode().splitlines()[1]
    '<errors><error><code>400</code><description>a &lt; b</description></error></errors>'
    """
    return DECLARATION + ElementTree.tostring(_element(root, value), encoding="utf-8")


def json_text(_, value):
    """The same tree as JSON, where the outermost element has no name.

    Examples
    --------
    >>> json_text("errors", [{"code": 400, "description": "a < b"}])
    '[{"code":400,"description":"a < b"}]'
    """
    return dumps(value)


def _element(name, value):
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        element.extend(_element(ITEMS[name], each) for each in value)
    else:
        element.text = _said(value)
    return element


def _said(value):
    """The text of a value; what XML cannot hold becomes U+FFFD.

    >>> _said(True), _said(28.8803), _said(None), _said("a\\x00b")
    ('true', '28.8803', None, 'a\ufffdb')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return NOT_IN_XML.sub("\ufffd", str(value))
