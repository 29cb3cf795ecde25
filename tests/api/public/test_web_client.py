import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from teamchat.clock import SystemClock
from teamchat.server.main import serving
from teamchat.server.settings import load
from tests.support import web_client
from tests.support.server import CHEAP, NOT_BUILT

PAGES = ["/", "/join", "/settings", "/c/anything"]
SCRIPT = "/assets/app-0123.js"


@asynccontextmanager
async def served(tmp_path: Path, built: Path) -> AsyncIterator[aiohttp.ClientSession]:
    loaded = load(None, {}, server_data=str(tmp_path / "server"), server_port=0, **CHEAP)
    async with (
        serving(loaded, clock=SystemClock(), built=built) as parts,
        aiohttp.ClientSession(
            f"http://127.0.0.1:{parts.settings.server.port}", auto_decompress=False
        ) as http,
    ):
        yield http


@pytest.mark.parametrize("address", ["/settings/", "/nonsense", "/c/", "/c/a/b", "/join/"])
async def test_a_mistyped_address_leads_a_person_to_the_page(tmp_path: Path, address: str) -> None:
    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        async with http.get(address, headers=browser, allow_redirects=False) as got:
            assert (got.status, got.headers["Location"]) == (302, "/")
        for program in ({"Accept": "application/json"}, {}):
            async with http.get(address, headers=program) as got:
                assert (got.status, got.content_type) == (404, "application/problem+json")
        async with http.get("/v1/nonsense", headers=browser) as got:
            assert got.status == 404
        async with http.post(address, headers=browser) as got:
            assert got.status == 404


async def test_every_address_of_the_client_opens_its_page(tmp_path: Path) -> None:
    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        for address in PAGES:
            async with http.get(address, headers={"Accept-Encoding": "identity"}) as got:
                assert (got.status, got.content_type) == (200, "text/html")
                assert await got.read() == web_client.FILES["index.html"]
                assert got.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
                assert got.headers["X-Content-Type-Options"] == "nosniff"
                assert got.headers["Referrer-Policy"] == "no-referrer"
                assert got.headers["Cache-Control"] == "no-cache"


async def test_files_come_packed_and_once(tmp_path: Path) -> None:
    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        async with http.get(SCRIPT, headers={"Accept-Encoding": "gzip, br"}) as got:
            assert (got.status, got.headers["Content-Encoding"]) == (200, "gzip")
            assert gzip.decompress(await got.read()) == web_client.FILES[SCRIPT[1:]]
            held = {"Accept-Encoding": "gzip, br", "If-None-Match": got.headers["ETag"]}
        async with http.get(SCRIPT, headers=held) as again:
            assert (again.status, await again.read()) == (304, b"")
            assert again.headers["ETag"] == held["If-None-Match"]
        async with http.head(SCRIPT, headers={"Accept-Encoding": "identity"}) as head:
            assert (head.status, await head.read()) == (200, b"")
            assert head.headers["Content-Length"] == str(len(web_client.FILES[SCRIPT[1:]]))


async def test_what_makes_it_an_app_is_asked_for_each_time(tmp_path: Path) -> None:
    """A new build is heard of at once: nobody keeps these."""
    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        for name, media_type in (
            ("app.webmanifest", "application/manifest+json"),
            ("sw.js", "text/javascript"),
            ("licences.txt", "text/plain"),
        ):
            async with http.get(f"/{name}", headers={"Accept-Encoding": "identity"}) as got:
                assert (got.status, got.content_type) == (200, media_type)
                assert await got.read() == web_client.FILES[name]
                assert got.headers["Cache-Control"] == "no-cache"
    async with served(tmp_path, tmp_path / "nothing") as http, http.get("/sw.js") as got:
        assert got.status == 404


@pytest.mark.parametrize(
    "address",
    [
        "/assets/",
        "/assets/none.js",
        "/assets/../index.html",
        "/assets/..%2Findex.html",
        "/assets/..%2Fmanifest.json",
        "/assets/%2e%2e%2fmanifest.json",
        "/assets/app-0123.js.gz",
        "/assets/app-0123.js%00",
        "/manifest.json",
        "/index.html",
        "/v1/nothing",
    ],
)
async def test_nothing_else_is_served(tmp_path: Path, address: str) -> None:
    from yarl import URL

    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        url = URL(f"{http._base_url}".rstrip("/") + address, encoded=True)
        async with aiohttp.ClientSession() as plain, plain.get(url) as got:
            assert got.status == 404
            assert got.content_type == "application/problem+json"


async def test_the_api_is_where_it_was_and_pages_change_nothing(tmp_path: Path) -> None:
    async with served(tmp_path, web_client.build(tmp_path / "built")) as http:
        async with http.get("/v1/server") as got:
            assert got.content_type == "application/json"
        async with http.post("/") as got:
            assert got.status == 405


async def test_without_the_client_a_browser_gets_a_plain_page_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, NOT_BUILT) as http, http.get("/") as got:
        assert "teamchat join" in await got.text()
    (said,) = [each for each in caplog.records if each.message == "no-web-client"]
    assert said.__dict__["fields"] == {"make_it_with": "make web"}


async def test_a_damaged_client_is_not_served_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    built = web_client.build(tmp_path / "built")
    (built / "index.html").write_bytes(b"evil")
    async with served(tmp_path, built) as http, http.get("/") as got:
        assert "teamchat join" in await got.text()
    (said,) = [each for each in caplog.records if each.message == "damaged-web-client"]
    assert "index.html is not the file that was built" in said.__dict__["fields"]["why"]
