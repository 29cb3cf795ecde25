"""The leaf of a path, and what any leaf may say of itself (RFC 9420 §7.2, §7.3)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.credentials import BASIC
from teamchat.mls.extensions import (
    APPLICATION_ID,
    LAST_RESORT,
    RATCHET_TREE,
    Extension,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode
from teamchat.mls.tree.nodes import (
    KeyPackageSource,
    UpdateSource,
)
from tests.forge.malice import Plot, commit_of, flipped
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import (
    CUSTOM_EXTENSION,
    REQUIRED_CREDENTIAL,
    REQUIRED_EXTENSION,
    Stage,
    Stages,
)
from tests.forge.troupe import LIFETIME
from tests.forge.world import Docket


def path_leaves(docket: Docket, stage: Stage, stages: Stages) -> None:
    """The leaf of a path: signature, source, whose it is."""
    bob, carol = stage.troupe["bob"], stage.troupe["carol"]
    registry = stages.world.town.registry

    def refuse(name: str, rule: Rule, what: str, plot: Plot) -> None:
        message = commit_of(stage.crypto(f"leaf {name}"), bob, plot=plot).message
        docket.refuse(f"leaf-{name}", rule, what, message)

    def signed(change: Callable[[bytes], bytes]) -> Plot:
        return Plot(signed_leaf=lambda leaf: replace(leaf, signature=change(leaf.signature)))

    def sourced(source: object) -> Plot:
        return Plot(leaf=lambda leaf: replace(leaf, leaf_node_source=source))  # type: ignore[arg-type]

    rule = Rule.LEAF_SIGNATURE
    refuse("signature-flipped", rule, "The leaf's signature has one bit changed.", signed(flipped))
    refuse("signature-empty", rule, "The leaf's signature is empty.", signed(lambda _: b""))
    refuse("signature-cut", rule, "The leaf's signature is short.", signed(lambda s: s[:-1]))
    refuse("signature-by-another", rule, "The leaf is signed with another member's key.",
           Plot(leaf_key=carol.signature_key))  # fmt: skip
    refuse("signature-for-another-leaf", rule, "The leaf is signed for another place in the tree.",
           Plot(place=lambda place: replace(place, leaf_index=2)))  # fmt: skip
    refuse("signature-for-another-group", rule, "The leaf is signed for another group.",
           Plot(place=lambda place: replace(place, group_id=b"another")))  # fmt: skip
    refuse("source-key-package", Rule.LEAF_SOURCE, "The leaf says that a KeyPackage brought it.",
           sourced(KeyPackageSource(LIFETIME)))  # fmt: skip
    refuse("source-update", Rule.LEAF_SOURCE, "The leaf says that an Update brought it.",
           sourced(UpdateSource()))  # fmt: skip
    refuse("key-kept", Rule.LEAF_UPDATE_CHANGES_KEY, "The leaf keeps its encryption key.",
           Plot(leaf=lambda leaf: replace(
               leaf, encryption_key=bob.own_leaf_node.encryption_key)))  # fmt: skip
    registry.register(carol.own_leaf_node.credential, bob.own_leaf_node.signature_key)
    refuse("of-another-client", Rule.CREDENTIAL_SAME_CLIENT,
           "The leaf says that it is Carol's.",
           Plot(leaf=lambda leaf: replace(
               leaf, credential=carol.own_leaf_node.credential)))  # fmt: skip
    other = SeededCrypto("unregistered").signature_key_pair(bob.suite)
    refuse("key-not-authenticated", Rule.CREDENTIAL_NOT_AUTHENTICATED,
           "The leaf has a new signature key that nobody vouches for.",
           Plot(leaf=lambda leaf: replace(leaf, signature_key=other.public_key),
                leaf_key=other.private_key))  # fmt: skip
    registry.register(bob.own_leaf_node.credential, carol.own_leaf_node.signature_key)
    refuse("signature-key-of-another", Rule.LEAF_SIGNATURE_KEY_UNIQUE,
           "The leaf has Carol's signature key, with which she signs it, and is vouched for.",
           Plot(leaf=lambda leaf: replace(
               leaf, signature_key=carol.own_leaf_node.signature_key),
               leaf_key=carol.signature_key))  # fmt: skip


CONTENTS: dict[str, tuple[Callable[[LeafNode], LeafNode], Rule, str]] = {
    "credential-type": (
        lambda leaf: _able(leaf, credentials=(REQUIRED_CREDENTIAL,)),
        Rule.LEAF_CREDENTIAL_IN_CAPABILITIES, "does not name its own credential type",
    ),
    "extension": (
        lambda leaf: replace(leaf, extensions=(Extension(0xF123, b""),)),
        Rule.LEAF_EXTENSIONS_IN_CAPABILITIES, "has an extension that it does not name",
    ),
    "extension-twice": (
        lambda leaf: replace(leaf, extensions=(Extension(APPLICATION_ID, b"\0"),) * 2),
        Rule.EXTENSION_UNIQUE, "has two extensions of one type",
    ),
    "extension-misplaced": (
        lambda leaf: replace(leaf, extensions=(Extension(RATCHET_TREE, b""),)),
        Rule.EXTENSION_ELSEWHERE, "has an extension that belongs into a GroupInfo",
    ),
    "version": (
        lambda leaf: _able(leaf, versions=(2,)),
        Rule.LEAF_SUPPORTS_SUITE, "does not name the group's version",
    ),
    "suite": (
        lambda leaf: _able(leaf, cipher_suites=(2,)),
        Rule.LEAF_SUPPORTS_SUITE, "does not name the group's cipher suite",
    ),
    "group-context": (
        lambda leaf: _able(leaf, extensions=(LAST_RESORT, REQUIRED_EXTENSION)),
        Rule.LEAF_SUPPORTS_GROUP_CONTEXT, "does not support an extension of the GroupContext",
    ),
    "required-extension": (
        lambda leaf: _able(leaf, extensions=(LAST_RESORT, CUSTOM_EXTENSION)),
        Rule.LEAF_SUPPORTS_REQUIRED, "does not support a required extension",
    ),
    "required-credential": (
        lambda leaf: _able(leaf, credentials=(BASIC,)),
        Rule.LEAF_SUPPORTS_REQUIRED, "does not support a required credential type",
    ),
    "required-proposal": (
        lambda leaf: _able(leaf, proposals=()),
        Rule.LEAF_SUPPORTS_REQUIRED, "does not support a required proposal type",
    ),
}  # fmt: skip
"""What a leaf may say of itself that no group takes, each signed as it should be."""


def _able(leaf: LeafNode, **changes: object) -> LeafNode:
    return replace(leaf, capabilities=replace(leaf.capabilities, **changes))  # type: ignore[arg-type]


def path_leaf_contents(docket: Docket, stages: Stages) -> None:
    """What the leaf of a path and that of an Update say of themselves."""
    stage = stages.ruled
    bob = stage.troupe["bob"]
    ruled = replace(docket, scene=stage.scene)
    for name, (change, rule, how) in CONTENTS.items():
        crypto = stage.crypto(f"contents {name}")
        ruled.refuse(
            f"leaf-{name}", rule, f"The leaf of a path {how}.",
            commit_of(crypto, bob, plot=Plot(leaf=change)).message,
        )  # fmt: skip
