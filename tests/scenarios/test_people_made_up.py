"""Lines that a member gives can name people who do not exist: nobody else's name waits for them."""

import hashlib
import os
import secrets

import pytest

from teamchat.client.room_history import _append
from teamchat.content.archive import ID_BYTES, KEY_BYTES, ArchiveKey, Head, Origin, Place
from teamchat.content.archive_file import framed
from teamchat.content.given import Given
from teamchat.engine import directory, sharing
from teamchat.engine.commands import Query
from teamchat.engine.history.entries import LineEntry, Packer, RoomEntry
from teamchat.engine.model import MessageKind
from teamchat.engine.records import PersonRecord
from teamchat.engine.step import Step
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId, identifier
from teamchat.wire.room_policy import ALL
from tests.scenarios.test_history_for_new_members import add, hand_over, say, team
from tests.support.simulator import Peer, World

MADE_UP = tuple(UserId(identifier(bytes([number]) * 16)) for number in range(20))


def forged(world: World, giver: Peer, talk: ConversationId, to: Peer) -> Given:
    """Have a member give lines of people who do not exist, and one of somebody who does."""
    now = world.clock.now_ms()
    senders = [*MADE_UP, giver.account.user]
    lines = [
        LineEntry(f"{identifier(os.urandom(16))}.{secrets.token_hex(16)}", number - 100,
                  MessageKind.TEXT, sender, now - 1_000 + number, f"words {number}")
        for number, sender in enumerate(senders)
    ]  # fmt: skip
    key, out, packer = ArchiveKey(secrets.token_bytes(KEY_BYTES)), bytearray(), Packer()
    account = giver.account
    head = Head(
        archive=secrets.token_bytes(ID_BYTES), origin=Origin.ROOM, user=account.user,
        device=account.device, created=world.clock.now(), since_ms=0, lines=0,
    )  # fmt: skip
    packer.enter(
        RoomEntry(talk, direct=False, title="", peer=UserId(""), left=False, log_epoch=0, shift=0)
    )
    out += framed(head.encode())
    for each in lines:
        assert packer.add(each) is None
    _append(out.extend, key, head, Place.first(head), packer.take(), last=True)
    blob = BlobId(identifier(os.urandom(16)))
    world.server.blobs[blob] = bytes(out)
    world.server.takers[blob] = {to.account.device}
    return Given(
        blob=blob, key=key.secret, size=len(out), digest=hashlib.sha256(out).digest(),
        epoch=to.state(talk).record.welcomed, users=(to.account.user,),
        since_ms=lines[0].time_ms, until_ms=lines[-1].time_ms, count=len(lines),
    )  # fmt: skip


def watched(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note whom the device asks about; a device that asks without end is stopped."""
    asked: list[str] = []
    real = peer.world.server.answer

    def answer(device: DeviceId, query: Query) -> object:
        if device == peer.account.device and query.path.startswith("/users/"):
            asked.append(query.path.removeprefix("/users/"))
            assert len(asked) < 1_000, "asked without end"
        return real(device, query)

    monkeypatch.setattr(peer.world.server, "answer", answer)
    return asked


def test_of_who_is_in_no_directory_nothing_is_kept_or_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    add(anna, talk, wei)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    asked = watched(wei, monkeypatch)
    hand_over(bo, talk, forged(world, bo, talk, wei))
    assert [each.text for each in wei.messages(talk) if each.sender in MADE_UP]
    wei.restart()
    world.advance(30)
    assert not {*MADE_UP} & {*wei.engine.people}
    assert not {*MADE_UP} & {*asked}


def meet(peer: Peer, *users: UserId) -> None:
    """Let a device hold people of whom it has no name: from before, or from elsewhere."""
    step = Step(peer.engine._held, peer.engine._surroundings)
    for user in users:
        step.put_person(PersonRecord(user))
    directory.ask_for_names(step)
    for command in step.adopt():
        peer._perform(command)
    peer.world.run()


def test_who_is_not_known_is_asked_about_once_and_keeps_no_name_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, (anna, _), talk = team(ALL)
    wei = world.person("wei")
    asked = watched(wei, monkeypatch)
    meet(wei, *MADE_UP)
    add(anna, talk, wei)
    cem = world.person("cem")
    add(anna, talk, cem)
    say(cem, talk, "hello")
    names = [each.sender_name for each in wei.messages(talk) if each.text == "hello"]
    assert names == ["Cem"]
    assert sorted(user for user in asked if user in MADE_UP) == sorted(MADE_UP)


def test_on_the_next_connection_they_are_asked_about_behind_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    asked = watched(anna, monkeypatch)
    meet(anna, *MADE_UP)
    anna.go_offline()
    meet(anna, bo.account.user)
    asked.clear()
    anna.come_back()
    world.advance(120)
    assert asked[0] == bo.account.user
    assert sorted(asked[1:]) == sorted(MADE_UP)
    assert anna.engine.people[bo.account.user].name == "Bo"
