"""treekem.json of the MLS working group: UpdatePaths made, merged and opened."""

from typing import TypedDict, cast

import pytest

from teamchat.mls.crypto import CipherSuite, Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.labels import derive_secret
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.tree import RatchetTree, UpdatePath
from teamchat.mls.tree.path import merge_path
from teamchat.mls.tree.treekem import (
    implant_path_secret,
    make_path,
    open_path,
    path_secret_for,
    seal_path,
)
from teamchat.mls.tree.validation import check_parent_hashes
from teamchat.mls.tree_math import NodeIndex, to_node
from tests.support import vectors

CRYPTO = DefaultCrypto()


class PathSecret(TypedDict):
    node: int
    path_secret: str


class LeafPrivate(TypedDict):
    index: int
    encryption_priv: str
    signature_priv: str
    path_secrets: list[PathSecret]


class Update(TypedDict):
    sender: int
    update_path: str
    path_secrets: list[str | None]
    commit_secret: str
    tree_hash_after: str


class Case(TypedDict):
    cipher_suite: int
    group_id: str
    epoch: int
    confirmed_transcript_hash: str
    ratchet_tree: str
    leaves_private: list[LeafPrivate]
    update_paths: list[Update]


def cases_of(number: int) -> list[Case]:
    cases = cast("list[Case]", vectors.mls("treekem"))
    return [case for case in cases if case["cipher_suite"] == number]


def context_of(case: Case, tree_hash: bytes) -> bytes:
    return GroupContext(
        version=MLS10,
        cipher_suite=case["cipher_suite"],
        group_id=bytes.fromhex(case["group_id"]),
        epoch=case["epoch"],
        tree_hash=tree_hash,
        confirmed_transcript_hash=bytes.fromhex(case["confirmed_transcript_hash"]),
        extensions=(),
    ).encode()


def keys_of(suite: CipherSuite, tree: RatchetTree, leaf: LeafPrivate) -> dict[int, Secret]:
    keys: dict[int, Secret] = {to_node(leaf["index"]): _secret(leaf["encryption_priv"])}
    for known in leaf["path_secrets"]:
        node_secret = derive_secret(CRYPTO, suite, _secret(known["path_secret"]), "node")
        pair = CRYPTO.hpke_derive_key_pair(suite, node_secret)
        assert tree.encryption_key(NodeIndex(known["node"])) == pair.public_key
        keys[known["node"]] = pair.private_key
    return keys


def _secret(text: str) -> Secret:
    return Secret(bytes.fromhex(text))


@pytest.mark.parametrize("number", [1, 3])
def test_given_paths_are_merged_and_opened(number: int) -> None:
    suite = cipher_suite(number)
    cases = cases_of(number)
    assert len(cases) == 11
    for case in cases:
        tree = RatchetTree.decode(bytes.fromhex(case["ratchet_tree"]))
        keys = {leaf["index"]: keys_of(suite, tree, leaf) for leaf in case["leaves_private"]}
        for update in case["update_paths"]:
            sender = update["sender"]
            path = UpdatePath.decode(bytes.fromhex(update["update_path"]))
            merged = merge_path(CRYPTO, suite, tree, sender, path, ())
            assert merged.tree_hash(CRYPTO, suite).hex() == update["tree_hash_after"]
            check_parent_hashes(CRYPTO, suite, merged)
            context = context_of(case, merged.tree_hash(CRYPTO, suite))
            for own, private_keys in keys.items():
                if own == sender:
                    continue
                opened = open_path(
                    CRYPTO, suite, tree, sender, own, private_keys, path, context, ()
                )
                assert opened.commit_secret == Secret(bytes.fromhex(update["commit_secret"]))
                expected = update["path_secrets"][own]
                assert expected is not None
                implanted = implant_path_secret(
                    CRYPTO, suite, merged, sender, own, Secret(bytes.fromhex(expected))
                )
                assert implanted == opened.private_keys


@pytest.mark.parametrize("number", [1, 3])
def test_our_paths_are_opened_by_everyone(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases_of(number):
        tree = RatchetTree.decode(bytes.fromhex(case["ratchet_tree"]))
        keys = {leaf["index"]: keys_of(suite, tree, leaf) for leaf in case["leaves_private"]}
        for private in case["leaves_private"][:3]:
            sender = private["index"]
            leaf = tree.leaf(sender)
            assert leaf is not None
            signature_key = Secret(bytes.fromhex(private["signature_priv"]))
            group_id = bytes.fromhex(case["group_id"])
            fresh = make_path(CRYPTO, suite, tree, sender, leaf, signature_key, group_id)
            context = context_of(case, fresh.tree.tree_hash(CRYPTO, suite))
            path = seal_path(CRYPTO, suite, fresh, context, ())
            assert merge_path(CRYPTO, suite, tree, sender, path, ()) == fresh.tree
            for own, private_keys in keys.items():
                if own != sender:
                    opened = open_path(
                        CRYPTO, suite, tree, sender, own, private_keys, path, context, ()
                    )
                    assert opened.commit_secret == fresh.commit_secret
                    assert path_secret_for(fresh, own) in fresh.path_secrets.values()
