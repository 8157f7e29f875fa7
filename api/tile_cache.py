"""Vector tiles already made, compressed, the least recently used dropped first."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A tile as it is sent: its bytes, the same compressed, and a tag that changes with them."""

    body: bytes
    compressed: bytes
    etag: str


def cached_tile(body):
    """Compress and tag a tile.

    Parameters
    ----------
    body : bytes

    Returns
    -------
    CachedTile

    Examples
    --------
    >>> cached_tile(b"").etag == cached_tile(b"").etag != cached_tile(b"x").etag
    True
    """
    compressed = gzip.compress(body, compresslevel=5, mtime=0) if body else b""
    return CachedTile(body, compressed, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


class TileCache:
    """A map from key to ``CachedTile`` that holds no more than so many bytes.

    Parameters
    ----------
    limit_bytes : int

    Examples
    --------
    >>> cache = TileCache(limit_bytes=1000)
    >>> cache.get("key", lambda: b"tile").body
    b'tile'
    """

    def __init__(self, *, limit_bytes):
        self.limit_bytes = limit_bytes
        self._held_bytes = 0
        self._tiles = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key, make):
        """The tile of a key; made by `make` where it is not held. Two threads may make the same tile at once."""
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                return self._tiles[key]
        tile = cached_tile(make())
        self._keep(key, tile)
        return tile

    def _keep(self, key, tile):
        with self._lock:
            if key in self._tiles:
                return
            self._tiles[key] = tile
            self._held_bytes += _size(tile)
            while self._held_bytes > self.limit_bytes and self._tiles:
                _, dropped = self._tiles.popitem(last=False)
                self._held_bytes -= _size(dropped)


def _size(tile):
    return len(tile.body) + len(tile.compressed) + 300  # the objects around the bytes
