"""Heavy work, a few at once: whoever comes on top waits a moment and is then told to come again."""

from contextlib import contextmanager
from threading import BoundedSemaphore

from gis.errors import Refusal


class Slots:
    """Places for one kind of heavy work in a server.

    Parameters
    ----------
    at_once : int
    patience_s : float
        How long somebody waits for a place. A waiting request keeps one of the server's few threads.

    Examples
    --------
    >>> slots = Slots(1, patience_s=0.01)
    >>> with slots.one():
    ...     with slots.one():
    ...         pass
    Traceback (most recent call last):
    gis.errors.Refusal: The server is busy with such work just now; try again in a moment.
    """

    def __init__(self, at_once, *, patience_s):
        self.at_once = at_once
        self.patience_s = patience_s
        self._places = BoundedSemaphore(at_once)

    @contextmanager
    def one(self):
        """Hold a place.

        Raises
        ------
        Refusal
            ``busy``.
        """
        if not self._places.acquire(timeout=self.patience_s):
            raise Refusal("busy", "The server is busy with such work just now; try again in a moment.")
        try:
            yield
        finally:
            self._places.release()
