"""Smooth noise that bends the plane, so that straight lines become like rivers, roads and ridges."""

import numpy as np

# Wavelength in metres and shift as a share of it. The shares together stay under what would fold the plane often;
# where it does fold, boundaries.synthetic.partition mends the torn-off bits.
OCTAVES_M = ((23_000, 0.15), (9_000, 0.19), (3_700, 0.20), (1_500, 0.16), (620, 0.12), (260, 0.10))
MIX = np.uint64(0x9E3779B97F4A7C15)


def bend(xy_m, *, seed, octaves_m=OCTAVES_M):
    """Shift points by smooth noise of several wavelengths; the same seed gives the same shift everywhere.

    Parameters
    ----------
    xy_m : ndarray of float, shape (n, 2)
        Metres in any plane.
    seed : int
    octaves_m : sequence of (wavelength_m, share)
        The shift of one octave is at most `share` wavelengths along each axis.

    Returns
    -------
    ndarray of float, shape (n, 2)

    Examples
    --------
    >>> bend(np.zeros((1, 2)), seed=1, octaves_m=[]).tolist()
    [[0.0, 0.0]]
    """
    bent = np.array(xy_m, dtype=np.float64)
    for number, (wavelength_m, share) in enumerate(octaves_m):
        for axis in (0, 1):
            bent[:, axis] += share * wavelength_m * wave(xy_m / wavelength_m, seed=seed * 64 + number * 2 + axis)
    return bent


def wave(points, *, seed):
    """Value noise in −1 … 1: random numbers on the integer points, smoothly interpolated between them.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
    seed : int

    Returns
    -------
    ndarray of float, shape (n,)
    """
    # A turned raster, or else all noise is seen to follow the axes.
    turned = points @ np.array([[0.8, 0.6], [-0.6, 0.8]]) + 0.37
    corner = np.floor(turned).astype(np.int64)
    u, v = (turned - corner).T
    u, v = u * u * u * (u * (6 * u - 15) + 10), v * v * v * (v * (6 * v - 15) + 10)
    (west, south), east, north = corner.T, corner[:, 0] + 1, corner[:, 1] + 1
    low = _number(west, south, seed) * (1 - u) + _number(east, south, seed) * u
    high = _number(west, north, seed) * (1 - u) + _number(east, north, seed) * u
    return low * (1 - v) + high * v


def _number(column, row, seed):
    """A number in −1 … 1 for each integer point."""
    state = column.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64((seed * int(MIX)) % 2**64)
    state = (state ^ (state >> np.uint64(29))) * np.uint64(0x94D049BB133111EB) + row.astype(np.uint64)
    state = (state ^ (state >> np.uint64(31))) * MIX
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return (state >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0
