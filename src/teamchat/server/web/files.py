"""The built files of the web client, read into a table once and checked against their manifest.

The build writes `manifest.json` with the SHA-256 of every file, and beside a file what gzip makes
of it. A file that the manifest does not name is not served, and one that is not what
the manifest says makes the whole build unusable: half a client is worse than none.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from teamchat.errors import TeamchatError
from teamchat.wire.web_build import (
    FILE_BYTES,
    FILES,
    INDEX,
    MANIFEST_BYTES,
    TOTAL_BYTES,
    BuiltFile,
    WebManifest,
)

BUILT: Final = Path(__file__).resolve().parent / "built"
"""Where `make web` puts the web client."""

MANIFEST: Final = "manifest.json"
HASHED: Final = "assets/"
"""The folder of the files whose names change with what is in them."""
STRETCHING: Final = "assets/stretching-"
"""How the worker is called that stretches passphrases (`clients/web/src/client/stretching.ts`)."""

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


class WebClientError(TeamchatError):
    """What lies in the folder is not the web client that was built; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: what it is, and what it is in every encoding in which it can travel.

    Attributes:
        bodies: By content coding (RFC 9110 section 8.4.1); `identity` is always there.
        immutable: Whether its name changes with its content.
        stretches: Whether it is the worker that stretches passphrases.
    """

    media_type: str
    sha256: str
    bodies: Mapping[str, bytes] = field(repr=False)
    immutable: bool
    stretches: bool = False

    def etag(self, coding: str) -> str:
        """Return the strong validator of the file in one coding (RFC 9110 section 8.8.3)."""
        return f'"{self.sha256[:32]}-{coding}"'


@dataclass(frozen=True, slots=True)
class WebClient:
    """Every file by its path; no file if the client was not built.

    Attributes:
        manifest: As the build wrote it.
        version: What the build calls itself.
    """

    files: Mapping[str, File] = field(default_factory=dict)
    manifest: bytes = field(default=b"", repr=False)
    version: str = ""

    @property
    def index(self) -> File | None:
        """The page that every address of the client opens; None if it was not built."""
        return self.files.get(INDEX)


def read_files(directory: Path) -> WebClient:
    """Read the web client from where it was built; an empty one if it was not.

    Raises:
        WebClientError: It is not what its manifest says, or larger than a web client is.
    """
    if not (directory / MANIFEST).exists():
        return WebClient()
    manifest = _bytes(directory / MANIFEST)
    if len(manifest) > MANIFEST_BYTES:
        raise WebClientError(f"{MANIFEST} is larger than {MANIFEST_BYTES} bytes")
    try:
        build = msgspec.json.decode(manifest, type=WebManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WebClientError(f"{MANIFEST} cannot be read: {error}") from None
    listed = build.files
    if len(listed) > FILES or sum(entry.bytes for entry in listed) > TOTAL_BYTES:
        raise WebClientError(f"{MANIFEST} names more than a web client has")
    files = {entry.path: _file(directory, entry) for entry in listed}
    client = WebClient(files, manifest, build.version)
    if client.index is None:
        raise WebClientError(f"{MANIFEST} does not name {INDEX}")
    return client


def _file(directory: Path, entry: BuiltFile) -> File:
    place = directory / entry.path
    media_type = MEDIA_TYPES.get(place.suffix)
    if media_type is None or not place.resolve().is_relative_to(directory.resolve()):
        raise WebClientError(f"{entry.path} is no file of a web client")
    identity = _bytes(place)
    if (len(identity), hashlib.sha256(identity).hexdigest()) != (entry.bytes, entry.sha256):
        raise WebClientError(f"{entry.path} is not the file that was built")
    bodies = {"identity": identity}
    packed = place.with_name(f"{place.name}.gz")
    if packed.exists():
        bodies["gzip"] = _bytes(packed)
        if not _is_packed(identity, bodies["gzip"]):
            raise WebClientError(f"{entry.path}.gz is not {entry.path}")
    return File(
        media_type=media_type,
        sha256=entry.sha256,
        bodies=bodies,
        immutable=entry.path.startswith(HASHED),
        stretches=entry.path.startswith(STRETCHING) and place.suffix == ".js",
    )


def _bytes(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            read = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise WebClientError(f"{place.name} cannot be read: {error.strerror}") from None
    if len(read) > FILE_BYTES:
        raise WebClientError(f"{place.name} is larger than {FILE_BYTES} bytes")
    return read


def _is_packed(identity: bytes, packed: bytes) -> bool:
    """Tell whether gzip unpacks to a file; it is unpacked no further than one byte beyond."""
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, len(identity) + 1) == identity
    except zlib.error:
        return False
