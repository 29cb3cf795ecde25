from dataclasses import replace

import pytest

from teamchat import cbor
from teamchat.content import given
from teamchat.content.envelope import pack, unpack
from teamchat.content.errors import ContentError
from teamchat.content.given import GIVEN, MAX_USERS, Given, given_in
from teamchat.content.model import ExternalPart, Message
from teamchat.content.profile import Author, Unsupported, meaning
from teamchat.ids import BlobId, ConversationId, UserId, identifier

ANNA, WEI = (UserId(identifier(bytes([number]) * 16)) for number in (1, 2))
AUTHOR = Author(ANNA, ConversationId(identifier(b"r" * 16)))
GIFT = Given(
    blob=BlobId(identifier(b"b" * 16)), key=b"k" * 32, size=900, digest=b"d" * 32, epoch=7,
    users=(WEI, ANNA), since_ms=5, until_ms=9, count=3,
)  # fmt: skip


def message() -> Message:
    return given.message(AUTHOR, GIFT, salt=bytes(16))


def test_what_is_written_is_read() -> None:
    assert given_in(unpack(pack(message())).message) == GIFT


def test_the_key_is_in_no_repr() -> None:
    assert "kkkk" not in repr(GIFT)


def test_a_client_that_does_not_know_it_shows_that_there_is_something() -> None:
    assert isinstance(meaning(message()), Unsupported)


def test_it_fits_into_a_message_for_as_many_as_may_be() -> None:
    users = tuple(UserId(identifier(each.to_bytes(16, "big"))) for each in range(MAX_USERS))
    many = replace(GIFT, users=users)
    assert given_in(unpack(pack(given.message(AUTHOR, many, salt=bytes(16)))).message) == many


@pytest.mark.parametrize(
    "change",
    [
        {"key": b"k"}, {"digest": b"d"}, {"size": 0}, {"size": 2**30 + 1}, {"count": 0},
        {"count": 1_000_001}, {"since_ms": 10}, {"since_ms": -1}, {"until_ms": 2**53},
        {"until_ms": given.LATEST_MS}, {"since_ms": 2**52, "until_ms": 2**52},
        {"epoch": -1}, {"users": ()}, {"users": (WEI,) * (MAX_USERS + 1)},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ContentError):
        replace(GIFT, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "told",
    [
        None, 7, (7, 5, 9, 3), (7, 5, 9, 3, b""), (7, 5, 9, 3, b"x"), (7, 5, 9, True, bytes(16)),
        (7, 9, 5, 3, bytes(16)), (7, 5, 9, 3, bytes(16), 1), (7, 5, 9, "3", bytes(16)),
    ],
)  # fmt: skip
def test_what_is_not_said_well_gives_nothing(told: cbor.Value) -> None:
    found = message()
    assert given_in(replace(found, extensions={**found.extensions, GIVEN: told})) is None


@pytest.mark.parametrize(
    "change",
    [
        {"enc_alg": 1}, {"hash_alg": 7}, {"nonce": b"n"}, {"aad": b"a"}, {"key": b"short"},
        {"url": "https://elsewhere.example/x"}, {"content_type": "text/plain"}, {"size": 0},
    ],
)  # fmt: skip
def test_another_file_gives_nothing(change: dict[str, object]) -> None:
    found = message()
    assert isinstance(found.part, ExternalPart)
    part = replace(found.part, **change)  # type: ignore[arg-type]
    assert given_in(replace(found, part=part)) is None
