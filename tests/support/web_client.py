"""A web client that was built, small enough to know by heart."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Final

FILES: Final = {
    "index.html": b"<!doctype html><title>teamchat</title>"
    b'<link rel="manifest" href="/app.webmanifest"><link rel="icon" href="/assets/mark-4567.svg">'
    b'<script type="module" src="/assets/app-0123.js"></script>' + b" " * 500,
    "assets/app-0123.js": b"export const a = 1;" * 40,
    "assets/mark-4567.svg": b"<svg/>",
    "assets/stretching-89ab.js": b"stretch();",
    "app.webmanifest": b"{}",
    "licences.txt": b"Everybody's",
    "sw.js": b'self.files = ["/", "/assets/app-0123.js", "/assets/mark-4567.svg"];',
}
PACKED: Final = {"index.html", "assets/app-0123.js"}
"""Files that have a gzip twin."""


def manifest(**changed: object) -> dict[str, object]:
    """Return what the build would say of `FILES`; `changed` replaces fields of the first entry."""
    entries = [
        {"path": path, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for path, body in FILES.items()
    ]
    return {"version": "0.1.0", "files": [{**entries[0], **changed}, *entries[1:]]}


def build(directory: Path) -> Path:
    """Write the files as `make web` would, and return their folder."""
    for path, body in FILES.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        if path in PACKED:
            place.with_name(place.name + ".gz").write_bytes(gzip.compress(body))
    (directory / "manifest.json").write_text(json.dumps(manifest()), encoding="utf-8")
    return directory
