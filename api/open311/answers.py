"""What GeoReport v2 answers, as trees of dicts and lists: nothing of a person, no text of a report, no place but the grid."""

from boundaries.clock import CITY_ZONE
from boundaries.codes import LENGTH_OF_LEVEL
from incidents.states import ENDED
from incidents.store.open311 import LISTED_FAMILIES, PLACES

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ["text/xml", "application/json"]
NOTICE = "public_notice"
LISTED = (
    "任何人都能看到：事项、网格、状态和日期；看不到：描述、地址、联系方式。 "
    "Everybody sees the matter, the grid, the status and the dates, and neither text nor address nor contact."
)
UNLISTED = "不公开：凭本编号才能查询进展。 Not listed: whoever has this number, and nobody else, sees how it goes."
NO_MEDIA = "media_url 未采用：本系统不访问外部网站。 The media_url was not looked at: no outside host is ever asked."
STATES = {
    "reported": "已上报 reported",
    "registered": "已立案 registered",
    "rejected": "不予立案 rejected",
    "dispatched": "已派遣 dispatched",
    "handling": "处置中 being handled",
    "handled": "已处置 handled",
    "checked": "已核查 checked",
    "closed": "已结案 closed",
    "returned": "已回退 returned",
    "rework": "返工 being reworked",
    "suspended": "已挂账 suspended",
    "cancelled": "已作废 cancelled",
    "merged": "已并入另一事件 merged with another",
}
ABOVE = ("village", "town", "county")


def discovery(city, url, *, changed_at, kind):
    """Where the interface is.

    Parameters
    ----------
    city : str
        Its name.
    url : str
    changed_at : datetime
        When a client should read the services again.
    kind : {"production", "test"}

    Returns
    -------
    dict
    """
    changeset = _moment(changed_at)
    endpoint = {"specification": SPECIFICATION, "url": url, "changeset": changeset, "type": kind, "formats": FORMATS}
    return {
        "changeset": changeset,
        "contact": f"{city}网格化服务管理工作机构 The city's office of grid-based service management",
        "key_service": "不需要密钥 No key is needed. Who forwards many reports asks the office for an account and a token.",
        "endpoints": [endpoint],
    }


def service(row, families):
    """A service: a matter that may be reported.

    Parameters
    ----------
    row : Row
        Of :func:`incidents.store.matter_lists.lines`.
    families : dict of str to (str, str)
        Chinese and English name by code.

    Returns
    -------
    dict
    """
    family_zh, family_en = families[row.family]
    return {
        "service_code": row.matter_code,
        "service_name": row.name_zh,
        "description": row.name_en,
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(each.replace(",", " ") for each in (row.name_zh, row.name_en, family_en)),
        "group": family_zh,
    }


def definition(row):
    """The definition of a service: nothing is asked for beyond what every service takes; who reports is told what is shown."""
    notice = {
        "variable": False,
        "code": NOTICE,
        "datatype": "text",
        "required": False,
        "datatype_description": None,
        "order": 1,
        "description": notice_of(row.family),
        "values": [],
    }
    return {"service_code": row.matter_code, "attributes": [notice]}


def notice_of(family):
    """What everybody sees of a request of a family."""
    return LISTED if family in LISTED_FAMILIES else UNLISTED


def taken(request_id, family, *, media):
    """The answer to a request that was taken in."""
    notice = notice_of(family) + (f" {NO_MEDIA}" if media else "")
    return [{"service_request_id": request_id, "service_notice": notice, "account_id": None}]


def request(row, request_id, labels):
    """A request as everybody, or whoever has its token, may see it.

    Parameters
    ----------
    row : Row
        Of :func:`incidents.store.open311.listed`.
    request_id : str
    labels : dict of str to Label
        Of the register now.

    Returns
    -------
    dict
    """
    return {
        "service_request_id": request_id,
        "status": "closed" if row.state in ENDED else "open",
        "status_notes": STATES[row.state],
        "service_name": row.name_zh,
        "service_code": row.matter_code,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _moment(row.reported_at),
        "updated_datetime": _moment(row.changed_at),
        "expected_datetime": None,
        "address": _address(row, labels),
        "address_id": row.grid_code,
        "zipcode": None,
        "lat": row.lat and round(row.lat, PLACES),
        "long": row.lon and round(row.lon, PLACES),
        "media_url": None,
    }


def _address(row, labels):
    """The grid and what it lies in, the smallest first as the specification wants it."""
    if row.grid_code is None:
        return None
    above = (labels.get(row.grid_code[: LENGTH_OF_LEVEL[level]]) for level in ABOVE)
    return ", ".join([row.grid_name, *(label.name for label in above if label)])


def _moment(instant):
    """By the second, in the city's time."""
    return instant.astimezone(CITY_ZONE).isoformat(timespec="seconds")
