"""The base map: fetched by the server where the settings say, and nothing of its address or key told to anybody."""

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.base_map import MOST_BYTES, BaseMap, template_of
from api.settings import Settings
from gis.errors import Refusal
from tests.api import town

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
KEY = "s3cr3t/key"
MIDDLE = (14, *town.tile_of(105.44, 28.82, 14))


class StandIn(BaseHTTPRequestHandler):
    """A map service: each test says how it answers."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, media_type, body = self.server.says
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        server.asked, server.says = [], (200, "image/png", PNG)
        server.template = f"http://127.0.0.1:{server.server_port}/{{s}}/{{layer}}/{{name}}/{{z}}/{{x}}/{{y}}?tk={{key}}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def base_map(service):
    made = BaseMap(service.template, KEY)
    yield made
    made.close()


def refused(base_map, *tile):
    with pytest.raises(Refusal) as said:
        base_map.tile(*tile)
    assert KEY not in said.value.message and "127.0.0.1" not in said.value.message
    return said.value.code


class TestTheTile:
    def test_it_is_fetched_with_the_key_once_and_kept(self, service, base_map):
        assert base_map.tile("vec_w", *MIDDLE).body == base_map.tile("vec_w", *MIDDLE).body == PNG
        z, x, y = MIDDLE
        assert service.asked == [f"/{(x + y) % 8}/vec_w/vec/{z}/{x}/{y}?tk=s3cr3t%2Fkey"]

    def test_it_is_fetched_anew_when_its_day_is_over(self, service):
        seconds = [0.0]
        aging = BaseMap(service.template, KEY, clock=lambda: seconds[0])
        aging.tile("cva_w", *MIDDLE)
        seconds[0] = 86_399.0
        aging.tile("cva_w", *MIDDLE)
        assert len(service.asked) == 1
        seconds[0] = 86_401.0
        aging.tile("cva_w", *MIDDLE)
        assert len(service.asked) == 2

    def test_what_is_kept_has_a_bound(self, service):
        small = BaseMap(service.template, KEY, cache_bytes=2 * len(PNG))
        for x in (1, 2, 3, 1):
            small.tile("vec_w", 5, x, 0)
        assert len(service.asked) == 4  # the first was dropped for the third
        small.tile("vec_w", 5, 3, 0)
        assert len(service.asked) == 4

    @pytest.mark.parametrize(
        "says",
        [
            (403, "text/xml", b"<error/>"),
            (302, "image/png", PNG),
            (200, "text/html", b"<script>"),
            (200, "image/png", b"<svg onload='x'/>"),
            (200, "image/svg+xml", b"<svg/>"),
            (200, "image/png", PNG + bytes(MOST_BYTES)),
        ],
    )
    def test_what_is_no_picture_of_a_decent_size_is_refused_and_not_kept(self, service, base_map, says):
        service.says = says
        assert refused(base_map, "vec_w", *MIDDLE) == "base_map_unavailable"
        service.says = (200, "image/jpeg;charset=x", b"\xff\xd8\xff\xe0")
        assert base_map.tile("vec_w", *MIDDLE).media_type == "image/jpeg"

    def test_a_service_that_is_not_there_is_refused_without_its_address(self):
        assert refused(BaseMap("http://127.0.0.1:9/{z}/{x}/{y}?tk={key}", KEY), "vec_w", *MIDDLE) == "base_map_unavailable"

    @pytest.mark.parametrize(
        ("tile", "code"),
        [
            (("img_w", 5, 1, 1), "unknown_layer"),
            (("../vec_w", 5, 1, 1), "unknown_layer"),
            (("vec_w", 0, 0, 0), "zoom_out_of_range"),
            (("vec_w", 19, 0, 0), "zoom_out_of_range"),
            (("vec_w", 5, 32, 0), "unknown_tile"),
            (("vec_w", 5, 0, -1), "unknown_tile"),
        ],
    )
    def test_no_other_tile_is_asked_for(self, service, base_map, tile, code):
        assert refused(base_map, *tile) == code
        assert service.asked == []

    def test_the_key_is_never_logged(self, service, base_map, caplog):
        caplog.set_level(logging.DEBUG)
        base_map.tile("vec_w", *MIDDLE)
        service.says = (500, "text/plain", b"")
        refused(base_map, "cva_w", *MIDDLE)
        assert "base map: status 500" in caplog.text
        assert "s3cr3t" not in caplog.text and "127.0.0.1" not in caplog.text


def test_a_key_alone_is_tianditus_and_an_address_goes_before_it():
    assert "tianditu.gov.cn" in template_of(Settings(base_map_key="k"))
    assert template_of(Settings(base_map_key="k", base_map_url="https://m/{z}/{x}/{y}")) == "https://m/{z}/{x}/{y}"
    assert template_of(Settings()) is None


@pytest.mark.database
class TestOverHttp:
    def test_without_settings_there_is_none(self, client, get):
        assert get("/meta")["base_map"] is None
        answer = client.get("/tiles/base/vec_w/5/1/1")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_base_map")

    def test_with_settings_tiles_are_given_to_everybody_and_the_key_to_nobody(self, service, town_url, front_end):
        settings = Settings(
            database_url=town_url,
            web_dist=front_end,
            base_map_url=service.template,
            base_map_key=KEY,
            base_map_attribution="© 泸州",
        )
        with TestClient(create_app(settings)) as client:
            z, x, y = MIDDLE
            tile = client.get(f"/tiles/base/cva_w/{z}/{x}/{y}")
            assert (tile.status_code, tile.headers["content-type"], tile.content) == (200, "image/png", PNG)
            assert tile.headers["x-content-type-options"] == "nosniff"
            meta = client.get("/api/v1/meta")
            assert meta.json()["base_map"] == {
                "layers": ["vec_w", "cva_w"],
                "attribution": "© 泸州",
                "min_zoom": 1,
                "max_zoom": 18,
            }
            service.says = (500, "text/plain", b"")
            failed = client.get(f"/tiles/base/vec_w/{z}/{x}/{y}")
            assert (failed.status_code, failed.json()["code"]) == (502, "base_map_unavailable")
            told = meta.text + failed.text + str(tile.headers) + client.get("/api/v1/openapi.json").text
            assert "s3cr3t" not in told and str(service.server_port) not in told
            assert client.get("/tiles/base/vec_w/x/1/1").json()["code"] == "invalid_parameter"
            assert client.get("/tiles/base/incidents/5/1/1").status_code in (401, 404)
