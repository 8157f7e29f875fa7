"""Lands that commands have made, kept for a while: one more command of a change set costs one command."""

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass

from boundaries.changes.land import Land
from boundaries.changes.outcome import replay
from gis.errors import Refusal

MOST_KEPT = 16  # bases, and lands made of them
MOST_UNITS = 100_000  # in all of them together


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What the register holds around a place.

    Attributes
    ----------
    identity : str
        Another one as soon as anything is different: see :func:`boundaries.store.lands.base_around`.
    land : boundaries.changes.land.Land
    versions : dict of str to boundaries.store.lands.Version
        By code.
    synthetic : bool
        Whether any unit was generated.
    """

    identity: str
    land: Land
    versions: dict
    synthetic: bool

    def __len__(self):
        return len(self.land)


class Replays:
    """Bases by their identity, and lands by that of their base and the exact commands that made them.

    Nothing is ever stale: where anything has changed the identity is another, and nothing is found. What was used last stays.
    """

    def __init__(self):
        self._kept = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._kept)

    def base(self, identity):
        """The base of an identity, or None."""
        return self._get((identity, None))

    def keep(self, base):
        """Keep a base.

        Parameters
        ----------
        base : Base
        """
        self._put((base.identity, None), base)

    def after(self, base, commands):
        """The land that commands make of a base.

        Parameters
        ----------
        base : Base
        commands : sequence of dict
            Checked.

        Returns
        -------
        boundaries.changes.land.Land

        Raises
        ------
        Refusal
            Of the command that fails, with its number as ``command``. What those before it made is kept.
        """
        keys = [(base.identity, digest) for digest in _digests(commands)]
        kept = ((k, self._get(keys[k])) for k in range(len(commands), 0, -1))
        done, land = next(((k, land) for k, land in kept if land is not None), (0, base.land))
        for position in range(done, len(commands)):
            try:
                land = replay(land, commands[: position + 1], done=position)
            except Refusal:
                self._put(keys[position], land)
                raise
        self._put(keys[-1], land)
        return land

    def _get(self, key):
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key, value):
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._is_full():
                self._kept.popitem(last=False)

    def _is_full(self):
        return len(self._kept) > MOST_KEPT or sum(map(len, self._kept.values())) > MOST_UNITS


def _digests(commands):
    """One for no commands, one for the first, one for the first two, …"""
    running = hashlib.sha256()
    found = [running.hexdigest()]
    for command in commands:
        running.update(json.dumps(command, sort_keys=True).encode() + b"\n")
        found.append(running.hexdigest())
    return found
