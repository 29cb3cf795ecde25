"""Lines become parts of bounded size and come out again, each part by itself."""

import tracemalloc
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.content import archive
from teamchat.content.archive import ArchiveError, ArchiveKey, Head, Origin, Place
from teamchat.engine.amendments import Edited, Reacted, Withdrawn
from teamchat.engine.history import entries
from teamchat.engine.history.entries import (
    Entry,
    LineEntry,
    Packer,
    PersonEntry,
    ReactionEntry,
    RoomEntry,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, LineState, Phase
from teamchat.engine.state import LOCAL_POSITION
from teamchat.ids import ConversationId, DeviceId, UserId, identifier

ANNA, WEI = UserId(identifier(b"a" * 16)), UserId(identifier(b"w" * 16))
ROOM = RoomEntry(ConversationId(identifier(b"r" * 16)), False, "Werk", UserId(""), False, 1, 0)  # noqa: FBT003 - a record's fields in order
WHO = {
    ANNA: PersonEntry(ANNA, "anna", "Anna", "Stuttgart", "Europe/Berlin"),
    WEI: PersonEntry(WEI, "wei", "Wei", "Shenzhen", "Asia/Shanghai"),
}


def line(number: int, text: str = "Moin", sender: UserId = ANNA) -> LineEntry:
    return LineEntry(f"x.{number}", number, MessageKind.TEXT, sender, 1_795_000_000_000, text)


def packed(lines: Iterator[LineEntry]) -> Iterator[bytes]:
    packer = Packer()
    packer.enter(ROOM)
    for each in lines:
        full = packer.add(each, [WHO[each.sender]])
        if full is not None:
            yield full
    yield packer.take()


lines = st.lists(
    st.builds(line, st.integers(1, 2**40), st.text(max_size=20_000), st.sampled_from([ANNA, WEI])),
    max_size=40,
)


@given(lines)
def test_lines_come_out_as_they_went_in_and_parts_stand_alone(what: list[LineEntry]) -> None:
    found: list[Entry] = []
    for body in packed(iter(what)):
        said = entries.read(body)
        assert said[0] == ROOM
        named = {each.id for each in said if isinstance(each, PersonEntry)}
        assert named == {each.sender for each in said if isinstance(each, LineEntry)}
        found += [each for each in said if isinstance(each, LineEntry)]
    assert found == what


def test_a_part_is_full_at_256_kib() -> None:
    bodies = list(packed(line(n, "x" * 1000) for n in range(1, 1001)))
    assert len(bodies) == 5
    assert all(len(body) <= archive.PART_BYTES for body in bodies)


def test_a_long_line_has_the_least_before_it_in_its_part() -> None:
    long = "ü" * 140_000
    bodies = list(packed(iter([line(1), line(2, long), line(3)])))
    assert [len(entries.read(body)) for body in bodies] == [4, 3]
    assert max(map(len, bodies)) < archive.MAX_BODY
    with pytest.raises(ArchiveError, match="larger"):
        list(packed(iter([line(1, "x" * archive.MAX_BODY)])))


def test_neither_side_holds_more_than_a_part() -> None:
    """50,000 lines, some 15 MB: by the bytes that are held at most, not by time."""
    key = ArchiveKey(bytes(32))
    head = Head(
        archive=bytes(16), origin=Origin.DEVICE, user=ANNA, device=DeviceId(ANNA),
        created=1, since_ms=0, lines=50_000,
    )  # fmt: skip
    writing, reading, count = Place.first(head), Place.first(head), 0
    tracemalloc.start()
    try:
        for body in packed(line(n, "x" * 250) for n in range(50_000)):
            part = archive.seal(key, head, writing, body, last=False, nonce=bytes(24))
            writing = writing.after(part, last=False)
            opened, reading = archive.open_part(key, head, reading, part)
            count += sum(isinstance(each, LineEntry) for each in entries.read(opened))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 50_000
    assert most < 16 * archive.PART_BYTES


def test_what_is_no_content_of_a_part_is_refused() -> None:
    bare = msgspec.msgpack.encode([line(1)])
    for body in (b"", b"\xc1", b"\x90\x00", bare, msgspec.msgpack.encode([[9, "x"]])):
        with pytest.raises(ArchiveError):
            entries.read(body)
    with pytest.raises(ArchiveError, match="without its conversation"):
        Packer().add(line(1))


def test_only_what_is_in_the_log_is_given() -> None:
    sent = Line("x.1", ROOM.id, 1, MessageKind.TEXT, ANNA, 1, "Moin", LineState.SENT)
    assert entries.is_given(sent)
    assert not entries.is_given(msgspec.structs.replace(sent, position=LOCAL_POSITION + 1))
    for state in (LineState.QUEUED, LineState.FAILED):
        assert not entries.is_given(msgspec.structs.replace(sent, state=state))


@pytest.mark.parametrize(
    ("own", "shift", "position", "below", "place"),
    [
        ((1, 100), 5, 7, LOCAL_POSITION, 102),
        ((2, 100), 5, 7, LOCAL_POSITION, 2),
        (None, 5, 7, LOCAL_POSITION, 2),
        (None, 0, LOCAL_POSITION - 1, 50, 49),
        ((1, 9), 0, LOCAL_POSITION - 1, LOCAL_POSITION, LOCAL_POSITION - 1),
        (None, 2**53 - 1, -LOCAL_POSITION, 50, -LOCAL_POSITION),
        ((1, 2**53 - 2), 2**53 - 1, -7, LOCAL_POSITION, -8),
    ],
)
def test_a_line_stands_where_an_archive_can_name_it(
    own: tuple[int, int] | None, shift: int, position: int, below: int, place: int
) -> None:
    record = None
    if own is not None:
        log_epoch, own_shift = own
        record = ConversationRecord(
            ROOM.id, direct=False, phase=Phase.JOINED, log_epoch=log_epoch, shift=own_shift
        )
    room = msgspec.structs.replace(ROOM, shift=shift)
    far = msgspec.structs.replace(line(1), position=position)
    assert entries.position_here(record, room, far, below) == place
    entries.read(entries.write([ROOM, msgspec.structs.replace(far, position=place)]))


def done_to(kept: Line) -> Line:
    """Return what comes of a line that goes into an archive and out again."""
    (said,) = (
        each
        for each in entries.read(entries.write([ROOM, entries.line_entry(kept)]))
        if isinstance(each, LineEntry)
    )
    plain = msgspec.structs.replace(
        kept, message=b"", answers=b"", edits=(), reactions=(), withdrawn=None
    )
    return entries.with_what_was_done(plain, said)


def test_what_was_done_to_a_line_comes_with_it() -> None:
    kept = Line(
        "x.1", ROOM.id, 5, MessageKind.TEXT, ANNA, 1, "Um 8", LineState.SENT,
        message=b"m" * 32, answers=b"a" * 32,
        edits=(Edited("x.2", ANNA, 5, 2, "Um 9"),),
        reactions=(Reacted("x.3", WEI, 5, 3, "👍", b"r" * 32),),
    )  # fmt: skip
    assert done_to(kept) == kept
    waiting = msgspec.structs.replace(kept.edits[0], id="x.4", text="Um 10", waiting=True)
    more = msgspec.structs.replace(kept, edits=(*kept.edits, waiting))
    assert done_to(more) == kept, "what waits is its own device's affair"


def test_of_what_was_deleted_only_that_it_was_comes() -> None:
    kept = Line(
        "x.1", ROOM.id, 5, MessageKind.TEXT, ANNA, 1, "", LineState.SENT, message=b"m" * 32,
        withdrawn=Withdrawn("", ANNA, 5, 9),
    )  # fmt: skip
    assert done_to(kept) == kept
    assert not entries.is_given(msgspec.structs.replace(kept, hidden=True))


def test_an_archive_of_before_says_nothing_of_that() -> None:
    row = msgspec.msgpack.decode(entries.write([ROOM, line(1)]))
    row[1] = row[1][:9]
    (_, said) = entries.read(msgspec.msgpack.encode(row))
    assert said == line(1)


def test_an_emoji_as_long_as_a_text_is_refused() -> None:
    long = ReactionEntry("x", ANNA, 1, "x" * 65, b"")
    body = entries.write([ROOM, msgspec.structs.replace(line(1), reactions=(long,))])
    with pytest.raises(ArchiveError):
        entries.read(body)
