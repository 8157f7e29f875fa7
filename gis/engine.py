"""Whether loops run compiled (gis.kernels) or in NumPy; the answers are the same.

Loading the compiled loops takes a third of a second, and some seconds the first time ever on a machine. So they are
loaded where the work is long enough to win that back, or by :func:`warm` beforehand: a request never waits for them.
"""

import os
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

WORTH_LOADING = 200_000  # points or vertices: from here on NumPy takes longer than loading does
SETTING = "WANGGE_KERNELS"  # auto, numpy (never compiled), numba (compiled from the first call on)

_loaded = {}


class Kernels(NamedTuple):
    """Compiled loops by what they serve.

    Attributes
    ----------
    rings : module
        Single rings.
    borders : module
        Edges against one another.
    locating : module
        Points.

    Examples
    --------
    >>> Kernels._fields
    ('rings', 'borders', 'locating')
    """

    rings: ModuleType
    borders: ModuleType
    locating: ModuleType


def kernels(work):
    """The compiled loops, or None where NumPy is to do the work.

    Parameters
    ----------
    work : int
        Points or vertices at hand.

    Returns
    -------
    Kernels or None
        Modules of :mod:`gis.kernels`, if the compiler is installed and the loops are loaded or worth loading.

    Examples
    --------
    >>> loops = kernels(WORTH_LOADING)
    >>> loops is None or loops.rings.__name__ == "gis.kernels.rings"
    True
    """
    wish = os.environ.get(SETTING, "auto")
    if wish == "numpy":
        return None
    if "kernels" not in _loaded and (wish == "numba" or work >= WORTH_LOADING):
        _loaded["kernels"] = _load()
    return _loaded.get("kernels")


def warm():
    """Load the compiled loops, compiling them if this machine has not yet; a server does so when it starts.

    Returns
    -------
    bool
        Whether there are any: False where the compiler is not installed or not wished for.

    Examples
    --------
    >>> warm() == (kernels(0) is not None)
    True
    """
    return kernels(WORTH_LOADING) is not None


def _load():
    try:
        return Kernels(*(import_module(f"gis.kernels.{name}") for name in Kernels._fields))
    except (ImportError, RuntimeError):  # not installed, not made for this NumPy, or nowhere to keep what it compiles
        return None
