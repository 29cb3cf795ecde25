"""Ratchet trees and who stands in them, for the tests below groups."""

from dataclasses import dataclass, replace

from teamchat.mls.credentials import BASIC, BasicCredential, Credential
from teamchat.mls.crypto import CipherSuite, KeyPair, Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.errors import ValidationError
from teamchat.mls.key_package import KeyPackageBundle, create_key_package
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.mls.tree.nodes import Capabilities, Lifetime
from teamchat.mls.tree.treekem import make_path

CRYPTO = DefaultCrypto()
SUITE = cipher_suite(0x0001)
NOW = 1_800_000_000
DAY = 24 * 3600
LIFETIME = Lifetime(NOW - DAY, NOW + 60 * DAY)
GROUP = b"a group"
CAPABILITIES = Capabilities((1,), (1, 3, 0xF00D), (), (), (BASIC,))


@dataclass(frozen=True)
class Trusting:
    """An authentication service that refuses those it was told to."""

    refused: frozenset[bytes] = frozenset()

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        if isinstance(credential, BasicCredential) and credential.identity in self.refused:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)

    def same_client(self, old: Credential, new: Credential) -> bool:
        return old == new


def bundle(
    name: str, suite: CipherSuite = SUITE, capabilities: Capabilities = CAPABILITIES
) -> KeyPackageBundle:
    """A KeyPackage of a newcomer with this name."""
    return create_key_package(
        CRYPTO,
        suite,
        BasicCredential(name.encode()),
        CRYPTO.signature_key_pair(suite).private_key,
        lifetime=LIFETIME,
        capabilities=capabilities,
    )


def leaf_of(name: str) -> LeafNode:
    """A leaf of a newcomer with this name."""
    return bundle(name).key_package.leaf_node


class Unsearched(tuple[int, ...]):
    """A list that may be gone through, and not once for each of another list."""

    __slots__ = ()

    def __contains__(self, leaf: object) -> bool:
        raise AssertionError(leaf)


@dataclass(frozen=True)
class Grown:
    """A tree and the bundles of its members, by leaf."""

    tree: RatchetTree
    bundles: tuple[KeyPackageBundle, ...]
    suite: CipherSuite = SUITE

    def leaf(self, index: int) -> LeafNode:
        leaf = self.tree.leaf(index)
        assert leaf is not None
        return leaf

    def keys(self, index: int) -> dict[int, Secret]:
        return {2 * index: self.bundles[index].leaf_private_key}

    def signature_key(self, index: int) -> Secret:
        return self.bundles[index].signature_private_key

    def committed_by(self, *members: int) -> "Grown":
        """The tree after a path of each of these members."""
        tree = self.tree
        for index in members:
            leaf = tree.leaf(index)
            assert leaf is not None
            key = self.signature_key(index)
            tree = make_path(CRYPTO, self.suite, tree, index, leaf, key, GROUP).tree
        return replace(self, tree=tree)


def grown(size: int, suite: CipherSuite = SUITE) -> Grown:
    """A tree of so many newcomers, its inside blank."""
    bundles = tuple(bundle(f"member {index}", suite) for index in range(size))
    tree = RatchetTree([bundles[0].key_package.leaf_node])
    for each in bundles[1:]:
        tree, _ = tree.add_leaf(each.key_package.leaf_node)
    return Grown(tree, bundles, suite)


def key_pair() -> KeyPair:
    """A fresh signature key pair."""
    return CRYPTO.signature_key_pair(SUITE)
