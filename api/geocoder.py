"""An outside geocoder, where the city has set one up: asked by the server, so that its key reaches no browser."""

import json
import logging
import math
from dataclasses import dataclass
from typing import Protocol

import httpx

from api.slots import Slots
from gis.errors import Refusal

TIANDITU = "https://api.tianditu.gov.cn/geocoder"  # the state's map service; positions in CGCS2000
TIMEOUT_S = 4
MOST_BYTES = 64 << 10
FULL_SCORE = 100

log = logging.getLogger("wangge.geocoder")
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they log each address, and this one holds the key


@dataclass(frozen=True, slots=True)
class Outside:
    """A place that an outside geocoder has found.

    Attributes
    ----------
    name : str
    lon, lat : float
        Degrees in CGCS2000.
    score : float
        From 0 to 1: how sure the geocoder says it is.
    level : str
        What it says that it has found.
    """

    name: str
    lon: float
    lat: float
    score: float
    level: str


class Geocoder(Protocol):
    """What an adapter for an outside geocoder is."""

    name: str

    def ask(self, text):
        """Places for an address: a list of `Outside`, empty where it knows none.

        Raises
        ------
        Refusal
            ``geocoder_unavailable``, ``busy``.
        """

    def close(self):
        """Let its connections go."""


class Tianditu:
    """Tianditu's geocoder.

    Parameters
    ----------
    key : str
        A server-side key.
    url : str
    """

    name = "tianditu"

    def __init__(self, key, *, url=TIANDITU):
        self._key, self._url = key, url
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)
        self._asking = Slots(4, patience_s=2)

    def ask(self, text):
        """The one place that it answers with, if it does."""
        query = {"ds": json.dumps({"keyWord": text}, ensure_ascii=False), "tk": self._key}
        with self._asking.one():
            try:
                with self._client.stream("GET", self._url, params=query) as answer:
                    return _places(text, _body(answer))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _unavailable(type(error).__name__) from None  # its text may hold the address, and that the key

    def close(self):
        """Let its connections go."""
        self._client.close()


def geocoder_for(settings):
    """The outside geocoder of some settings; None where none is set up, as it is by default.

    Parameters
    ----------
    settings : api.settings.Settings

    Returns
    -------
    Geocoder or None
    """
    key = settings.geocoder_key.get_secret_value()
    return Tianditu(key, url=settings.geocoder_url) if key else None


def _body(answer):
    if answer.status_code != 200:
        raise _unavailable(f"status {answer.status_code}")
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise _unavailable("too large")
    return bytes(body)


def _places(text, body):
    try:
        said = json.loads(body)
        if str(said.get("status")) != "0":
            log.info("geocoder: nothing found")
            return []
        place = said["location"]
        lon, lat, score = (float(place[name]) for name in ("lon", "lat", "score"))
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and math.isfinite(score)):
            raise ValueError("no position")
        name, level = str(place.get("keyWord") or text)[:100], str(place.get("level") or "")[:40]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _unavailable("no answer of a geocoder") from None
    return [Outside(name, lon, lat, min(max(score / FULL_SCORE, 0.0), 1.0), level)]


def _unavailable(reason):
    log.warning("geocoder: %s", reason)
    return Refusal("geocoder_unavailable", "The outside geocoder does not answer as it should; set the place on the map instead.")
