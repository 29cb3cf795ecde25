import pytest

from teamchat.content.archive import MAX_HEAD, MAX_PART, ArchiveError, Fault
from teamchat.content.archive_file import LENGTH_BYTES, Unframer, framed


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_file_comes_apart_as_it_was_put_together(step: int) -> None:
    parts = [b"head", b"a" * 300, b"b"]
    file = b"".join(map(framed, parts))
    unframer, found = Unframer(), []
    for at in range(0, len(file), step):
        found += unframer.add(file[at : at + step])
    unframer.end()
    assert found == parts


def test_a_file_that_ends_within_a_part_is_cut_off() -> None:
    unframer = Unframer()
    assert unframer.add(framed(b"head") + framed(b"part")[:-1]) == [b"head"]
    with pytest.raises(ArchiveError) as caught:
        unframer.end()
    assert caught.value.fault is Fault.CUT_OFF


@pytest.mark.parametrize(
    ("before", "length"), [(b"", 0), (b"", MAX_HEAD + 1), (b"h", MAX_PART + 1), (b"h", 0)]
)
def test_a_length_that_nothing_has_is_refused_before_anything_is_held(
    before: bytes, length: int
) -> None:
    unframer = Unframer()
    unframer.add(framed(before) if before else b"")
    with pytest.raises(ArchiveError):
        unframer.add(length.to_bytes(LENGTH_BYTES, "big"))
