"""Settings in time: what holds where and when. What was set is never rewritten, only followed by something else."""

import sqlalchemy as sa

from boundaries.city_settings import SETTINGS, most_specific, require_scope, require_setting
from boundaries.sizes import KEY_OF_KIND
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.dated import DatedTable
from gis.errors import Refusal

MOST_CHANGES = 1000
IN_FORCE = sa.text("""
    SELECT key, scope, value, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to, account.display_name AS set_by
    FROM setting LEFT JOIN account ON account.id = setting.set_by
    WHERE lifespan @> CAST(:at AS timestamptz) AND starts_with(:code, scope)
    ORDER BY key, scope""")
LISTED = sa.text("""
    SELECT key, scope, value, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to, account.display_name AS set_by
    FROM setting LEFT JOIN account ON account.id = setting.set_by
    WHERE (upper_inf(lifespan) OR upper(lifespan) > :at) AND starts_with(scope, :scope)
    ORDER BY key, scope, lower(lifespan)""")
HISTORY = sa.text("""
    SELECT setting.scope, setting.value, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to,
           account.display_name AS set_by, setting.recorded_at
    FROM setting LEFT JOIN account ON account.id = setting.set_by
    WHERE setting.key = :key AND starts_with(setting.scope, :scope)
    ORDER BY setting.id DESC LIMIT :limit""")
TABLE = DatedTable("setting", key=("key", "scope"), said=("value",), as_json=("value",))


def effective(connection, code, at):
    """What holds at a place and an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
        Of a unit of any level; empty for the whole city.
    at : datetime

    Returns
    -------
    dict of str to (object, Row or None)
        Value by key, with the row it is from (``scope valid_from valid_to set_by``); None where it is the default.
    """
    rows = {key: {} for key in SETTINGS}
    for row in connection.execute(IN_FORCE, {"at": at, "code": code}):
        rows.setdefault(row.key, {})[row.scope] = row  # a newer product may have stored keys that this one does not know
    chosen = {key: rows[key].get(most_specific(rows[key], code)) for key in SETTINGS}
    return {key: (row.value if row else SETTINGS[key].default, row) for key, row in chosen.items()}


def size_bounds(connection, code, at):
    """Households of each kind of unit, as :func:`boundaries.sizes.size_rule` takes them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    at : datetime

    Returns
    -------
    dict of str to dict
    """
    values = effective(connection, code, at)
    return {kind: values[key][0] for kind, key in KEY_OF_KIND.items()}


def listed(connection, at, scope=""):
    """What is set, at an instant or for later, for a place and those inside it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime
    scope : str

    Returns
    -------
    list of Row
        ``key scope value valid_from valid_to set_by``.
    """
    require_scope(scope)
    return connection.execute(LISTED, {"at": at, "scope": scope}).all()


def history(connection, key, *, scope="", limit=MOST_CHANGES):
    """Everything that was set under a key for a place and those inside it, the latest said first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    key, scope : str
    limit : int

    Returns
    -------
    list of Row
        ``scope value valid_from valid_to set_by recorded_at``.

    Raises
    ------
    Refusal
        ``unknown_city_setting``, ``bad_setting_scope``.
    """
    require_setting(key, scope)
    return connection.execute(HISTORY, {"key": key, "scope": scope, "limit": limit}).all()


def put(connection, key, value, *, scope="", since=None, by=BY_OPERATOR):
    """Set a value from a day on, until the next change that is planned for the same place.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    key : str
    value : JSON value or None
        None ends what is set for the scope: what is set above it holds again.
    scope : str
    since : date, optional
        Today or later; default from this instant on, as today means too.
    by : (int or None, str)
        Account and origin.

    Raises
    ------
    Refusal
        Those of :func:`boundaries.city_settings.require_setting`, ``day_is_past``, ``nothing_set``.
    """
    require_setting(key, scope, value)
    said = None if value is None else {"value": value}
    begin = TABLE.put(connection, {"key": key, "scope": scope}, said, since=since, account_id=by[0])
    if begin is None:
        raise Refusal("nothing_set", f"{key} is not set for {scope or 'the whole city'} then, so there is nothing to take back.")
    detail = {"scope": scope, "value": value, "from": begin.isoformat()}
    audit.record(connection, account_id=by[0], action="settings.edit", record=f"setting:{key}", origin=by[1], detail=detail)
