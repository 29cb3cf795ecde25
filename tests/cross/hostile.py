"""Commits that break several rules at once, with chance as their author.

The corpus breaks one rule per message. Here a member or a newcomer who holds real keys breaks
any number of them, so that what is found first tells the order of the checks.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from teamchat.mls.credentials import Certificate, X509Credential
from teamchat.mls.crypto import Secret
from teamchat.mls.crypto.labels import HPKECiphertext, sign_with_label
from teamchat.mls.errors import MlsError
from teamchat.mls.evolution.apply import apply_proposals
from teamchat.mls.evolution.evolve import PublicState, provisional_context
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import (
    EXTERNAL_SENDERS,
    RATCHET_TREE,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.framing.content import (
    ProposalContent,
    Sender,
    SenderMember,
    SenderNewMemberCommit,
)
from teamchat.mls.group import GroupState
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalOrRef, ProposalReference
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.schedule.epoch import export_to_external, external_key_pair
from teamchat.mls.schedule.key_names import ExternalPSKID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.tree import LeafNode, UpdatePath
from teamchat.mls.tree.nodes import (
    CommitSource,
    KeyPackageSource,
    LeafPlace,
    Lifetime,
    UpdateSource,
    sign_leaf_node,
)
from teamchat.mls.tree.treekem import make_path, seal_path
from tests.support.mallory import forged, stranger
from tests.support.people import CRYPTO, NOW, SUITE, Crew, Person, person

HOUSE: Final = b"house"
_NOWHERE: Final = LeafPlace(b"", 0)
_LOW_ORDER: Final = bytes(32)
_UNKNOWN: Final = 0xF123


def _extension(kind: int, data: bytes = b"") -> Extension:
    return Extension(kind, data)


def _required(*, extensions: tuple[int, ...] = (), credentials: tuple[int, ...] = ()) -> Extension:
    wanted = RequiredCapabilities(extensions, (), credentials)
    return _extension(REQUIRED_CAPABILITIES, wanted.encode())


class Forger:
    """Bob, who is in the group of `crew`, and strangers who would like to be."""

    def __init__(self, random: Random, crew: Crew) -> None:
        self._random = random
        self._crew = crew
        self._bob = crew["bob"]

    def _any(self, *makes: Callable[[], Proposal]) -> Proposal:
        return self._random.choice(makes)()

    def _leaf_key(self, name: str) -> bytes:
        return self._crew[name].own_leaf_node.encryption_key

    def _spoilt_leaf(self, leaf: LeafNode) -> LeafNode:
        """Return a leaf with one thing wrong, or at least odd."""
        can, others = leaf.capabilities, self._crew["alice"].own_leaf_node
        same = Extension(_UNKNOWN, b"")
        return self._random.choice(
            [
                replace(leaf, encryption_key=_LOW_ORDER),
                replace(leaf, encryption_key=others.encryption_key),
                replace(leaf, encryption_key=self._leaf_key("bob")),
                replace(leaf, credential=self._crew["carol"].own_leaf_node.credential),
                replace(leaf, credential=X509Credential((Certificate(b"x"),))),
                replace(leaf, signature_key=others.signature_key),
                replace(leaf, signature_key=b"short"),
                replace(leaf, capabilities=replace(can, credentials=(2,))),
                replace(leaf, capabilities=replace(can, cipher_suites=(3,))),
                replace(leaf, capabilities=replace(can, versions=())),
                replace(leaf, extensions=(same,)),
                replace(leaf, extensions=(same, same)),
                replace(leaf, extensions=(_extension(RATCHET_TREE),)),
                replace(leaf, leaf_node_source=UpdateSource()),
                replace(leaf, leaf_node_source=CommitSource(b"h" * 32)),
                *(
                    replace(leaf, leaf_node_source=KeyPackageSource(Lifetime(*span)))
                    for span in ((0, NOW - 1), (NOW + 1, NOW + 9), (0, NOW + 10**9), (NOW, NOW))
                ),
            ]
        )

    def _leaf(self, leaf: LeafNode, key: Secret, place: LeafPlace = _NOWHERE) -> LeafNode:
        """Return a leaf with up to two things wrong, in most cases signed again."""
        for _ in range(self._random.choice([0, 0, 0, 1, 1, 2])):
            leaf = self._spoilt_leaf(leaf)
        if self._random.random() < 0.85:
            return sign_leaf_node(CRYPTO, SUITE, key, leaf, place)
        return leaf

    def _spoilt_package(self, package: KeyPackage) -> KeyPackage:
        grease = _extension(0x0A0A)
        return self._random.choice(
            [
                replace(package, version=2),
                replace(package, cipher_suite=3),
                replace(package, cipher_suite=9),
                replace(package, init_key=package.leaf_node.encryption_key),
                replace(package, init_key=_LOW_ORDER),
                replace(package, extensions=(_extension(_UNKNOWN),)),
                replace(package, extensions=(grease, grease)),
                replace(package, extensions=(_extension(self._random.choice([1, 2, 3, 10])),)),
            ]
        )

    def _add(self) -> Proposal:
        members = [self._crew.people[name] for name in ("bob", "carol")]
        whose = self._random.choice([person("newcomer"), person("other newcomer"), *members])
        bundle = whose.bundle()
        key = bundle.signature_private_key
        package = bundle.key_package
        package = replace(package, leaf_node=self._leaf(package.leaf_node, key))
        for _ in range(self._random.choice([0, 0, 0, 1, 2])):
            package = self._spoilt_package(package)
        if self._random.random() < 0.85:
            content = replace(package, signature=b"").encode()[:-1]
            signature = sign_with_label(CRYPTO, SUITE, key, "KeyPackageTBS", content)
            package = replace(package, signature=signature)
        return Add(package)

    def _update(self, name: str) -> Proposal:
        state = self._crew[name]
        fresh = CRYPTO.hpke_key_pair(SUITE).public_key
        leaf = replace(state.own_leaf_node, leaf_node_source=UpdateSource(), encryption_key=fresh)
        where = self._random.choice([state.own_leaf] * 9 + [7])
        return Update(self._leaf(leaf, state.signature_key, LeafPlace(state.group_id, where)))

    def _remove(self) -> Proposal:
        return Remove(self._random.choice([0, 1, 2, 3, 4, 5, 6, 1 << 31, (1 << 32) - 1]))

    def _psk(self) -> Proposal:
        nonce = self._random.choice([bytes(32), bytes(32), b"y" * 32, b"short"])
        if self._random.random() < 0.5:
            return PreSharedKey(ExternalPSKID(self._random.choice([HOUSE, b"nobody's"]), nonce))
        group = self._random.choice([self._bob.group_id, b"other"])
        epoch = self._random.choice([self._bob.epoch, self._bob.epoch - 1, 77])
        usage = self._random.choice(list(ResumptionPSKUsage))
        return PreSharedKey(ResumptionPSKID(usage, group, epoch, nonce))

    def _extensions(self) -> tuple[Extension, ...]:
        alice = self._crew.people["alice"]
        known = ExternalSender(alice.keys.public_key, alice.credential)
        choice = [
            *(_extension(kind) for kind in (_UNKNOWN, 0xF124, 1, 2, 10, 0x1A1A)),
            _required(credentials=(1,)),
            _required(extensions=(0xF999,)),
            _extension(REQUIRED_CAPABILITIES, b"\x01"),
            _extension(EXTERNAL_SENDERS, b"\xff"),
            external_senders_extension((known,)),
            external_senders_extension((replace(known, signature_key=b"q" * 32),)),
        ]
        return tuple(self._random.choices(choice, k=self._random.choice([0, 1, 1, 2])))

    def proposal(self) -> Proposal:
        """Return any proposal."""
        usual = (self._add, self._add, self._add, self._remove, self._remove, self._psk)
        rare = (
            lambda: ReInit(b"n", self._random.choice([0, 1]), 1, self._extensions()),
            lambda: ExternalInit(bytes(32)),
            lambda: CustomProposal(self._random.choice([0xF001, 0x0A0A]), b"hi"),
            lambda: self._update(self._random.choice(["alice", "bob", "carol"])),
        )
        extensions = (lambda: GroupContextExtensions(self._extensions()),)
        return self._any(*usual, *extensions, *(rare if self._random.random() < 0.3 else ()))

    def proposing(self, name: str) -> bytes:
        """Return a member's message with any proposal."""
        made = self._update(name) if self._random.random() < 0.6 else self.proposal()
        return forged(self._crew[name], ProposalContent(made))

    def commit(self, seen: GroupState, references: Sequence[bytes]) -> bytes:
        """Return a commit by Bob or by someone who joins by it, of anything.

        `seen` is a member's state that knows the proposals which `references` name.
        """
        if self._random.random() < 0.25:
            return self._external(seen, references)
        items = self._items(references)
        sender, key = SenderMember(self._bob.own_leaf), self._bob.signature_key
        path = self._path(seen, sender, items, key, self._bob.own_leaf_node)
        return forged(self._bob, Commit(items, path))

    def _external(self, seen: GroupState, references: Sequence[bytes]) -> bytes:
        who: Person = self._random.choice([person("joiner"), self._crew.people["carol"]])
        bundle: KeyPackageBundle = who.bundle()
        items = tuple(item for item in self._items(references) if self._random.random() < 0.5)
        if self._random.random() < 0.8:
            external_pub = external_key_pair(CRYPTO, SUITE, seen.secrets).public_key
            kem_output, _ = export_to_external(CRYPTO, SUITE, external_pub)
            items = (ProposalByValue(ExternalInit(kem_output)), *items)
        leaf, key = bundle.key_package.leaf_node, who.keys.private_key
        path = self._path(seen, SenderNewMemberCommit(), items, key, leaf)
        return stranger(self._bob, who, SenderNewMemberCommit(), Commit(items, path))

    def _items(self, references: Sequence[bytes]) -> tuple[ProposalOrRef, ...]:
        items: list[ProposalOrRef] = []
        for _ in range(self._random.choice([0, 1, 1, 2, 2, 3])):
            if references and self._random.random() < 0.5:
                items.append(ProposalReference(self._random.choice(references)))
            elif self._random.random() < 0.05:
                items.append(ProposalReference(b"?" * 32))
            else:
                items.append(ProposalByValue(self.proposal()))
        return tuple(items)

    def _path(
        self,
        seen: GroupState,
        sender: Sender,
        items: Sequence[ProposalOrRef],
        key: Secret,
        leaf: LeafNode,
    ) -> UpdatePath | None:
        """Return no path, or the one that these proposals lead to, perhaps spoilt."""
        if self._random.random() < 0.25:
            return None
        try:
            applied = apply_proposals(_sent(seen, sender, items), seen.tree, ())
        except MlsError:
            applied = apply_proposals((), seen.tree, ())
        if isinstance(sender, SenderMember):
            place = sender.leaf_index
        else:
            applied, place = applied.joined_by(leaf)
        if applied.tree.leaf(place) is None:
            return None
        fresh = make_path(CRYPTO, SUITE, applied.tree, place, leaf, key, seen.group_id)
        added = [index for index, _ in applied.added]
        before = PublicState(SUITE, seen.context, seen.tree)
        context = provisional_context(CRYPTO, before, fresh.tree, applied)
        try:
            path = seal_path(CRYPTO, SUITE, fresh, context.encode(), added)
        except MlsError:
            return None  # a key in the tree is none
        for _ in range(self._random.choice([0, 0, 0, 1, 1, 2])):
            path = self._spoilt_path(path)
        if self._random.random() < 0.75:
            return path
        made = self._leaf(path.leaf_node, key, LeafPlace(seen.group_id, place))
        return replace(path, leaf_node=made)

    def _spoilt_path(self, path: UpdatePath) -> UpdatePath:
        nodes = list(path.nodes)
        if not nodes:
            return path
        index = self._random.randrange(len(nodes))
        node = nodes[index]
        keys = [_LOW_ORDER, b"z" * 32, path.leaf_node.encryption_key, nodes[-1].encryption_key]
        sealed = node.encrypted_path_secret
        flipped = tuple(
            HPKECiphertext(each.kem_output, each.ciphertext[:-1] + b"\x00") for each in sealed
        )
        spoilt = self._random.choice(
            [
                [],
                [node, node],
                *([replace(node, encryption_key=key)] for key in (*keys, self._leaf_key("bob"))),
                [replace(node, encrypted_path_secret=sealed[1:])],
                [replace(node, encrypted_path_secret=flipped)],
            ]
        )
        return replace(path, nodes=tuple(nodes[:index] + spoilt + nodes[index + 1 :]))


def _sent(
    seen: GroupState, sender: Sender, items: Sequence[ProposalOrRef]
) -> tuple[SentProposal, ...]:
    pending = seen.pending_proposals
    found = (
        SentProposal(sender, item.proposal)
        if isinstance(item, ProposalByValue)
        else pending.get(item.reference)
        for item in items
    )
    return tuple(sent for sent in found if sent is not None)
