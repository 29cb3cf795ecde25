"""Updates: heard, as they may be, and not to be committed (RFC 9420 §7.3, §12.1.2)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.crypto import Secret
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import (
    REQUIRED_CAPABILITIES,
    Extension,
)
from teamchat.mls.framing.content import ProposalContent, SenderMember
from teamchat.mls.group import GroupState, ProposalReceived
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.proposals import (
    Proposal,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode
from teamchat.mls.tree.nodes import (
    CommitSource,
    KeyPackageSource,
    LeafPlace,
    UpdateSource,
    sign_leaf_node,
)
from tests.forge.malice import Plot, commit_of, flipped, said
from tests.forge.rooms.leaves import CONTENTS
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, CUSTOM_EXTENSION, NEEDED, Stages, spoken
from tests.forge.troupe import LIFETIME, Troupe
from tests.forge.world import Docket

Change = Callable[[LeafNode], LeafNode]


def updated(crypto: SeededCrypto, state: GroupState, change: Change) -> LeafNode:
    """Return the leaf of an Update by a member, changed before it is signed."""
    pair = crypto.hpke_key_pair(state.suite)
    fresh = replace(
        state.own_leaf_node, encryption_key=pair.public_key, leaf_node_source=UpdateSource()
    )
    place = LeafPlace(state.group_id, state.own_leaf)
    leaf = replace(change(fresh), signature=b"")
    return sign_leaf_node(crypto, state.suite, state.signature_key, leaf, place)


def heard_updates(docket: Docket, stages: Stages) -> None:
    """Updates that were heard, as they may be, and must not be committed."""
    extensions = (
        Extension(REQUIRED_CAPABILITIES, NEEDED.encode()),
        Extension(CUSTOM_EXTENSION, b"house rules"),
    )
    names = "alice", "bob", "carol", "dave"
    troupe = Troupe.founded(
        stages.world.town, "updates", *names, extensions=extensions, capabilities=ABLE
    )
    troupe.settle("bob")
    carol, bob, dave = troupe["carol"], troupe["bob"], troupe["dave"]
    crypto = SeededCrypto("updates")
    stages.world.town.registry.register(
        carol.own_leaf_node.credential, dave.own_leaf_node.signature_key
    )
    own = LeafPlace(carol.group_id, carol.own_leaf)

    def signed(key: Secret, place: LeafPlace) -> LeafNode:
        leaf = replace(updated(crypto, carol, lambda node: node), signature=b"")
        return sign_leaf_node(crypto, carol.suite, key, leaf, place)

    whole = updated(crypto, carol, lambda node: node)
    listed: dict[str, tuple[LeafNode, Rule, str]] = {
        name: (updated(crypto, carol, change), rule, how)
        for name, (change, rule, how) in CONTENTS.items()
    } | {
        "signature-flipped": (replace(whole, signature=flipped(whole.signature)),
                              Rule.LEAF_SIGNATURE, "has one bit of its signature changed"),
        "signature-empty": (replace(whole, signature=b""), Rule.LEAF_SIGNATURE, "is not signed"),
        "signed-by-another": (signed(bob.signature_key, own), Rule.LEAF_SIGNATURE,
                              "is signed by another member"),
        "signed-for-another-leaf": (
            signed(carol.signature_key, replace(own, leaf_index=0)), Rule.LEAF_SIGNATURE,
            "is signed for another place in the tree"),
        "signed-for-another-group": (
            signed(carol.signature_key, replace(own, group_id=b"another")), Rule.LEAF_SIGNATURE,
            "is signed for another group"),
        "source-key-package": (
            updated(crypto, carol,
                    lambda node: replace(node, leaf_node_source=KeyPackageSource(LIFETIME))),
            Rule.LEAF_SOURCE, "says that a KeyPackage brought it"),
        "source-commit": (
            updated(crypto, carol,
                    lambda node: replace(node, leaf_node_source=CommitSource(b""))),
            Rule.LEAF_SOURCE, "says that a commit brought it"),
        "key-kept": (
            updated(crypto, carol, lambda node: replace(
                node, encryption_key=carol.own_leaf_node.encryption_key)),
            Rule.LEAF_UPDATE_CHANGES_KEY, "keeps its encryption key"),
        "key-low-order": (
            updated(crypto, carol, lambda node: replace(node, encryption_key=bytes(32))),
            Rule.PUBLIC_KEY_VALID, "has a key of low order"),
        "key-of-another-leaf": (
            updated(crypto, carol, lambda node: replace(
                node, encryption_key=dave.own_leaf_node.encryption_key)),
            Rule.LEAF_ENCRYPTION_KEY_UNIQUE, "has the encryption key of another member"),
        "signature-key-of-another": (
            sign_leaf_node(crypto, carol.suite, dave.signature_key, replace(
                whole, signature_key=dave.own_leaf_node.signature_key, signature=b""), own),
            Rule.LEAF_SIGNATURE_KEY_UNIQUE, "has the signature key of another member"),
    }  # fmt: skip
    heard = {}
    for name, (leaf, _, _) in listed.items():
        message = said(crypto, carol, ProposalContent(Update(leaf)))
        received = troupe.receive("alice", message)
        assert isinstance(received, ProposalReceived)
        troupe.states["alice"] = received.state
        heard[name] = (received.ref, SentProposal(SenderMember(carol.own_leaf), Update(leaf)))
    scene = stages.world.member("updates", troupe["alice"], spoken(troupe, "updates", "bob"))
    updates = replace(docket, scene=scene)
    for name, (_, rule, how) in listed.items():
        plot = Plot(references=[heard[name]])
        updates.refuse(
            f"update-{name}", rule, f"A commit takes up an Update whose leaf {how}.",
            commit_of(SeededCrypto(f"update {name}"), bob, plot=plot).message,
        )  # fmt: skip
    good = updated(crypto, bob, lambda node: node)
    updates.refuse(
        "update-by-committer", Rule.COMMITTER_NOT_UPDATED,
        "A commit holds an Update by value, which is the committer's.",
        commit_of(crypto, bob, Update(good)).message,
    )  # fmt: skip
    two = [heard["key-kept"], heard["key-low-order"]]
    updates.refuse(
        "update-twice", Rule.ONE_CHANGE_PER_LEAF, "A commit takes up two Updates of one member.",
        commit_of(crypto, bob, plot=Plot(references=two)).message,
    )  # fmt: skip
    updates.refuse(
        "update-and-remove", Rule.ONE_CHANGE_PER_LEAF,
        "A commit takes up an Update and removes its sender.",
        _committed_with(crypto, bob, two[0], Remove(carol.own_leaf)),
    )  # fmt: skip


def _committed_with(
    crypto: SeededCrypto, state: GroupState, heard: tuple[bytes, SentProposal], proposal: Proposal
) -> bytes:
    items = (ProposalReference(heard[0]), ProposalByValue(proposal))
    return said(crypto, state, Commit(items, None))
