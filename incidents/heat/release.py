"""What the public may see of incidents: groups of five and more, cut once and for all, of which every answer is a sum.

To leave out small counts is not enough where one may ask again with another window: the difference of two large counts can
be one incident. So incidents are put into groups beforehand, and whatever is asked is answered by sums of whole groups. No
answers, however combined, tell more than the sizes of groups, and none is smaller than five.

The groups of a month: every cell of the finest zoom that holds five or more is a group. What is left over in the four cells
of the next zoom up is a group there, if it is five or more together; else it waits for the next zoom, and what is left at
the top is never told.

A month is cut when it is released. A report of that time that is entered later, from a file perhaps, changes nothing of it: what
was entered since the last edition is put into groups by itself, and those are told with the next. So the difference of two
editions is a sum of whole groups too.
"""

import numpy as np

LEAST = 5
FINEST_ZOOM = 13  # cells of 134 m in Luzhou


def released(cells, *, finest=FINEST_ZOOM):
    """Counts that may be told, by zoom.

    Parameters
    ----------
    cells : ndarray of int64, shape (n, 3)
        Column, row and count of every cell of the finest zoom that holds an incident.
    finest : int

    Returns
    -------
    list of ndarray of int64, shape (k, 3)
        For the zooms 0 to `finest`: in each cell the incidents of all groups that lie in it. Never 1 to 4; the count of a
        cell is that of its four cells of the next zoom and of a group of its own of 0, 5 or more.

    Examples
    --------
    >>> told = released(np.array([[0, 0, 7], [1, 1, 3], [2, 0, 4], [8, 8, 1]]), finest=4)
    >>> [told[zoom].tolist() for zoom in (4, 3, 2, 1, 0)]
    [[[0, 0, 7]], [[0, 0, 7]], [[0, 0, 14]], [[0, 0, 14]], [[0, 0, 14]]]
    """
    place, count = np.asarray(cells)[:, :2], np.asarray(cells)[:, 2]
    told = np.where(count >= LEAST, count, 0)
    found = [_shown(place, told)]
    for _ in range(finest):
        place, number = np.unique(place >> 1, axis=0, return_inverse=True)
        count, told = (np.bincount(number.ravel(), each, minlength=len(place)).astype(np.int64) for each in (count, told))
        rest = count - told
        told = told + np.where(rest >= LEAST, rest, 0)
        found.append(_shown(place, told))
    return found[::-1]


def entered_since(before, now):
    """What has come into the cells since the editions before; nothing is taken back.

    Parameters
    ----------
    before : sequence of ndarray of int64, shape (k, 3)
        Column, row and count of the cells of the finest zoom, of each edition.
    now : ndarray of int64, shape (n, 3)

    Returns
    -------
    ndarray of int64, shape (m, 3)

    Examples
    --------
    >>> entered_since([np.array([[1, 0, 5]]), np.array([[1, 0, 2]])], np.array([[1, 0, 8], [2, 0, 1]])).tolist()
    [[1, 0, 1], [2, 0, 1]]
    """
    known = [part * np.array([1, 1, -1]) for part in before]
    cells = summed([np.asarray(now).reshape(-1, 3), *known])
    return cells[cells[:, 2] > 0]


def summed(parts):
    """Counts of several months by cell.

    Parameters
    ----------
    parts : sequence of ndarray of int64, shape (k, 3)

    Returns
    -------
    ndarray of int64, shape (n, 3)
        By row and column.

    Examples
    --------
    >>> summed([np.array([[1, 0, 5]]), np.array([[1, 0, 6], [0, 0, 9]])]).tolist()
    [[0, 0, 9], [1, 0, 11]]
    """
    cells = np.concatenate([np.empty((0, 3), dtype=np.int64), *parts])
    place, number = np.unique(cells[:, 1::-1], axis=0, return_inverse=True)
    count = np.bincount(number.ravel(), cells[:, 2], minlength=len(place)).astype(np.int64)
    return np.column_stack([place[:, ::-1], count])


def _shown(place, told):
    some = told > 0
    return np.column_stack([place[some], told[some]]).astype(np.int64)
