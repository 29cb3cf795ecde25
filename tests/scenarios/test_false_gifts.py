"""What a member gives a newcomer who was not to give it gives way to what is given by who was."""

import dataclasses
import hashlib
import os
import secrets

import pytest
from msgspec.structs import replace

from teamchat.client.http import OfflineError
from teamchat.client.room_history import _append
from teamchat.content.archive import ID_BYTES, KEY_BYTES, ArchiveKey, Head, Origin, Place
from teamchat.content.archive_file import framed
from teamchat.content.given import Given
from teamchat.engine import sharing
from teamchat.engine.events import GroupAsked, HistoryGiveAsked
from teamchat.engine.history.entries import LineEntry, Packer, RoomEntry, line_entry
from teamchat.ids import BlobId, ConversationId, UserId, identifier
from teamchat.wire.room_policy import ALL
from tests.scenarios.test_gifts_in_turn import SAID, add_and_vanish, givers
from tests.scenarios.test_history_for_new_members import a_gift, add, given_lines, hand_over, team
from tests.support.simulated_files import SimulatedFiles
from tests.support.simulator import Peer, World

TRUE = [("Anna", "Anna", "first"), ("Anna", "Bo", "second"), ("Anna", "Anna", "third")]
FALSE = [("Bo", each, f"false {text}") for _, each, text in TRUE]


def forged(giver: Peer, talk: ConversationId, to: Peer, lines: list[LineEntry]) -> Given:
    """Put an archive of lines as its giver likes on the server."""
    world, out = giver.world, bytearray()
    key = ArchiveKey(secrets.token_bytes(KEY_BYTES))
    head = Head(
        archive=secrets.token_bytes(ID_BYTES), origin=Origin.ROOM, user=giver.account.user,
        device=giver.account.device, created=world.clock.now(), since_ms=0, lines=0,
    )  # fmt: skip
    packer = Packer()
    packer.enter(RoomEntry(talk, direct=False, title="", peer=UserId(""), left=False, log_epoch=0,
                           shift=0))  # fmt: skip
    for each in lines:
        assert packer.add(each) is None
    out += framed(head.encode())
    _append(out.extend, key, head, Place.first(head), packer.take(), last=True)
    blob = BlobId(identifier(os.urandom(16)))
    world.server.blobs[blob] = bytes(out)
    world.server.takers[blob] = {to.account.device}
    times = [each.time_ms for each in lines]
    return Given(
        blob=blob, key=key.secret, size=len(out), digest=hashlib.sha256(out).digest(),
        epoch=to.state(talk).record.welcomed, users=(to.account.user,), since_ms=min(times),
        until_ms=max(times), count=len(lines),
    )  # fmt: skip


def forge(
    monkeypatch: pytest.MonkeyPatch, giver: Peer, talk: ConversationId, to: Peer, word: str
) -> None:
    """Give somebody other words under the ids of what was said."""
    said = [each for each in giver.store.lines(talk, None, 99) if each.text in SAID]
    lines = [replace(line_entry(each), text=f"{word} {each.text}") for each in said]
    with monkeypatch.context() as patched:
        patched.setattr(sharing, "still_fits", lambda *_: True)
        hand_over(giver, talk, forged(giver, talk, to, lines))


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> tuple[World, list[Peer], ConversationId, Peer]:
    """Anna has added Wei and is switched off; Bo was quick to give what nobody said."""
    world, peers, talk = team(ALL, "anna bo cem")
    wei = world.person("wei")
    add_and_vanish(world, peers[0], talk, wei)
    forge(monkeypatch, peers[1], talk, wei, "false")
    assert given_lines(wei, talk) == FALSE
    return world, peers, talk, wei


Early = tuple[World, list[Peer], ConversationId, Peer]


@pytest.mark.parametrize("restarts", [False, True])
def test_who_added_them_comes_later_and_is_believed(early: Early, *, restarts: bool) -> None:
    world, (anna, *_), talk, wei = early
    if restarts:
        wei.restart()
    anna.come_back()
    world.advance(600)
    assert given_lines(wei, talk) == TRUE
    assert givers(wei, talk) == [("Bo", "3"), ("Anna", "3")]


def test_what_was_given_as_expected_stays(early: Early, monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo, cem), talk, wei = early
    anna.come_back()
    world.advance(600)
    forge(monkeypatch, cem, talk, wei, "falser")
    roles = world.server.logs[talk].roles
    roles[bo.account.user] = roles[anna.account.user]
    wei.restart()
    world.advance(10)
    forge(monkeypatch, bo, talk, wei, "expected too,")
    assert len(givers(wei, talk)) == 4
    assert given_lines(wei, talk) == TRUE


def test_of_two_who_were_not_to_give_it_the_first_stays(
    early: Early, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (_, _, cem), talk, wei = early
    forge(monkeypatch, cem, talk, wei, "falser")
    assert given_lines(wei, talk) == FALSE


def test_who_added_them_gives_it_by_command(early: Early, monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, _, cem), talk, wei = early
    world.sleep(450)
    forge(monkeypatch, cem, talk, wei, "in turn")  # now nobody gives by themselves
    anna.come_back()
    world.advance(600)
    assert given_lines(wei, talk) == FALSE
    anna.ask(lambda call: HistoryGiveAsked(call, talk, wei.account.user))
    assert given_lines(wei, talk) == TRUE


def test_what_one_read_oneself_stays_whoever_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (anna, bo), talk = team(ALL)
    forge(monkeypatch, anna, talk, bo, "false")
    (took,) = bo.state(talk).record.took
    assert took.expected
    assert bo.texts(talk) == SAID
    assert not given_lines(bo, talk)


@pytest.mark.parametrize("as_said", [False, True])
def test_who_names_anothers_file_elsewhere_does_not_delete_it(
    monkeypatch: pytest.MonkeyPatch, *, as_said: bool
) -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    lunch = bo.ask(lambda call: GroupAsked(call, "Lunch", (wei.account.user,), ALL))
    aside = ConversationId(lunch)
    wei.go_offline()
    add(anna, talk, wei)
    ((blob, file),) = world.server.blobs.items()
    gift = a_gift(world, bo, aside, wei.account.user, epoch=wei.state(aside).record.welcomed)
    gift = dataclasses.replace(gift, blob=blob)
    if as_said:  # Bo has read what Anna said of it
        digest = hashlib.sha256(file).digest()
        gift = dataclasses.replace(gift, size=len(file), digest=digest)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    hand_over(bo, aside, gift)
    let_go = list[BlobId]()

    async def delete(_: SimulatedFiles, which: BlobId) -> None:
        let_go.append(which)
        del world.server.blobs[which]  # as the server does when the last one has taken it

    async def cut_off_once(*_: object) -> None:
        monkeypatch.setattr(SimulatedFiles, "download", download)
        raise OfflineError("cut off")  # so that the false one is looked at first

    download = SimulatedFiles.download
    monkeypatch.setattr(SimulatedFiles, "download", cut_off_once)
    monkeypatch.setattr(SimulatedFiles, "taken", delete)
    wei.come_back()
    world.advance(120)
    assert "system-history-damaged" in wei.system(aside)
    assert wei.texts(talk) == SAID
    assert let_go == [blob]
