"""Laws of logs of any size: what is true is proven, and nothing else is by one bit."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.transparency import (
    CompactRange,
    EntryBundle,
    ProofError,
    SignedNote,
    TiledTree,
    TLogProof,
    TransparencyError,
    encode_bundle,
    leaf_hash,
    tiles_for_consistency,
    tiles_for_inclusion,
    verify_consistency,
    verify_extension,
    verify_inclusion,
)
from teamchat.transparency.compact import Node
from teamchat.transparency.proofs import consistency_spans, inclusion_spans
from teamchat.transparency.tiles import decode_bundle, tile_at
from tests.support.tlog import ALL_WITNESSES, StoredLog, log_of

ANY = st.integers(0, 2**20)
LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=600, unique=True)
"""Each once: where two halves of a tree are alike, a leaf stands where its twin does."""


def flip(data: bytes, bit: int) -> bytes:
    """One bit changed, counted round and round."""
    bit %= len(data) * 8
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def flip_one(hashes: tuple[bytes, ...], bit: int) -> tuple[bytes, ...]:
    at = bit // 256 % len(hashes)
    return (*hashes[:at], flip(hashes[at], bit), *hashes[at + 1 :])


def refused(verify: Callable[[], object]) -> None:
    with pytest.raises(TransparencyError):
        verify()


def logs(leaves: list[bytes], cuts: list[int]) -> StoredLog:
    """A log that took its leaves in batches."""
    log, start = StoredLog(), 0
    for cut in sorted({*(cut % len(leaves) for cut in cuts), len(leaves)} - {0}):
        log.append(leaves[start:cut])
        start = cut
    return log


def sides(index: int, size: int) -> list[bool]:
    """On which side each hash of a proof stands: alike in some trees of different sizes."""
    return [start > index for start, _ in inclusion_spans(index, size)]


@given(LEAVES, st.lists(st.integers(0, 600), max_size=5), ANY, ANY)
def test_every_leaf_is_proven_and_one_bit_spoils_the_proof(
    leaves: list[bytes], cuts: list[int], index: int, bit: int
) -> None:
    log = logs(leaves, cuts)
    index %= len(leaves)
    size, root = log.tree.size, log.tree.head.root
    leaf, proof = leaf_hash(leaves[index]), log.inclusion(index)
    verify_inclusion(leaf, index, size, proof, root)
    refused(lambda: verify_inclusion(flip(leaf, bit), index, size, proof, root))
    refused(lambda: verify_inclusion(leaf, index, size, proof, flip(root, bit)))
    refused(lambda: verify_inclusion(leaf, index ^ 1 << bit % 63, size, proof, root))
    refused(lambda: verify_inclusion(leaf, index, size, (*proof, root), root))
    if proof:
        refused(lambda: verify_inclusion(leaf, index, size, flip_one(proof, bit), root))
        refused(lambda: verify_inclusion(leaf, index, size, proof[1:], root))
    other = size ^ 1 << bit % 63
    if index >= other or sides(index, other) != sides(index, size):
        refused(lambda: verify_inclusion(leaf, index, other, proof, root))


@given(LEAVES, st.lists(st.integers(0, 600), max_size=5), ANY, ANY)
def test_every_tree_continues_what_it_was_and_one_bit_spoils_the_proof(
    leaves: list[bytes], cuts: list[int], old: int, bit: int
) -> None:
    log = logs(leaves, cuts)
    old = old % len(leaves) + 1
    new, root2 = log.tree.size, log.tree.head.root
    root1 = CompactRange().append(map(leaf_hash, leaves[:old])).head.root
    proof = log.consistency(old)
    verify_consistency(old, new, proof, root1, root2)
    refused(lambda: verify_consistency(old, new, proof, flip(root1, bit), root2))
    refused(lambda: verify_consistency(old, new, proof, root1, flip(root2, bit)))
    refused(lambda: verify_consistency(old, new, (*proof, root1), root1, root2))
    if proof:
        refused(lambda: verify_consistency(old, new, flip_one(proof, bit), root1, root2))
        refused(lambda: verify_consistency(old, new, proof[1:], root1, root2))
    for first, second in ((old ^ 1 << bit % 63, new), (old, new ^ 1 << bit % 63)):
        if not 0 < first < second or len(consistency_spans(first, second)) != len(proof):
            refused(lambda a=first, b=second: verify_consistency(a, b, proof, root1, root2))  # type: ignore[misc]  # bound now


@given(st.integers(1, 600), ANY, ANY, ANY)
def test_one_bit_of_a_tile_or_bundle_spoils_the_reading(
    size: int, index: int, which: int, bit: int
) -> None:
    log = log_of(size)
    index %= size
    tiles = log.read((*tiles_for_inclusion(index, size), tile_at(0, index // 256, size)))
    tree = TiledTree.authenticate(log.tree.head, tiles)
    assert tree.hash_of(Node(0, index)) == leaf_hash(log.entries[index])
    chosen = sorted(tiles)[which % len(tiles)]
    spoilt = tiles | {chosen: flip(tiles[chosen], bit)}
    refused(lambda: TiledTree.authenticate(log.tree.head, spoilt))
    bundle = EntryBundle(index // 256, min(size - index // 256 * 256, 256))
    data = encode_bundle(log.entries[bundle.index * 256 :][: bundle.width])
    assert log.entries[index] in tree.entries(bundle, data)
    refused(lambda: tree.entries(bundle, flip(data, bit)))


@given(st.integers(1, 40), ANY, ANY)
def test_one_bit_of_a_proof_file_spoils_it(size: int, index: int, bit: int) -> None:
    """Size and index are bound here: the checkpoint is signed, by the log and every witness."""
    log = log_of(size)
    log.publish()
    index %= size
    data = log.proof_file(index).encode()
    leaf = leaf_hash(log.entries[index])
    TLogProof.decode(data).verify(leaf, ALL_WITNESSES)
    refused(lambda: TLogProof.decode(flip(data, bit)).verify(leaf, ALL_WITNESSES))


@given(st.integers(1, 600), ANY)
def test_proofs_from_tiles_need_only_the_tiles_they_name(size: int, old: int) -> None:
    log = log_of(size)
    old = old % size + 1
    tiles = log.read(tiles_for_consistency(old, size))
    proof = TiledTree.authenticate(log.tree.head, tiles).consistency_proof(old)
    verify_extension(log_of(old).tree.head, log.tree.head, proof)


@given(LEAVES, LEAVES)
def test_two_histories_never_continue_each_other(ours: list[bytes], theirs: list[bytes]) -> None:
    """Whatever the log answers with: here, what a continuing tree would have had to answer."""
    old = CompactRange().append(map(leaf_hash, ours)).head
    new = StoredLog().append([*theirs, *ours])
    if [*theirs, *ours][: len(ours)] != ours:
        with pytest.raises(ProofError):
            verify_extension(old, new.tree.head, new.consistency(old.size))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    reads_one_form(lambda raw: SignedNote.decode(raw).encode(), data)
    reads_one_form(lambda raw: TLogProof.decode(raw).encode(), data)


@given(st.binary(max_size=60), st.integers(1, 5))
def test_any_bytes_are_a_bundle_or_refused(data: bytes, width: int) -> None:
    reads_one_form(lambda raw: encode_bundle(decode_bundle(raw, width)), data)


@given(st.integers(1, 20), ANY, st.binary(max_size=3))
def test_what_is_read_is_written_the_same(size: int, at: int, new: bytes) -> None:
    log = log_of(size)
    log.publish()
    for data in (log.proof_file(0).encode(), log.published[0].encode()):
        cut = at % len(data)
        changed = data[:cut] + new + data[cut + len(new) :]
        reads_one_form(lambda raw: TLogProof.decode(raw).encode(), changed)
        reads_one_form(lambda raw: SignedNote.decode(raw).encode(), changed)


def reads_one_form(again: Callable[[bytes], bytes], data: bytes) -> None:
    try:
        written = again(data)
    except TransparencyError:
        return
    assert written == data
