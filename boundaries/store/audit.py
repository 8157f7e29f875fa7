"""The audit trail: who did what, to which record, from where. It is only added to."""

import json

import sqlalchemy as sa

from gis.errors import Refusal

# Names under which something personal or secret would hide; the table refuses them too.
PERSONAL = {"password", "password_hash", "token", "token_hash", "secret", "cookie"} | {
    "contact",
    "reporter",
    "phone",
    "email",
    "address",
    "id_number",
}
OPERATOR, UNKNOWN = "operator", "unknown"
AT_THE_MACHINE = "machine"
MOST_LINES = 1000
BY_OPERATOR = (None, AT_THE_MACHINE)

ADD = sa.text("""
    INSERT INTO audit (account_id, actor, action, record, origin, detail)
    VALUES (:account_id, coalesce((SELECT name FROM account WHERE id = :account_id), :actor), :action, :record, :origin,
            CAST(:detail AS jsonb))""")
READ = """
    SELECT id, at, actor, action, record, origin, detail FROM audit
    WHERE {conditions} ORDER BY id DESC LIMIT :limit"""
CONDITIONS = {
    "record": "record = :record",
    "account": "account_id = (SELECT id FROM account WHERE name = :account)",
    "since": "at >= :since",
    "until": "at < :until",
    "before": "id < :before",
}


def record(connection, *, account_id, action, record, origin, detail=None):
    """Add a line, in the transaction of what it tells of: both are written or neither.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    account_id : int or None
        None for the operator at the machine and for a name that is no account.
    action : str
        ``noun.verb``, mostly the name of a right: ``change_set.decide``.
    record : str
        Kind and code or number: ``change_set:7``, ``account:li.ming``.
    origin : str
        Network address, or `AT_THE_MACHINE` for the command line.
    detail : dict, optional
        Plain values. Nothing personal: no contact of a reporter, no password, no token.

    Raises
    ------
    Refusal
        ``personal_field``, naming the field.
    """
    detail = detail or {}
    refuse_personal(detail)
    line = {"account_id": account_id, "action": action, "record": record, "origin": origin[:100]}
    actor = OPERATOR if origin == AT_THE_MACHINE else UNKNOWN
    connection.execute(ADD, line | {"actor": actor, "detail": json.dumps(detail, ensure_ascii=False)})


def tell(connection, by, action, of, detail):
    """Add a line about an act of somebody, as the stores are told it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    by : (int or None, str)
        Account and origin.
    action, of, detail
        As of :func:`record`.
    """
    account_id, origin = by
    record(connection, account_id=account_id, action=action, record=of, origin=origin, detail=detail)


def read(connection, *, limit, **wanted):
    """Lines, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    limit : int
    **wanted
        ``record``, ``account`` (a name), ``since``, ``until`` (instants), ``before`` (number of a line); None for all.

    Returns
    -------
    list of Row
        ``id at actor action record origin detail``.
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    conditions = " AND ".join(CONDITIONS[name] for name in given) or "true"
    return connection.execute(sa.text(READ.format(conditions=conditions)), given | {"limit": limit}).all()


def refuse_personal(detail):
    """Refuse a detail with a field of a personal name, however deep.

    Examples
    --------
    >>> refuse_personal({"before": [{"phone": "1"}]})
    Traceback (most recent call last):
    gis.errors.Refusal: The audit trail holds nothing personal; leave the field 'phone' out.
    """
    if isinstance(detail, dict):
        for name in detail:
            if name in PERSONAL:
                raise Refusal("personal_field", f"The audit trail holds nothing personal; leave the field {name!r} out.")
    inner = detail.values() if isinstance(detail, dict) else detail if isinstance(detail, list | tuple) else ()
    for value in inner:
        refuse_personal(value)
