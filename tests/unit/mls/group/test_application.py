"""The life of a group when all goes well."""

from teamchat.mls.group import (
    ApplicationReceived,
    encrypt,
    export_secret,
    process,
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


def test_members_commit_in_turn() -> None:
    crew = founded("alice", "bob", "carol")
    for name in ("bob", "carol", "alice"):
        crew.accept(name, crew.commit(name))
        crew.agree()
