"""Settings of a running Wangge, read from the environment once."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.errors import Refusal

REPOSITORY = Path(__file__).resolve().parent.parent


def default_home():
    """Where the private cluster and its backups live unless ``WANGGE_HOME`` says otherwise.

    Returns
    -------
    Path
        ``/var/lib/wangge`` for root, because PostgreSQL itself runs as another user who must reach it.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/wangge")
    return Path.home() / ".local" / "share" / "wangge"


class Settings(BaseSettings):
    """Every setting has a working default; the environment variable is ``WANGGE_`` and the name in capitals.

    Examples
    --------
    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", validate_by_name=True, extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Data directory of the private cluster.")
    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL of your own, 15 or newer with PostGIS 3.3 or newer; unset runs a private cluster.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    web_dist: Path = Field(default=REPOSITORY / "web" / "dist", description="The built front end.")
    pool_size: int = Field(default=8, ge=1, le=100, description="Database connections kept open.")
    stamp_seconds: float = Field(default=1.0, ge=0, description="Longest time a change of the register goes unseen.")
    tile_cache_mb: int = Field(default=64, ge=0, description="Memory for vector tiles already made.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")


def load_settings():
    """Read the environment.

    Returns
    -------
    Settings

    Raises
    ------
    Refusal
        ``bad_setting``, naming the variable and what is wrong with it, never its value: it may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from None


def _refusal(fault):
    name = str(fault["loc"][0])
    variable = name if name.isupper() else f"WANGGE_{name.upper()}"
    return Refusal("bad_setting", f"The environment variable {variable} cannot be used: {fault['msg']}.", variable=variable)
