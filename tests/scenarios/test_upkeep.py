"""What a client does by itself: key packages, new keys, small writes."""

import pytest

from teamchat.engine.events import GroupAsked, TextWritten
from teamchat.engine.key_packages import DAY, LIFETIME_SECONDS, STOCK
from teamchat.engine.records import Phase
from teamchat.ids import ConversationId
from teamchat.mls.tree.nodes import CommitSource
from teamchat.wire.frames import InboxItem, InboxKind
from tests.support.simulator import Peer, World, everyone_agrees


def group_of(world: World, first: Peer, *others: Peer) -> ConversationId:
    users = tuple(peer.account.user for peer in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Team", users)))


def test_a_low_stock_is_refilled_and_the_private_keys_are_kept_first() -> None:
    world = World()
    anna = world.person("anna")
    row = world.server.devices[anna.account.device]
    del row.key_packages[3:]
    low = InboxItem(InboxKind.KEY_PACKAGES_LOW, ConversationId("a" * 26), 0, 0, 0, b"")
    row.inbox.append(low)
    world.server.fan_out()
    world.run()
    assert len(row.key_packages) == STOCK
    assert anna.engine.desk.inbox == 1
    talks = world.person("bo")
    for _ in range(4):  # also those made just now can be joined with
        talk = group_of(world, talks, anna)
        assert anna.state(talk).record.phase is Phase.JOINED


def test_the_last_resort_serves_twice_when_the_stock_is_empty() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    world.server.devices[anna.account.device].key_packages.clear()
    for _ in range(2):
        assert anna.state(group_of(world, bo, anna)).joined


def test_what_has_expired_is_forgotten_and_the_last_resort_replaced() -> None:
    world = World()
    anna = world.person("anna")
    row = world.server.devices[anna.account.device]
    first = row.last_resort
    world.sleep(LIFETIME_SECONDS - 20 * DAY)
    world.advance(1300)
    assert row.last_resort != first
    before = set(anna.engine._held.key_packages)
    world.sleep(25 * DAY)
    world.advance(1300)
    after = anna.engine._held.key_packages
    assert before - set(after)
    assert all(record.not_after + DAY >= world.clock.now() for record in after.values())


def test_a_used_key_package_is_destroyed() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    held = len(anna.engine._held.key_packages)
    group_of(world, bo, anna)
    assert len(anna.engine._held.key_packages) == held - 1


def test_a_welcome_whose_key_package_is_gone_is_joined_past() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    anna.engine._held.key_packages.clear()
    talk = group_of(world, bo, anna)
    world.advance(30)
    assert anna.state(talk).joined
    assert everyone_agrees(world, talk)


def test_leaves_get_new_keys_within_days() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(world, anna, bo)
    first = anna.state(talk).held_group().epoch
    world.sleep(10 * DAY)
    world.advance(3000)
    assert anna.state(talk).held_group().epoch >= first + 2
    assert everyone_agrees(world, talk)


def test_newcomers_renew_their_keys_within_a_day_and_the_tree_fills() -> None:
    world = World()
    first, *others = [world.person(f"p{number}") for number in range(8)]
    talk = group_of(world, first, *others)
    assert blanks(first, talk)
    for _ in range(8):  # one leaf at a time, whenever a device looks after its keys
        world.sleep(3.1 * 3600)
        world.advance(1200)
    assert not blanks(first, talk)
    leaves = dict(first.state(talk).held_group().tree.leaves())
    own = first.state(talk).held_group().own_leaf
    assert all(
        isinstance(leaf.leaf_node_source, CommitSource)
        for index, leaf in leaves.items()
        if index != own
    )
    assert everyone_agrees(world, talk)


def blanks(peer: Peer, talk: ConversationId) -> int:
    """How many inner nodes of the tree are blank: a commit encrypts past each of them."""
    tree = peer.state(talk).held_group().tree
    return tree.leaf_count - 1 - sum(1 for _ in tree.parents())


@pytest.mark.parametrize("size", [2, 12])
def test_storing_one_message_costs_the_same_in_every_group(size: int) -> None:
    world = World()
    first, *others = [world.person(f"p{number}") for number in range(size)]
    talk = group_of(world, first, *others)
    for number in range(3):
        first.ask(lambda call, number=number: TextWritten(call, talk, f"{number}"))  # type: ignore[misc]
    reader = others[0]
    before, commits = reader.store.bytes_written, reader.store.commits
    first.ask(lambda call: TextWritten(call, talk, "one more"))
    assert reader.store.commits == commits + 1
    assert reader.store.bytes_written - before < 3000
