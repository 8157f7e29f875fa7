"""A base map of somebody else: its tiles are fetched by the server, so that neither its key nor its address reaches a browser."""

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from api.slots import Slots
from gis.errors import Refusal

# The state's map service: vector map and its labels, in tiles of the web's own scheme ("_w").
TIANDITU = (
    "https://t{s}.tianditu.gov.cn/{layer}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={name}&STYLE=default"
    "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
LAYERS = ("vec_w", "cva_w")
SUBDOMAINS = 8
ZOOMS = (1, 18)
TIMEOUT_S = 5  # of each step; a tile that takes twice as long altogether is given up
MOST_BYTES = 1 << 20  # a tile of 256 pixels square, uncompressed, has a quarter of that
CACHE_BYTES = 32 << 20
LASTS_S = 86_400
FIRST_BYTES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF"}

log = logging.getLogger("wangge.base_map")
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they log each address, and this one holds the key


@dataclass(frozen=True, slots=True)
class Picture:
    """A tile as it came, and until when it is kept."""

    body: bytes
    media_type: str
    until: float


def template_of(settings):
    """Where the tiles of the base map are; None where none is set up.

    Parameters
    ----------
    settings : api.settings.Settings

    Returns
    -------
    str or None
    """
    if settings.base_map_url:
        return settings.base_map_url
    return TIANDITU if settings.base_map_key.get_secret_value() else None


def described(settings):
    """What a page has to know of the base map: no address, no key; None where none is set up."""
    if template_of(settings) is None:
        return None
    shown = {"layers": list(LAYERS), "attribution": settings.base_map_attribution}
    return shown | {"min_zoom": ZOOMS[0], "max_zoom": ZOOMS[1]}


class BaseMap:
    """Tiles of another server, each fetched once in a while.

    Parameters
    ----------
    template : str or None
        Address with ``{layer}`` (``vec_w``), ``{name}`` (``vec``), ``{z}``, ``{x}``, ``{y}``, ``{s}`` (0 to 7) and ``{key}``.
    key : str
    cache_bytes : int
    clock : callable
        Seconds.
    """

    def __init__(self, template, key, *, cache_bytes=CACHE_BYTES, clock=time.monotonic):
        self._template, self._key, self._clock = template, key, clock
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)
        self._fetching = Slots(8, patience_s=2)  # threads that a server which hangs can hold
        self._pictures, self._held_bytes, self._limit_bytes = OrderedDict(), 0, cache_bytes
        self._lock = threading.Lock()

    def tile(self, layer, z, x, y):
        """One tile.

        Parameters
        ----------
        layer : str
        z, x, y : int
            y from the north.

        Returns
        -------
        Picture

        Raises
        ------
        Refusal
            ``no_base_map``, ``unknown_layer``, ``zoom_out_of_range``, ``unknown_tile``; ``busy``, ``base_map_unavailable``.
        """
        if self._template is None:
            raise Refusal("no_base_map", "No base map is set up; the map is complete without one.")
        _require_tile(layer, z, x, y)
        key = (layer, z, x, y)
        found = self._kept(key)
        if found is None:
            with self._fetching.one():
                found = self._kept(key) or self._keep(key, self._fetch(*key))
        return found

    def close(self):
        """Let its connections go."""
        self._client.close()

    def _fetch(self, layer, z, x, y):
        words = {"layer": layer, "name": layer.removesuffix("_w"), "z": z, "x": x, "y": y, "s": (x + y) % SUBDOMAINS}
        address = self._template.format(**words, key=quote(self._key, safe=""))
        try:
            with self._client.stream("GET", address) as answer:
                return _picture(answer, self._clock)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable(type(error).__name__) from None  # its text may hold the address, and that the key

    def _kept(self, key):
        with self._lock:
            found = self._pictures.get(key)
            if found is None or found.until < self._clock():
                return None
            self._pictures.move_to_end(key)
            return found

    def _keep(self, key, picture):
        with self._lock:
            old = self._pictures.pop(key, None)
            self._held_bytes += len(picture.body) - (len(old.body) if old else 0)
            self._pictures[key] = picture
            while self._held_bytes > self._limit_bytes:
                self._held_bytes -= len(self._pictures.popitem(last=False)[1].body)
        return picture


def base_map_for(settings):
    """The base map of some settings."""
    return BaseMap(template_of(settings), settings.base_map_key.get_secret_value())


def _require_tile(layer, z, x, y):
    if layer not in LAYERS:
        raise Refusal("unknown_layer", f"The base map has no such layer; it has {', '.join(LAYERS)}.")
    if not ZOOMS[0] <= z <= ZOOMS[1]:
        raise Refusal("zoom_out_of_range", f"This layer is drawn at zoom {ZOOMS[0]} to {ZOOMS[1]}, not at that.")
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise Refusal("unknown_tile", f"There is no such tile: at zoom {z} columns and rows run from 0 to {2**z - 1}.")


def _picture(answer, clock):
    """The tile in an answer, if it is one."""
    if answer.status_code != 200:
        raise _unavailable(f"status {answer.status_code}")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FIRST_BYTES:
        raise _unavailable("no picture")
    body, begun = bytearray(), clock()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES or clock() - begun > 2 * TIMEOUT_S:
            raise _unavailable("too large or too slow")
    if not body.startswith(FIRST_BYTES[media_type]):
        raise _unavailable("no picture of its type")
    return Picture(bytes(body), media_type, clock() + LASTS_S)


def _unavailable(reason):
    log.warning("base map: %s", reason)
    return Refusal("base_map_unavailable", "The base map does not answer as it should; the map of the grids works without it.")
