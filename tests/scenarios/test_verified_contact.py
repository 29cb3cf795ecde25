"""Nothing goes to a verified contact whose key has changed, before somebody has decided.

What was written before and waits is held back too: it was meant for the key that was compared.
"""

import pytest

from teamchat.engine.events import DirectAsked, KeyKept, PersonVerified, TextWritten
from teamchat.engine.model import Delivery, MessageKind, Trust
from teamchat.engine.view import person_of
from teamchat.identity.keys import IdentityKey
from teamchat.ids import ConversationId
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World

WORDS = "for the Bo I met"


@pytest.fixture
def talk(anna: Peer, bo: Peer) -> ConversationId:
    """A conversation with somebody whose key was compared."""
    made = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    anna.ask(lambda call: PersonVerified(call, bo.account.user))
    assert trust(anna, bo) is Trust.VERIFIED
    return made


def trust(anna: Peer, bo: Peer) -> Trust:
    return person_of(anna.engine.people[bo.account.user]).trust


def waiting(peer: Peer, conversation: ConversationId) -> list[str]:
    return [
        each.text
        for each in peer.messages(conversation)
        if each.kind is MessageKind.TEXT and each.delivery is Delivery.QUEUED
    ]


def key_changes_while_a_text_waits(world: World, anna: Peer, bo: Peer, talk: str) -> Peer:
    """Let a device with another key stand for Bo, and Anna come back with something to send."""
    anna.go_offline()
    anna.tell(lambda call: TextWritten(call, ConversationId(talk), WORDS))
    world.identities[bo.account.user] = IdentityKey(CRYPTO.random(32))
    other = world.device(bo.account.user)
    world.advance(30)
    anna.come_back()
    world.advance(120)
    return other


def test_what_waits_is_held_back_until_the_new_key_was_compared(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    other = key_changes_while_a_text_waits(world, anna, bo, talk)
    assert trust(anna, bo) is Trust.CHANGED
    assert waiting(anna, talk) == [WORDS]
    assert (other.texts(talk), bo.texts(talk)) == ([], [])
    assert anna.refused(lambda call: TextWritten(call, talk, "more")) == "error-key-changed"

    anna.ask(lambda call: PersonVerified(call, bo.account.user))
    world.advance(30)
    assert trust(anna, bo) is Trust.VERIFIED
    assert waiting(anna, talk) == []
    assert other.texts(talk) == [WORDS]


def test_a_restart_does_not_let_it_go(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    other = key_changes_while_a_text_waits(world, anna, bo, talk)
    anna.restart()
    world.advance(120)
    assert waiting(anna, talk) == [WORDS]
    assert (other.texts(talk), bo.texts(talk)) == ([], [])


def test_the_key_from_before_cannot_be_kept_while_a_device_writes_with_the_other(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    other = key_changes_while_a_text_waits(world, anna, bo, talk)
    assert anna.refused(lambda call: KeyKept(call, bo.account.user)) == "error-key-in-use"
    world.advance(120)
    assert trust(anna, bo) is Trust.CHANGED
    assert waiting(anna, talk) == [WORDS]
    assert other.texts(talk) == []
