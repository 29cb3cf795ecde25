"""Who is out holds no key, writes nothing, and keeps what was said."""

import pytest

from teamchat.engine.events import GroupAsked, LeaveAsked, RemoveAsked, TextWritten
from teamchat.engine.model import Delivery
from teamchat.engine.records import Phase
from teamchat.engine.store import Table
from teamchat.ids import ConversationId
from tests.support.simulator import Peer, World


@pytest.fixture
def desk() -> tuple[Peer, Peer, ConversationId]:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    users = (bo.account.user,)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "", users)))
    anna.ask(lambda call: TextWritten(call, talk, "kept"))
    return anna, bo, talk


def holds_keys(peer: Peer, talk: ConversationId) -> bool:
    stored = [*peer.store.table(Table.GROUP), *peer.store.table(Table.PENDING)]
    return peer.state(talk).group is not None or any(key.startswith(talk) for key in stored)


def test_the_removed_keep_the_history_and_no_key(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    assert holds_keys(bo, talk)
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    assert not holds_keys(bo, talk)
    assert bo.state(talk).record.phase is Phase.LEFT
    assert bo.texts(talk) == ["kept"]
    said = bo.messages(talk)[-1]
    assert dict(said.arguments) == {"who": "Bo", "who-own": "yes", "by": "Anna"}


def test_what_waits_fails_and_says_so(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    bo.go_offline()
    bo.ask(lambda call: TextWritten(call, talk, "too late"))
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    bo.come_back()
    bo.world.advance(100)
    late = next(each for each in bo.messages(talk) if each.text == "too late")
    assert late.delivery is Delivery.FAILED
    assert bo.state(talk).queued == 0
    assert anna.texts(talk) == ["kept"]


def test_the_last_one_leaves_without_asking(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    anna.ask(lambda call: LeaveAsked(call, talk))
    assert anna.state(talk).record.phase is Phase.LEFT
    assert not holds_keys(anna, talk)
    anna.world.advance(100)
    assert anna.state(talk).record.phase is Phase.LEFT  # the server still counts her in


def test_who_leaves_has_nothing_unread(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    assert bo.state(talk).record.unread == 1
    bo.ask(lambda call: LeaveAsked(call, talk))
    bo.world.advance(100)
    assert bo.state(talk).record.phase is Phase.LEFT
    assert bo.state(talk).record.unread == 0
    assert anna.state(talk).record.unread == 0


def test_who_is_removed_still_sees_what_was_not_read(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    assert bo.state(talk).record.unread == 1
