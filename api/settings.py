"""Settings of a running Wangge, read once: from the environment, then from a file, which the environment overrides."""

import os
import tomllib
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.errors import Refusal

REPOSITORY = Path(__file__).resolve().parent.parent
FILE = "settings.toml"  # in the data directory
TILE_PARTS = ("z", "x", "y", "layer", "name", "s", "key")  # of the address of a base map's tiles


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

    In the file ``settings.toml`` it is the name as it stands here, see :func:`load_settings`.

    Examples
    --------
    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", validate_by_name=True, extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Data directory: the private cluster and the saved indexes.")
    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL of your own, 15 or newer with PostGIS 3.3 or newer; unset runs a private cluster.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    web_dist: Path = Field(default=REPOSITORY / "web" / "dist", description="The built front end.")
    public_url: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^https?://[^\s?#]+$",
        description="Address by which everybody reaches the public page, for QR codes; unset is that of the request.",
    )
    pool_size: int = Field(default=8, ge=1, le=100, description="Database connections kept open.")
    stamp_seconds: float = Field(default=1.0, ge=0, description="Longest time a change of the register goes unseen.")
    tile_cache_mb: int = Field(default=64, ge=0, description="Memory for vector tiles already made.")
    heat_memory_mb: int = Field(
        default=512, ge=0, description="Memory for counts of incidents, 36 bytes each; where it does not do, the database counts."
    )
    session_idle_minutes: int = Field(default=60, ge=1, description="A session without a request for so long has ended.")
    session_hours: int = Field(default=12, ge=1, le=168, description="Longest life of a session, however busy.")
    public_reports_per_hour: int = Field(default=20, ge=1, le=3600, description="Reports an hour that one address may send.")
    contact_key_file: Path | None = Field(
        default=None, description="Key that seals reporters' contacts; default contact.key in the data directory."
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:|/|$))",
        description="Identity provider to sign in with (OpenID Connect), by https; unset leaves it off.",
    )
    oidc_client_id: str = Field(default="", description="What the identity provider knows Wangge by.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Secret shared with the identity provider.")
    oidc_name_claim: str | None = Field(
        default=None,
        description="Claim of the identity provider that names the account, which is linked at the first sign-in; "
        "unset lets only linked accounts in.",
    )
    base_map_key: SecretStr = Field(default=SecretStr(""), description="Key of Tianditu, or of the base map's address.")
    base_map_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Address of a base map's tiles, with {layer} {z} {x} {y} and perhaps {name} {s} {key}; "
        "unset is Tianditu where there is a key, else none.",
    )
    base_map_attribution: str = Field(default="© 天地图 Tianditu", max_length=200, description="Whose the base map is.")
    geocoder_key: SecretStr = Field(default=SecretStr(""), description="Key of Tianditu's geocoder; unset leaves it off.")
    geocoder_url: str = Field(
        default="https://api.tianditu.gov.cn/geocoder",
        pattern=r"^https?://",
        description="Address of the geocoder, such as one's own proxy to it.",
    )
    jobs: bool = Field(default=True, description="Work on timers inside the server; off where wangge jobs run does it alone.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")

    @field_validator("base_map_url")
    @classmethod
    def _names_known_parts(cls, template):
        """Refuse an address that names what a tile has not; without its value, which may hold a key."""
        try:
            named = {name for _, name, _, _ in Formatter().parse(template or "") if name is not None}
        except ValueError:
            named = {""}
        if template and not set(TILE_PARTS[:3]) <= named <= set(TILE_PARTS):
            raise ValueError("it names {z}, {x} and {y}, and besides only {layer}, {name}, {s} and {key}")
        return template


def load_settings():
    """Read the environment, and the file ``settings.toml`` in the data directory for what the environment does not say.

    Returns
    -------
    Settings

    Raises
    ------
    Refusal
        ``bad_setting``, naming the variable or the line of the file and what is wrong with it, never its value: it may
        hold a password. ``unknown_setting`` for a name in the file that is none.
    """
    try:
        path = Settings().home.expanduser() / FILE
        said = _from_file(path)
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from None
    try:
        return Settings(**said)
    except ValidationError as error:
        raise _refusal(error.errors()[0], said, path) from None


def variable_of(name):
    """The environment variable of a setting.

    Examples
    --------
    >>> variable_of("port"), variable_of("database_url")
    ('WANGGE_PORT', 'DATABASE_URL')
    """
    return Settings.model_fields[name].validation_alias or f"WANGGE_{name.upper()}"


def _from_file(path):
    """What the file says and the environment does not."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refusal("bad_setting", f"The settings in {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise Refusal("bad_setting", f"The settings in {path} are no TOML in UTF-8: {error}.") from error
    known = [name for name in Settings.model_fields if name != "home"]
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise Refusal(
            "unknown_setting",
            f"{path} sets {unknown[0]!r}, which is no setting there; there are {', '.join(known)}.",
            settings=unknown,
        )
    environment = {name.upper() for name in os.environ}
    return {name: value for name, value in said.items() if variable_of(name) not in environment}


def _refusal(fault, said=(), path=None):
    name = str(fault["loc"][0])
    field = next((field for field in Settings.model_fields if name in (field, variable_of(field))), name)
    if field in said:
        return Refusal("bad_setting", f"The setting {field} in {path} cannot be used: {fault['msg']}.", setting=field)
    variable = name if name.isupper() else f"WANGGE_{name.upper()}"
    return Refusal("bad_setting", f"The environment variable {variable} cannot be used: {fault['msg']}.", variable=variable)
