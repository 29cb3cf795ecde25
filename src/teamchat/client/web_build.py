"""What a server says of the web client that it hands out, and whether the log says so too.

Everything here is judged from bytes alone (docs/spec/web-build.md): the proof leads from the
manifest to a checkpoint of the log, and from what is known of the log to that checkpoint.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

import msgspec

from teamchat.client.errors import AccountError
from teamchat.engine.key_reading import begun
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError
from teamchat.identity.statements import WebBuilt
from teamchat.transparency import (
    Policy,
    TLogProof,
    TransparencyError,
    TreeHead,
    VerifierKey,
    leaf_hash,
    verify_extension,
)
from teamchat.wire.web_build import (
    FILES,
    INDEX,
    MANIFEST_BYTES,
    TOTAL_BYTES,
    WebBuild,
    WebManifest,
)

PROOF_BYTES: Final = 128 * 2**10


@dataclass(frozen=True, slots=True)
class KnownLog:
    """What is known of the key directory from elsewhere than the server that is looked at.

    Attributes:
        key: Its key.
        head: A tree that it must continue; None if only the key is known.
    """

    key: VerifierKey
    head: TreeHead | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A build that a log names.

    Attributes:
        manifest: What it has.
        sha256: The hash of the manifest.
        day: On which day it was announced, as YYYY-MM-DD in UTC.
        index: Where in the log.
        head: The tree that says so.
        key: The log's key.
    """

    manifest: WebManifest
    sha256: bytes = field(repr=False)
    day: str
    index: int
    head: TreeHead
    key: VerifierKey


def announced(shown: WebBuild, known: KnownLog | None) -> Announced:
    """Return the build that a server shows, if the log says that it is the one.

    Args:
        shown: What the server says.
        known: What the log must be; if None, the log's key is believed to the server.

    Raises:
        AccountError: It does not, or the log is another one than the known one.
    """
    proof, key = _proof(shown), _key(shown.key)
    if known is not None and (begun(known.key), known.key.public) != (begun(key), key.public):
        raise AccountError("error-web-other-log")
    try:
        trusted = proof.verify(leaf_hash(proof.extra), Policy(key))
        said = statements.decode(proof.extra)
    except (TransparencyError, IdentityError) as error:
        raise AccountError("error-web-proof") from error
    head, text = trusted.signed.checkpoint.head, shown.manifest.encode()
    digest = hashlib.sha256(text).digest()
    if not isinstance(said, WebBuilt) or said.manifest != digest:
        raise AccountError("error-web-manifest")
    if known is not None and known.head is not None:
        _require_continued(known.head, head, shown.continues)
    manifest = read_manifest(text)
    if manifest.version != said.version:
        raise AccountError("error-web-manifest")
    return Announced(manifest, digest, said.day, proof.index, head, key)


def read_manifest(text: bytes) -> WebManifest:
    """Read the manifest of a build.

    Raises:
        AccountError: It is none, or larger than that of a web client.
    """
    if len(text) > MANIFEST_BYTES:
        raise AccountError("error-web-unreadable")
    try:
        manifest = msgspec.json.decode(text, type=WebManifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AccountError("error-web-unreadable") from error
    paths = [each.path for each in manifest.files]
    fits = len(paths) <= FILES and sum(each.bytes for each in manifest.files) <= TOTAL_BYTES
    if not fits or len({*paths}) != len(paths) or INDEX not in paths:
        raise AccountError("error-web-unreadable")
    return manifest


def read_key(text: str) -> VerifierKey:
    """Read the key of a log as `teamchat log status` shows it: a vkey line.

    Raises:
        AccountError: It is none, or not that of a key directory.
    """
    try:
        key = VerifierKey.parse(text.strip())
        begun(key)
    except TransparencyError as error:
        raise AccountError("error-web-log-key") from error
    return key


def _proof(shown: WebBuild) -> TLogProof:
    data = shown.proof.encode()
    if len(data) > PROOF_BYTES:
        raise AccountError("error-web-unreadable")
    try:
        return TLogProof.decode(data)
    except TransparencyError as error:
        raise AccountError("error-web-unreadable") from error


def _key(text: str) -> VerifierKey:
    try:
        return read_key(text)
    except AccountError as error:
        raise AccountError("error-web-unreadable") from error


def _require_continued(known: TreeHead, shown: TreeHead, proof: tuple[bytes, ...]) -> None:
    if shown.size < known.size:
        raise AccountError("error-web-older-log")
    try:
        verify_extension(known, shown, proof)
    except TransparencyError as error:
        raise AccountError("error-web-split") from error
