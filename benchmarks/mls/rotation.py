"""How small commits become once the members of a large new group have renewed their keys.

A group that was founded with one commit has a blank inside: the next commit encrypts to
every member apart. Each member's first refresh fills the nodes above its leaf. This
measures what each of those commits weighs, and what one weighs when all have refreshed.

The members share one state here, each with its own leaf and key in turn: what a commit
weighs depends on the public tree alone, and a thousand separate states would measure
nothing more.
"""

import random
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.mls.measure import CRYPTO, EVERYBODY, NOW, bundle
from teamchat.mls.crypto import CipherSuite
from teamchat.mls.group import GroupState, commit, create_group
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add
from teamchat.mls.tree_math import to_node

SAMPLE: Final = 20
"""How many commits of random members are weighed once all have refreshed."""


@dataclass(frozen=True)
class Rotation:
    """What commits weigh, in bytes: the first refresh, all of them together, and afterwards."""

    suite: str
    members: int
    first: int
    half_way: int
    total: int
    steady: int


def rotate(suite: CipherSuite, members: int, seed: int = 1) -> Rotation:
    """Found a group of so many, let everybody refresh once in random order, weigh the commits."""
    order = random.Random(seed)
    bundles = [bundle(suite, f"member {index}") for index in range(members)]
    state = _founded(suite, bundles)
    sizes: list[int] = []
    for leaf in order.sample(range(members), members):
        state, size = _refresh(state, leaf, bundles[leaf])
        sizes.append(size)
    steady: list[int] = []
    for leaf in order.choices(range(members), k=SAMPLE):
        state, size = _refresh(state, leaf, bundles[leaf])
        steady.append(size)
    return Rotation(suite.name, members, sizes[0], sizes[members // 2], sum(sizes), max(steady))


def _founded(suite: CipherSuite, bundles: list[KeyPackageBundle]) -> GroupState:
    state = create_group(
        CRYPTO,
        group_id=b"benchmark",
        suite=suite,
        bundle=bundles[0],
        authentication=EVERYBODY,
        now=NOW,
    )
    adds = [Add(each.key_package) for each in bundles[1:]]
    return commit(CRYPTO, state, proposals=adds, authentication=EVERYBODY, now=NOW).adopt()


def _refresh(state: GroupState, leaf: int, own: KeyPackageBundle) -> tuple[GroupState, int]:
    """Commit nothing but new keys, as the member in this leaf; return the bytes it takes."""
    mine = replace(
        state,
        own_leaf=leaf,
        signature_key=own.signature_private_key,
        private_keys={to_node(leaf): own.leaf_private_key},
        past=(),
    )
    made = commit(CRYPTO, mine, authentication=EVERYBODY, now=NOW)
    return made.adopt(), len(made.message)
