import functools

import pytest

from teamchat.transparency.compact import CompactRange, Node, TreeHead
from teamchat.transparency.errors import FormatError, ProofError, UsageError
from teamchat.transparency.hashing import leaf_hash
from teamchat.transparency.proofs import verify_consistency, verify_inclusion
from teamchat.transparency.tiled_tree import (
    MAX_TILES,
    TiledTree,
    range_of,
    tiles_for_consistency,
    tiles_for_inclusion,
    tiles_to_read,
)
from teamchat.transparency.tiles import EntryBundle, Tile, edge_tiles, encode_bundle
from tests.support.tlog import StoredLog, entries, log_of


@functools.cache
def log(size: int) -> StoredLog:
    whole = log_of(min(size, 65_536))
    return whole.append(entries(size - 65_536, 65_536)) if size > 65_536 else whole


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1_030, 2_047, 70_000])
def test_what_the_tiles_prove_verifies(size: int) -> None:
    head = log(size).tree.head
    for index in {0, size // 3, size - 1}:
        proof = log(size).inclusion(index)
        verify_inclusion(leaf_hash(log(size).entries[index]), index, size, proof, head.root)
    for old in {1, size // 3, size - 1} - {0}:
        small = CompactRange().append(map(leaf_hash, entries(old))).head
        proof = log(size).consistency(old)
        verify_consistency(old, size, proof, small.root, head.root)


@pytest.mark.parametrize("size", [1_030, 1_031, 2_047, 70_000])
def test_a_tampered_inner_tile_is_refused(size: int) -> None:
    """Sizes of several perfect subtrees, where another reader took it (CVE-2026-56865)."""
    head = log(size).tree.head
    for index in (0, 300, size - 1):
        tiles = log(size).read(tiles_for_inclusion(index, size))
        for tile, data in tiles.items():
            for at in (0, len(data) // 2, len(data) - 1):
                with pytest.raises(ProofError):
                    TiledTree.authenticate(head, tiles | {tile: flipped(data, at)})


def test_tiles_with_their_hashes_in_another_order_are_refused() -> None:
    tiles = log(1_030).read(tiles_for_inclusion(0, 1_030))
    for tile, data in tiles.items():
        moved = data[32:64] + data[:32] + data[64:]
        with pytest.raises(ProofError):
            TiledTree.authenticate(log(1_030).tree.head, tiles | {tile: moved})


def test_without_what_vouches_for_it_a_tile_is_refused() -> None:
    tiles = log(70_000).read(tiles_for_inclusion(12_345, 70_000))
    TiledTree.authenticate(log(70_000).tree.head, tiles)
    for tile in tiles:
        rest = {each: data for each, data in tiles.items() if each != tile}
        if tile == Tile(0, 48):
            tree = TiledTree.authenticate(log(70_000).tree.head, rest)
            with pytest.raises(ProofError, match="not known"):
                tree.inclusion_proof(12_345)
        else:
            with pytest.raises(ProofError, match=r"missing|vouches"):
                TiledTree.authenticate(log(70_000).tree.head, rest)


def test_a_tile_of_another_size_is_refused() -> None:
    tiles = log(300).read(edge_tiles(300))
    older = log(300).read(edge_tiles(300)) | log(290).read(edge_tiles(290))
    TiledTree.authenticate(log(300).tree.head, tiles)
    with pytest.raises(ProofError, match="vouches"):
        TiledTree.authenticate(log(300).tree.head, older)
    with pytest.raises(ProofError, match="missing"):
        TiledTree.authenticate(log(300).tree.head, log(290).read(edge_tiles(290)))


def test_a_full_tile_where_a_partial_one_stands_is_refused() -> None:
    """Its hash would have to stand in the tile above, which has no room for it yet."""
    tiles = log(300).read(edge_tiles(300))
    with pytest.raises(ProofError, match="vouches"):
        TiledTree.authenticate(log(300).tree.head, tiles | {Tile(0, 1): b"h" * 8_192})


def test_an_inner_hash_cannot_pass_for_a_leaf() -> None:
    """A tile of one hash, the one that the tile above has for the full tile in its place."""
    head = log(300).tree.head
    tiles = log(300).read(edge_tiles(300))
    inner = TiledTree.authenticate(head, tiles).hash_of(Node(8, 0))
    with pytest.raises(ProofError, match="vouches"):
        TiledTree.authenticate(head, tiles | {Tile(0, 0, 1): inner})


def test_another_root_is_refused() -> None:
    tiles = log(300).read(edge_tiles(300))
    with pytest.raises(ProofError, match="root"):
        TiledTree.authenticate(TreeHead(300, log(301).tree.head.root), tiles)


def test_a_tile_of_the_wrong_length_is_refused() -> None:
    tiles = log(300).read(edge_tiles(300))
    with pytest.raises(FormatError):
        TiledTree.authenticate(log(300).tree.head, tiles | {Tile(0, 1, 44): b"h" * 32 * 43})


def test_more_tiles_than_fit_the_memory_are_refused_unread() -> None:
    many = dict.fromkeys((Tile(0, index) for index in range(MAX_TILES + 1)), b"")
    with pytest.raises(UsageError):
        TiledTree.authenticate(log(1).tree.head, many)


def test_entries_are_those_of_their_leaves() -> None:
    head = log(300).tree.head
    tree = TiledTree.authenticate(head, log(300).read([Tile(1, 0, 1), Tile(0, 0), Tile(0, 1, 44)]))
    data = encode_bundle(entries(44, 256))
    assert list(tree.entries(EntryBundle(1, 44), data)) == entries(44, 256)
    for at in (2, 100, len(data) - 1):
        with pytest.raises(ProofError, match="not the log's"):
            tree.entries(EntryBundle(1, 44), flipped(data, at))
    with pytest.raises(ProofError, match="not the log's"):
        tree.entries(EntryBundle(0, 44), data)
    with pytest.raises(ProofError, match="beyond"):
        tree.entries(EntryBundle(1, 45), encode_bundle(entries(45, 256)))
    with pytest.raises(FormatError):
        tree.entries(EntryBundle(1, 44), flipped(data, 1))


def test_a_plan_names_no_more_tiles_than_it_takes() -> None:
    assert tiles_for_inclusion(12_345, 70_000) == (
        Tile(2, 0, 1),
        Tile(1, 1, 17),
        Tile(1, 0),
        Tile(0, 273, 112),
        Tile(0, 48),
    )
    assert tiles_for_consistency(70_000, 70_000) == edge_tiles(70_000)
    assert set(tiles_to_read([Node(8, 3)], 70_000)) == {*edge_tiles(70_000), Tile(1, 0)}
    with pytest.raises(UsageError):
        tiles_to_read([Node(0, 70_000)], 70_000)


def test_the_edge_makes_the_compact_range() -> None:
    for size in (0, 1, 255, 256, 300, 70_000):
        assert range_of(size, log(size).tiles) == log(size).tree
