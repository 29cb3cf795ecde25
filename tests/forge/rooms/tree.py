"""Trees that a host hands to one who joins (RFC 9420 §7.3, §7.8, §7.9, §12.4.3.1, §12.4.3.3)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.codec import Maybe, Vector
from teamchat.mls.credentials import BASIC, X509, Certificate, X509Credential
from teamchat.mls.extensions import REQUIRED_CAPABILITIES, Extension
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode, ParentNode, RatchetTree
from teamchat.mls.tree.nodes import (
    Capabilities,
    KeyPackageSource,
    Lifetime,
    Node,
    UpdateSource,
)
from tests.forge.corpus import NOW, Room
from tests.forge.malice import flipped, with_leaf
from tests.forge.rooms.joining import Flat, docket, signed
from tests.forge.rooms.leaves import CONTENTS
from tests.forge.rooms.parents import broken_parents, chained_parents, unmerged_leaves_left_out
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, CUSTOM_EXTENSION, NEEDED, Stages
from tests.forge.troupe import DAY

NODES = Vector(Maybe(Node))


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    broken_parents(room, stages)
    chained_parents(room, stages)
    unmerged_leaves_left_out(room, stages)
    flat = Flat.of(stages, "flat", ())
    _encodings(room, flat)
    _leaves(room, stages, flat)
    _ruled(room, stages)


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
