"""Messages that break a rule, or that their sender may not send."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, identifier, identifier_bytes
from teamchat.mls.framing.content import ApplicationContent
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import GroupState, commit, group_info, join_external, propose_remove
from teamchat.mls.messages.proposals import Add, Remove
from teamchat.wire.frames import Nack, NackCode, Sent
from tests.support.mallory import forged
from tests.support.rooms import AUTHENTICATION, CRYPTO, Room, now, room
from tests.support.server import Person, bundle_of, device_of

Message = tuple[bytes, dict[str, bytes]]


def key_package_of(person: Person) -> Add:
    return Add(bundle_of(person.certificate, person.device_key).key_package)


def committing(state: GroupState, *proposals: Add | Remove) -> Message:
    made = commit(CRYPTO, state, proposals=proposals, authentication=AUTHENTICATION, now=now())
    more = {"group_info": made.group_info}
    return made.message, more | ({"welcome": made.welcome} if made.welcome else {})


def elsewhen(made: Room, epoch: int) -> Message:
    body = unwrap(made.words("bo"))
    assert isinstance(body, PrivateMessage)
    return wrap(replace(body, epoch=epoch)), {}


def foreign_group(made: Room) -> Message:
    body = unwrap(made.words("bo"))
    assert isinstance(body, PrivateMessage)
    return wrap(replace(body, group_id=os.urandom(16))), {}


def public_words(made: Room) -> Message:
    return forged(made.states["bo"], ApplicationContent(b"in the open")), {}


def without_group_info(made: Room) -> Message:
    return committing(made.states["bo"])[0], {}


def old_group_info(made: Room) -> Message:
    body, _ = committing(made.states["bo"])
    return body, {"group_info": group_info(CRYPTO, made.states["bo"])}


def torn_group_info(made: Room) -> Message:
    body, more = committing(made.states["bo"])
    return body, {"group_info": more["group_info"][:-1]}


def damaged(made: Room) -> Message:
    body, more = committing(made.states["bo"])
    opened = unwrap(body)
    assert isinstance(opened, PublicMessage)
    signature = bytes(len(opened.auth.signature))
    return wrap(replace(opened, auth=replace(opened.auth, signature=signature))), more


def without_welcome(made: Room) -> Message:
    body, more = committing(made.states["anna"], key_package_of(made.people["eve"]))
    return body, {"group_info": more["group_info"]}


def welcome_for_nobody(made: Room) -> Message:
    _, adding = committing(made.states["anna"], key_package_of(made.people["eve"]))
    body, more = committing(made.states["anna"])
    return body, more | {"welcome": adding["welcome"]}


def welcome_for_others(made: Room) -> Message:
    _, other = committing(made.states["anna"], key_package_of(made.people["eve"]))
    body, more = committing(made.states["anna"], key_package_of(made.people["eve"]))
    return body, more | {"welcome": other["welcome"]}


def words_with_welcome(made: Room) -> Message:
    return made.words("bo"), {"welcome": b"x"}


def adding_a_stranger(made: Room) -> Message:
    """Bo is no admin."""
    return committing(made.states["bo"], key_package_of(made.people["eve"]))


def removing_the_admin(made: Room) -> Message:
    return committing(made.states["bo"], Remove(made.states["anna"].own_leaf))


def proposing_to_remove_the_admin(made: Room) -> Message:
    return propose_remove(CRYPTO, made.states["bo"], made.states["anna"].own_leaf).message, {}


def adding_an_unregistered_device(made: Room) -> Message:
    """A ghost of eve: soundly certified, by a key and for a device the server never saw."""
    eve = made.people["eve"]
    ghost = Person(eve.user, "eve", "", IdentityKey(os.urandom(32)))
    device_of(ghost, key_packages=0)
    return committing(made.states["anna"], key_package_of(ghost))


def signed_by_another(made: Room) -> Message:
    """Bo's socket, anna's message."""
    return committing(made.states["anna"])


def joining(made: Room, person: Person) -> Message:
    state = made.states["bo"]
    bundle = bundle_of(person.certificate, person.device_key)
    joined = join_external(
        CRYPTO, group_info(CRYPTO, state), bundle, ratchet_tree=state.tree.encode(),
        authentication=AUTHENTICATION, now=now(),
    )  # fmt: skip
    return joined.message, {"group_info": joined.group_info}


def joining_as_ghost(made: Room) -> Message:
    """Another device of bo, certified by his identity key, that he never registered."""
    bo = made.people["bo"]
    ghost = Person(bo.user, "bo", "", bo.identity)
    device_of(ghost, key_packages=0, key=DeviceKey(os.urandom(32)))
    return joining(made, ghost)


def garbage(_: Room) -> Message:
    return os.urandom(200), {}


INVALID, FORBIDDEN, STALE = NackCode.INVALID, NackCode.FORBIDDEN, NackCode.STALE_EPOCH
CASES: dict[str, tuple[str, Callable[[Room], Message], NackCode]] = {
    "garbage": ("bo", garbage, INVALID),
    "nothing": ("bo", lambda _: (b"", {}), INVALID),
    "a foreign group": ("bo", foreign_group, INVALID),
    "public words": ("bo", public_words, INVALID),
    "words of a future epoch": ("bo", lambda made: elsewhen(made, 2), STALE),
    "words of the last epoch of all": ("bo", lambda made: elsewhen(made, 2**64 - 1), STALE),
    "too large": (
        "bo",
        lambda made: (made.words("bo") + bytes(300_000), {}),
        NackCode.TOO_LARGE,
    ),
    "words with a Welcome": ("bo", words_with_welcome, INVALID),
    "a commit without GroupInfo": ("bo", without_group_info, INVALID),
    "a commit with an old GroupInfo": ("bo", old_group_info, INVALID),
    "a commit with a torn GroupInfo": ("bo", torn_group_info, INVALID),
    "a commit that nobody signed": ("bo", damaged, INVALID),
    "an addition without Welcome": ("anna", without_welcome, INVALID),
    "a Welcome for nobody": ("anna", welcome_for_nobody, INVALID),
    "a Welcome for others": ("anna", welcome_for_others, INVALID),
    "an addition by no admin": ("bo", adding_a_stranger, FORBIDDEN),
    "a removal by no admin": ("bo", removing_the_admin, FORBIDDEN),
    "a proposal to remove the admin": ("bo", proposing_to_remove_the_admin, FORBIDDEN),
    "an unregistered device": ("anna", adding_an_unregistered_device, FORBIDDEN),
    "a commit of somebody else": ("bo", signed_by_another, FORBIDDEN),
    "a stranger joins": (
        "eve",
        lambda made: joining(made, made.people["eve"]),
        NackCode.UNKNOWN_CONVERSATION,
    ),
    "an unregistered device joins": ("bo", joining_as_ghost, FORBIDDEN),
    "a stranger speaks": (
        "eve",
        lambda made: (made.words("bo"), {}),
        NackCode.UNKNOWN_CONVERSATION,
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_is_against_the_rules_changes_nothing(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    who, make, expected = CASES[name]
    async with room(tmp_path) as made:
        body, more = make(made)
        line = await (await made.line(who)).sync()
        async with made.unchanged():
            answer = await line.send(made.id, body, **more)
            assert isinstance(answer, Nack), answer
            assert answer.code is expected, answer
    assert [each for each in caplog.records if each.exc_info] == []


async def test_words_of_an_epoch_that_is_too_old(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        old = made.words("bo")
        for _ in range(6):
            state = made.states["anna"]
            pending = commit(CRYPTO, state, authentication=AUTHENTICATION, now=now())
            answer = await made.lines["anna"].send(
                made.id, pending.message, group_info=pending.group_info
            )
            assert isinstance(answer, Sent), answer
            made.states["anna"] = pending.adopt(state)
        async with made.unchanged():
            refused = await made.lines["bo"].send(made.id, old)
            assert isinstance(refused, Nack)
            assert (refused.code, refused.epoch) == (STALE, 7)


async def test_a_message_for_a_conversation_that_is_not_there(tmp_path: Path) -> None:
    nowhere = ConversationId(identifier(os.urandom(16)))
    async with room(tmp_path) as made:
        body = unwrap(made.words("bo"))
        assert isinstance(body, PrivateMessage)
        async with made.unchanged():
            moved = wrap(replace(body, group_id=identifier_bytes(nowhere)))
            answer = await made.lines["bo"].send(nowhere, moved)
            assert isinstance(answer, Nack)
            assert answer.code is NackCode.UNKNOWN_CONVERSATION


async def test_the_client_id_of_somebody_else_takes_nothing_from_them(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        first = await made.lines["anna"].send(made.id, made.words("anna"), client_id=b"c" * 16)
        second = await made.lines["bo"].send(made.id, made.words("bo"), client_id=b"c" * 16)
        again = await made.lines["bo"].send(made.id, made.words("bo"), client_id=b"c" * 16)
        assert isinstance(first, Sent)
        assert isinstance(second, Sent)
        assert isinstance(again, Sent)
        assert second.seq == again.seq == first.seq + 1
        assert (second.duplicate, again.duplicate) == (False, True)


async def test_a_commit_that_is_replayed_is_stale(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        state = made.states["anna"]
        pending = commit(CRYPTO, state, authentication=AUTHENTICATION, now=now())
        more = {"group_info": pending.group_info}
        assert isinstance(await made.lines["anna"].send(made.id, pending.message, **more), Sent)
        made.states["anna"] = pending.adopt(state)
        async with made.unchanged():
            for who in ("anna", "bo"):
                answer = await made.lines[who].send(made.id, pending.message, **more)
                assert isinstance(answer, Nack)
                assert answer.code is STALE


async def test_of_two_commits_at_once_one_wins(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        mine, more = committing(made.states["anna"])
        theirs, others = committing(made.states["bo"])
        answers = await asyncio.gather(
            made.lines["anna"].send(made.id, mine, **more),
            made.lines["bo"].send(made.id, theirs, **others),
        )
        assert sorted(type(each).__name__ for each in answers) == ["Nack", "Sent"]
        lost = next(each for each in answers if isinstance(each, Nack))
        assert (lost.code, lost.epoch) == (STALE, 2)
        (conversation, *_), *_ = await made.database()
        assert 2 in conversation
