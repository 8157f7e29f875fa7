"""The web application: wiring and nothing else."""

import threading
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.authorising import authorise
from api.base_map import base_map_for
from api.front_end import FrontEnd
from api.middleware import AccessLog, BodyLimit, LastResort, SecurityHeaders
from api.oidc import provider_for
from api.resources import resources_for
from api.route_rights import declare, rights_of
from api.routes import (
    accounts,
    audit,
    base_map,
    change_sets,
    divisions,
    duties,
    export,
    filings,
    health,
    heat,
    history,
    imports,
    incidents,
    land,
    layers,
    locate,
    meta,
    oidc,
    search,
    sessions,
    settings,
    tiles,
    tokens,
    units,
)
from api.version import product_version
from boundaries.filings.attachments import MOST_BYTES
from boundaries.imports.uploads import MOST_BYTES as LAYER_BYTES

PREFIX = "/api/v1"
REGISTER = (meta, locate, units, history, search, export, divisions, settings, duties, land, layers)
CHANGES = (change_sets, imports, filings)
INCIDENTS = (incidents, heat)
ACCOUNTS = (sessions, oidc, tokens, accounts, audit)
ROUTERS = [(PREFIX, module.router) for module in (*REGISTER, *CHANGES, *INCIDENTS, *ACCOUNTS)]
ROUTERS += [("", module.router) for module in (base_map, tiles, health)]
BODY_LIMIT_BYTES = 4 << 20
LARGER_BODIES = {
    rf"{PREFIX}/filings/[^/]+/attachments": MOST_BYTES + (1 << 20),  # somewhat more: then the file is named
    rf"{PREFIX}/(layers/lines|change-sets/[^/]+/imports(/apply)?)": LAYER_BYTES + (1 << 20),
    rf"{PREFIX}/change-sets/[^/]+/effects": 8 << 20,  # as many vertices as are taken, with seven decimals
}
WORTH_COMPRESSING_BYTES = 1000


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
    yield
    app.state.base_map.close()
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
