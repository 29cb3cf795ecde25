"""A manifest opens for its person, its key and its version, and for nothing else."""

import msgspec
import pytest

from teamchat.engine.history import manifest
from teamchat.engine.history.coverage import Coverage
from teamchat.engine.history.manifest import (
    Manifest,
    ManifestError,
    NewerManifestError,
    Segment,
)
from teamchat.identity import sealing
from teamchat.ids import ConversationId, UserId, identifier

KEY, NONCE = b"h" * 32, b"n" * 24
ANNA, WEI = UserId(identifier(b"a" * 16)), UserId(identifier(b"w" * 16))
ROOM = ConversationId(identifier(b"r" * 16))
SEGMENT = Segment(identifier(b"s" * 16), b"head", b"k" * 32, 3, b"c" * 32)
MADE = Manifest((SEGMENT,), Coverage(((ROOM, 1, ((0, 7),)),)))
SEALED = MADE.seal(KEY, ANNA, 4, NONCE)


def test_it_comes_back_as_it_was() -> None:
    assert Manifest.open(KEY, ANNA, 4, SEALED) == MADE


def test_it_is_of_one_person_key_and_version() -> None:
    for key, user, version in ((b"x" * 32, ANNA, 4), (KEY, WEI, 4), (KEY, ANNA, 5), (KEY, ANNA, 3)):
        with pytest.raises(ManifestError):
            Manifest.open(key, user, version, SEALED)


def test_no_changed_byte_is_taken() -> None:
    for at in range(len(SEALED)):
        bent = bytearray(SEALED)
        bent[at] ^= 1
        with pytest.raises(ManifestError):
            Manifest.open(KEY, ANNA, 4, bytes(bent))
    for cut in (b"", SEALED[:-1], SEALED + b"x"):
        with pytest.raises(ManifestError):
            Manifest.open(KEY, ANNA, 4, cut)


@pytest.mark.parametrize("inside", [[2, "something else"], [2], [7, [], [], "and more"]])
def test_what_a_newer_version_made_is_said_to_be_that(inside: list[object]) -> None:
    sealed = sealing.seal(
        manifest._key(KEY), msgspec.msgpack.encode(inside), manifest._bound_to(ANNA, 4), NONCE
    )
    with pytest.raises(NewerManifestError):
        Manifest.open(KEY, ANNA, 4, sealed)
    with pytest.raises(ManifestError) as caught:
        Manifest.open(b"x" * 32, ANNA, 4, sealed)
    assert not isinstance(caught.value, NewerManifestError)


@pytest.mark.parametrize("inside", [[0, [], []], [], "2", [[2]], [1, "something else"]])
def test_what_is_no_manifest_is_not_a_newer_one(inside: object) -> None:
    sealed = sealing.seal(
        manifest._key(KEY), msgspec.msgpack.encode(inside), manifest._bound_to(ANNA, 4), NONCE
    )
    with pytest.raises(ManifestError) as caught:
        Manifest.open(KEY, ANNA, 4, sealed)
    assert not isinstance(caught.value, NewerManifestError)


def test_it_stays_below_its_bound() -> None:
    rooms = tuple(
        (
            ConversationId(identifier(n.to_bytes(16, "big"))),
            1,
            tuple((m, m + 1) for m in range(0, 32, 2)),
        )
        for n in range(1_000)
    )
    sealed = Manifest((SEGMENT,), Coverage(rooms)).seal(KEY, ANNA, 1, NONCE)
    assert len(sealed) <= manifest.MOST_BYTES
    opened = Manifest.open(KEY, ANNA, 1, sealed)
    assert opened.segments == (SEGMENT,)
    assert 0 < len(opened.coverage.rooms) < 1_000


def test_keys_do_not_show() -> None:
    assert "kkkk" not in repr(MADE)
    with pytest.raises(ManifestError):
        MADE.seal(KEY, UserId("nobody"), 1, NONCE)
