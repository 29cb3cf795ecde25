"""One who joins a group of fresh leaves, and what a host hands it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from teamchat.mls.crypto import cipher_suite
from teamchat.mls.extensions import Extension
from teamchat.mls.group import join
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.mls.tree.nodes import (
    LeafPlace,
    sign_leaf_node,
)
from tests.forge.corpus import NOW, Room, Valid
from tests.forge.inviting import Host, Ruse, invitation
from tests.forge.malice import with_leaf
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stages
from tests.forge.troupe import Person
from tests.forge.world import Docket

Change = Callable[[LeafNode], LeafNode]


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
