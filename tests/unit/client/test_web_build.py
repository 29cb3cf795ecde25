"""What a server says of its web client, true and not: pure, from bytes alone."""

import hashlib
import json
from dataclasses import replace

import msgspec
import pytest

from teamchat.client.errors import AccountError
from teamchat.client.web_build import KnownLog, announced, read_key, read_manifest
from teamchat.identity import statements
from teamchat.identity.statements import Custodians, Statement, WebBuilt
from teamchat.ids import identifier
from teamchat.transparency import LogKey, TLogProof, TreeHead
from teamchat.wire.web_build import FILES, MANIFEST_BYTES, WebBuild
from tests.support import web_client
from tests.support.tlog import StoredLog

DAY = "2026-11-22"
KEY = LogKey("chat.example/v1/keys/1790000000", bytes(range(32)))
TEXT = json.dumps(web_client.manifest())
BUILT = WebBuilt("0.1.0", hashlib.sha256(TEXT.encode()).digest(), DAY)
NOBODY = Custodians(identifier(bytes(16)), (), 0, DAY)


def log_of(*said: Statement) -> StoredLog:
    log = StoredLog(key=KEY)
    log.append([statements.encode(each) for each in said])
    log.publish()
    return log


def shown(log: StoredLog, index: int, known: int = 0, text: str = TEXT) -> WebBuild:
    proof = TLogProof(index, log.inclusion(index), log.published[-1], log.entries[index])
    continues = log.consistency(known)
    return WebBuild(text, log.key.verifier.vkey, proof.encode().decode(), continues)


def refused(said: WebBuild, known: KnownLog | None) -> str:
    with pytest.raises(AccountError) as caught:
        announced(said, known)
    return caught.value.key


LOG = log_of(NOBODY, BUILT, NOBODY)
AT_TWO = KnownLog(KEY.verifier, log_of(NOBODY, BUILT).tree.head)


@pytest.mark.parametrize(
    "known", [None, KnownLog(KEY.verifier), AT_TWO, KnownLog(KEY.verifier, LOG.tree.head)]
)
def test_a_build_that_the_log_names_is_believed(known: KnownLog | None) -> None:
    size = 0 if known is None or known.head is None else known.head.size
    found = announced(shown(LOG, 1, size), known)
    assert (found.manifest.version, found.day, found.index) == ("0.1.0", DAY, 1)
    assert (found.head, found.sha256) == (LOG.tree.head, BUILT.manifest)
    assert {each.path for each in found.manifest.files} == {*web_client.FILES}


def test_an_address_may_have_changed_but_not_the_log() -> None:
    moved = LogKey("old.example/v1/keys/1790000000", bytes(range(32))).verifier
    assert announced(shown(LOG, 1), KnownLog(moved)).index == 1
    for other in (
        LogKey("chat.example/v1/keys/1790000001", bytes(range(32))),
        LogKey("chat.example/v1/keys/1790000000", bytes(32)),
    ):
        assert refused(shown(LOG, 1), KnownLog(other.verifier)) == "error-web-other-log"


def test_another_manifest_than_the_named_one_is_refused() -> None:
    other = json.dumps({**web_client.manifest(), "version": "0.1.1"})
    assert refused(shown(LOG, 1, text=other), None) == "error-web-manifest"
    assert refused(shown(LOG, 1, text=TEXT + " "), None) == "error-web-manifest"


def test_an_entry_that_says_something_else_is_no_proof() -> None:
    assert refused(shown(LOG, 0), None) == "error-web-manifest"
    lying = log_of(replace(BUILT, version="0.2.0"))
    assert refused(shown(lying, 0), None) == "error-web-manifest"


def test_an_entry_that_is_not_in_the_log_is_refused() -> None:
    good, without = shown(LOG, 1), log_of(NOBODY, NOBODY)
    proof = TLogProof.decode(good.proof.encode())
    for bad in (
        replace(proof, index=2),
        replace(proof, hashes=()),
        replace(proof, note=without.published[-1]),
        replace(proof, extra=statements.encode(replace(BUILT, manifest=bytes(32)))),
    ):
        said = msgspec.structs.replace(good, proof=bad.encode().decode())
        assert refused(said, AT_TWO) == "error-web-proof"


def test_a_checkpoint_that_somebody_else_signed_is_refused() -> None:
    forged = StoredLog(key=LogKey(KEY.verifier.name, bytes(32)))
    forged.append(LOG.entries)
    forged.publish()
    said = msgspec.structs.replace(shown(forged, 1), key=KEY.verifier.vkey)
    assert refused(said, KnownLog(KEY.verifier)) == "error-web-proof"


def test_a_log_that_was_split_off_is_refused() -> None:
    """Signed by the log's own key, and with the entry: but not what everybody else is shown."""
    other = log_of(BUILT, NOBODY, BUILT)
    assert refused(shown(other, 0, 2), AT_TWO) == "error-web-split"
    assert announced(shown(other, 0), None).index == 0
    no_proof = msgspec.structs.replace(shown(LOG, 1, 2), continues=())
    assert refused(no_proof, AT_TWO) == "error-web-split"


def test_an_older_log_than_the_known_one_is_refused() -> None:
    ahead = KnownLog(KEY.verifier, TreeHead(4, bytes(32)))
    assert refused(shown(LOG, 1), ahead) == "error-web-older-log"
    same_size = KnownLog(KEY.verifier, TreeHead(3, bytes(32)))
    assert refused(shown(LOG, 1), same_size) == "error-web-split"


@pytest.mark.parametrize("changed", [{"proof": "nothing"}, {"proof": "x" * 200_000}, {"key": "x"}])
def test_what_cannot_be_read_is_refused(changed: dict[str, str]) -> None:
    said = msgspec.structs.replace(shown(LOG, 1), **changed)
    assert refused(said, None) == "error-web-unreadable"


def manifest(**changed: object) -> bytes:
    return json.dumps({**web_client.manifest(), **changed}).encode()


ENTRY = {"path": "a.js", "bytes": 1, "sha256": "0" * 64}
PAGE = {**ENTRY, "path": "index.html"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b" " * (MANIFEST_BYTES + 1),
        manifest(version="1 2"),
        manifest(more=1),
        manifest(files=[]),
        manifest(files=[ENTRY]),
        manifest(files=[PAGE, ENTRY, ENTRY]),
        manifest(files=[PAGE, *[{**ENTRY, "path": f"{n}.js"} for n in range(FILES)]]),
        manifest(files=[PAGE, {**ENTRY, "bytes": 2**40}]),
        *(
            manifest(files=[PAGE, {**ENTRY, "path": path}])
            for path in ("", "/a.js", "a//b", "../a", "a/..", ".a", "a?b", "a#b", "https://a/b")
        ),
    ],
)
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(AccountError) as caught:
        read_manifest(text)
    assert caught.value.key == "error-web-unreadable"


def test_a_key_is_one_of_a_key_directory() -> None:
    assert read_key(f" {KEY.verifier.vkey}\n") == KEY.verifier
    for bad in ("", "x", LogKey("chat.example/audit/1", bytes(32)).verifier.vkey):
        with pytest.raises(AccountError) as caught:
            read_key(bad)
        assert caught.value.key == "error-web-log-key"
