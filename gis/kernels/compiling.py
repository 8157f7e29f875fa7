"""How loops are compiled: the only module of gis/kernels that says so, and the arrays they take.

Signatures are given, so all is compiled when a module is first imported, and kept in its cache folder from then on.
"""

from numba import njit, types

# Arrays that are read only may be mapped from a file.
DOUBLES_2D = types.Array(types.float64, 2, "C", readonly=True)
LONGS, LONGS_2D = (types.Array(types.int64, n, "C", readonly=True) for n in (1, 2))
SHORTS, SHORTS_2D = (types.Array(types.int32, n, "C", readonly=True) for n in (1, 2))
BITS_2D = types.Array(types.uint64, 2, "C", readonly=True)
FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
SHORTS_OUT = types.int32[:, ::1]


def compiled(signature):
    """A decorator that compiles a loop for arrays of the given types."""
    return njit(signature, cache=True, nogil=True, error_model="numpy", boundscheck=False)


def inlined():
    """A decorator for what is compiled as a part of the loop that calls it."""
    return njit(inline="always", error_model="numpy")
