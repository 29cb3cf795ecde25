"""Inner nodes that nobody set, or that do not know who is below them (RFC 9420 §7.1, §7.9.2)."""

from dataclasses import dataclass, replace

from teamchat.mls.crypto import cipher_suite
from teamchat.mls.evolution.apply import Applied
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add, Remove
from teamchat.mls.rules import Rule
from teamchat.mls.tree import ParentNode, RatchetTree
from teamchat.mls.tree.treekem import path_secret_for
from teamchat.mls.tree_math import NodeIndex
from tests.forge.corpus import Room
from tests.forge.inviting import Host, Ruse, invitation
from tests.forge.malice import Plot, commit_of, flipped
from tests.forge.rooms.joining import Flat, docket, joined
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stages
from tests.forge.troupe import PLAIN, Troupe


@dataclass(frozen=True)
class Grown:
    """A group with inner nodes, into which Alice has added us by a commit with a path."""

    scene: str
    bundle: KeyPackageBundle
    host: Host
    ruse: Ruse


def grown(stages: Stages, scene: str) -> Grown:
    """Return a tree in which we, at leaf 5, are unmerged in node 11; leaf 7 is blank."""
    names = "alice", "bob", "carol", "dave", "erin", "frank", "gina"
    troupe = Troupe.founded(stages.world.town, scene, *names)
    troupe.settle("carol", "dave")
    troupe.accept("alice", troupe.commit("alice", Remove(troupe.leaf("frank"))))
    troupe.settle("gina")
    crypto = SeededCrypto(scene)
    us = stages.world.town.person(f"us of {scene}")
    bundle = us.bundle()
    alice = troupe["alice"]
    made = commit_of(crypto, alice, Add(bundle.key_package))
    assert made.fresh is not None
    leaf = made.applied.added[0][0]
    host = Host(
        suite=alice.suite, tree=made.tree, signer=0, key=alice.signature_key,
        group_id=alice.group_id, epoch=alice.epoch + 1,
    )  # fmt: skip
    ruse = Ruse(path_secret=path_secret_for(made.fresh, leaf))
    return Grown(scene, bundle, host, ruse)


def broken_parents(room: Room, stages: Stages) -> None:
    """Inner nodes that nobody set, or that do not know who is below them."""
    whole = grown(stages, "grown")
    flat = Flat(whole.scene, {}, {"us": whole.bundle}, whole.host)
    welcome = invitation(SeededCrypto("grown valid"), whole.host, whole.bundle, whole.ruse)
    tree = whole.host.tree
    stages.world.newcomer(whole.scene, [whole.bundle], [joined(flat, welcome, tree.encode())])
    writer = docket(room, whole.scene, "tree-parent-")

    def refuse(name: str, rule: Rule, what: str, nodes: dict[int, object]) -> None:
        changed = list(tree.nodes)
        for index, node in nodes.items():
            changed[index] = node  # type: ignore[call-overload]
        made = RatchetTree(changed)
        host = replace(whole.host, tree=made)
        crypto = SeededCrypto(f"grown {name}")
        writer.refuse(name, rule, what, invitation(crypto, host, whole.bundle, whole.ruse),
                      more={"ratchet_tree": made.encode()})  # fmt: skip

    def parent(index: int) -> ParentNode:
        found = tree.parent(NodeIndex(index))
        assert found is not None, index
        return found

    unmerged = Rule.TREE_UNMERGED_LEAVES
    hashes = Rule.TREE_PARENT_HASHES
    known = [index for index, node in tree.parents() if node.unmerged_leaves]
    low = known[0]
    refuse("hash-flipped", hashes, "The root's child carries another parent hash.",
           {3: replace(parent(3), parent_hash=flipped(parent(3).parent_hash))})  # fmt: skip
    refuse("hash-of-root", hashes, "The root carries a parent hash.",
           {7: replace(parent(7), parent_hash=bytes(32))})  # fmt: skip
    refuse("key-changed", hashes, "An inner node has another key than its children hashed.",
           {3: replace(parent(3), encryption_key=_some_key("a"))})  # fmt: skip
    refuse("nobody-set-it", hashes, "An inner node stands where nobody has committed.",
           {9: ParentNode(_some_key("b"), b"", (5,))})  # fmt: skip
    refuse("key-low-order", Rule.PUBLIC_KEY_VALID, "The key of an inner node is of low order.",
           {3: replace(parent(3), encryption_key=bytes(32))})  # fmt: skip
    refuse("key-short", Rule.PUBLIC_KEY_VALID, "The key of an inner node is short.",
           {3: replace(parent(3), encryption_key=b"\2" * 31)})  # fmt: skip
    ours = parent(low).unmerged_leaves
    refuse("unmerged-unsorted", unmerged, "Unmerged leaves are not sorted.",
           {low: replace(parent(low), unmerged_leaves=(*ours, ours[0] - 1))})  # fmt: skip
    refuse("unmerged-twice", unmerged, "An unmerged leaf is named twice.",
           {low: replace(parent(low), unmerged_leaves=(*ours, *ours))})  # fmt: skip
    refuse("unmerged-elsewhere", unmerged, "An unmerged leaf is not below the node.",
           {low: replace(parent(low), unmerged_leaves=(0, *ours))})  # fmt: skip
    refuse("unmerged-blank", unmerged, "An unmerged leaf is blank.",
           {low: replace(parent(low), unmerged_leaves=(*ours, 7))})  # fmt: skip
    refuse("unmerged-beyond", unmerged, "An unmerged leaf is beyond the tree.",
           {low: replace(parent(low), unmerged_leaves=(*ours, 99))})  # fmt: skip
    refuse("unmerged-in-between", unmerged,
           "A node in between does not know of an unmerged leaf of the root.",
           {7: replace(parent(7), unmerged_leaves=(3,))})  # fmt: skip


def chained_parents(room: Room, stages: Stages) -> None:
    """Inner nodes that are wrong and that a committer has hashed as if they were not."""
    names = "alice", "bob", "carol", "dave", "erin", "frank", "gina"
    troupe = Troupe.founded(stages.world.town, "chained", *names)
    troupe.settle("carol", "gina")
    us = stages.world.town.person("us of chained").bundle()
    alice = troupe["alice"]

    def made(name: str, plot: Plot) -> tuple[bytes, bytes, Host]:
        crypto = SeededCrypto(f"chained {name}")
        commit = commit_of(crypto, alice, Add(us.key_package), plot=plot)
        assert commit.fresh is not None
        host = Host(
            suite=alice.suite, tree=commit.tree, signer=0, key=alice.signature_key,
            group_id=alice.group_id, epoch=alice.epoch + 1,
        )  # fmt: skip
        ruse = Ruse(path_secret=path_secret_for(commit.fresh, 7))
        return invitation(crypto, host, us, ruse), commit.tree.encode(), host

    welcome, tree, host = made("valid", Plot())
    flat = Flat("chained", {}, {"us": us}, host)
    scene = stages.world.newcomer("chained", [us], [joined(flat, welcome, tree)])
    writer = docket(room, scene, "tree-chained-")

    def hidden(applied: Applied) -> Applied:
        nodes = list(applied.tree.nodes)
        node = nodes[11]
        assert isinstance(node, ParentNode)
        assert node.unmerged_leaves == (7,)
        nodes[11] = replace(node, unmerged_leaves=())
        return replace(applied, tree=RatchetTree(nodes))

    listed: dict[str, tuple[Plot, Rule, str]] = {
        "unmerged-hidden": (
            Plot(applied=hidden), Rule.TREE_PARENT_HASHES,
            "A node says that we have its key, which was set before we came.",
        ),
        "key-low-order": (
            Plot(keys=lambda keys: [*keys[:-1], bytes(32)]), Rule.PUBLIC_KEY_VALID,
            "The key of the root is of low order, and all below is hashed so.",
        ),
        "key-of-a-leaf": (
            Plot(keys=lambda keys: [*keys[:-1], troupe["bob"].own_leaf_node.encryption_key]),
            Rule.LEAF_ENCRYPTION_KEY_UNIQUE,
            "The root has the key of a member's leaf, and all below is hashed so.",
        ),
    }  # fmt: skip
    for name, (plot, rule, what) in listed.items():
        message, encoded, _ = made(name, plot)
        writer.refuse(name, rule, what, message, more={"ratchet_tree": encoded})


def unmerged_leaves_left_out(room: Room, stages: Stages) -> None:
    """We are added without a path: the root and the node under it both leave us out.

    The root's key was set when we were not there, so its parent hash is that of a sibling
    subtree in which neither our leaf is nor our name in node 11 (§7.9.2).
    """
    names = "alice", "bob", "carol", "dave", "erin", "frank", "gina", "hank"
    troupe = Troupe.founded(stages.world.town, "pathless", *names)
    troupe.accept("alice", troupe.commit("alice", Remove(troupe.leaf("frank"))))
    troupe.settle("gina", "alice")
    us = stages.world.town.person("us of pathless").bundle()
    options = replace(PLAIN, always_path=False)
    pending = troupe.commit("carol", Add(us.key_package), options=options)
    assert pending.welcome is not None
    carol = pending.next
    assert [node.unmerged_leaves for _, node in carol.tree.parents()][-3:] == [(5,), (5,), ()]
    host = Host(
        suite=carol.suite, tree=carol.tree, signer=2, key=carol.signature_key,
        group_id=carol.group_id, epoch=carol.epoch,
    )  # fmt: skip
    flat = Flat("pathless", {}, {"us": us}, host)
    valid = joined(flat, pending.welcome, pending.ratchet_tree)
    scene = stages.world.newcomer("pathless", [us], [valid])
    nodes = list(carol.tree.nodes)
    node = nodes[11]
    assert isinstance(node, ParentNode)
    nodes[11] = replace(node, unmerged_leaves=())
    tree = RatchetTree(nodes)
    welcome = invitation(SeededCrypto("pathless"), replace(host, tree=tree), us)
    docket(room, scene, "tree-pathless-").refuse(
        "unmerged-in-between", Rule.TREE_UNMERGED_LEAVES,
        "The root leaves us out, the node under it does not.",
        welcome, more={"ratchet_tree": tree.encode()},
    )  # fmt: skip


def _some_key(name: str) -> bytes:
    return SeededCrypto(f"key {name}").hpke_key_pair(cipher_suite(1)).public_key
