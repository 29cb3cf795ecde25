from dataclasses import replace

import pytest

from teamchat.mls.codec import field_codec
from teamchat.mls.errors import CryptoError, DecodeError
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import (
    CommitSource,
    KeyPackageSource,
    LeafNode,
    LeafPlace,
    Node,
    ParentNode,
    UpdateSource,
    sign_leaf_node,
    verify_leaf_node,
)
from tests.support.trees import CRYPTO, SUITE, bundle, key_pair, leaf_of

HERE = LeafPlace(b"group", 3)


def test_a_node_says_which_kind_it_is() -> None:
    codec = field_codec(Node)
    leaf, parent = leaf_of("ada"), ParentNode(b"key", b"", (1, 5))
    assert codec.decode(b"\x01" + leaf.encode()) == leaf
    assert codec.decode(b"\x02" + parent.encode()) == parent
    with pytest.raises(DecodeError):
        codec.decode(b"\x03" + parent.encode())


def test_a_key_package_s_leaf_is_valid_anywhere() -> None:
    leaf = leaf_of("ada")
    verify_leaf_node(CRYPTO, SUITE, leaf, HERE)
    verify_leaf_node(CRYPTO, SUITE, leaf, LeafPlace(b"another group", 0))


@pytest.mark.parametrize("source", [UpdateSource(), CommitSource(b"hash")])
def test_an_updated_leaf_is_valid_in_its_place_only(source: UpdateSource | CommitSource) -> None:
    pair = key_pair()
    leaf = replace(leaf_of("ada"), signature_key=pair.public_key, leaf_node_source=source)
    signed = sign_leaf_node(CRYPTO, SUITE, pair.private_key, leaf, HERE)
    verify_leaf_node(CRYPTO, SUITE, signed, HERE)
    for elsewhere in (LeafPlace(b"group", 4), LeafPlace(b"other", 3)):
        with pytest.raises(CryptoError) as caught:
            verify_leaf_node(CRYPTO, SUITE, signed, elsewhere)
        assert caught.value.rule is Rule.LEAF_SIGNATURE


def test_every_field_of_a_leaf_is_signed() -> None:
    leaf = bundle("ada").key_package.leaf_node
    for changed in (
        replace(leaf, encryption_key=b"other"),
        replace(leaf, signature_key=key_pair().public_key),
        replace(leaf, credential=leaf_of("eve").credential),
        replace(leaf, capabilities=replace(leaf.capabilities, proposals=(9,))),
        replace(leaf, leaf_node_source=UpdateSource()),
        replace(leaf, signature=b""),
        replace(leaf, signature=leaf.signature[:-1]),
        replace(leaf, signature=bytes(64)),
    ):
        with pytest.raises(CryptoError) as caught:
            verify_leaf_node(CRYPTO, SUITE, changed, HERE)
        assert caught.value.rule is Rule.LEAF_SIGNATURE


def test_a_decoded_leaf_is_verified_over_the_bytes_received() -> None:
    leaf = leaf_of("ada")
    received = LeafNode.decode(leaf.encode())
    assert isinstance(received.leaf_node_source, KeyPackageSource)
    verify_leaf_node(CRYPTO, SUITE, received, HERE)
