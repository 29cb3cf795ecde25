"""A server that lies: it can withhold and delay, but not read, forge or reorder unseen."""

import msgspec

from teamchat.engine import directory, groups
from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    GroupAsked,
    KeyKept,
    LookAsked,
    MembersAccepted,
    PersonVerified,
    RejoinAsked,
    TextWritten,
)
from teamchat.engine.model import Link, Trust
from teamchat.engine.records import Phase
from teamchat.engine.roster import AUTHENTICATION
from teamchat.engine.step import Step
from teamchat.engine.view import person_of
from teamchat.identity.keys import IdentityKey
from teamchat.ids import ConversationId, DeviceId
from teamchat.mls.public_group import PublicGroup
from teamchat.wire import bodies
from teamchat.wire.frames import InboxItem, InboxKind, Item, Reset, Send, Sent
from tests.support.simulated_log import Log
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import (
    Peer,
    World,
    everyone_agrees,
    renew_keys,
)


def say(peer: Peer, conversation: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, conversation, text))


def offline_texts(anna: Peer, bo: Peer, talk: ConversationId, *texts: str) -> None:
    bo.go_offline()
    for text in texts:
        say(anna, talk, text)


def test_a_dropped_message_is_noticed_and_fetched(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    world.advance(5)
    anna.go_offline()
    anna.tell(lambda call: TextWritten(call, talk, "one"))
    anna.tell(lambda call: TextWritten(call, talk, "two"))
    bo_only = world.server.connections
    assert len(bo_only) == 1
    world.server.lie.drop_next()
    anna.come_back()
    world.advance(120)
    assert bo.texts(talk) == ["one", "two"]


def test_a_repeated_message_is_seen_once(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    offline_texts(anna, bo, talk, "one", "two")
    world.server.lie.duplicate()
    bo.come_back()
    world.advance(120)
    assert bo.texts(talk) == ["one", "two"]
    assert bo.system(talk)[-1] == "system-undecryptable"
    assert "alarm-server-behind" in [each.key for each in bo.engine.alarms]


def test_messages_in_another_order_are_still_read(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """Within one epoch the sender's order is lost to a lying server, but nothing else."""
    offline_texts(anna, bo, talk, "one", "two", "three")
    world.server.lie.reorder()
    bo.come_back()
    world.advance(120)
    assert sorted(bo.texts(talk)) == ["one", "three", "two"]


def test_a_forged_message_is_a_line_that_says_so(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    def forge(item: Item) -> Item:
        return msgspec.structs.replace(item, body=item.body[:-1] + bytes([item.body[-1] ^ 1]))

    offline_texts(anna, bo, talk, "one", "two")
    world.server.lie.forge(forge)
    bo.come_back()
    world.advance(120)
    assert bo.texts(talk) == ["two"]
    assert bo.system(talk)[-1] == "system-undecryptable"
    assert bo.state(talk).joined


def test_a_message_under_another_client_id_replaces_nothing(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "one")
    first = world.server.logs[talk].items[-1]
    offline_texts(anna, bo, talk, "two")
    world.server.lie.forge(lambda item: msgspec.structs.replace(item, client_id=first.client_id))
    bo.come_back()
    world.advance(120)
    assert bo.texts(talk) == ["one"]
    assert bo.system(talk)[-1] == "system-undecryptable"


def test_a_message_said_to_be_our_own_is_not_swallowed(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    own = bo.account.device
    offline_texts(anna, bo, talk, "one")
    world.server.lie.forge(lambda item: msgspec.structs.replace(item, sender=own))
    bo.come_back()
    world.advance(120)
    assert bo.texts(talk) == ["one"]
    assert not bo.messages(talk)[-1].own


def damage_commit(item: Item) -> Item:
    return msgspec.structs.replace(item, body=item.body[:-1] + bytes([item.body[-1] ^ 1]))


def test_a_commit_that_cannot_be_followed_is_joined_past_once(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    bo.go_offline()
    renew_keys(world, anna, talk)
    world.server.lie.forge(damage_commit)
    bo.come_back()
    world.advance(120)
    assert bo.system(talk)[-1] == "system-rejoined"
    assert bo.state(talk).joined
    assert everyone_agrees(world, talk)
    say(anna, talk, "again together")
    say(bo, talk, "yes")
    assert bo.texts(talk) == anna.texts(talk) == ["again together", "yes"]


def test_a_second_failure_in_a_row_breaks_and_says_so(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    for _ in range(2):
        bo.go_offline()
        renew_keys(world, anna, talk)
        world.server.lie.forge(damage_commit)
        bo.come_back()
        world.advance(120)
    assert bo.state(talk).record.phase is Phase.BROKEN
    assert bo.system(talk)[-1] == "system-broken"
    assert [each.key for each in bo.engine.alarms] == ["alarm-conversation-broken"]
    assert bo.refused(lambda call: TextWritten(call, talk, "hello?")) == "error-not-a-member"


def test_a_log_shorter_than_ours_raises_an_alarm(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "one")
    say(anna, talk, "two")
    bo.go_offline()
    world.server.lie.stale(talk, 1)
    bo.come_back()
    world.advance(120)
    assert "alarm-server-behind" in [each.key for each in bo.engine.alarms]
    assert bo.texts(talk) == ["one", "two"]


def test_a_restored_backup_is_said_and_survived(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "one")
    world.advance(5)
    world.server.restore_backup(talk, world.server.logs[talk].head - 1)
    for peer in (anna, bo):
        peer.cut()
    world.advance(120)
    assert bo.texts(talk) == ["one"]
    assert "system-reset" in bo.system(talk)
    say(anna, talk, "two")
    assert bo.texts(talk) == ["one", "two"]


def test_a_backup_from_before_a_commit_makes_everybody_join_again(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "one")
    head = world.server.logs[talk].head
    renew_keys(world, anna, talk)
    world.server.restore_backup(talk, head)
    for peer in (anna, bo):
        peer.cut()
    world.advance(300)
    assert "system-rejoined" in bo.system(talk)
    assert everyone_agrees(world, talk)
    say(anna, talk, "two")
    world.advance(60)
    assert bo.texts(talk) == ["one", "two"]


def test_two_histories_part_and_nobody_reads_the_other(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """A fork: the server shows each side a commit of its own for the same epoch."""
    logs = world.server.logs
    bo.go_offline()
    other = world.server.lie.fork(logs[talk])
    renew_keys(world, anna, talk)
    say(anna, talk, "on the one branch")
    anna.go_offline()
    logs[talk] = other
    bo.come_back()
    world.advance(120)
    renew_keys(world, bo, talk)
    for number in range(3):
        say(bo, talk, f"on the other branch {number}")
    renew_keys(world, bo, talk)
    anna.come_back()
    world.advance(120)
    assert anna.texts(talk) == ["on the one branch"]
    assert "on the one branch" not in bo.texts(talk)
    assert "system-undecryptable" in anna.system(talk)
    assert "system-rejoined" in anna.system(talk)


def test_another_identity_key_raises_an_alarm_and_nothing_is_sent(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    user = bo.account.user
    world.identities[user] = IdentityKey(CRYPTO.random(32))
    impostor = world.device(user)
    world.advance(30)
    assert impostor.state(talk).joined
    assert [each.key for each in anna.engine.alarms] == ["alarm-key-changed"]
    assert person_of(anna.engine.people[user]).trust is Trust.CHANGED
    assert "system-key-changed" in anna.system(talk)
    assert anna.refused(lambda call: TextWritten(call, talk, "secret")) == "error-key-changed"
    anna.ask(lambda call: PersonVerified(call, user))
    assert person_of(anna.engine.people[user]).trust is Trust.VERIFIED
    say(anna, talk, "now it is known")
    assert impostor.texts(talk) == ["now it is known"]


def test_no_group_is_made_with_a_changed_key(world: World, anna: Peer, bo: Peer) -> None:
    anna.ask(lambda call: DirectAsked(call, bo.account.user))
    user = bo.account.user
    world.identities[user] = IdentityKey(CRYPTO.random(32))
    world.device(user)
    refused = anna.refused(lambda call: GroupAsked(call, "Team", (user,)))
    assert refused == "error-key-changed"
    assert len(anna.engine.conversations) == 1


def test_a_revoked_device_stops_and_says_so(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    world.server.devices[bo.account.device].revoked = True
    bo.cut()
    world.advance(120)
    assert bo.link is Link.SIGNED_OUT
    attempts = len(world.server.connections)
    world.advance(3600)
    assert len(world.server.connections) == attempts
    assert bo.messages(talk)


def test_a_reset_for_an_unknown_conversation_changes_nothing(
    world: World, anna: Peer, bo: Peer
) -> None:
    connection = anna.connection
    assert connection is not None
    connection.out.append(Reset(ConversationId("a" * 26), 7, 1, 5))
    world.run()
    assert anna.link is Link.ONLINE
    assert not anna.engine.conversations


# --- coming back --------------------------------------------------------------------------------


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def team_of(anna: Peer, *others: Peer) -> ConversationId:
    users = tuple(each.account.user for each in others)
    return ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))


def ghosts_in_place(world: World, ghost: Peer, talk: ConversationId) -> None:
    """Put a group of the server's own in the place of a conversation's group."""
    now = world.clock.now()
    log, group = world.server.logs[talk], groups.create(CRYPTO, ghost.account, talk, now).group
    info = groups.create(CRYPTO, ghost.account, talk, now).group_info
    while group.epoch < log.group.epoch:
        made = groups.commit(CRYPTO, group, now)
        group, info = groups.restored(made.parts), made.group_info
    log.group_info, log.pair = info, frozenset(log.users())  # they are members still, it says
    log.group = PublicGroup.from_group_info(
        CRYPTO, info, group.tree.encode(), authentication=AUTHENTICATION, now=now
    )
    log.items, log.past = [], []
    log.spans[ghost.account.device] = [[1, 2**53]]


def applications(world: World, talk: ConversationId, peer: Peer) -> int:
    return sum(
        send.conversation == talk and not send.group_info
        for device, send in world.server.received
        if device == peer.account.device
    )


def test_people_who_are_new_after_a_reset_are_told_of_and_sent_nothing(
    world: World, anna: Peer, bo: Peer
) -> None:
    ghost, team = world.person("ghost"), team_of(anna, bo)
    world.advance(30)
    anna.go_offline()
    anna.tell(lambda call: TextWritten(call, team, "typed before"))
    ghosts_in_place(world, ghost, team)
    world.server.logs[team].log_epoch += 1
    sent = applications(world, team, anna)
    anna.come_back()
    world.advance(120)
    assert ghost.account.user in anna.state(team).users()
    assert "alarm-members-unknown" in alarms(anna)
    assert {"system-members-unknown", "system-removed"} <= set(anna.system(team))
    assert anna.refused(lambda call: TextWritten(call, team, "x")) == "error-members-unknown"
    anna.restart()
    world.advance(120)
    assert applications(world, team, anna) == sent
    assert anna.state(team).queued == 1
    assert anna.refused(lambda call: MembersAccepted(call, team, (bo.account.user,))) == (
        "error-others-came"
    )
    assert anna.state(team).record.newcomers, "who was not shown is not accepted"
    anna.ask(lambda call: MembersAccepted(call, team, (ghost.account.user,)))
    world.advance(10)
    assert not anna.state(team).queued
    say(anna, team, "accepted")


def test_out_by_the_servers_word_is_not_in_again_by_its_word(
    world: World, anna: Peer, bo: Peer
) -> None:
    ghost, team = world.person("ghost"), team_of(anna, bo)
    world.advance(30)
    log = world.server.logs[team]
    left = InboxItem(
        InboxKind.CONVERSATION_LEFT, team, 1, anna.state(team).record.seq, log.group.epoch, b""
    )
    world.server.devices[anna.account.device].inbox.append(left)
    world.server.fan_out()
    world.run()
    assert anna.state(team).record.phase is Phase.LEFT
    ghosts_in_place(world, ghost, team)
    anna.cut()
    world.advance(120)
    assert anna.state(team).record.phase is Phase.LEFT
    assert anna.refused(lambda call: TextWritten(call, team, "x")) == "error-not-a-member"


def test_a_conversation_between_two_is_never_joined_with_a_third(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    ghost = world.person("ghost")
    world.advance(30)
    ghosts_in_place(world, ghost, talk)
    world.server.logs[talk].log_epoch += 1
    commits = len(world.server.received)
    anna.cut()
    world.advance(120)
    assert anna.state(talk).record.phase is Phase.BROKEN
    assert "alarm-direct-is-two" in alarms(anna)
    assert [d for d, _ in world.server.received[commits:] if d == anna.account.device] == []
    anna.refused(lambda call: RejoinAsked(call, talk))
    assert anna.state(talk).record.phase is Phase.BROKEN


def test_a_third_whom_one_of_two_adds_is_not_followed(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    eve = world.person("eve")
    world.advance(30)
    key_package = world.server.devices[eve.account.device].key_packages.pop(0)
    now = world.clock.now()
    made = groups.commit(CRYPTO, bo.state(talk).held_group(), now, add=[key_package])
    send = Send(1, talk, CRYPTO.random(16), made.body, made.group_info, made.welcome)
    assert isinstance(world.server.take(bo.account.device, send), Sent)
    world.server.fan_out()
    world.advance(30)
    assert anna.state(talk).record.phase is Phase.BROKEN
    assert "alarm-direct-is-two" in alarms(anna)
    assert anna.refused(lambda call: TextWritten(call, talk, "x")) == "error-not-a-member"


def test_a_conversation_between_two_stays_one_whatever_the_server_calls_it(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    world.server.logs[talk].kind = bodies.ConversationKind.GROUP
    anna.ask(LookAsked)
    world.advance(10)
    record = anna.state(talk).record
    assert record.direct
    assert record.peer == bo.account.user


def test_a_group_is_not_shown_as_a_conversation_with_somebody_who_is_not_in_it(
    world: World, anna: Peer, bo: Peer
) -> None:
    ghost = world.person("ghost")
    fresh = team_of(ghost, anna)
    log, shown = world.server.logs[fresh], world.server._shown
    log.kind, log.pair = bodies.ConversationKind.DIRECT, frozenset({bo.account.user})

    def without_the_ghost(log: Log, device: DeviceId) -> bodies.Conversation:
        body = shown(log, device)
        members = [each for each in body.members if each.user != ghost.account.user]
        return msgspec.structs.replace(body, members=members)

    world.server._shown = without_the_ghost  # type: ignore[method-assign]  # the server lies
    anna.ask(LookAsked)
    world.advance(10)
    record = anna.state(fresh).record
    assert not record.direct
    assert record.peer != bo.account.user


def test_who_is_gone_after_a_reset_is_said(world: World, anna: Peer, bo: Peer) -> None:
    cem, team = world.person("cem"), team_of(anna, bo)
    world.advance(30)
    head = world.server.logs[team].head
    anna.ask(lambda call: AddAsked(call, team, (cem.account.user,)))
    world.advance(30)
    before = len(anna.system(team))
    world.server.restore_backup(team, head)
    cem.go_offline()
    for peer in (anna, bo):
        peer.cut()
    world.advance(120)
    assert cem.account.user not in anna.state(team).users()
    assert "system-removed" in anna.system(team)[before:]
    assert "alarm-members-unknown" not in alarms(anna)


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_that_changed_after_it_was_compared_is_not_verified(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    user = bo.account.user
    compared = anna.engine.people[user].identity_key
    world.identities[user] = IdentityKey(CRYPTO.random(32))
    impostor = world.device(user)
    world.advance(30)
    refused = anna.refused(lambda call: PersonVerified(call, user, compared))
    assert refused == "error-number-changed"
    assert person_of(anna.engine.people[user]).trust is Trust.CHANGED
    assert anna.refused(lambda call: TextWritten(call, talk, "secret")) == "error-key-changed"
    assert impostor.texts(talk) == []
    assert anna.refused(lambda call: KeyKept(call, user)) == "error-key-in-use"


def test_a_claimed_key_alone_does_not_silence_a_conversation_and_can_be_refused(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    user = bo.account.user
    anna.ask(lambda call: PersonVerified(call, user))
    pinned = anna.engine.people[user].identity_key
    evil = IdentityKey(CRYPTO.random(32)).public
    step = Step(anna.engine._held, anna.engine._surroundings)
    directory.learn(step, msgspec.structs.replace(world.server.users[user], identity_key=evil))
    directory.judge_claims(step)  # the key directory says nothing of it
    step.adopt()
    assert person_of(anna.engine.people[user]).trust is Trust.CHANGED
    say(anna, talk, "all leaves are Bo's")
    world.advance(10)
    assert bo.texts(talk) == ["all leaves are Bo's"]
    assert person_of(anna.engine.people[user]).trust is Trust.CHANGED
    anna.ask(lambda call: KeyKept(call, user))
    known = anna.engine.people[user]
    assert (known.identity_key, person_of(known).trust) == (pinned, Trust.VERIFIED)


# --- broken, and back ---------------------------------------------------------------------------


def break_for(world: World, anna: Peer, bo: Peer, talk: ConversationId) -> None:
    bo.go_offline()
    renew_keys(world, anna, talk)
    world.server.lie.forge(damage_commit)
    bo.come_back()
    world.advance(120)


def test_a_broken_conversation_is_joined_again_when_the_person_says_so(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    assert bo.refused(lambda call: RejoinAsked(call, talk)) == "error-not-broken"
    for _ in range(2):
        break_for(world, anna, bo, talk)
    assert bo.state(talk).record.phase is Phase.BROKEN
    bo.restart()
    world.advance(30)
    bo.ask(lambda call: RejoinAsked(call, talk))
    world.advance(10)
    assert bo.state(talk).joined
    assert everyone_agrees(world, talk)
    say(bo, talk, "back")
    assert anna.texts(talk) == ["back"]
    assert "alarm-members-unknown" not in alarms(bo)


def test_failures_far_apart_do_not_break_a_conversation(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    for _ in range(3):
        break_for(world, anna, bo, talk)
        world.advance(600)
    assert bo.state(talk).joined
    assert everyone_agrees(world, talk)


# --- one's own name -----------------------------------------------------------------------------


def test_a_new_device_in_ones_own_name_is_told_of_once(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    team = team_of(anna, bo)
    world.advance(30)
    thief = world.device(bo.account.user)
    world.advance(60)
    assert thief.state(talk).joined
    assert thief.state(team).joined
    assert alarms(bo) == ["notice-own-device-added"]
    assert "system-device-added" in anna.system(talk)
    assert alarms(anna) == []
    assert alarms(thief) == []
