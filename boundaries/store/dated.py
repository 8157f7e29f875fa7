"""Tables of rows with a lifespan, one at a time for a key: what was said is never rewritten, only followed by something else."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from boundaries.dated import begin_of
from boundaries.store.writing import refusals


@dataclass(frozen=True, slots=True)
class DatedTable:
    """A table with ``lifespan`` and ``set_by``, guarded by ``guard_dated`` of the database.

    Attributes
    ----------
    name : str
    key : tuple of str
        Columns of which one row holds at a time.
    said : tuple of str
        Columns that say something; those in `as_json` are of type jsonb.
    as_json : tuple of str
    """

    name: str
    key: tuple[str, ...]
    said: tuple[str, ...]
    as_json: tuple[str, ...] = ()

    def put(self, connection, key, said, *, since=None, account_id=None):
        """Say something from a day on, until the next change that is planned for the same key.

        Parameters
        ----------
        connection : sqlalchemy.Connection
            In a transaction.
        key : dict
        said : dict or None
            By column; None ends what is said.
        since : date, optional
            Today or later; default from this instant on, as today means too.
        account_id : int, optional

        Returns
        -------
        datetime or None
            From when on; None where nothing was said that could be ended.

        Raises
        ------
        Refusal
            ``day_is_past``, rules of the database.
        """
        locked = {"table": self.name, "key": "/".join(map(str, key.values()))}
        begin = begin_of(since, connection.execute(ONE_AT_A_TIME, locked).one()[1])
        values = key | {"begin": begin}
        covering = connection.execute(self._statement(COVERING), values).one_or_none()
        if said is None and covering is None:
            return None
        end = covering.valid_to if covering else connection.execute(self._statement(NEXT), values).scalar_one()
        with refusals():
            if covering:
                connection.execute(self._statement(TAKE_BACK if covering.valid_from == begin else CLOSE), values)
            if said is not None:
                connection.execute(self._adding(), values | self._dumped(said) | {"end": end, "account_id": account_id})
        return begin

    def _statement(self, text):
        return sa.text(text.format(table=self.name, key=" AND ".join(f"{column} = :{column}" for column in self.key)))

    def _adding(self):
        given = [f"CAST(:{each} AS jsonb)" if each in self.as_json else f":{each}" for each in (*self.key, *self.said)]
        columns = ", ".join((*self.key, *self.said))
        return sa.text(f"""
            INSERT INTO {self.name} ({columns}, lifespan, set_by)
            VALUES ({", ".join(given)}, tstzrange(:begin, :end), :account_id)""")

    def _dumped(self, said):
        return {name: json.dumps(value) if name in self.as_json else value for name, value in said.items()}


ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext(:table), hashtext(:key)), clock_timestamp()")
COVERING = """
    SELECT lower(lifespan) AS valid_from, upper(lifespan) AS valid_to FROM {table}
    WHERE {key} AND lifespan @> CAST(:begin AS timestamptz)"""
NEXT = "SELECT min(lower(lifespan)) FROM {table} WHERE {key} AND lower(lifespan) > :begin"
TAKE_BACK = "DELETE FROM {table} WHERE {key} AND lower(lifespan) = :begin"
CLOSE = """
    UPDATE {table} SET lifespan = tstzrange(lower(lifespan), :begin)
    WHERE {key} AND lifespan @> CAST(:begin AS timestamptz)"""
