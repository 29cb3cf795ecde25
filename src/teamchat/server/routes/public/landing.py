"""What a browser gets at an invitation link where no web client was built: what the link is for.

It is one static file without a script and fetches nothing. The secret of a link stands behind
`#`, which no browser sends: this server never sees it here.
"""

import base64
import hashlib
import re
from importlib import resources
from typing import Final

from aiohttp import web

from teamchat.server.endpoints import HTML

PAGE: Final = resources.files(__package__).joinpath("landing.html").read_text(encoding="utf-8")


def _policy(page: str) -> str:
    """Return a policy that allows the page's own style, and nothing else at all."""
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashes = (
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles
    )
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


_HEADERS: Final = {"Content-Security-Policy": _policy(PAGE)}


def landing_page() -> web.Response:
    """Return the page."""
    return web.Response(text=PAGE, content_type=HTML, charset="utf-8", headers=_HEADERS)
