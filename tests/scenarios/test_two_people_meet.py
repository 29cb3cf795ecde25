"""Two people find each other, write, and read: through everything but a real network."""

from teamchat.engine.events import DirectAsked, GroupAsked, ReadUpTo, TextWritten
from teamchat.engine.model import Delivery, Link
from teamchat.ids import ConversationId
from tests.support.simulator import World, everyone_agrees


def test_a_direct_conversation() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    assert anna.link is Link.ONLINE
    talk = anna.ask(lambda call: DirectAsked(call, bo.account.user))
    anna.ask(lambda call: TextWritten(call, ConversationId(talk), "Grüß dich, 老王 👋"))
    assert bo.texts(talk) == ["Grüß dich, 老王 👋"]
    bo.ask(lambda call: TextWritten(call, ConversationId(talk), "ni hao"))
    assert anna.texts(talk) == bo.texts(talk) == ["Grüß dich, 老王 👋", "ni hao"]
    assert everyone_agrees(world, talk)
    world.advance(3)
    assert anna.messages(talk)[-2].delivery is Delivery.DELIVERED
    assert bo.state(talk).record.unread == 1
    bo.ask(lambda call: ReadUpTo(call, ConversationId(talk), 10**6))
    assert bo.state(talk).record.unread == 0


def test_a_group_with_a_title() -> None:
    world = World()
    anna, bo, cem = world.person("anna"), world.person("bo"), world.person("cem")
    users = bo.account.user, cem.account.user
    talk = anna.ask(lambda call: GroupAsked(call, "Werk 2", users))
    assert bo.state(talk).record.title == cem.state(talk).record.title == "Werk 2"
    cem.ask(lambda call: TextWritten(call, ConversationId(talk), "hello"))
    assert anna.texts(talk) == bo.texts(talk) == ["hello"]
    assert anna.system(talk) == ["system-created", "system-added"]
    assert b"Werk 2" not in b"".join(send.body for _, send in world.server.received)


def test_asking_twice_finds_the_same_conversation() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = anna.ask(lambda call: DirectAsked(call, bo.account.user))
    world.advance(3)
    assert bo.ask(lambda call: DirectAsked(call, anna.account.user)) == talk


def test_both_ask_at_once_and_get_the_same_conversation() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    calls = [
        (peer, peer.tell(lambda call, other=other: DirectAsked(call, other.account.user)))  # type: ignore[misc]
        for peer, other in ((anna, bo), (bo, anna))
    ]
    world.advance(30)
    answers = {peer.replies[call] for peer, call in calls}
    assert len(answers) == 1
    (talk,) = answers
    assert isinstance(talk, str)
    assert list(anna.engine.conversations) == list(bo.engine.conversations) == [talk]
    anna.ask(lambda call: TextWritten(call, ConversationId(talk), "you too?"))
    assert bo.texts(talk) == ["you too?"]
    assert everyone_agrees(world, talk)
    for peer in (anna, bo):
        assert {line.conversation for line in peer.store.kept.values()} == {talk}
        assert peer.system(talk).count("system-rejoined") == 0
