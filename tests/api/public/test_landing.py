import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.support.server import running_server


@pytest.mark.parametrize("address", ["/", "/join"])
async def test_a_browser_is_told_what_to_do_with_a_link(tmp_path: Path, address: str) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", address)
    page = got.body.decode()
    assert got.status == 200
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.count("<code>teamchat join</code>") == 2
    assert re.findall(r'<section lang="(\w+)">', page) == ["de", "en"]


async def test_the_page_runs_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", "/join")
    page, headers = got.body.decode(), got.headers
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<form|<a\b|<img|<link|\bon\w+=|(?:src|href)=|url\(|style=", page)
