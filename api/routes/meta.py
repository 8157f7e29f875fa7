"""What the map page has to know before it draws anything."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from api.answers import PROBLEMS, answer
from api.base_map import described
from api.json_text import moment
from api.models import Meta
from api.parameters import instant
from api.resources import Resources, resources
from api.version import product_version
from boundaries.clock import now
from boundaries.store import code_tables, reading
from incidents.store.reading import count, matters, period

router = APIRouter(tags=["meta"], responses=PROBLEMS)


@router.get("/meta", response_model=Meta, summary="The city, its numbers and its lists")
def meta(at: Annotated[datetime, Depends(instant)], held: Annotated[Resources, Depends(resources)]):
    """Numbers of units are those in force at the instant; incidents are all there are."""
    with held.reading() as connection:
        city = reading.city(connection, at)
        home = reading.home(connection, at) or city
        counts, synthetic = reading.counts(connection, at)
        named = _named(code_tables.entries(connection, now()))
        listed = [dict(row._mapping) for row in matters(connection)]
        since, until = period(connection)
        counts["incident"] = count(connection)
    return answer(
        {
            "city": {"code": city.code, "name": city.name, "bbox": _box(city)},
            "home": _box(home),
            "counts": counts,
            "synthetic": synthetic,
            "incident_period": {"from": moment(since), "to": moment(until)},
            "families": named["matter_family"],
            "change_reasons": named["change_reason"],
            "matters": listed,
            "base_map": described(held.settings),
            "version": product_version(),
        }
    )


def _named(rows):
    """Codes of today with their names: even a map of the past is searched by the families of today."""
    found = code_tables.in_order(rows)
    return {table: [{"code": row.code, "name_zh": row.name, "name_en": row.name_en} for row in found[table]] for table in found}


def _box(row):
    return [row.west, row.south, row.east, row.north]
