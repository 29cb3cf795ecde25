"""People come and go: races, removals, leaving, further devices, a month away."""

from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    GroupAsked,
    LeaveAsked,
    RemoveAsked,
    RenameAsked,
    TextWritten,
)
from teamchat.engine.model import Delivery
from teamchat.engine.records import Phase
from teamchat.engine.store import Table
from teamchat.ids import ConversationId
from tests.support.simulator import Peer, World, everyone_agrees, renew_keys

DAY = 24 * 3600.0


def say(peer: Peer, conversation: str, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, ConversationId(conversation), text))


def group_of(*peers: Peer, title: str = "Team") -> ConversationId:
    first, *others = peers
    users = tuple(each.account.user for each in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, title, users)))


def test_two_commits_at_once_and_both_are_done() -> None:
    world = World()
    anna, bo, cem, dia = (world.person(name) for name in ("anna", "bo", "cem", "dia"))
    talk = group_of(anna, bo)
    anna.tell(lambda call: AddAsked(call, talk, (cem.account.user,)))
    bo.tell(lambda call: AddAsked(call, talk, (dia.account.user,)))
    world.run()
    assert len(anna.state(talk).roster) == 4
    assert everyone_agrees(world, talk)
    say(dia, talk, "hello")
    for peer in (anna, bo, cem):
        assert peer.texts(talk) == ["hello"]
    assert dia.state(talk).record.title == "Team"


def test_a_lost_race_whose_aim_is_reached_needs_no_second_commit() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo)
    for peer in (anna, bo):
        peer.tell(lambda call: AddAsked(call, talk, (cem.account.user,)))
    world.run()
    assert len(anna.state(talk).roster) == 3
    assert not anna.state(talk).record.intents
    assert not bo.state(talk).record.intents
    assert everyone_agrees(world, talk)


def test_the_removed_read_nothing_more() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    say(anna, talk, "with cem")
    anna.ask(lambda call: RemoveAsked(call, talk, cem.account.user))
    say(bo, talk, "without cem")
    assert cem.texts(talk) == ["with cem"]
    assert cem.state(talk).record.phase is Phase.LEFT
    assert cem.state(talk).group is None
    assert not any(key.startswith(talk) for key in cem.store.table(Table.GROUP))
    assert cem.system(talk)[-1] == "system-removed"
    assert anna.texts(talk) == ["with cem", "without cem"]
    refused = cem.refused(lambda call: TextWritten(call, talk, "still here?"))
    assert refused == "error-not-a-member"


def test_the_removed_come_back() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    anna.ask(lambda call: RemoveAsked(call, talk, cem.account.user))
    say(anna, talk, "in between")
    anna.ask(lambda call: AddAsked(call, talk, (cem.account.user,)))
    say(cem, talk, "back")
    assert anna.texts(talk) == ["in between", "back"]
    assert cem.texts(talk) == ["back"]
    assert everyone_agrees(world, talk)


def test_leaving_is_committed_by_somebody_else() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    cem.ask(lambda call: LeaveAsked(call, talk))
    world.advance(5)
    assert cem.state(talk).record.phase is Phase.LEFT
    assert cem.system(talk)[-1] == "system-left"
    assert anna.system(talk)[-1] == bo.system(talk)[-1] == "system-left"
    assert len(anna.state(talk).roster) == 2
    assert everyone_agrees(world, talk)
    say(bo, talk, "bye")
    assert anna.texts(talk) == ["bye"]


def test_leaving_is_settled_at_once_by_who_wants_to_write() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    cem.ask(lambda call: LeaveAsked(call, talk))
    say(bo, talk, "gone?")
    assert len(anna.state(talk).roster) == 2
    assert anna.texts(talk) == ["gone?"]
    assert "gone?" not in cem.texts(talk)


def test_a_month_and_many_epochs_away() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    say(cem, talk, "good night")
    cem.go_offline()
    for week in range(5):
        say(anna, talk, f"week {week}")
        world.sleep(6 * DAY)
        world.advance(60)
        anna.ask(lambda call: RenameAsked(call, talk, "Team, renamed"))
        renew_keys(world, anna, talk)
        renew_keys(world, bo, talk)
    assert anna.state(talk).held_group().epoch >= 11
    cem.come_back()
    world.advance(120)
    expected = ["good night", *(f"week {week}" for week in range(5))]
    assert cem.texts(talk) == anna.texts(talk) == expected
    assert "system-undecryptable" not in cem.system(talk)
    assert everyone_agrees(world, talk)
    say(cem, talk, "I am back")
    assert anna.texts(talk)[-1] == "I am back"


def test_what_was_written_offline_outlives_its_epochs() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.go_offline()
    bo.ask(lambda call: TextWritten(call, talk, "first"))
    bo.ask(lambda call: TextWritten(call, talk, "second"))
    assert [each.delivery for each in bo.messages(talk)[-2:]] == [Delivery.QUEUED] * 2
    for _ in range(7):
        renew_keys(world, anna, talk)
    bo.come_back()
    world.advance(120)
    assert anna.texts(talk) == bo.texts(talk) == ["first", "second"]
    ids = [each.id for each in bo.messages(talk)]
    assert len(set(ids)) == len(ids)


def test_a_message_encrypted_in_an_epoch_too_old_is_encrypted_anew() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.tell(lambda call: TextWritten(call, talk, "late"))
    bo.kill_after = bo.performed + 2  # encrypted and stored, but never sent
    bo.reachable = False
    world.run()
    assert bo.state(talk).outgoing[0].body
    first = bo.state(talk).outgoing[0]
    for _ in range(7):
        renew_keys(world, anna, talk)
    bo.come_back()
    world.advance(120)
    assert anna.texts(talk) == ["late"]
    sent = [send for device, send in world.server.received if send.client_id == first.client_id]
    assert sent[0].body == first.body
    assert sent[-1].body != first.body
    assert len(sent) == 2


def test_a_second_device_joins_by_itself() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    say(anna, talk, "before")
    tablet = world.device(anna.account.user)
    world.advance(30)
    assert tablet.state(talk).joined
    assert everyone_agrees(world, talk)
    say(bo, talk, "after")
    assert tablet.texts(talk) == ["after"]
    say(tablet, talk, "from the tablet")
    assert anna.texts(talk)[-1] == "from the tablet"
    assert anna.messages(talk)[-1].own
    assert anna.system(talk)[-1] == "system-device-added"


def test_a_new_conversation_takes_all_own_devices_in() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    tablet = world.device(anna.account.user)
    talk = ConversationId(bo.ask(lambda call: DirectAsked(call, anna.account.user)))
    say(bo, talk, "to both")
    assert anna.texts(talk) == tablet.texts(talk) == ["to both"]
    world.advance(10)
    assert len(bo.state(talk).roster) == 3


def test_renaming_reaches_everybody_and_says_so() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.ask(lambda call: RenameAsked(call, talk, "Werk 3"))
    assert anna.state(talk).record.title == bo.state(talk).record.title == "Werk 3"
    assert anna.system(talk)[-1] == bo.system(talk)[-1] == "system-renamed"


def test_everybody_leaves() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    for peer in (anna, bo, cem):
        peer.tell(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    for peer in (anna, bo, cem):
        assert peer.state(talk).record.phase is Phase.LEFT
        assert peer.state(talk).group is None


def test_what_was_written_before_an_addition_is_sent_before_it() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo)
    anna.tell(lambda call: TextWritten(call, talk, "one"))
    anna.tell(lambda call: TextWritten(call, talk, "two"))
    anna.tell(lambda call: AddAsked(call, talk, (cem.account.user,)))
    anna.tell(lambda call: TextWritten(call, talk, "three"))
    world.run()
    assert bo.texts(talk) == ["one", "two", "three"]
    assert cem.texts(talk) == ["three"]


def test_what_is_written_after_a_removal_is_sent_after_it() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    anna.tell(lambda call: RemoveAsked(call, talk, cem.account.user))
    anna.tell(lambda call: TextWritten(call, talk, "about cem"))
    world.run()
    assert bo.texts(talk) == ["about cem"]
    assert cem.texts(talk) == []
