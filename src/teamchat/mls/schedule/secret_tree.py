"""The secret tree and the sender ratchets (RFC 9420 §9).

What is consumed is gone (§9.2): opening a sender's leaf replaces every secret above it by
those beside the path, a step of a ratchet replaces its secret by the next one, and a
generation that was skipped is kept as its key and nonce, never as a ratchet secret. So a
state that leaks cannot open what was already read.

The tree is a value that shares its unchanged branches with its successors: a message
costs a path, not a copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import derive_tree_secret, expand_with_label
from teamchat.mls.errors import UsageError, ValidationError
from teamchat.mls.rules import Rule

MAX_FORWARD: Final = 1000
"""How many generations a message may run ahead of the last one read."""

MAX_SKIPPED: Final = 128
"""How many skipped keys a ratchet keeps; the oldest go first."""

LAST_GENERATION = (1 << 32) - 1
"""A message counts its generation in a uint32 (§6.3.2)."""


class RatchetKind(IntEnum):
    """Each sender has two ratchets (§9)."""

    HANDSHAKE = 0
    APPLICATION = 1


@dataclass(frozen=True, slots=True)
class MessageKey:
    """The key and nonce of one generation: for one message, once."""

    generation: int
    key: Secret
    nonce: Secret


@dataclass(frozen=True, slots=True)
class Ratchet:
    """One sender ratchet: the secret of the next generation, and the keys it skipped."""

    secret: Secret
    generation: int
    skipped: tuple[MessageKey, ...] = ()

    def step(self, crypto: CryptoProvider, suite: CipherSuite) -> tuple[MessageKey, "Ratchet"]:
        """Return the key of the next generation and the ratchet after it."""
        if self.generation > LAST_GENERATION:
            raise UsageError("the ratchet has no generations left: commit first")
        key = self._derive(crypto, suite, "key", suite.aead_key_length)
        nonce = self._derive(crypto, suite, "nonce", suite.aead_nonce_length)
        return MessageKey(self.generation, key, nonce), self._stepped(crypto, suite)

    def take(
        self, crypto: CryptoProvider, suite: CipherSuite, generation: int
    ) -> tuple[MessageKey, "Ratchet"]:
        """Return the key of a generation and the ratchet without it.

        Raises:
            ValidationError: That key was used before or is too old, or too far ahead.
        """
        if generation < self.generation:
            return self._take_skipped(generation)
        if generation - self.generation > MAX_FORWARD:
            raise ValidationError(Rule.GENERATION_WINDOW, f"generation {generation}")
        return self._forward(crypto, suite, generation).step(crypto, suite)

    def _take_skipped(self, generation: int) -> tuple[MessageKey, "Ratchet"]:
        for key in self.skipped:
            if key.generation == generation:
                rest = tuple(other for other in self.skipped if other is not key)
                return key, Ratchet(self.secret, self.generation, rest)
        raise ValidationError(Rule.GENERATION_UNUSED, f"generation {generation}")

    def _forward(self, crypto: CryptoProvider, suite: CipherSuite, generation: int) -> "Ratchet":
        ratchet, skipped = self, list(self.skipped)
        while ratchet.generation < generation - MAX_SKIPPED:
            ratchet = ratchet._stepped(crypto, suite)
        while ratchet.generation < generation:
            key, ratchet = ratchet.step(crypto, suite)
            skipped.append(key)
        return Ratchet(ratchet.secret, generation, tuple(skipped[-MAX_SKIPPED:]))

    def _stepped(self, crypto: CryptoProvider, suite: CipherSuite) -> "Ratchet":
        secret = self._derive(crypto, suite, "secret", suite.hash_length)
        return Ratchet(secret, self.generation + 1, self.skipped)

    def _derive(
        self, crypto: CryptoProvider, suite: CipherSuite, label: str, length: int
    ) -> Secret:
        return derive_tree_secret(crypto, suite, self.secret, label, self.generation, length)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A subtree none of whose secrets has been consumed: its root's secret."""

    secret: Secret


@dataclass(frozen=True, slots=True)
class Ratchets:
    """An opened leaf: the two ratchets of its sender."""

    handshake: Ratchet
    application: Ratchet

    def of(self, kind: RatchetKind) -> Ratchet:
        """Return the ratchet of one kind."""
        return self.handshake if kind is RatchetKind.HANDSHAKE else self.application

    def having(self, kind: RatchetKind, ratchet: Ratchet) -> "Ratchets":
        """Return these with one ratchet replaced."""
        if kind is RatchetKind.HANDSHAKE:
            return Ratchets(ratchet, self.application)
        return Ratchets(self.handshake, ratchet)


@dataclass(frozen=True, slots=True)
class Branch:
    """An opened node: its own secret is gone."""

    left: "Node"
    right: "Node"


Node = Sealed | Ratchets | Branch


@dataclass(frozen=True, slots=True)
class SecretTree:
    """The secret tree of one epoch, as deep as its ratchet tree."""

    depth: int
    root: Node

    @classmethod
    def of(cls, encryption_secret: Secret, leaf_count: int) -> "SecretTree":
        """Return the whole tree, unconsumed.

        `leaf_count` is the number of leaves of the ratchet tree, blank ones included.
        """
        return cls((leaf_count - 1).bit_length(), Sealed(encryption_secret))

    def next_key(
        self, crypto: CryptoProvider, suite: CipherSuite, leaf: int, kind: RatchetKind
    ) -> tuple[MessageKey, "SecretTree"]:
        """Return the next key of a sender and the tree without it."""
        above, ratchets = self._open(crypto, suite, leaf)
        key, ratchet = ratchets.of(kind).step(crypto, suite)
        return key, self._replaced(leaf, above, ratchets.having(kind, ratchet))

    def take_key(
        self,
        crypto: CryptoProvider,
        suite: CipherSuite,
        leaf: int,
        kind: RatchetKind,
        generation: int,
    ) -> tuple[MessageKey, "SecretTree"]:
        """Return the key of one generation of a sender and the tree without it.

        Raises:
            ValidationError: That key was used before or is too old, or too far ahead.
        """
        above, ratchets = self._open(crypto, suite, leaf)
        key, ratchet = ratchets.of(kind).take(crypto, suite, generation)
        return key, self._replaced(leaf, above, ratchets.having(kind, ratchet))

    def _open(
        self, crypto: CryptoProvider, suite: CipherSuite, leaf: int
    ) -> tuple[list[Branch], Ratchets]:
        """Return the branches from the root down to a leaf, and what is there."""
        if leaf >> self.depth:
            raise UsageError(f"the secret tree has no leaf {leaf}")
        node, above = self.root, []
        for level in reversed(range(self.depth)):
            branch = node if isinstance(node, Branch) else _branch(crypto, suite, node)
            above.append(branch)
            node = branch.right if leaf >> level & 1 else branch.left
        return above, _ratchets(crypto, suite, node)

    def _replaced(self, leaf: int, above: list[Branch], ratchets: Ratchets) -> "SecretTree":
        node: Node = ratchets
        for branch in reversed(above):
            node = Branch(branch.left, node) if leaf & 1 else Branch(node, branch.right)
            leaf >>= 1
        return SecretTree(self.depth, node)


def _branch(crypto: CryptoProvider, suite: CipherSuite, node: Sealed | Ratchets) -> Branch:
    if isinstance(node, Ratchets):
        raise UsageError("a leaf has no children")
    left, right = (
        expand_with_label(crypto, suite, node.secret, "tree", side, suite.hash_length)
        for side in (b"left", b"right")
    )
    return Branch(Sealed(left), Sealed(right))


def _ratchets(crypto: CryptoProvider, suite: CipherSuite, node: Node) -> Ratchets:
    match node:
        case Sealed(secret):
            handshake, application = (
                expand_with_label(crypto, suite, secret, label, b"", suite.hash_length)
                for label in ("handshake", "application")
            )
            return Ratchets(Ratchet(handshake, 0), Ratchet(application, 0))
        case Ratchets():
            return node
        case Branch():
            raise UsageError("a parent has no ratchets")


def changed(
    before: SecretTree | None, after: SecretTree | None
) -> Iterator[tuple[str, Sealed | Ratchets | None]]:
    """Yield what differs, by position: "" is the root, then one of "0" and "1" per level.

    A branch is told by what is below it, so only sealed nodes and ratchets are yielded;
    a position whose node is gone comes with None. Shared branches are not looked into.
    """
    old = None if before is None else before.root
    new = None if after is None else after.root
    yield from _changed("", old, new)


def _changed(
    position: str, before: Node | None, after: Node | None
) -> Iterator[tuple[str, Sealed | Ratchets | None]]:
    if before is after:
        return
    if isinstance(after, Sealed | Ratchets):
        yield position, after
    elif isinstance(before, Sealed | Ratchets):
        yield position, None
    old = before if isinstance(before, Branch) else None
    new = after if isinstance(after, Branch) else None
    if old or new:
        yield from _changed(position + "0", old and old.left, new and new.left)
        yield from _changed(position + "1", old and old.right, new and new.right)
