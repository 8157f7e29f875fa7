"""A request as it is sent: a form, as the specification has it, or JSON. XML is not taken, so nobody's XML is ever parsed."""

import json
import math
import re
from urllib.parse import parse_qsl

from fastapi import Request

from boundaries.clock import now
from boundaries.store.city_settings import effective
from gis.errors import Refusal
from incidents.intake import Report
from incidents.store.geocoding import geocode
from incidents.store.open311 import SOURCE

MOST_FIELDS = 100
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL and UTF-8 hold none of these
IN_ADDRESS = ("api_key", "jurisdiction_id")  # may stand there as well
CONTACT = ("last_name", "first_name", "phone", "email")
LONGEST_NUMBER = 40
CONFIRM_BELOW = "gazetteer.confirm_below"


async def said_in(request: Request) -> dict[str, str]:
    """The members of a request that were given, as text."""
    fields = {name: request.query_params[name] for name in IN_ADDRESS if name in request.query_params}
    fields |= fields_of(request.headers.get("content-type", ""), await request.body())
    return given(fields)


def given(fields):
    """What is not empty: "a null parameter should be treated as equivalent to a non-declared parameter".

    Raises
    ------
    Refusal
        ``invalid_parameter``.

    Examples
    --------
    >>> given({"lat": " 28.8 ", "long": "", "phone": " "})
    {'lat': '28.8'}
    """
    if any(NO_TEXT.search(value) for value in fields.values()):
        raise Refusal("invalid_parameter", "A value holds a character that no text has, U+0000 or half of a pair; leave it out.")
    stripped = {name: value.strip() for name, value in fields.items()}
    return {name: value for name, value in stripped.items() if value}


def fields_of(content_type, body):
    """The members of a body.

    Parameters
    ----------
    content_type : str
    body : bytes

    Returns
    -------
    dict of str to str
        Numbers as they were written. Members of JSON that are neither text nor number are left out, as attributes are.

    Raises
    ------
    Refusal
        ``unreadable_body``.

    Examples
    --------
    >>> fields_of("application/x-www-form-urlencoded", b"lat=28.8&description=a+b")
    {'lat': '28.8', 'description': 'a b'}
    >>> fields_of("application/json; charset=utf-8", b'{"lat": 1e400, "attribute": {"a": 1}}')
    {'lat': '1e400'}
    """
    kind = content_type.partition(";")[0].strip().lower()
    readers = {"application/x-www-form-urlencoded": _form, "application/json": _json}
    if kind not in readers:
        sentence = "The body is neither a form nor JSON; send application/x-www-form-urlencoded, or application/json."
        raise Refusal("unreadable_body", sentence)
    try:
        return readers[kind](body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal("unreadable_body", "The body cannot be read as what it says it is, in UTF-8; look at it again.") from error


def report_of(said, held, *, county):
    """The report that a request makes.

    Parameters
    ----------
    said : dict of str to str
    held : api.resources.Resources
    county : str
        In which an address is looked for; empty for all.

    Returns
    -------
    Report

    Raises
    ------
    Refusal
        ``missing_parameter``, ``bad_number``, ``address_unsure``, ``no_address_ids``, and those of
        :func:`incidents.store.geocoding.geocode`.
    """
    if "service_code" not in said:
        raise Refusal("missing_parameter", "The service_code was not given; the list of services has the codes.")
    return Report(
        matter_code=said["service_code"],
        **_place(said, held, county),
        description=said.get("description"),
        address=said.get("address_string"),
        contact=" ".join(said[name] for name in CONTACT if name in said) or None,
        source=SOURCE,
    )


def degrees(said, name):
    """A number of degrees.

    Examples
    --------
    >>> degrees({"lat": "28.8803"}, "lat")
    28.8803
    >>> degrees({"lat": "1e400"}, "lat")
    Traceback (most recent call last):
    gis.errors.Refusal: The lat is no number; send degrees, such as 28.8803.
    """
    text = said[name]
    number = float(text) if len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(number):
        raise Refusal("bad_number", f"The {name} is no number; send degrees, such as 28.8803.")
    return number


def _place(said, held, county):
    """Lat and long, or else the address: where both are given, the address is words for people."""
    if "lat" in said and "long" in said:
        return {"lat": degrees(said, "lat"), "lon": degrees(said, "long"), "datum": "wgs84"}
    if "lat" in said or "long" in said:
        raise Refusal("missing_parameter", "Of lat and long one was not given; send both, in WGS84.")
    if "address_string" in said:
        return _found(said["address_string"], held, county)
    if "address_id" in said:
        raise Refusal("no_address_ids", "Addresses have no numbers here; send lat and long, or address_string.")
    raise Refusal("missing_parameter", "No place was given; send lat and long in WGS84, or address_string.")


def _found(address, held, county):
    """The place of an address that no person has to confirm."""
    at = now()
    with held.reading() as connection:
        found = geocode(connection, held.snapshots.at(at), address, at=at, within=county, limit=1).candidates
        best = found[0] if found else None
        sure = best and best.confidence >= float(effective(connection, best.code, at)[CONFIRM_BELOW][0])
    if not sure:
        sentence = "The address cannot be placed without doubt; send lat and long, or the district, the road and the number."
        raise Refusal("address_unsure", sentence)
    return {"lon": best.lonlat[0], "lat": best.lonlat[1], "datum": "cgcs2000"}


def _form(text):
    return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))


def _json(text):
    members = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number)
    if not isinstance(members, dict):
        raise ValueError("no object")
    return {name: value for name, value in members.items() if isinstance(value, str)}


def _no_number(text):
    raise ValueError(text)
