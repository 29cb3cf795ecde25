import pytest

from teamchat.transparency.compact import Node, TreeHead
from teamchat.transparency.errors import ProofError, UsageError
from teamchat.transparency.hashing import EMPTY_ROOT, leaf_hash
from teamchat.transparency.proofs import (
    consistency_spans,
    inclusion_spans,
    make_proof,
    verify_consistency,
    verify_extension,
    verify_inclusion,
)
from tests.support.tlog import entries, tree_hash

LEAVES = entries(40)
ROOTS = [tree_hash(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
HEADS = [TreeHead(size, root) for size, root in enumerate(ROOTS)]


def hash_of(node: Node) -> bytes:
    return tree_hash(LEAVES[node.index << node.level : (node.index + 1) << node.level])


def inclusion_proof(index: int, size: int) -> tuple[bytes, ...]:
    return make_proof(inclusion_spans(index, size), hash_of)


def consistency_proof(old: int, new: int) -> tuple[bytes, ...]:
    return make_proof(consistency_spans(old, new), hash_of)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_of_every_small_tree_is_proven_where_it_stands_only(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size)
        for claimed in range(size + 1):
            claim = (leaf_hash(LEAVES[index]), claimed, size, proof, ROOTS[size])
            if claimed == index:
                verify_inclusion(*claim)
            else:
                with pytest.raises(ProofError):
                    verify_inclusion(*claim)


@pytest.mark.parametrize("new", range(1, len(LEAVES) + 1))
def test_every_small_tree_continues_every_smaller_one(new: int) -> None:
    for old in range(1, new + 1):
        proof = consistency_proof(old, new)
        verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
        with pytest.raises(ProofError):
            verify_consistency(old, new, proof, ROOTS[old - 1], ROOTS[new])
        with pytest.raises(ProofError):
            verify_consistency(old, new, (*proof, ROOTS[old]), ROOTS[old], ROOTS[new])
        with pytest.raises(ProofError):
            verify_consistency(old, new, proof[:-1], ROOTS[old], ROOTS[new - 1])


def test_a_tree_that_forgot_a_leaf_has_no_proof() -> None:
    other = [*LEAVES[:3], *LEAVES[4:]]
    proof = make_proof(
        consistency_spans(5, 12),
        lambda node: tree_hash(other[node.index << node.level : (node.index + 1) << node.level]),
    )
    with pytest.raises(ProofError):
        verify_consistency(5, 12, proof, ROOTS[5], tree_hash(other[:12]))


def test_a_size_is_bound_by_the_signature_and_not_by_the_proof() -> None:
    """Leaf 0 has a path of one shape in trees of 3 and of 4: why a size comes from a checkpoint."""
    assert len(inclusion_spans(0, 3)) == len(inclusion_spans(0, 4))
    verify_inclusion(leaf_hash(LEAVES[0]), 0, 4, inclusion_proof(0, 3), ROOTS[3])


def test_everything_continues_the_empty_tree_without_proof() -> None:
    verify_extension(HEADS[0], HEADS[7], ())
    verify_extension(HEADS[0], HEADS[0], ())
    with pytest.raises(ProofError):
        verify_extension(HEADS[0], HEADS[7], (ROOTS[7],))


def test_an_empty_tree_with_a_root_of_its_own_is_refused() -> None:
    with pytest.raises(ProofError):
        verify_extension(TreeHead(0, ROOTS[1]), HEADS[7], ())
    with pytest.raises(ProofError):
        verify_extension(TreeHead(0, ROOTS[1]), TreeHead(0, ROOTS[1]), ())


def test_one_size_has_one_root() -> None:
    verify_extension(HEADS[7], HEADS[7], ())
    with pytest.raises(ProofError):
        verify_extension(HEADS[7], TreeHead(7, ROOTS[6]), ())
    with pytest.raises(ProofError):
        verify_extension(HEADS[7], HEADS[7], (ROOTS[7],))


def test_no_proof_leads_back_or_from_the_empty_tree() -> None:
    for old, new in [(7, 6), (0, 7), (-1, 7)]:
        with pytest.raises(ProofError):
            verify_consistency(old, new, (ROOTS[1],), ROOTS[7], ROOTS[6])
        with pytest.raises(UsageError):
            consistency_spans(old, new)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (0, 0), (-1, 5), (0, 2**63)])
def test_a_leaf_that_is_not_there_is_not_proven(index: int, size: int) -> None:
    with pytest.raises(UsageError):
        inclusion_spans(index, size)
    with pytest.raises(ProofError):
        verify_inclusion(ROOTS[1], index, size, (), ROOTS[1])


def test_a_proof_that_climbs_above_its_tree_is_refused() -> None:
    """It leads to the root, of a larger tree than it says."""
    first, second = leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    with pytest.raises(ProofError, match="too long"):
        verify_inclusion(second, 0, 1, (first,), ROOTS[2])
    with pytest.raises(ProofError, match="too long"):
        verify_consistency(1, 2, (second, EMPTY_ROOT), first, ROOTS[2])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_no_hash_is_refused_before_it_is_hashed(length: int) -> None:
    odd = b"h" * length
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(ROOTS[1], 0, 2, (odd,), ROOTS[2])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(odd, 0, 2, (ROOTS[1],), ROOTS[2])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, (odd,), ROOTS[1], ROOTS[2])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, (ROOTS[1],), odd, ROOTS[2])


def test_a_proof_longer_than_any_tree_is_refused_unread() -> None:
    with pytest.raises(ProofError, match="too long"):
        verify_inclusion(ROOTS[1], 0, 2**62, (EMPTY_ROOT,) * 100_000, ROOTS[1])
    with pytest.raises(ProofError, match="too long"):
        verify_consistency(1, 2**62, (EMPTY_ROOT,) * 100_000, ROOTS[1], ROOTS[1])


def test_the_largest_tree_has_proofs_within_the_bound() -> None:
    size = 2**63 - 1
    assert len(inclusion_spans(0, size)) == 63
    assert max(len(consistency_spans(old, size)) for old in (1, 2**62 - 1, 2**62 + 1)) <= 64
