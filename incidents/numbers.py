"""Numbers of incidents: county, local date, serial of the day."""

import numpy as np

CITY_OFFSET = np.timedelta64(8, "h")  # Asia/Shanghai has kept UTC+8 without summer time since 1991
LARGEST_SERIAL = 99_999


def local_days(reported_at):
    """The date in the city on which each report was made.

    Parameters
    ----------
    reported_at : ndarray of datetime64
        UTC.

    Returns
    -------
    ndarray of datetime64[D]

    Examples
    --------
    >>> local_days(np.array(["2026-05-01T16:00", "2026-05-01T15:59"], dtype="datetime64[m]")).astype(str).tolist()
    ['2026-05-02', '2026-05-01']
    """
    return (np.asarray(reported_at).astype("datetime64[us]") + CITY_OFFSET).astype("datetime64[D]")


def serials(groups, order):
    """Serial of each row inside its group, from 1, in a given order.

    Parameters
    ----------
    groups : ndarray of int, shape (n,)
    order : ndarray, shape (n,)
        Rows of one group are numbered by it; equal ones by their position.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> serials(np.array([7, 3, 7, 7]), np.array([30, 10, 20, 30])).tolist()
    [2, 1, 1, 3]
    """
    sequence = np.lexsort((order, groups))
    ordered = groups[sequence]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    rank = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)])) + 1
    result = np.empty(len(groups), dtype=np.int64)
    result[sequence] = rank
    return result


def numbers(county_codes, days, serial):
    """Incident numbers: 6 digits of the county, 8 of the date, 5 of the serial.

    Parameters
    ----------
    county_codes : ndarray of str, shape (n,)
    days : ndarray of datetime64[D], shape (n,)
    serial : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of str, shape (n,)

    Examples
    --------
    >>> numbers(np.array(["510502"]), np.array(["2026-05-02"], dtype="datetime64[D]"), np.array([17])).tolist()
    ['5105022026050200017']
    """
    unique, day = np.unique(days, return_inverse=True)
    compact = np.char.replace(unique.astype(str), "-", "")[day]
    digits = np.char.zfill(serial.astype(str), 5)
    return np.char.add(np.char.add(county_codes, compact), digits)
