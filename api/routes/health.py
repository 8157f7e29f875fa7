"""Whether the process lives, and whether it can serve."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.json_text import dumps
from api.models import Health, Readiness
from api.resources import Resources, resources
from boundaries.store.migrate import is_current

router = APIRouter(tags=["health"])
NO_STORE = {"Cache-Control": "no-store"}


@router.get("/healthz", response_model=Health, summary="The process answers")
async def healthz():
    """Says nothing of the database: a process is not restarted because the database is."""
    return Response(dumps({"status": "ok"}), media_type="application/json", headers=NO_STORE)


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness, "description": "Not ready."}})
def readyz(held: Annotated[Resources, Depends(resources)]):
    """Whether the database answers, its schema is the newest and the front end is built."""
    database, migrations = _database(held)
    checks = {"database": database, "migrations": migrations, "front_end": (held.settings.web_dist / "index.html").is_file()}
    ready = all(checks.values())
    body = dumps({"ready": ready, "checks": checks})
    return Response(body, 200 if ready else 503, media_type="application/json", headers=NO_STORE)


def _database(held):
    try:
        with held.reading() as connection:
            return True, is_current(connection)
    except (DBAPIError, PoolTimeout):
        return False, False
