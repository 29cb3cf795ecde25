"""What the files of the web client refer to: everything that they load must be in the manifest.

A page that is what its manifest says could still load what no manifest names. So the addresses in
the page and in the service worker are looked up; what other scripts load has names that the build
made, and the policy lets nothing else in.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Final

from teamchat.wire.web_build import INDEX

WORKER: Final = "sw.js"
_LOADING: Final = frozenset(
    {"src", "href", "srcset", "data", "poster", "action", "formaction", "background"}
)
_ASSET: Final = re.compile(r"/(assets/[A-Za-z0-9_./%-]+)")
_FURTHER: Final = re.compile(r"\bimportScripts\b|https?:")


def strangers(bodies: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield what is referred to and not in a build: by which file, and what.

    Args:
        bodies: Every file of the build, by its path.
    """
    page = _Page()
    page.feed(bodies[INDEX].decode("utf-8", "replace"))
    page.close()
    for found in page.found:
        if found.removeprefix("/") not in bodies and found != "/":
            yield INDEX, found
    worker = bodies.get(WORKER, b"").decode("utf-8", "replace")
    for asset in dict.fromkeys(_ASSET.findall(worker)):
        if asset not in bodies:
            yield WORKER, f"/{asset}"
    for word in dict.fromkeys(_FURTHER.findall(worker)):
        yield WORKER, word


class _Page(HTMLParser):
    """Collects what a page loads, runs or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value or "" for name, value in attrs if name in _LOADING]
        if (tag == "script" and "src" not in named) or tag in {"base", "iframe", "object"}:
            self.found.append(f"<{tag}>")
        self.found += [f"{name}=" for name in named if name.startswith("on")]
