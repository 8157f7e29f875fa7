"""How often an address may do something that anybody may do without signing in.

Kept in memory, on purpose: the addresses of citizens are never written down, one process serves, and what a restart forgives
is one hour's allowance.
"""

import ipaddress
import threading
import time
from collections import OrderedDict

from gis.errors import Refusal

HOUR_S = 3600
MOST_ADDRESSES = 100_000
IPV6_HOME_BITS = 64  # what one household is given


class Rates:
    """Allowances by address: so many at once, and again as time goes by.

    Parameters
    ----------
    per_hour : int
    what : str
        Is counted; the code of the refusal is ``too_many_`` with its last word.
    clock : callable
        Seconds.

    Examples
    --------
    >>> rates = Rates(2)
    >>> rates.take("192.0.2.1"), rates.take("192.0.2.1")
    (None, None)
    >>> rates.take("192.0.2.1")
    Traceback (most recent call last):
    gis.errors.Refusal: Too many reports came from this address; try again in 1800 s, or call the grid's phone.
    """

    def __init__(self, per_hour, *, what="reports", clock=time.monotonic):
        self._what = what
        self._each_s = HOUR_S / per_hour
        self._clock = clock
        self._full_at = OrderedDict()  # when the allowance of an address is whole again
        self._lock = threading.Lock()

    def take(self, address):
        """Take one.

        Raises
        ------
        Refusal
            ``too_many_reports``, ``too_many_checks``, with ``wait_s``.
        """
        home, now = _home(address), self._clock()
        with self._lock:
            full_at = max(self._full_at.get(home, now), now) + self._each_s
            over_s = full_at - now - HOUR_S
            if over_s > 1e-6:
                sentence = f"Too many {self._what} came from this address; try again in {over_s:.0f} s, or call the grid's phone."
                raise Refusal(f"too_many_{self._what.split()[-1]}", sentence, wait_s=max(round(over_s), 1))
            self._full_at[home] = full_at
            self._full_at.move_to_end(home)
            while len(self._full_at) > MOST_ADDRESSES:
                self._full_at.popitem(last=False)


def _home(address):
    """An address, of IPv6 the network of a household; IPv4 as a socket of both kinds tells it is IPv4.

    >>> str(_home("2001:db8::1")) == str(_home("2001:db8::2")), _home("testclient")
    (True, 'testclient')
    >>> _home("::ffff:192.0.2.1"), _home("::ffff:192.0.2.2")
    ('192.0.2.1', '192.0.2.2')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = parsed if parsed.version == 4 else parsed.ipv4_mapped
    return str(mapped) if mapped else ipaddress.ip_network((parsed, IPV6_HOME_BITS), strict=False)
