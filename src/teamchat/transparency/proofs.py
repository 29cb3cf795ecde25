"""Inclusion and consistency proofs (RFC 6962 §2.1.1 and §2.1.2, verified as in RFC 9162 §2.1).

A proof binds leaf, index and root. It does not bind the size: two trees can have paths of the
same shape. So a size is to be trusted only if it comes with the root from a signed checkpoint.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from teamchat.transparency.compact import Node, TreeHead, perfect_nodes, root_of
from teamchat.transparency.encoding import MAX_NUMBER
from teamchat.transparency.errors import ProofError, UsageError
from teamchat.transparency.hashing import EMPTY_ROOT, HASH_BYTES, node_hash

MAX_PROOF_HASHES: Final = 64
"""More than any proof has for a tree below 2^63 leaves."""

Span: TypeAlias = tuple[int, int]
HashOf: TypeAlias = Callable[[Node], bytes]


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """Return which leaves each hash of an inclusion proof covers, from the leaf's side up.

    Raises:
        UsageError: There is no such leaf in a tree of that size.
    """
    if not 0 <= index < size <= MAX_NUMBER:
        raise UsageError("there is no such leaf")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """Return which leaves each hash of a consistency proof covers, in the proof's order.

    Raises:
        UsageError: Not 0 < old <= new; everything continues the empty tree, without proof.
    """
    if not 0 < old <= new <= MAX_NUMBER:
        raise UsageError("a proof leads from a smaller tree that has leaves to a larger one")
    spans, start, end = [], 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return tuple(reversed(spans))


def nodes_of(spans: Sequence[Span]) -> tuple[Node, ...]:
    """Return every perfect subtree whose hash it takes to make a proof."""
    return tuple(node for span in spans for node in perfect_nodes(*span))


def make_proof(spans: Sequence[Span], hash_of: HashOf) -> tuple[bytes, ...]:
    """Return the hashes of a proof, from the hashes of perfect subtrees."""
    return tuple(root_of([hash_of(node) for node in perfect_nodes(*span)]) for span in spans)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a tree has a leaf, given as its hash, at an index (RFC 9162 §2.1.3.2).

    Raises:
        ProofError: The proof does not lead to the root.
    """
    if not 0 <= index < size <= MAX_NUMBER:
        raise ProofError("the index is beyond the tree")
    _check_hashes(leaf, *proof)
    first, last, made = index, size - 1, leaf
    for each in proof:
        if not last:
            raise ProofError("the proof is too long")
        if first & 1 or first == last:
            made = node_hash(each, made)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            made = node_hash(made, each)
        first, last = first >> 1, last >> 1
    if last or made != root:
        raise ProofError("the proof does not lead to the root")


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> None:
    """Check that a tree continues a smaller one that is not empty (RFC 9162 §2.1.4.2).

    Raises:
        ProofError: The proof does not lead to both roots.
    """
    if not 0 < size1 <= size2 <= MAX_NUMBER:
        raise ProofError("a proof leads from a smaller tree that has leaves to a larger one")
    if size1 == size2:
        if proof or root1 != root2:
            raise ProofError("one size has one root and needs no proof")
        return
    _check_hashes(root1, root2, *proof)
    path = [root1, *proof] if size1.bit_count() == 1 else list(proof)
    if not path:
        raise ProofError("the proof is empty")
    if _both_roots(size1, size2, path) != (root1, root2):
        raise ProofError("the proof does not lead to the roots")


def verify_extension(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    """Check that a tree continues another, which may be the empty one.

    Raises:
        ProofError: It does not, or the proof does not show it; or an empty tree has a root that
            is not the empty tree's.
    """
    for head in (old, new):
        if not head.size and head.root != EMPTY_ROOT:
            raise ProofError("an empty tree has another root")
    if old.size:
        verify_consistency(old.size, new.size, proof, old.root, new.root)
    elif proof:
        raise ProofError("everything continues the empty tree, without proof")


def _both_roots(size1: int, size2: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    first, last = size1 - 1, size2 - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if not last:
            raise ProofError("the proof is too long")
        if first & 1 or first == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, each)
        first, last = first >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old, new


def _check_hashes(*hashes: bytes) -> None:
    if len(hashes) > MAX_PROOF_HASHES + 2:
        raise ProofError("the proof is too long")
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(f"a hash has {HASH_BYTES} bytes")


def _split(width: int) -> int:
    """Return the largest power of two below a width (RFC 6962 §2.1: k < n <= 2k)."""
    return 1 << (width - 1).bit_length() - 1
