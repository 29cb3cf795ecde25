"""A server that names conversations does not bring a device into what it has left, nor into all."""

import pytest

from teamchat.engine.commands import Query
from teamchat.engine.events import AddAsked, GroupAsked, LeaveAsked
from teamchat.engine.joining import UNKNOWN
from teamchat.engine.records import Phase
from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.wire import bodies
from teamchat.wire.frames import InboxItem, InboxKind
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World


def bo_has_left(*, last_resort: bool = False) -> tuple[World, Peer, Peer, ConversationId]:
    """Anna, bo and cem were in a group; bo came by a Welcome and has left."""
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    if last_resort:
        world.server.devices[bo.account.device].key_packages.clear()
    users = (bo.account.user, cem.account.user)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    world.advance(30)
    bo.tell(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    assert bo.state(talk).record.phase is Phase.LEFT
    return world, anna, bo, talk


def test_a_server_that_counts_somebody_in_who_has_left_does_not_bring_them_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, anna, bo, talk = bo_has_left()
    log = world.server.logs[talk]
    users = log.users()
    monkeypatch.setattr(log, "users", lambda: users | {bo.account.user})
    epoch = anna.state(talk).held_group().epoch
    for _ in range(3):
        bo.cut()
        world.advance(60)
    assert bo.state(talk).record.phase is Phase.LEFT
    assert anna.state(talk).held_group().epoch == epoch


@pytest.mark.parametrize("last_resort", [False, True])
def test_an_old_welcome_does_not_bring_them_back(*, last_resort: bool) -> None:
    world, anna, bo, talk = bo_has_left(last_resort=last_resort)
    inbox = world.server.devices[bo.account.device].inbox
    inbox.append(next(each for each in inbox if each.kind is InboxKind.WELCOME))
    inbox.append(InboxItem(InboxKind.WELCOME, talk, 1, 1, 1, b"no Welcome at all"))
    world.server.fan_out()
    world.advance(60)
    assert bo.state(talk).record.phase is Phase.LEFT
    assert bo.account.user not in anna.state(talk).users()


def test_a_member_brings_them_back() -> None:
    world, anna, bo, talk = bo_has_left()
    anna.ask(lambda call: AddAsked(call, talk, (bo.account.user,)))
    world.advance(30)
    assert bo.state(talk).joined
    assert bo.system(talk)[-1] == "system-added"


def test_a_server_that_names_thousands_of_conversations_is_believed_a_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    anna = world.person("anna")
    world.advance(5)
    answer, asked = world.server.answer, list[Query]()
    member = bodies.Member(anna.account.user, bodies.MemberRole.MEMBER, [])
    names = [ConversationId(identifier(CRYPTO.random(16))) for _ in range(1000)]
    listed = bodies.Conversations(
        [
            bodies.Conversation(
                each, bodies.ConversationKind.GROUP, 1, 1, 0, 0, joined=False, members=[member]
            )
            for each in names
        ]
    )

    def lie(device: DeviceId, query: Query) -> object:
        asked.append(query)
        return listed if query.path.endswith("/conversations") else answer(device, query)

    monkeypatch.setattr(world.server, "answer", lie)
    anna.cut()
    world.advance(300)
    assert len(anna.engine.conversations) == UNKNOWN
    assert len(asked) < 2 * UNKNOWN
