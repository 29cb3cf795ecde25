"""Trees that a host hands to one who joins (RFC 9420 §7.3, §7.8, §7.9, §12.4.3.1, §12.4.3.3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from teamchat.mls.codec import Maybe, Vector
from teamchat.mls.credentials import BASIC, X509, Certificate, X509Credential
from teamchat.mls.crypto import cipher_suite
from teamchat.mls.evolution.apply import Applied
from teamchat.mls.extensions import REQUIRED_CAPABILITIES, Extension
from teamchat.mls.group import join
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add, Remove
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode, ParentNode, RatchetTree
from teamchat.mls.tree.nodes import (
    Capabilities,
    KeyPackageSource,
    LeafPlace,
    Lifetime,
    Node,
    UpdateSource,
    sign_leaf_node,
)
from teamchat.mls.tree.treekem import path_secret_for
from teamchat.mls.tree_math import NodeIndex
from tests.forge.corpus import NOW, Room, Valid
from tests.forge.inviting import Host, Ruse, invitation
from tests.forge.malice import Plot, commit_of, flipped, with_leaf
from tests.forge.rooms.leaves import CONTENTS
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, CUSTOM_EXTENSION, NEEDED, Stages
from tests.forge.troupe import DAY, PLAIN, Person, Troupe
from tests.forge.world import Docket

NODES = Vector(Maybe(Node))
Change = Callable[[LeafNode], LeafNode]


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    _grown(room, stages)
    _chained(room, stages)
    _unmerged(room, stages)
    flat = Flat.of(stages, "flat", ())
    _encodings(room, flat)
    _leaves(room, stages, flat)
    _ruled(room, stages)


@dataclass(frozen=True)
class Flat:
    """A tree of three fresh leaves and nothing above: Alice invites, Bob stands by, we join."""

    scene: str
    people: dict[str, Person]
    bundles: dict[str, KeyPackageBundle]
    host: Host

    @classmethod
    def of(
        cls, stages: Stages, scene: str, extensions: tuple[Extension, ...], **options: object
    ) -> "Flat":
        town = stages.world.town
        people = {each: town.person(f"{each} of {scene}") for each in ("alice", "bob", "us")}
        bundles = {each: person.bundle(**options) for each, person in people.items()}
        tree = RatchetTree([bundles["alice"].key_package.leaf_node])
        for each in "bob", "us":
            tree, _ = tree.add_leaf(bundles[each].key_package.leaf_node)
        host = Host(
            suite=cipher_suite(1), tree=tree, signer=0, key=people["alice"].keys.private_key,
            group_id=scene.encode(), extensions=extensions,
        )  # fmt: skip
        flat = cls(scene, people, bundles, host)
        welcome, tree_bytes = flat.invited("valid", tree)
        stages.world.newcomer(scene, [bundles["us"]], [joined(flat, welcome, tree_bytes)])
        return flat

    def invited(
        self, name: str, tree: RatchetTree, ruse: Ruse | None = None
    ) -> tuple[bytes, bytes]:
        """Return a Welcome into a group with this tree, and the tree."""
        crypto = SeededCrypto(f"{self.scene} {name}")
        welcome = invitation(
            crypto, replace(self.host, tree=tree), self.bundles["us"], ruse or Ruse()
        )
        return welcome, tree.encode()

    def with_bob(self, change: Change, *, sign: bool = True) -> RatchetTree:
        """Return the tree with Bob's leaf changed, and signed again."""
        leaf = change(self.bundles["bob"].key_package.leaf_node)
        if sign:
            key = self.people["bob"].keys.private_key
            leaf = signed(SeededCrypto("leaf"), self.host, key, leaf, 1)
        return with_leaf(self.host.tree, 1, leaf)


def signed(crypto: SeededCrypto, host: Host, key: object, leaf: LeafNode, index: int) -> LeafNode:
    """Return a leaf signed for its place."""
    place = LeafPlace(host.group_id, index)
    return sign_leaf_node(crypto, host.suite, key, replace(leaf, signature=b""), place)  # type: ignore[arg-type]


def joined(flat: Flat, welcome: bytes, tree: bytes | None) -> Valid:
    """Return that the newcomer can join."""
    crypto = SeededCrypto("valid")
    bundle = flat.bundles["us"]
    reference = bundle.key_package.reference(crypto, flat.host.suite)
    state = join(
        crypto, welcome, {reference: bundle}, ratchet_tree=tree,
        authentication=_Everybody(), now=NOW,
    )  # fmt: skip
    return Valid(
        operation="join",
        input={"welcome": welcome, "ratchet_tree": tree},
        gives={
            "kind": "joined",
            "epoch": state.epoch,
            "epoch_authenticator": state.epoch_authenticator.reveal(),
        },
    )


class _Everybody:
    """Believes everybody: the test asks the registry."""

    def authenticate(self, credential: object, signature_key: bytes) -> None:
        del credential, signature_key

    def same_client(self, old: object, new: object) -> bool:
        return old == new


def docket(room: Room, scene: str, prefix: str) -> Docket:
    """Return what writes the cases of one who joins."""
    return Docket(room, scene, "join", "welcome", prefix)


def _encodings(room: Room, flat: Flat) -> None:
    """Trees that are written as no tree is; the GroupInfo is signed over what they hash to."""
    writer = docket(room, flat.scene, "tree-")
    nodes = flat.host.tree.nodes
    parent = ParentNode(b"\2" * 32, b"", ())
    leaf = nodes[0]
    odd: dict[str, tuple[tuple[object, ...], object, str]] = {
        "empty": ((), Rule.TREE_NOT_TRUNCATED, "The tree has no node."),
        "blank-at-the-end": ((*nodes[:5], None), Rule.TREE_NOT_TRUNCATED,
                             "A blank node follows the last leaf."),
        "blank-all": ((None,), Rule.TREE_NOT_TRUNCATED, "The tree is one blank node."),
        "parent-at-the-end": ((*nodes[:5], parent), Rule.TREE_ENDS_IN_LEAF,
                              "A parent stands behind the last leaf, where no hash covers it."),
        "leaf-at-odd": ((*nodes[:1], leaf, *nodes[2:5]), Rule.TREE_NODE_KINDS,
                        "A leaf stands where a parent belongs."),
        "parent-at-even": ((*nodes[:2], parent, *nodes[3:5]), Rule.TREE_NODE_KINDS,
                           "A parent stands where a leaf belongs."),
    }  # fmt: skip
    welcome, whole = flat.invited("encodings", flat.host.tree)
    for name, (content, broken, what) in odd.items():
        data = NODES.encode(content)
        writer.refuse(name, broken, what, welcome, more={"ratchet_tree": data})
    spoiled = {
        "trailing": (whole + b"\0", "A byte follows the tree."),
        "cut": (whole[:-1], "The tree lacks its last byte."),
        "presence": (b"\1\2", "The presence of a node is 2."),
        "node-type": (b"\2\1\3", "The type of a node is 3."),
    }  # fmt: skip
    for name, (data, what) in spoiled.items():
        writer.refuse(name, "DecodeError", what, welcome, section="12.4.3.3",
                      more={"ratchet_tree": data})  # fmt: skip
    other = flat.with_bob(lambda node: replace(node, encryption_key=b"\3" * 32)).encode()
    writer.refuse("of-another-hash", Rule.TREE_HASH_MATCHES,
                  "The tree is another than the GroupContext's.", welcome,
                  more={"ratchet_tree": other})  # fmt: skip
    writer.refuse("missing", Rule.RATCHET_TREE_AT_HAND, "There is no tree.", welcome,
                  more={"ratchet_tree": None})  # fmt: skip


def _leaves(room: Room, stages: Stages, flat: Flat) -> None:
    """A member of the tree that is joined is not what a member must be."""
    writer = docket(room, flat.scene, "tree-leaf-")
    alice = flat.bundles["alice"].key_package.leaf_node
    chain = X509Credential((Certificate(b"a certificate"),))
    registry = stages.world.town.registry
    bob = flat.people["bob"]
    registry.register(bob.credential, alice.signature_key)
    registry.register(chain, bob.keys.public_key)
    both = Capabilities((1,), (1,), (), (), (BASIC, X509))

    def refuse(name: str, rule: Rule, what: str, tree: RatchetTree) -> None:
        welcome, data = flat.invited(f"leaf {name}", tree)
        writer.refuse(name, rule, what, welcome, more={"ratchet_tree": data})

    def living(start: int, end: int) -> RatchetTree:
        source = KeyPackageSource(Lifetime(start, end))
        return flat.with_bob(lambda node: replace(node, leaf_node_source=source))

    def raw(change: Callable[[bytes], bytes]) -> RatchetTree:
        return flat.with_bob(
            lambda node: replace(node, signature=change(node.signature)), sign=False
        )

    refuse("signature-flipped", Rule.LEAF_SIGNATURE,
           "A member's leaf has one bit of its signature changed.", raw(flipped))  # fmt: skip
    refuse("signature-empty", Rule.LEAF_SIGNATURE, "A member's leaf is not signed.",
           raw(lambda _: b""))  # fmt: skip
    moved = RatchetTree(
        (flat.host.tree.nodes[0], None, _updated(flat, 0), None, flat.host.tree.nodes[4])
    )
    refuse(
        "signed-for-another-place",
        Rule.LEAF_SIGNATURE,
        "The leaf of an Update stands at another place than it was signed for.",
        moved,
    )
    refuse("lifetime-endless", Rule.LEAF_LIFETIME_BOUNDED, "A member's lifetime has no end.",
           living(0, (1 << 64) - 1))  # fmt: skip
    refuse(
        "lifetime-long",
        Rule.LEAF_LIFETIME_BOUNDED,
        "A member's lifetime is a second too long.",
        living(NOW, NOW + 94 * DAY + 1),
    )
    refuse("key-low-order", Rule.PUBLIC_KEY_VALID, "A member's key is of low order.",
           flat.with_bob(lambda node: replace(node, encryption_key=bytes(32))))  # fmt: skip
    refuse(
        "encryption-key-twice",
        Rule.LEAF_ENCRYPTION_KEY_UNIQUE,
        "Two members have one encryption key.",
        flat.with_bob(lambda node: replace(node, encryption_key=alice.encryption_key)),
    )
    as_alice = signed(
        SeededCrypto("as alice"), flat.host, flat.people["alice"].keys.private_key,
        replace(flat.bundles["bob"].key_package.leaf_node, signature_key=alice.signature_key), 1,
    )  # fmt: skip
    refuse("signature-key-twice", Rule.LEAF_SIGNATURE_KEY_UNIQUE,
           "Two members have one signature key, and are vouched for.",
           with_leaf(flat.host.tree, 1, as_alice))  # fmt: skip
    stranger = stages.world.town.person("stranger", known=False).bundle().key_package.leaf_node
    refuse("not-authenticated", Rule.CREDENTIAL_NOT_AUTHENTICATED,
           "A member is nobody that is vouched for.",
           with_leaf(flat.host.tree, 1, stranger))  # fmt: skip
    refuse("credential-not-understood", Rule.LEAF_CREDENTIAL_SUPPORTED,
           "A member has a type of credential that the others do not support.",
           flat.with_bob(lambda node: replace(
               node, credential=chain, capabilities=both)))  # fmt: skip
    refuse("own-leaf-missing", Rule.OWN_LEAF_PRESENT, "Our leaf is not in the tree.",
           RatchetTree(flat.host.tree.nodes[:3]))  # fmt: skip
    again = flat.people["us"].bundle().key_package.leaf_node
    refuse("own-leaf-of-another-package", Rule.OWN_LEAF_PRESENT,
           "Our leaf in the tree is that of another KeyPackage of ours.",
           with_leaf(flat.host.tree, 2, again))  # fmt: skip


def _updated(flat: Flat, index: int) -> LeafNode:
    leaf = replace(flat.bundles["bob"].key_package.leaf_node, leaf_node_source=UpdateSource())
    return signed(
        SeededCrypto("moved"), flat.host, flat.people["bob"].keys.private_key, leaf, index
    )


def _ruled(room: Room, stages: Stages) -> None:
    """The leaf of a member of a group with rules."""

    extensions = (
        Extension(REQUIRED_CAPABILITIES, NEEDED.encode()),
        Extension(CUSTOM_EXTENSION, b"house rules"),
    )
    flat = Flat.of(stages, "flat-ruled", extensions, capabilities=ABLE)
    writer = docket(room, flat.scene, "tree-leaf-")
    for name, (change, rule, how) in CONTENTS.items():
        welcome, data = flat.invited(f"ruled {name}", flat.with_bob(change))
        writer.refuse(name, rule, f"The leaf of a member of the tree {how}.", welcome,
                      more={"ratchet_tree": data})  # fmt: skip


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


def _grown(room: Room, stages: Stages) -> None:
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


def _chained(room: Room, stages: Stages) -> None:
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


def _unmerged(room: Room, stages: Stages) -> None:
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
