"""Where and whose an incident was before an event that has moved it: whoever could see it there is told that it is gone."""

from incidents.cases import place_of


def was(row):
    """What an event that moves an incident keeps of it under ``was``.

    Parameters
    ----------
    row : object
        ``no grid_code nearest_code department``.

    Returns
    -------
    dict
        ``code department``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> was(SimpleNamespace(no="5105022026050200017", grid_code=None, nearest_code=None, department="health"))
    {'code': '510502', 'department': 'health'}
    """
    return {"code": place_of(row), "department": row.department}
