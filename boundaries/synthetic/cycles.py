"""The cycles of a permutation: what closes edges to rings."""

import numpy as np


def cycles(following):
    """Walk every cycle of a permutation.

    Parameters
    ----------
    following : ndarray of int, shape (n,)
        Each number from 0 to n − 1 once.

    Returns
    -------
    sequence : ndarray of int64, shape (n,)
        All numbers, cycle by cycle, each cycle in its order from its smallest number on.
    cycle : ndarray of int64, shape (n,)
        Number of the cycle at each step, ascending.

    Examples
    --------
    >>> sequence, cycle = cycles(np.array([2, 1, 3, 0]))
    >>> sequence.tolist(), cycle.tolist()
    ([0, 2, 3, 1], [0, 0, 0, 1])
    """
    following = following.tolist()
    sequence, lengths = [], []
    seen = bytearray(len(following))
    for first in range(len(following)):
        here, before = first, len(sequence)
        while not seen[here]:
            seen[here] = 1
            sequence.append(here)
            here = following[here]
        if len(sequence) > before:
            lengths.append(len(sequence) - before)
    return np.array(sequence, dtype=np.int64), np.repeat(np.arange(len(lengths)), lengths)
