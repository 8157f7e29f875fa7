"""The web application: wiring and nothing else."""

import threading
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.authorising import authorise
from api.base_map import base_map_for
from api.front_end import FrontEnd
from api.geocoder import geocoder_for
from api.intake_forms import MOST_BODY_BYTES
from api.jobs import working
from api.live import Live
from api.middleware import AccessLog, BodyLimit, LastResort, SecurityHeaders
from api.oidc import provider_for
from api.open311 import routes as open311
from api.open311.errors import MOST_BODY_BYTES as OPEN311_BYTES
from api.rates import Rates
from api.resources import resources_for
from api.route_rights import declare, rights_of
from api.routes import (
    accounts,
    audit,
    badges,
    base_map,
    boards,
    calendar,
    change_sets,
    code_tables,
    desk,
    divisions,
    duties,
    events,
    export,
    filings,
    gazetteer,
    health,
    heat,
    history,
    imports,
    incident_imports,
    incidents,
    indicators,
    intake,
    land,
    layers,
    locate,
    matters,
    meta,
    oidc,
    public_grid,
    reports,
    search,
    service_words,
    sessions,
    settings,
    tiles,
    tokens,
    units,
    worker_figures,
    workers,
    yearbook,
)
from api.version import product_version
from boundaries.clock import now
from boundaries.filings.attachments import MOST_BYTES
from boundaries.imports.uploads import MOST_BYTES as LAYER_BYTES
from incidents.sheets import LARGEST_BYTES

PREFIX = "/api/v1"
MOST_ASKED = (meta, locate, public_grid, intake)  # routes are looked through one after the other
WORKERS = (duties, worker_figures, workers, badges)  # before the units: "unstaffed" could be a grid's code
REGISTER = (*WORKERS, boards, units, history, search, export, divisions, settings, code_tables, land, layers, gazetteer)
CHANGES = (change_sets, imports, yearbook, filings)  # the year book first: "yearbook" could be a filing's number
INCIDENTS = (matters, calendar, incidents, incident_imports, reports, service_words, desk, events, heat, indicators)
ACCOUNTS = (sessions, oidc, tokens, accounts, audit)
ROUTERS = [(PREFIX, module.router) for module in (*MOST_ASKED, *REGISTER, *CHANGES, *INCIDENTS, *ACCOUNTS)]
ROUTERS += [("", module.router) for module in (base_map, tiles, health)]
ROUTERS += [(open311.PREFIX, open311.router)]
BODY_LIMIT_BYTES = 4 << 20
LARGER_BODIES = {
    rf"{open311.PREFIX}/.*": OPEN311_BYTES,  # a smaller one
    rf"{PREFIX}/(incidents|reports)": MOST_BODY_BYTES,
    rf"{PREFIX}/incidents/[^/]+/({'|'.join(desk.WITH_PHOTOS)})": MOST_BODY_BYTES,
    rf"{PREFIX}/incidents/imports": incident_imports.MOST_BODY_BYTES,
    rf"{PREFIX}/matter-lists/[^/]+/imports": LARGEST_BYTES + (1 << 20),
    rf"{PREFIX}/filings/[^/]+/attachments": MOST_BYTES + (1 << 20),  # somewhat more: then the file is named
    rf"{PREFIX}/(layers/lines|change-sets/[^/]+/imports(/apply)?)": LAYER_BYTES + (1 << 20),
    rf"{PREFIX}/change-sets/[^/]+/effects": 8 << 20,  # as many vertices as are taken, with seven decimals
}
WORTH_COMPRESSING_BYTES = 1000
BADGE_CHECKS_PER_HOUR = 300  # many phones may share one address


def create_app(settings):
    """The application for some settings; it connects to the database when first asked.

    Parameters
    ----------
    settings : Settings
        With a ``database_url``.

    Returns
    -------
    FastAPI
    """
    # FastAPI's own documentation pages load scripts from another host.
    app = FastAPI(
        title="Wangge",
        version=product_version(),
        summary="The register of a city's service grids",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        lifespan=_lifespan,
        dependencies=[Depends(authorise)],
    )
    app.state.resources = resources_for(settings)
    app.state.rights = rights_of(ROUTERS)
    app.state.oidc = provider_for(settings)
    app.state.base_map = base_map_for(settings)
    app.state.geocoder = geocoder_for(settings)
    app.state.live = Live(app.state.resources.reading)
    app.state.rates = Rates(settings.public_reports_per_hour)
    app.state.badge_rates = Rates(BADGE_CHECKS_PER_HOUR, what="badge checks")
    app.state.begun_at = now()
    for prefix, router in ROUTERS:
        app.include_router(router, prefix=prefix)
    app.mount("/", FrontEnd(settings.web_dist), name="front_end")
    problems.install(app)
    _add_middleware(app)
    _complete_document(app)
    return app


@asynccontextmanager
async def _lifespan(app):
    held = app.state.resources
    threading.Thread(target=held.warm, name="warm", daemon=True).start()
    async with working(held):
        yield
    app.state.live.close()
    app.state.base_map.close()
    if app.state.geocoder is not None:
        app.state.geocoder.close()
    imports.APART.close()
    held.engine.dispose()


def _add_middleware(app):
    """From the innermost to the outermost."""
    app.add_middleware(BodyLimit, limit_bytes=BODY_LIMIT_BYTES, larger=LARGER_BODIES)
    app.add_middleware(LastResort, answer=problems.unforeseen)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_COMPRESSING_BYTES, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog)


def _complete_document(app):
    """FastAPI declares every answer as application/json; errors are problems. And it knows nothing of our rights."""
    generate = app.openapi

    def openapi():
        if app.openapi_schema is None:
            document = generate()
            declare(document)
            for path in document["paths"].values():
                for operation in path.values():
                    _retype(operation["responses"])
        return app.openapi_schema

    app.openapi = openapi


def _retype(responses):
    for status, response in responses.items():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if status >= "400" and schema.get("$ref", "").endswith("/Problem"):
            response["content"] = {problems.MEDIA_TYPE: response["content"].pop("application/json")}
