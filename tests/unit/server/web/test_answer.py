from collections.abc import Mapping
from dataclasses import replace

import pytest
from aiohttp.test_utils import make_mocked_request

from teamchat.server.web.answer import POLICY, STRETCHING_POLICY, answer
from teamchat.server.web.files import File

BODIES = {"identity": b"text" * 9, "gzip": b"gz"}
PAGE = File(media_type="text/html", sha256="ab" * 32, bodies=BODIES, immutable=False)
SCRIPT = File(media_type="text/javascript", sha256="cd" * 32, bodies=BODIES, immutable=True)
PLAIN = File(
    media_type="image/svg+xml", sha256="ef" * 32, bodies={"identity": b"<svg/>"}, immutable=True
)


def ask(file: File, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, str]:
    got = answer(make_mocked_request("GET", "/", headers=headers or {}), file)
    assert got.headers["Vary"] == "Accept-Encoding"
    body = got.body or b""
    assert isinstance(body, bytes)
    return got.status, body, got.headers.get("Content-Encoding", "identity")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("identity;q=0.2, gzip;q=0.8", "gzip"),
        ("gzip;q=0", "identity"),
        ("*", "gzip"),
        ("*;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("gzip;q=many", "identity"),
        ("br, zstd", "identity"),
        ("," * 100 + "gzip", "gzip"),
    ],
)
def test_a_coding_is_chosen_by_what_is_accepted(accepted: str, coding: str) -> None:
    assert ask(PAGE, {"Accept-Encoding": accepted}) == (200, BODIES[coding], coding)


def test_what_has_no_packed_twin_comes_as_it_is() -> None:
    assert ask(PLAIN, {"Accept-Encoding": "gzip"}) == (200, b"<svg/>", "identity")


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (PAGE.etag("gzip"), 304),
        ("W/" + PAGE.etag("gzip"), 304),
        ('"other", ' + PAGE.etag("gzip"), 304),
        ("*", 304),
        (PAGE.etag("identity"), 200),
        (SCRIPT.etag("gzip"), 200),
        ("", 200),
    ],
)
def test_who_has_it_is_not_sent_it_again(held: str, status: int) -> None:
    said, body, _ = ask(PAGE, {"Accept-Encoding": "gzip", "If-None-Match": held})
    assert said == status
    assert body == (b"" if status == 304 else BODIES["gzip"])


def test_a_page_is_asked_for_each_time_and_a_named_file_never_again() -> None:
    page = answer(make_mocked_request("GET", "/"), PAGE)
    script = answer(make_mocked_request("GET", "/"), SCRIPT)
    assert page.headers["Cache-Control"] == "no-cache"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_may_do_nothing_but_what_it_needs() -> None:
    headers = answer(make_mocked_request("GET", "/"), PAGE).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none'; script-src 'self'; ")
    assert "require-trusted-types-for 'script'" in POLICY
    assert "worker-src 'self'; " in POLICY
    assert "trusted-types svelte-trusted-html teamchat-worker" in POLICY
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert {"camera=(self)", "microphone=()"} <= {*headers["Permissions-Policy"].split(", ")}


def test_the_worker_that_stretches_may_compile_and_reach_nothing() -> None:
    headers = answer(make_mocked_request("GET", "/"), replace(SCRIPT, stretches=True)).headers
    assert headers["Content-Security-Policy"] == STRETCHING_POLICY
    assert STRETCHING_POLICY.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    assert "connect-src" not in STRETCHING_POLICY
    assert "'unsafe-eval'" not in STRETCHING_POLICY
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
