"""Settings: each by the environment and by a file, the environment winning; what is unknown or unusable is named."""

import os

import pytest
from pydantic import SecretStr

from api.settings import Settings, load_settings, variable_of
from gis.errors import Refusal

# A value for every setting that differs from its default, as text and as TOML.
VALUES = {
    "database_url": ("postgresql:///somewhere", '"postgresql:///somewhere"'),
    "host": ("0.0.0.0", '"0.0.0.0"'),
    "port": ("8123", "8123"),
    "web_dist": ("/srv/page", '"/srv/page"'),
    "public_url": ("https://wangge.example", '"https://wangge.example"'),
    "pool_size": ("3", "3"),
    "stamp_seconds": ("2.5", "2.5"),
    "tile_cache_mb": ("1", "1"),
    "heat_memory_mb": ("1", "1"),
    "session_idle_minutes": ("5", "5"),
    "session_hours": ("7", "7"),
    "public_reports_per_hour": ("30", "30"),
    "contact_key_file": ("/one/key", '"/one/key"'),
    "oidc_issuer": ("https://id.example.org", '"https://id.example.org"'),
    "oidc_client_id": ("wangge", '"wangge"'),
    "oidc_client_secret": ("secret", '"secret"'),
    "oidc_name_claim": ("preferred_username", '"preferred_username"'),
    "base_map_key": ("0123abcd", '"0123abcd"'),
    "base_map_url": ("https://map.example.org/{z}/{x}/{y}", '"https://map.example.org/{z}/{x}/{y}"'),
    "base_map_attribution": ("© 泸州市自然资源和规划局", '"© 泸州市自然资源和规划局"'),
    "geocoder_key": ("0123abcd", '"0123abcd"'),
    "geocoder_url": ("https://map.example.org/geocoder", '"https://map.example.org/geocoder"'),
    "jobs": ("False", "false"),
    "log_level": ("debug", '"debug"'),
}
NAMES = [name for name in Settings.model_fields if name != "home"]
ADDRESSES = ("public_url", "oidc_issuer", "geocoder_url")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty data directory and an environment that says nothing else."""
    for name in [name for name in os.environ if name.upper().startswith("WANGGE_") or name.upper() == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WANGGE_HOME", str(tmp_path))
    return tmp_path


def write(home, text):
    (home / "settings.toml").write_text(text, encoding="utf-8")


def plain(value):
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def refusal():
    with pytest.raises(Refusal) as refused:
        load_settings()
    return refused.value


def test_every_setting_has_a_value_to_be_tested_with():
    assert sorted(VALUES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_taken_from_the_environment(home, monkeypatch, name):
    before = plain(getattr(load_settings(), name))
    monkeypatch.setenv(variable_of(name), VALUES[name][0])
    assert before != plain(getattr(load_settings(), name)) == VALUES[name][0]


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_taken_from_the_file_and_the_environment_wins(home, monkeypatch, name):
    text, toml = VALUES[name]
    write(home, f"{name} = {toml}\n")
    assert plain(getattr(load_settings(), name)) == text
    others = {"log_level": "error", "web_dist": "/other", "jobs": "True"} | dict.fromkeys(ADDRESSES, "https://other.example.org")
    other = (others | {"base_map_url": "http://other.example.org/{z}/{y}/{x}"}).get(name, "9")
    monkeypatch.setenv(variable_of(name), other)
    assert plain(getattr(load_settings(), name)) in (other, f"{other}.0")


@pytest.mark.parametrize("name", ["prot", "home", "PORT", "WANGGE_PORT"])
def test_a_name_that_is_no_setting_is_refused_and_named(home, name):
    write(home, f"{name} = 1\n")
    refused = refusal()
    assert refused.code == "unknown_setting" and repr(name) in refused.message and "port" in refused.message


def test_a_value_that_cannot_be_used_is_refused_with_its_place_but_never_repeated(home, monkeypatch):
    write(home, 'port = "hunter2"\n')
    refused = refusal()
    assert refused.code == "bad_setting" and "settings.toml" in refused.message and "hunter2" not in refused.message
    monkeypatch.setenv("WANGGE_PORT", "hunter3")
    refused = refusal()
    assert "WANGGE_PORT" in refused.message and "hunter3" not in refused.message


@pytest.mark.parametrize("content", [b"port = \n", b"\xff\xfe", b"[server\n"])
def test_a_file_that_is_no_toml_is_refused(home, content):
    (home / "settings.toml").write_bytes(content)
    assert refusal().code == "bad_setting"


def test_without_a_file_all_has_its_default(home):
    assert load_settings() == Settings(home=home)


@pytest.mark.parametrize(
    "address", ["ftp://m/{z}/{x}/{y}", "https://m/{z}/{x}", "https://m/{z}/{x}/{y}/{token}", "https://m/{z}{x}{y}{"]
)
def test_an_address_of_a_base_map_that_names_no_tile_is_refused_and_not_repeated(home, monkeypatch, address):
    monkeypatch.setenv("WANGGE_BASE_MAP_URL", address)
    refused = refusal()
    assert refused.code == "bad_setting" and "WANGGE_BASE_MAP_URL" in refused.message and address not in refused.message
