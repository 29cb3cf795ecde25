"""How far a device has come: what is on its way to it is not nothing."""

from teamchat.client.arriving import Arrival, arrival_of
from teamchat.engine.events import GroupAsked
from teamchat.engine.model import Link
from teamchat.ids import ConversationId
from tests.support.simulator import World


def test_a_conversation_whose_welcome_has_not_come_is_not_none() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    users = (bo.account.user,)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    world.server.devices[bo.account.device].inbox.clear()
    assert arrival_of(bo.engine) == Arrival(0, 0, 0)
    bo.come_back()
    seen = []
    for _ in range(100):
        world.advance(0.25)
        if bo.engine.desk.session.link is Link.ONLINE:
            seen.append((talk in bo.engine.conversations, arrival_of(bo.engine)))
    known, first = seen[0]
    assert not known
    assert (first.conversations, first.complete) == (1, False)
    known, last = seen[-1]
    assert known
    assert (last.conversations, last.complete) == (1, True)
