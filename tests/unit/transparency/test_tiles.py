import pytest

from teamchat.transparency.compact import Node
from teamchat.transparency.errors import FormatError, UsageError
from teamchat.transparency.tiles import (
    EntryBundle,
    Tile,
    decode_bundle,
    decode_tile,
    edge_tiles,
    encode_bundle,
    encode_tile,
    tile_at,
    tile_of,
)

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
    (Tile(1, 999, 17), "tile/1/999.p/17"),
    (Tile(2, 1_000, 1), "tile/2/x001/000.p/1"),
    (Tile(63, 5, 255), "tile/63/005.p/255"),
    (EntryBundle(0, 8), "tile/entries/000.p/8"),
    (EntryBundle(123_456_789), "tile/entries/x123/x456/789"),
]


@pytest.mark.parametrize(("place", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_place_has_one_path(place: Tile | EntryBundle, path: str) -> None:
    assert place.path == path
    assert type(place).parse(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/x001/x234/67",
        "tile/0/001/067",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/8/0/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../0/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x001/" * 7 + "000",
        "tile/entries/00",
        "checkpoint",
    ],
)
def test_another_path_is_no_place(path: str) -> None:
    with pytest.raises(FormatError):
        Tile.parse(path)
    with pytest.raises(FormatError):
        EntryBundle.parse(path.replace("tile/0/", "tile/entries/"))


def test_a_tile_is_no_bundle() -> None:
    with pytest.raises(FormatError):
        Tile.parse("tile/entries/000")
    with pytest.raises(FormatError):
        EntryBundle.parse("tile/0/000")


@pytest.mark.parametrize(
    "where", [(-1, 0, 256), (64, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)]
)
def test_a_place_no_tree_has_is_refused(where: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError):
        Tile(*where)


def test_seventy_thousand_leaves_end_in_three_partial_tiles() -> None:
    """The example of c2sp.org/tlog-tiles."""
    assert edge_tiles(70_000) == (Tile(2, 0, 1), Tile(1, 1, 17), Tile(0, 273, 112))
    assert tile_at(0, 272, 70_000) == Tile(0, 272)
    assert tile_at(1, 0, 70_000) == Tile(1, 0)


def test_a_full_tile_is_at_no_edge() -> None:
    assert edge_tiles(256) == (Tile(1, 0, 1),)
    assert edge_tiles(65_536) == (Tile(2, 0, 1),)
    assert edge_tiles(255) == (Tile(0, 0, 255),)
    assert edge_tiles(0) == ()


def test_a_subtree_lies_in_one_tile() -> None:
    assert tile_of(Node(0, 69_999), 70_000) == Tile(0, 273, 112)
    assert tile_of(Node(7, 3), 70_000) == Tile(0, 1)
    assert tile_of(Node(8, 3), 70_000) == Tile(1, 0)
    assert tile_of(Node(16, 0), 70_000) == Tile(2, 0, 1)
    with pytest.raises(UsageError):
        tile_of(Node(4, 4_375), 70_000)
    with pytest.raises(UsageError):
        tile_at(0, 274, 70_000)


def test_tiles_are_hashes_and_nothing_else() -> None:
    hashes = tuple(bytes([number]) * 32 for number in range(5))
    assert decode_tile(encode_tile(hashes), 5) == hashes
    for data, width in [(encode_tile(hashes), 4), (encode_tile(hashes)[:-1], 5), (b"", 1)]:
        with pytest.raises(FormatError):
            decode_tile(data, width)


def test_a_bundle_is_read_as_it_was_written() -> None:
    entries = (b"one", b"", b"x" * 65_535)
    data = encode_bundle(entries)
    assert data[:7] == b"\x00\x03one\x00\x00"
    assert decode_bundle(data, 3) == entries


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (b"\x00\x03one", 2),
        (b"\x00\x03one\x00", 2),
        (b"\x00\x03on", 1),
        (b"\x00\x03one\x00\x03two", 1),
        (b"", 1),
        (b"\x00", 1),
    ],
)
def test_a_bundle_has_exactly_its_entries(data: bytes, width: int) -> None:
    with pytest.raises(FormatError):
        decode_bundle(data, width)


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65_536]])
def test_what_no_bundle_holds_is_refused(entries: list[bytes]) -> None:
    with pytest.raises(UsageError):
        encode_bundle(entries)
