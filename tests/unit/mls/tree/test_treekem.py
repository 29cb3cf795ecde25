from dataclasses import replace

import pytest

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.labels import derive_secret
from teamchat.mls.errors import CryptoError, UsageError, ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import LeafPlace, verify_leaf_node
from teamchat.mls.tree.treekem import (
    implant_path_secret,
    make_path,
    open_path,
    path_secret_for,
    retain_keys,
    seal_path,
)
from tests.support.trees import CRYPTO, GROUP, SUITE, bundle, grown

BASE = grown(7)
CONTEXT = b"context"


@pytest.mark.parametrize("number", [0x0001, 0xF00D])
def test_everyone_arrives_at_one_commit_secret(number: int) -> None:
    suite = cipher_suite(number)
    base = grown(5, suite)
    fresh = make_path(CRYPTO, suite, base.tree, 2, base.leaf(2), base.signature_key(2), GROUP)
    path = seal_path(CRYPTO, suite, fresh, CONTEXT, ())
    for own in (0, 1, 3, 4):
        opened = open_path(CRYPTO, suite, base.tree, 2, own, base.keys(own), path, CONTEXT, ())
        assert opened.commit_secret == fresh.commit_secret
        assert opened.private_keys.items() <= {**fresh.private_keys}.items()
        assert opened.private_keys.keys() <= set(base.tree.direct_path(own))


def test_a_second_path_is_opened_with_the_keys_of_the_first() -> None:
    first = make_path(CRYPTO, SUITE, BASE.tree, 0, BASE.leaf(0), BASE.signature_key(0), GROUP)
    sealed = seal_path(CRYPTO, SUITE, first, CONTEXT, ())
    keys = BASE.keys(3)
    learnt = open_path(CRYPTO, SUITE, BASE.tree, 0, 3, keys, sealed, CONTEXT, ())
    keys = {**keys, **learnt.private_keys}
    second = make_path(CRYPTO, SUITE, first.tree, 6, BASE.leaf(6), BASE.signature_key(6), GROUP)
    sealed = seal_path(CRYPTO, SUITE, second, CONTEXT, ())
    opened = open_path(CRYPTO, SUITE, first.tree, 6, 3, keys, sealed, CONTEXT, ())
    assert opened.commit_secret == second.commit_secret


def test_the_new_leaf_is_fresh_and_signed_for_its_place() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    leaf = fresh.tree.leaf(2)
    assert leaf is not None
    assert leaf.encryption_key != BASE.leaf(2).encryption_key
    verify_leaf_node(CRYPTO, SUITE, leaf, LeafPlace(GROUP, 2))


def test_a_path_for_others_does_not_open() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    path = seal_path(CRYPTO, SUITE, fresh, CONTEXT, ())
    wrong = {0: bundle("eve").leaf_private_key}
    for keys, context in ((wrong, CONTEXT), (BASE.keys(0), b"another context")):
        with pytest.raises(CryptoError) as caught:
            open_path(CRYPTO, SUITE, BASE.tree, 2, 0, keys, path, context, ())
        assert caught.value.rule is Rule.UPDATE_PATH_DECRYPTS


def test_a_path_secret_must_derive_the_announced_keys() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    path = seal_path(CRYPTO, SUITE, fresh, CONTEXT, ())
    other = replace(path.nodes[-1], encryption_key=BASE.leaf(6).encryption_key)
    with pytest.raises(ValidationError) as caught:
        open_path(
            CRYPTO,
            SUITE,
            BASE.tree,
            2,
            0,
            BASE.keys(0),
            replace(path, nodes=(*path.nodes[:-1], other)),
            CONTEXT,
            (),
        )
    assert caught.value.rule is Rule.UPDATE_PATH_KEY_MATCHES


def test_the_sender_and_newcomers_are_no_receivers() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    path = seal_path(CRYPTO, SUITE, fresh, CONTEXT, (6,))
    with pytest.raises(UsageError):
        open_path(CRYPTO, SUITE, BASE.tree, 2, 2, BASE.keys(2), path, CONTEXT, (6,))
    with pytest.raises(UsageError):
        open_path(CRYPTO, SUITE, BASE.tree, 2, 6, BASE.keys(6), path, CONTEXT, (6,))


def test_a_newcomer_derives_its_keys_from_one_path_secret() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    for own in (0, 3, 6):
        secret = path_secret_for(fresh, own)
        keys = implant_path_secret(CRYPTO, SUITE, fresh.tree, 2, own, secret)
        assert keys.keys() == set(BASE.tree.direct_path(own)) & fresh.path_secrets.keys()
        assert keys.items() <= {**fresh.private_keys}.items()
    with pytest.raises(ValidationError) as caught:
        implant_path_secret(CRYPTO, SUITE, fresh.tree, 2, 3, Secret(bytes(32)))
    assert caught.value.rule is Rule.PATH_SECRET_KEY_MATCHES


def test_the_commit_secret_lies_beyond_the_last_node_of_the_filtered_path() -> None:
    """With a blank root it comes from the node below, not from the root (§7.4, §12.4)."""
    tree = BASE.tree.remove_leaf(0).remove_leaf(1).remove_leaf(2).remove_leaf(3)
    fresh = make_path(CRYPTO, SUITE, tree, 5, BASE.leaf(5), BASE.signature_key(5), GROUP)
    top = max(fresh.path_secrets)
    assert top == 11
    assert tree.leaf_count == 8
    beyond = derive_secret(CRYPTO, SUITE, fresh.path_secrets[top], "path")
    assert fresh.commit_secret == beyond
    path = seal_path(CRYPTO, SUITE, fresh, CONTEXT, ())
    opened = open_path(CRYPTO, SUITE, tree, 5, 6, BASE.keys(6), path, CONTEXT, ())
    assert opened.commit_secret == beyond


def test_a_lone_member_has_a_path_of_nothing() -> None:
    tree = BASE.tree
    for leaf in range(1, 7):
        tree = tree.remove_leaf(leaf)
    fresh = make_path(CRYPTO, SUITE, tree, 0, BASE.leaf(0), BASE.signature_key(0), GROUP)
    assert fresh.path_secrets == {}
    assert len(fresh.commit_secret) == SUITE.hash_length
    assert seal_path(CRYPTO, SUITE, fresh, CONTEXT, ()).nodes == ()


def test_keys_of_replaced_nodes_are_dropped() -> None:
    fresh = make_path(CRYPTO, SUITE, BASE.tree, 2, BASE.leaf(2), BASE.signature_key(2), GROUP)
    kept = retain_keys(fresh.private_keys, fresh.tree, fresh.tree.remove_leaf(0))
    assert kept.keys() == fresh.private_keys.keys() - set(fresh.tree.direct_path(0))
    shrunk = fresh.tree
    for leaf in (6, 5, 4):
        shrunk = shrunk.remove_leaf(leaf)
    assert 7 not in retain_keys(fresh.private_keys, fresh.tree, shrunk)
