"""Settings as answers: the same over HTTP and on the command line."""

from api.json_text import moment
from boundaries.city_settings import SETTINGS


def in_force(values):
    """What holds at a place, as JSON knows it.

    Parameters
    ----------
    values : dict
        Of :func:`boundaries.store.city_settings.effective`.
    """
    return [
        {
            "key": key,
            "value": value,
            "set_for": row and row.scope,
            "valid_from": row and moment(row.valid_from),
            "valid_to": row and moment(row.valid_to),
            "set_by": row and row.set_by,
            "default": SETTINGS[key].default,
            "meaning": SETTINGS[key].meaning,
        }
        for key, (value, row) in values.items()
    ]


def stored(row):
    """What is set, as JSON knows it."""
    return {"key": row.key} | _said(row)


def history(key, rows):
    """Everything that was set under a key, as JSON knows it."""
    return {"key": key, "changes": [_said(row) | {"recorded_at": moment(row.recorded_at)} for row in rows]}


def _said(row):
    times = {"valid_from": moment(row.valid_from), "valid_to": moment(row.valid_to)}
    return {"scope": row.scope, "value": row.value, "set_by": row.set_by} | times
