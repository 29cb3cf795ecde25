"""The deletion schedule: what is consumed is gone (RFC 9420 §9.2)."""

from collections.abc import Iterator

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import UsageError
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import (
    MAX_FORWARD,
    MAX_SKIPPED,
    Branch,
    Node,
    Ratchet,
    RatchetKind,
    Ratchets,
    Sealed,
    SecretTree,
    changed,
)
from tests.support.mallory import refused
from tests.support.people import CRYPTO, SUITE

APPLICATION = RatchetKind.APPLICATION
TREE = SecretTree.of(Secret(bytes(32)), 8)


def take(tree: SecretTree, leaf: int, generation: int) -> tuple[Secret, SecretTree]:
    key, tree = tree.take_key(CRYPTO, SUITE, leaf, APPLICATION, generation)
    return key.key, tree


def ends(node: Node) -> Iterator[Node]:
    if isinstance(node, Branch):
        yield from ends(node.left)
        yield from ends(node.right)
    else:
        yield node


def secrets_in(tree: SecretTree) -> list[Secret]:
    """Return every secret from which others could still be derived."""
    found = []
    for end in ends(tree.root):
        match end:
            case Sealed(secret):
                found.append(secret)
            case Ratchets(handshake, application):
                found += [handshake.secret, application.secret]
            case Branch():
                pytest.fail("a branch is not an end")
    return found


def test_sender_and_receiver_derive_the_same_keys() -> None:
    sending, receiving = TREE, TREE
    for generation in range(3):
        key, sending = sending.next_key(CRYPTO, SUITE, 5, APPLICATION)
        taken, receiving = take(receiving, 5, generation)
        assert taken == key.key
    assert sending == receiving


def test_opening_a_leaf_forgets_every_secret_above_it() -> None:
    _, tree = take(TREE, 5, 0)
    assert Secret(bytes(32)) not in secrets_in(tree)
    sealed = [end for end in ends(tree.root) if isinstance(end, Sealed)]
    assert len(sealed) == tree.depth


def test_a_skipped_generation_is_kept_as_key_and_nonce_never_as_a_ratchet_secret() -> None:
    _, fresh = take(TREE, 2, 0)
    _, ahead = take(fresh, 2, 5)
    reachable = secrets_in(ahead)
    ratchet = ratchet_of(fresh, 2)
    for _ in range(5):
        assert ratchet.secret not in reachable
        _, ratchet = ratchet.step(CRYPTO, SUITE)
    kept = ratchet_of(ahead, 2)
    assert [key.generation for key in kept.skipped] == [1, 2, 3, 4]


def ratchet_of(tree: SecretTree, leaf: int) -> Ratchet:
    node = tree.root
    for level in reversed(range(tree.depth)):
        assert isinstance(node, Branch)
        node = node.right if leaf >> level & 1 else node.left
    assert isinstance(node, Ratchets)
    return node.application


def test_a_key_is_taken_once() -> None:
    _, tree = take(TREE, 0, 3)
    _, tree = take(tree, 0, 1)
    for generation in (1, 3):
        with refused(Rule.GENERATION_UNUSED):
            take(tree, 0, generation)
    take(tree, 0, 2)


def test_a_message_may_not_run_too_far_ahead() -> None:
    take(TREE, 0, MAX_FORWARD)
    with refused(Rule.GENERATION_WINDOW):
        take(TREE, 0, MAX_FORWARD + 1)
    with refused(Rule.GENERATION_WINDOW):
        take(TREE, 0, 0xFFFF_FFFF)


def test_skipped_keys_are_bounded_and_the_oldest_go_first() -> None:
    _, tree = take(TREE, 0, 500)
    kept = ratchet_of(tree, 0).skipped
    assert len(kept) == MAX_SKIPPED
    assert [kept[0].generation, kept[-1].generation] == [500 - MAX_SKIPPED, 499]
    _, tree = take(tree, 0, 502)
    assert len(ratchet_of(tree, 0).skipped) == MAX_SKIPPED


def test_the_two_ratchets_of_a_sender_are_apart() -> None:
    handshake, tree = TREE.next_key(CRYPTO, SUITE, 1, RatchetKind.HANDSHAKE)
    application, _ = tree.next_key(CRYPTO, SUITE, 1, APPLICATION)
    assert handshake.generation == application.generation == 0
    assert handshake.key != application.key


def test_a_ratchet_ends() -> None:
    key, last = Ratchet(Secret(bytes(32)), (1 << 32) - 1).step(CRYPTO, SUITE)
    assert key.generation == (1 << 32) - 1
    with pytest.raises(UsageError):
        last.step(CRYPTO, SUITE)


def test_a_leaf_outside_the_tree_is_refused() -> None:
    with pytest.raises(UsageError):
        take(TREE, 8, 0)


def test_a_change_names_only_what_changed() -> None:
    _, opened = take(TREE, 5, 0)
    first = dict(changed(TREE, opened))
    assert first[""] is None
    assert sorted(name for name, node in first.items() if node) == ["0", "100", "101", "11"]
    _, again = take(opened, 5, 1)
    assert list(dict(changed(opened, again))) == ["101"]
    assert list(changed(again, again)) == []
    gone = dict(changed(again, None))
    assert set(gone.values()) == {None}
    assert sorted(gone) == ["0", "100", "101", "11"]
