"""The life of a group when all goes well."""

from dataclasses import replace

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import UsageError
from teamchat.mls.framing.content import WireFormat
from teamchat.mls.framing.private import MAX_PADDING_MULTIPLE
from teamchat.mls.group import (
    ApplicationReceived,
    Framing,
    encrypt,
    export_secret,
    process,
    propose_remove,
    restore,
    snapshot,
)
from tests.support.people import CRYPTO, NOW, REGISTRY, founded


def test_three_people_talk() -> None:
    crew = founded("alice", "bob", "carol")
    crew.agree()
    crew["alice"], message = encrypt(CRYPTO, crew["alice"], b"good morning")
    for name in ("bob", "carol"):
        received = process(CRYPTO, crew[name], message, authentication=REGISTRY, now=NOW)
        assert isinstance(received, ApplicationReceived)
        assert received.data == b"good morning"
        assert received.sender.leaf == crew.leaf("alice")
        crew[name] = received.state


def test_everybody_exports_the_same() -> None:
    crew = founded("alice", "bob", "carol")
    secrets = [export_secret(CRYPTO, crew[name], "files", b"1", 32) for name in crew]
    assert secrets[0] == secrets[1] == secrets[2]
    assert export_secret(CRYPTO, crew["bob"], "calls", b"1", 32) != secrets[0]


def test_a_state_survives_its_snapshot() -> None:
    crew = founded("alice", "bob", "carol")
    crew["alice"], message = encrypt(CRYPTO, crew["alice"], b"before")
    restored = restore(snapshot(crew["bob"]))
    assert restored == crew["bob"]
    received = process(CRYPTO, restored, message, authentication=REGISTRY, now=NOW)
    assert isinstance(received, ApplicationReceived)


@pytest.mark.parametrize(
    "padding", [0, -1, 1.5, float("nan"), float("inf"), MAX_PADDING_MULTIPLE + 1, 2**64]
)
def test_padding_is_to_a_multiple_within_bounds(padding: int) -> None:
    state = founded("alice", "bob")["alice"]
    with pytest.raises(UsageError):
        encrypt(CRYPTO, state, b"hello", padding=padding)
    framing = Framing(wire_format=WireFormat.PRIVATE_MESSAGE, padding=padding)
    with pytest.raises(UsageError):
        propose_remove(CRYPTO, state, 1, framing=framing)


@pytest.mark.parametrize("padding", [1, MAX_PADDING_MULTIPLE])
def test_padding_reaches_its_bounds(padding: int) -> None:
    crew = founded("alice", "bob")
    _, message = encrypt(CRYPTO, crew["alice"], b"hello", padding=padding)
    received = crew.receive("bob", message)
    assert isinstance(received, ApplicationReceived)
    assert received.data == b"hello"


def test_a_signature_key_that_is_none_is_the_callers_mistake() -> None:
    state = replace(founded("alice", "bob")["alice"], signature_key=Secret(bytes(31)))
    with pytest.raises(UsageError):
        encrypt(CRYPTO, state, b"hello")


def test_members_commit_in_turn() -> None:
    crew = founded("alice", "bob", "carol")
    for name in ("bob", "carol", "alice"):
        crew.accept(name, crew.commit(name))
        crew.agree()
