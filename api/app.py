"""The web application: wiring and nothing else."""

import threading
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.front_end import FrontEnd
from api.middleware import AccessLog, BodyLimit, LastResort, SecurityHeaders
from api.resources import resources_for
from api.routes import health, heat, incidents, locate, meta, search, tiles, units

PREFIX = "/api/v1"
BODY_LIMIT_BYTES = 4 << 20
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
        version=meta.product_version(),
        summary="The register of a city's service grids",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        lifespan=_lifespan,
    )
    app.state.resources = resources_for(settings)
    for module in (meta, locate, units, search, incidents, heat):
        app.include_router(module.router, prefix=PREFIX)
    for module in (tiles, health):
        app.include_router(module.router)
    app.mount("/", FrontEnd(settings.web_dist), name="front_end")
    problems.install(app)
    _add_middleware(app)
    _declare_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app):
    held = app.state.resources
    threading.Thread(target=held.warm, name="warm", daemon=True).start()
    yield
    held.engine.dispose()


def _add_middleware(app):
    """From the innermost to the outermost."""
    app.add_middleware(BodyLimit, limit_bytes=BODY_LIMIT_BYTES)
    app.add_middleware(LastResort, answer=problems.unforeseen)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_COMPRESSING_BYTES, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog)


def _declare_problems(app):
    """FastAPI declares every answer as application/json; errors are problems."""
    generate = app.openapi

    def openapi():
        if app.openapi_schema is None:
            for path in generate()["paths"].values():
                for operation in path.values():
                    _retype(operation["responses"])
        return app.openapi_schema

    app.openapi = openapi


def _retype(responses):
    for status, response in responses.items():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if status >= "400" and schema.get("$ref", "").endswith("/Problem"):
            response["content"] = {problems.MEDIA_TYPE: response["content"].pop("application/json")}
