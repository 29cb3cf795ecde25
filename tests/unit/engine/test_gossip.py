"""What others have seen: believed when it was ours, proved when it is smaller, told when not."""

from collections.abc import Sequence

import pytest

from teamchat.content.profile import Seen
from teamchat.engine import gossip
from teamchat.engine.commands import Ask, Command
from teamchat.engine.events import Answered, Refused
from teamchat.engine.state import Leaf
from teamchat.engine.step import Step
from teamchat.identity import statements
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.transparency import CompactRange, TreeHead, leaf_hash
from teamchat.wire.problems import Code
from tests.support.simulated_keys import BEGUN, KeyLog
from tests.support.simulator import Peer, World

BO = Leaf(1, UserId("b" * 26), DeviceId("c" * 26), b"")


def about_a_stranger(number: int) -> statements.Removed:
    device = DeviceId(identifier(number.to_bytes(16, "big")))
    return statements.Removed(UserId("a" * 26), device, "2026-11-21")


@pytest.fixture
def anna() -> Peer:
    """Somebody who has read a log of many at once, and so has pinned no smaller tree."""
    world = World()
    anna = world.person("anna")
    world.server.enter(*map(about_a_stranger, range(70)))
    world.run()
    assert anna.engine.desk.keys.directory.size == 71
    return anna


def log(peer: Peer) -> KeyLog:
    return peer.world.server.keys.honest


def tree(peer: Peer, size: int) -> TreeHead:
    return CompactRange().append(map(leaf_hash, log(peer).stored.entries[:size])).head


def hear(peer: Peer, head: TreeHead, begun: int = BEGUN) -> list[Ask]:
    step = Step(peer.engine._held, peer.engine._surroundings)
    gossip.hear(step, BO, Seen(begun, head.size, head.root))
    return asks(step.adopt())


def asks(commands: Sequence[Command]) -> list[Ask]:
    return [each for each in commands if isinstance(each, Ask)]


def answer(peer: Peer, questions: Sequence[Ask]) -> None:
    for each in questions:
        body = log(peer).answer(each.query.path.split("/")[2:])
        peer.engine.handle(Answered(each.request, body))


def kinds(peer: Peer) -> list[str]:
    return [each.kind for each in peer.engine.desk.keys.findings]


def waiting(peer: Peer) -> int:
    pin = peer.engine.desk.keys.pin
    assert pin is not None
    return len(pin.monitor.heard)


def test_a_smaller_tree_is_proved_from_tiles(anna: Peer) -> None:
    questions = hear(anna, tree(anna, 40))
    assert questions
    assert waiting(anna) == 1
    answer(anna, questions)
    assert (kinds(anna), waiting(anna)) == ([], 0)


def test_a_smaller_tree_that_is_none_of_ours_is_told(anna: Peer) -> None:
    answer(anna, hear(anna, TreeHead(40, bytes(32))))
    assert (kinds(anna), waiting(anna)) == (["alarm-key-log-split"], 0)


def test_wrong_tiles_prove_nothing(anna: Peer) -> None:
    for each in hear(anna, tree(anna, 40)):
        anna.engine.handle(Answered(each.request, bytes(32 * 71)))
    assert kinds(anna) == ["alarm-key-log-split"]


@pytest.mark.parametrize(("code", "told"), [(Code.NOT_FOUND, 1), (Code.OVERLOADED, 0), (None, 0)])
def test_a_tile_that_is_refused_for_good_leaves_it_unproved(
    anna: Peer, code: Code | None, told: int
) -> None:
    (question, *_) = hear(anna, tree(anna, 40))
    anna.engine.handle(Refused(question.request, code))
    assert (len(kinds(anna)), waiting(anna)) == (told, 1 - told)


def test_ones_own_tree_and_what_was_pinned_before_are_known(anna: Peer) -> None:
    assert hear(anna, tree(anna, 71)) == []
    assert hear(anna, tree(anna, 1)) == []
    assert waiting(anna) == 0
    hear(anna, TreeHead(71, bytes(32)))
    hear(anna, TreeHead(1, bytes(32)))
    assert kinds(anna) == ["alarm-key-log-split"]


def test_a_larger_tree_is_looked_for_once(anna: Peer) -> None:
    (look,) = hear(anna, TreeHead(72, bytes(32)))
    assert look.query.path == "/keys"
    assert hear(anna, TreeHead(72, bytes(32))) == []
    answer(anna, [look])
    assert kinds(anna) == ["alarm-key-log-split"]


def test_an_older_log_is_none_of_our_business_and_a_newer_one_is_looked_for(anna: Peer) -> None:
    assert hear(anna, TreeHead(5, bytes(32)), BEGUN - 1) == []
    (look,) = hear(anna, TreeHead(5, bytes(32)), BEGUN + 1)
    assert kinds(anna) == []
    answer(anna, [look])
    assert kinds(anna) == ["alarm-key-log-split"]
