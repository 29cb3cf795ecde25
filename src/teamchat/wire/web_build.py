"""A build of the web client: its manifest, and what a server says of it (docs/spec/web-build.md).

The manifest is written by the build and names every file that a browser may be given. Its
SHA-256 stands in the key directory, so that all who look are given the same.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from teamchat.wire.bodies import Answer, Count

FILES: Final = 400
"""The most files that a build may have."""
FILE_BYTES: Final = 8 * 2**20
TOTAL_BYTES: Final = 32 * 2**20
MANIFEST_BYTES: Final = 128 * 2**10
INDEX: Final = "index.html"
PAGES: Final = ("/", "/join", "/settings", "/c/{conversation}")
"""The addresses at which a browser is given the page; what is in braces may be anything."""

Path = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$(?!\n)",
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.+-]{1,64}$(?!\n)")]


class BuiltFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a build: its path below the root, its length in bytes, its SHA-256 in hex."""

    path: Path
    bytes: Count
    sha256: Sha256


class WebManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a build has made: the version it was made of, and every file."""

    version: Version
    files: tuple[BuiltFile, ...]


class WebBuild(Answer, frozen=True):
    """The build that this server hands out, and the proof that the key directory says so.

    `manifest` is the manifest's text, of which the log has the hash. `key` is a vkey line,
    `proof` a proof file (c2sp.org/tlog-proof) whose extra data are the entry. `continues` proves
    that the proof's tree continues the one of the size that was asked for; it is empty for the
    empty tree, the same tree, or a larger one.
    """

    manifest: str
    key: str
    proof: str
    continues: tuple[bytes, ...]
