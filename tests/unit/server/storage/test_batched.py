import pytest

from teamchat.server.storage.batched import batched


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])]
)
def test_pieces_are_whole_and_in_order(count: int, sizes: list[int]) -> None:
    pieces = list(batched(iter(range(count)), 3))
    assert [len(piece) for piece in pieces] == sizes
    assert [item for piece in pieces for item in piece] == list(range(count))
