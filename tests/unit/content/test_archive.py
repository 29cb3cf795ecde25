"""An archive is read as it was written, or refused by the name of what was done to it."""

import pickle
import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.content import archive
from teamchat.content.archive import ArchiveError, ArchiveKey, Fault, Head, Origin, Place
from teamchat.ids import DeviceId, UserId, identifier

HEAD = Head(
    archive=b"a" * 16,
    origin=Origin.DEVICE,
    user=UserId(identifier(b"u" * 16)),
    device=DeviceId(identifier(b"d" * 16)),
    created=1_795_000_000,
    since_ms=0,
    lines=3,
)
KEY = ArchiveKey(b"k" * 32)
BODIES = (b"one", b"two", b"")
bodies = st.lists(st.binary(max_size=200), min_size=1, max_size=6)


def written(what: list[bytes] | tuple[bytes, ...] = BODIES, head: Head = HEAD) -> list[bytes]:
    parts, place = [], Place.first(head)
    for index, body in enumerate(what):
        last = index == len(what) - 1
        part = archive.seal(KEY, head, place, body, last=last, nonce=secrets.token_bytes(24))
        place = place.after(part, last=last)
        parts.append(part)
    return parts


def read(parts: list[bytes], head: Head = HEAD, key: ArchiveKey = KEY) -> list[bytes]:
    found, place = [], Place.first(head)
    for part in parts:
        body, place = archive.open_part(key, head, place, part)
        found.append(body)
    archive.require_end(place)
    return found


def refused(parts: list[bytes], head: Head = HEAD, key: ArchiveKey = KEY) -> Fault:
    with pytest.raises(ArchiveError) as caught:
        read(parts, head, key)
    return caught.value.fault


@given(bodies)
def test_it_is_read_as_it_was_written(what: list[bytes]) -> None:
    assert read(written(what)) == what


@given(bodies, st.data())
def test_both_go_on_from_any_place(what: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(what) - 1))
    parts, place = written(what), Place.first(HEAD)
    for part in parts[:at]:
        _, place = archive.open_part(KEY, HEAD, place, part)
    again = Place(place.index, place.chain, place.ended)
    body, _ = archive.open_part(KEY, HEAD, again, parts[at])
    assert body == what[at]


@given(bodies, st.data())
def test_no_changed_byte_is_taken(what: list[bytes], data: st.DataObject) -> None:
    parts = written(what)
    which = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    bent = bytearray(parts[which])
    bent[at] ^= data.draw(st.integers(1, 255))
    refused([*parts[:which], bytes(bent), *parts[which + 1 :]])


@given(bodies, st.data())
def test_no_other_order_is_taken(what: list[bytes], data: st.DataObject) -> None:
    parts = written(what)
    shuffled = data.draw(st.permutations(parts))
    if shuffled != parts:
        assert refused(shuffled) is Fault.ORDER


@given(bodies, st.data())
def test_nothing_is_left_out_or_cut_off(what: list[bytes], data: st.DataObject) -> None:
    parts = written(what)
    gone = data.draw(st.integers(0, len(parts) - 1))
    cut = gone == len(parts) - 1
    assert refused(parts[:gone] + parts[gone + 1 :]) is (Fault.CUT_OFF if cut else Fault.ORDER)
    assert refused([]) is Fault.CUT_OFF


def test_what_is_of_another_archive_is_named() -> None:
    other = replace(HEAD, archive=b"b" * 16)
    mine, theirs = written(), written(head=other)
    assert refused([mine[0], theirs[1], mine[2]]) is Fault.OTHER


def test_another_making_of_the_same_archive_does_not_fit() -> None:
    once, again = written(), written()
    assert refused([once[0], again[1], again[2]]) is Fault.CHANGED


def test_the_head_belongs_to_it() -> None:
    for other in (
        replace(HEAD, since_ms=1),
        replace(HEAD, lines=4),
        replace(HEAD, origin=Origin.BACKUP),
        replace(HEAD, device=DeviceId(identifier(b"e" * 16))),
    ):
        assert refused(written(), head=other) is Fault.CHANGED


def test_another_key_opens_nothing() -> None:
    assert refused(written(), key=ArchiveKey(b"x" * 32)) is Fault.CHANGED


def test_nothing_follows_the_last_part() -> None:
    parts = written()
    assert refused([*parts, parts[-1]]) is Fault.ORDER
    place = Place(3, b"c" * 32, ended=True)
    with pytest.raises(ArchiveError, match="no part"):
        archive.seal(KEY, HEAD, place, b"", last=True, nonce=bytes(24))


def test_what_is_no_part_is_refused() -> None:
    part = written([b"x"])[0]
    for bytes_ in (b"", part[:40], b"\x02" + part[1:], bytes(archive.MAX_PART + 1)):
        assert refused([bytes_]) is Fault.MALFORMED


def test_a_part_is_of_bounded_size() -> None:
    most = bytes(archive.MAX_BODY)
    assert read(written([most])) == [most]
    assert len(written([most])[0]) == archive.MAX_PART
    with pytest.raises(ArchiveError, match="no part"):
        written([most + b"1"])


def test_there_is_one_encoding_of_a_head() -> None:
    assert Head.read(HEAD.encode()) == HEAD
    for data in (b"", b"\x80", HEAD.encode() + b"\x00", b"\x98\x08" + HEAD.encode()[1:]):
        with pytest.raises(ArchiveError):
            Head.read(data)
    for bad in (
        replace(HEAD, archive=b"short"),
        replace(HEAD, lines=-1),
        replace(HEAD, created=2**53),
        replace(HEAD, user=UserId("nobody")),
    ):
        with pytest.raises(ArchiveError):
            bad.encode()


def test_the_key_does_not_show() -> None:
    assert "6b6b" not in repr(KEY)
    assert b"kkkk".decode() not in repr(KEY)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(KEY)
    with pytest.raises(ArchiveError, match="32 bytes"):
        ArchiveKey(b"short")
