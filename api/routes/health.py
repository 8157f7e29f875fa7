"""Whether the process lives, and whether it can serve."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.answers import unstored
from api.models import Health, Readiness
from api.resources import Resources, resources
from boundaries.store.migrate import is_current

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health, summary="The process answers")
async def healthz():
    """Says nothing of the database: a process is not restarted because the database is."""
    return unstored({"status": "ok"})


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness, "description": "Not ready."}})
def readyz(held: Annotated[Resources, Depends(resources)]):
    """Whether the database answers, its schema is the newest and the front end is built."""
    database, migrations = _database(held)
    checks = {"database": database, "migrations": migrations, "front_end": (held.settings.web_dist / "index.html").is_file()}
    ready = all(checks.values())
    return unstored({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _database(held):
    try:
        with held.reading() as connection:
            return True, is_current(connection)
    except (DBAPIError, PoolTimeout):
        return False, False
