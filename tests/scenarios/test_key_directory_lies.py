"""A server that lies about whose devices are whose: what its people notice, and what they read."""

import msgspec
import pytest

from teamchat.engine import groups
from teamchat.engine.commands import Query
from teamchat.engine.events import (
    AddAsked,
    GroupAsked,
    RejoinAsked,
    TextWritten,
    TimerFired,
)
from teamchat.engine.following import AGAIN
from teamchat.engine.model import Link, Standing
from teamchat.engine.view import alarm_of, conversation_of
from teamchat.i18n import Catalogue
from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.transparency import LogKey, SignedNote, open_checkpoint
from teamchat.wire.frames import Send, Sent
from tests.support.simulated_keys import KEY, KeyLog
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World
from tests.support.tlog import StoredLog

DAY = "2026-09-21"


def say(peer: Peer, conversation: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, conversation, text))


def told(peer: Peer) -> list[str]:
    """What the person has read, in English, without what is no alarm."""
    catalogue = Catalogue("en")
    alarms = [alarm_of(each, peer.engine.people) for each in peer.engine.alarms]
    return [
        catalogue.text(each.key, **dict(each.arguments))
        for each in alarms
        if each.key.startswith("alarm-")
    ]


def keys_of(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def look(world: World, peer: Peer) -> None:
    peer.events.append(TimerFired(AGAIN))
    world.run()


def ghost_of(world: World, peer: Peer) -> Peer:
    """A device that the server made for somebody, under an identity key of its own."""
    user = peer.account.user
    honest, world.identities[user] = world.identities[user], IdentityKey(CRYPTO.random(32))
    ghost = world.device(user)
    world.identities[user] = honest
    return ghost


def certified(world: World, peer: Peer, identity: IdentityKey) -> statements.Added:
    """An entry for a device of somebody, by any identity key."""
    device, key = DeviceId(identifier(CRYPTO.random(16))), DeviceKey(CRYPTO.random(32))
    signed = certificate.issue(
        identity, user=peer.account.user, device=device, device_key=key.public, created=1
    )
    return statements.Added(peer.account.user, device, signed, DAY)


def another_log(world: World, *said: statements.Statement | bytes, without: int = 0) -> KeyLog:
    """The log as it is, without its last entries, and with others."""
    honest = world.server.keys.honest
    log = KeyLog(stored=StoredLog(key=KEY))
    log.append(*honest.stored.entries[: honest.size - without], *said)
    return log


def show(world: World, peer: Peer, log: KeyLog) -> None:
    """Let the server show a log of its own to one device."""
    world.server.keys.others[peer.account.device] = log
    world.server.tell_keys()
    world.run()


def believes_in_itself(world: World, ghost: Peer) -> None:
    """Let a device see a log in which it is listed."""
    account = ghost.account
    itself = statements.Reset(account.user, account.device, account.certificate, DAY)
    show(world, ghost, another_log(world, itself))


# --- the seven attacks ------------------------------------------------------------------------


def test_a_logged_ghost_is_an_alarm_for_its_supposed_owner_and_a_changed_key_for_the_others(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    phone = world.device(bo.account.user)
    ghost = ghost_of(world, bo)
    world.advance(30)
    for device in (bo, phone):
        (text,) = told(device)
        assert text == (
            "Your security key was replaced on 21 September 2026, and another device now stands for"
            " you. If that was not you, tell your IT department at once and warn your colleagues."
        )
    assert keys_of(anna) == ["alarm-key-changed"]
    assert anna.refused(lambda call: TextWritten(call, talk, "secret")) == "error-key-changed"
    assert ghost.texts(talk) == []


def test_an_unlogged_ghost_is_not_added(world: World, anna: Peer, bo: Peer) -> None:
    world.server.lists_devices = False
    ghost_of(world, bo)
    refused = anna.refused(lambda call: GroupAsked(call, "Team", (bo.account.user,)))
    assert refused == "error-device-unlisted"
    assert not anna.engine.conversations
    assert keys_of(anna) == []


def test_an_unlogged_ghost_that_joins_by_itself_is_left_alone_with(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    world.server.lists_devices = False
    ghost = ghost_of(world, bo)
    believes_in_itself(world, ghost)
    world.advance(60)
    shown = conversation_of(anna.state(talk), anna.account, anna.engine.people)
    assert shown.standing is Standing.BROKEN
    (text,) = told(anna)
    assert text == (
        "A device was put into a conversation that is not in the list of devices. This device has"
        " left the conversation, and nothing is sent there. Tell your IT department."
    )
    assert anna.refused(lambda call: TextWritten(call, talk, "secret")) == "error-not-a-member"
    assert ghost.texts(talk) == []
    (finding,) = anna.engine.desk.keys.findings
    assert finding.certificate == ghost.account.certificate
    anna.tell(lambda call: RejoinAsked(call, talk))
    world.run()
    assert not anna.state(talk).joined


def test_a_listed_device_under_another_certificate_is_left_alone_with(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """Every byte counts: what is not in the log was seen by nobody else."""
    account = bo.account
    again = certificate.issue(
        world.identities[account.user],
        user=account.user,
        device=account.device,
        device_key=DeviceKey(account.device_seed).public,
        created=5,
    )
    log = world.server.logs[talk]
    made = groups.join_external(
        CRYPTO, msgspec.structs.replace(account, certificate=again), talk, log.group_info,
        log.group.tree_bytes(), world.clock.now(),
    )  # fmt: skip
    send = Send(1, talk, CRYPTO.random(16), made.body, made.group_info)
    assert isinstance(world.server.take(account.device, send), Sent)
    world.server.fan_out()
    world.run()
    assert keys_of(anna) == ["alarm-device-unlisted"]
    (finding,) = anna.engine.desk.keys.findings
    assert finding.certificate == again


def test_a_welcome_among_unlogged_ghosts_is_not_followed(
    world: World, anna: Peer, bo: Peer
) -> None:
    world.server.lists_devices = False
    ghost = ghost_of(world, bo)
    world.server.devices[bo.account.device].revoked = True
    believes_in_itself(world, ghost)
    team = ConversationId(ghost.ask(lambda call: GroupAsked(call, "Us", (anna.account.user,))))
    world.advance(60)
    assert keys_of(anna) == ["alarm-device-unlisted"]
    assert not anna.state(team).joined
    assert ghost.texts(team) == []


def test_two_views_are_found_out_by_one_message(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    show(world, bo, another_log(world, certified(world, bo, world.identities[bo.account.user])))
    assert keys_of(anna) == []
    say(bo, talk, "hello")
    assert anna.texts(talk) == ["hello"]
    (text,) = told(anna)
    assert text == (
        "Bo was shown another list of devices than you. Either the server has two lists, or the"
        " device of Bo does not tell the truth. Write nothing confidential, speak to each other,"
        " and tell your data protection officer."
    )
    (finding,) = anna.engine.desk.keys.findings
    head = bo.engine.desk.keys.pin.head  # type: ignore[union-attr]  # it is there
    assert finding.claim == f"{head.size} {head.root.hex()}"
    assert open_checkpoint(SignedNote.decode(finding.ours), KEY.verifier).checkpoint.size == 2
    say(bo, talk, "again")
    assert len(anna.engine.desk.keys.findings) == 1


def test_a_smaller_view_is_found_out_by_the_other_side(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    show(world, bo, another_log(world, certified(world, bo, world.identities[bo.account.user])))
    for name in ("cem", "dora"):
        world.person(name)
    say(bo, talk, "hello")
    assert keys_of(anna) == ["alarm-key-log-split"]
    say(anna, talk, "you too?")
    assert "alarm-key-log-split" in keys_of(bo)


def test_who_has_seen_less_or_more_of_the_same_log_is_no_alarm(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    early = world.server.keys.honest.copy()
    world.server.keys.others[bo.account.device] = early
    for name in ("cem", "dora", "eva"):
        world.person(name)
    show(world, anna, world.server.keys.honest)
    anna.restart()
    world.run()
    say(bo, talk, "I know of two")
    del world.server.keys.others[bo.account.device]
    say(anna, talk, "I know of five")
    assert bo.texts(talk) == ["I know of two", "I know of five"]
    assert bo.engine.desk.keys.directory.size == anna.engine.desk.keys.directory.size == 5
    assert keys_of(anna) == keys_of(bo) == []
    assert not any(each.desk.keys.pin.monitor.heard for each in (anna.engine, bo.engine))  # type: ignore[union-attr]  # it is there


def test_an_erased_entry_is_found_out(world: World, anna: Peer, bo: Peer) -> None:
    cem = world.person("cem")
    before = anna.engine.desk.keys
    others = [certified(world, each, world.identities[each.account.user]) for each in (anna, bo)]
    show(world, anna, another_log(world, *others, without=1))
    (text,) = told(anna)
    assert text == (
        "The list of devices that the server gives out is not the one it has signed: something in"
        " it was changed or taken out. None of it is believed. Tell your data protection officer;"
        " this device keeps the evidence."
    )
    after = anna.engine.desk.keys
    assert (after.pin, after.directory) == (before.pin, before.directory)
    (finding,) = after.findings
    sizes = [
        open_checkpoint(SignedNote.decode(note), KEY.verifier).checkpoint.size
        for note in (finding.ours, finding.theirs)
    ]
    assert sizes == [3, 4]
    assert cem.account.user in after.directory.people
    anna.restart()
    world.run()
    assert anna.engine.desk.keys.findings == (finding,)
    assert keys_of(anna) == ["alarm-key-log-unproven"]


def test_a_rollback_is_told_and_what_was_known_stays(world: World, anna: Peer, bo: Peer) -> None:
    world.server.keys.others[anna.account.device] = another_log(world, without=1)
    look(world, anna)
    (text,) = told(anna)
    assert text == (
        "The server shows an older list of devices than before: entries are missing. Write nothing"
        " confidential, and tell your IT department; this device keeps the evidence."
    )
    assert anna.engine.desk.keys.directory.size == 2
    del world.server.keys.others[anna.account.device]
    cem = world.person("cem")
    assert cem.account.user in anna.engine.desk.keys.directory.people


def test_one_size_and_two_roots_convict_the_log(world: World, anna: Peer, bo: Peer) -> None:
    other = certified(world, bo, world.identities[bo.account.user])
    world.server.keys.others[anna.account.device] = another_log(world, other, without=1)
    look(world, anna)
    assert told(anna)[0].startswith("The server now shows another list of devices than before")
    (finding,) = anna.engine.desk.keys.findings
    ours, theirs = (
        open_checkpoint(SignedNote.decode(note), KEY.verifier).checkpoint
        for note in (finding.ours, finding.theirs)
    )
    assert (ours.size, ours.root != theirs.root) == (theirs.size, True)


def test_a_forged_vouch_is_refused_and_its_supposed_owner_told(
    world: World, anna: Peer, bo: Peer
) -> None:
    world.server.enter(certified(world, bo, IdentityKey(CRYPTO.random(32))))
    world.run()
    (text,) = told(bo)
    assert text == (
        "Somebody tried to change your devices, and could not show that it was you. It was refused."
        " Tell your IT department."
    )
    assert keys_of(anna) == []
    ((index, user, _),) = anna.engine.desk.keys.refused
    assert (index, user) == (2, bo.account.user)
    anna.restart()
    assert anna.engine.desk.keys.refused == bo.engine.desk.keys.refused


def test_an_honest_second_device_is_no_alarm(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    phone = world.device(bo.account.user)
    world.advance(30)
    say(anna, talk, "to both")
    assert phone.texts(talk) == bo.texts(talk) == ["to both"]
    assert told(anna) == told(bo) == told(phone) == []
    assert keys_of(bo) == ["notice-own-device-added"]
    assert keys_of(phone) == []
    say(phone, talk, "from the phone")
    assert anna.texts(talk)[-1] == "from the phone"
    assert keys_of(anna) == []


# --- further lies -----------------------------------------------------------------------------


def test_another_log_than_the_pinned_one_is_not_followed(
    world: World, anna: Peer, bo: Peer
) -> None:
    key = LogKey("chat.example/v1/keys/1799999999", b"o" * 32)
    log = KeyLog(key, StoredLog(key=key))
    log.append(*world.server.keys.honest.stored.entries)
    world.server.keys.others[anna.account.device] = log
    look(world, anna)
    assert keys_of(anna) == ["alarm-key-log-other"]
    assert anna.engine.desk.keys.pin.key == KEY.verifier  # type: ignore[union-attr]  # it is there


def begun_anew(world: World, previous: SignedNote) -> KeyLog:
    """The log of a server that was put back from a backup: the devices it has, in a new log."""
    key = LogKey("chat.example/v1/keys/1790009999", b"n" * 32)
    log = KeyLog(key, StoredLog(key=key))
    said: list[statements.Statement] = [statements.Begun(previous.encode().decode(), DAY)]
    rows = world.server.devices.items()
    said += [statements.Added(row.user, device, row.certificate, DAY) for device, row in rows]
    log.append(*said)
    return log


def test_a_log_that_begins_anew_is_followed_and_told(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    phone = world.device(bo.account.user)
    world.advance(30)
    old = world.server.keys.honest
    world.server.keys.honest = begun_anew(world, old.note)
    for peer in (anna, bo, phone):
        peer.restart()
    world.run()
    (text,) = told(anna)
    assert text.startswith("The server has begun its list of devices anew, as it does when a")
    assert keys_of(bo) == ["notice-own-device-added", "alarm-key-log-anew"]
    assert keys_of(phone) == ["alarm-key-log-anew"]
    cem = world.person("cem")
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", (cem.account.user,))))
    say(anna, talk, "as before")
    say(cem, team, "me too")
    assert bo.texts(talk) == phone.texts(talk) == ["as before"]
    assert anna.texts(team) == ["me too"]
    assert keys_of(anna) == ["alarm-key-log-anew"]
    anna.restart()
    world.run()
    assert keys_of(anna) == ["alarm-key-log-anew"]
    (finding,) = anna.engine.desk.keys.findings
    assert SignedNote.decode(finding.ours) == old.note


def test_a_message_from_who_knows_of_the_new_log_makes_others_look(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    old = world.server.keys.honest
    world.server.keys.honest = begun_anew(world, old.note)
    bo.restart()
    world.run()
    say(bo, talk, "it begins anew")
    assert keys_of(anna) == keys_of(bo) == ["alarm-key-log-anew"]
    assert anna.texts(talk) == ["it begins anew"]


def test_a_new_log_that_only_some_are_shown_is_found_out(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    show(world, bo, begun_anew(world, world.server.keys.honest.note))
    bo.restart()
    world.run()
    say(bo, talk, "hello")
    assert keys_of(anna) == ["alarm-key-log-split"]


def test_a_new_log_that_names_no_checkpoint_of_ours_is_not_followed(
    world: World, anna: Peer, bo: Peer
) -> None:
    foreign = LogKey(KEY.verifier.name, b"f" * 32)
    note = KeyLog(foreign, StoredLog(key=foreign)).note
    world.server.keys.others[anna.account.device] = begun_anew(world, note)
    look(world, anna)
    assert keys_of(anna) == ["alarm-key-log-other"]
    assert anna.engine.desk.keys.directory.size == 2


def test_a_checkpoint_that_the_log_has_not_signed_is_not_believed(
    world: World, anna: Peer, bo: Peer
) -> None:
    log = world.server.keys.honest.copy()
    log.shown = lambda note: SignedNote(note.text.replace(b"\n2\n", b"\n3\n"), note.signatures)
    world.server.keys.others[anna.account.device] = log
    look(world, anna)
    assert keys_of(anna) == ["alarm-key-log-unsigned"]


def test_a_removal_by_the_company_is_told_to_the_persons_other_devices(
    world: World, anna: Peer, bo: Peer
) -> None:
    phone = world.device(bo.account.user)
    world.server.enter(statements.Removed(bo.account.user, phone.account.device, DAY))
    world.run()
    assert keys_of(bo) == ["notice-own-device-added", "notice-own-device-removed"]


# --- waiting ----------------------------------------------------------------------------------


def test_a_device_whose_entry_comes_late_is_waited_for_and_only_there(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """The log does not answer for a while: the other conversations go on."""
    team = ConversationId(bo.ask(lambda call: GroupAsked(call, "Team", (anna.account.user,))))
    late = world.server.keys.honest.copy()
    silence = world.server.keys.others[anna.account.device] = KeyLog(stored=late.stored)
    silence.silent = True
    cem = world.person("cem")
    bo.ask(lambda call: AddAsked(call, team, (cem.account.user,)))
    say(bo, team, "cem is here")
    say(bo, talk, "meanwhile")
    assert anna.texts(talk) == ["meanwhile"]
    assert anna.texts(team) == []
    assert keys_of(anna) == []
    del world.server.keys.others[anna.account.device]
    world.advance(120)
    assert anna.texts(team) == ["cem is here"]
    assert keys_of(anna) == []


def test_a_log_that_is_kept_back_keeps_nothing_else_back(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """A commit and a Welcome wait for it; whoever is connected is online all the same."""
    team = ConversationId(bo.ask(lambda call: GroupAsked(call, "Team", (anna.account.user,))))
    anna.go_offline()
    late = world.server.keys.honest.copy()
    world.server.keys.others[anna.account.device] = KeyLog(stored=late.stored, silent=True)
    cem = world.person("cem")
    bo.ask(lambda call: AddAsked(call, team, (cem.account.user,)))
    new = ConversationId(cem.ask(lambda call: GroupAsked(call, "New", (anna.account.user,))))
    say(bo, talk, "meanwhile")
    anna.come_back()
    world.advance(70)
    assert anna.link is Link.ONLINE
    assert anna.texts(talk) == ["meanwhile"]
    assert new not in anna.engine.conversations
    say(anna, talk, "I am here")
    assert keys_of(anna) == ["alarm-key-log-away"]
    del world.server.keys.others[anna.account.device]
    world.advance(70)
    say(bo, team, "with cem")
    say(cem, new, "and here")
    assert (anna.texts(team), anna.texts(new)) == (["with cem"], ["and here"])
    assert keys_of(anna) == ["alarm-key-log-away"]


@pytest.mark.parametrize("after", range(1, 24, 2))
def test_a_client_that_is_killed_while_it_reads_goes_on(after: int, world: World) -> None:
    anna = world.person("anna")
    anna.go_offline()
    identity = IdentityKey(CRYPTO.random(32))
    user, _ = world.server.hire("many")
    entries = []
    for _ in range(600):
        device, key = DeviceId(identifier(CRYPTO.random(16))), DeviceKey(CRYPTO.random(32))
        signed = certificate.issue(
            identity, user=user, device=device, device_key=key.public, created=1
        )
        entries.append(statements.Added(user, device, signed, DAY))
    world.server.enter(*entries)
    anna.come_back()
    anna.restart()
    anna.performed, anna.kill_after = 0, after
    world.advance(30)
    assert anna.engine.desk.keys.directory.size == 601
    assert keys_of(anna) == []
    before = anna.engine.desk.keys
    anna.restart()
    again = anna.engine.desk.keys
    assert (again.pin, dict(again.directory.people)) == (before.pin, dict(before.directory.people))


def test_of_a_bundle_only_what_is_new_is_fetched(world: World, anna: Peer, bo: Peer) -> None:
    user, identity = world.server.hire("many")
    entries = []
    for _ in range(240):
        device, key = DeviceId(identifier(CRYPTO.random(16))), DeviceKey(CRYPTO.random(32))
        signed = certificate.issue(
            identity, user=user, device=device, device_key=key.public, created=1
        )
        entries.append(statements.Added(user, device, signed, DAY))
    world.server.enter(*entries)
    world.run()
    assert anna.engine.desk.keys.directory.size == 242
    fetched: list[int] = []
    answer = world.server.answer

    def counting(device: DeviceId, query: Query) -> object:
        got = answer(device, query)
        if isinstance(got, bytes) and device == anna.account.device:
            fetched.append(len(got))
        return got

    world.server.answer = counting  # type: ignore[method-assign]  # to count
    cem = world.person("cem")
    (part,) = fetched
    assert part == 2 + len(world.server.keys.honest.stored.entries[-1])
    anna.restart()
    dora = world.person("dora")
    world.run()
    assert fetched[1:] == [2 + len(world.server.keys.honest.stored.entries[-1])]
    for each in entries[:20]:  # over the edge of the bundle
        again = certified(world, bo, world.identities[bo.account.user])
        world.server.enter(again)
        del each
    world.run()
    keys = anna.engine.desk.keys
    assert keys.directory.size == 264
    assert {cem.account.user, dora.account.user} <= keys.directory.people.keys()
    assert keys_of(anna) == []


def test_if_the_rest_does_not_fit_the_whole_is_read_before_anything_is_told(
    world: World, anna: Peer, bo: Peer
) -> None:
    """A proxy of the company that cuts answers is no attack."""
    honest = world.server.answer
    starts: list[int] = []

    def cut(device: DeviceId, query: Query) -> object:
        got = honest(device, query)
        if "entries" in query.path:
            starts.append(query.start)
        return got[1:] if isinstance(got, bytes) and query.start else got

    world.server.answer = cut  # type: ignore[method-assign]  # to disturb
    cem = world.person("cem")
    world.run()
    assert cem.account.user in anna.engine.desk.keys.directory.people
    assert keys_of(anna) == keys_of(bo) == []
    assert 0 in starts
    assert any(starts)
