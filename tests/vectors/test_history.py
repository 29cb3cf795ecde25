"""What is inside a history's parts and a backup's manifest: the same bytes in both languages.

The web client reads the same file (clients/web/tests/engine/history/vectors.test.ts).
`TEAMCHAT_WRITE_VECTORS=1` writes it anew, which is right only when a format gets a new version.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from teamchat.content.archive import ArchiveError
from teamchat.engine.amendments import Withdrawn
from teamchat.engine.history import coverage, entries
from teamchat.engine.history.coverage import Coverage, Room
from teamchat.engine.history.entries import Entry, LineEntry, Packer, PersonEntry, RoomEntry
from teamchat.engine.history.giving import Wanted, bodies, bound
from teamchat.engine.history.manifest import (
    VERSION,
    Manifest,
    ManifestError,
    NewerManifestError,
    Segment,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, LineState, PersonRecord, Phase
from teamchat.engine.state import LOCAL_POSITION
from teamchat.engine.store import PutLine
from teamchat.identity import sealing
from teamchat.ids import ConversationId, UserId, identifier
from tests.support.memory_store import MemoryStore
from tests.vectors.verdicts import changes

DATA: Final = Path(__file__).parent / "data" / "history.json"
Case = dict[str, object]

ANNA, WEI = UserId(identifier(b"a" * 16)), UserId(identifier(b"w" * 16))
ROOMS: Final = [ConversationId(identifier(bytes([n]) * 16)) for n in range(3)]
TIME: Final = 1_795_000_000_000
HERE: Final = RoomEntry(
    ROOMS[1], direct=False, title="Werk", peer=UserId(""), left=False, log_epoch=1, shift=0
)
WHO: Final = {
    ANNA: PersonEntry(ANNA, "anna", "Anna", "Stuttgart", "Europe/Berlin"),
    WEI: PersonEntry(WEI, "wei", "伟", "深圳", "Asia/Shanghai"),
}
KEY, NONCE = bytes(range(32)), bytes(range(100, 124))


# --- parts --------------------------------------------------------------------------------


def line(number: int, text: str = "Moin", sender: UserId = ANNA) -> LineEntry:
    return LineEntry(f"x.{number}", number, MessageKind.TEXT, sender, TIME, text)


def part_case(data: bytes) -> Case:
    try:
        found = entries.read(data)
    except ArchiveError:
        return {"data": data.hex(), "refused": True}
    written = entries.write(found)
    said: Case = {"data": data.hex(), "kinds": [type(each).__name__ for each in found]}
    return said if written == data else said | {"written": written.hex()}


def parts() -> Iterator[Case]:
    replace = msgspec.structs.replace
    first = line(1)
    arguments = (("who", f"{ANNA},{WEI}"), ("by", WEI))
    of_persons = [replace(WHO[ANNA], name="🙂" * 1000), replace(WHO[ANNA], name="🙂" * 1001),
                  replace(WHO[ANNA], id=UserId("anna")), replace(WHO[ANNA], id=UserId(ANNA + "\n")),
                  replace(WHO[ANNA], site="", time_zone="\0")]  # fmt: skip
    of_rooms = [replace(HERE, peer=ANNA), replace(HERE, peer=UserId("x")), replace(HERE, shift=-1),
                replace(HERE, shift=2**53 - 1), replace(HERE, shift=2**53),
                replace(HERE, left=True), replace(HERE, id=ConversationId(""))]  # fmt: skip
    of_lines: list[Entry] = [replace(first, position=at) for at in (
        0, -1, -(2**52), -(2**52) - 1, LOCAL_POSITION - 1, LOCAL_POSITION)]  # fmt: skip
    of_lines += [replace(first, time_ms=at) for at in (0, -1, 2**53 - 1, 2**53)]
    of_lines += [replace(first, id=name) for name in ("", "ü" * 2000, "ü" * 2001)]
    of_lines += [replace(first, sender=UserId(""), kind=MessageKind.SYSTEM, arguments=arguments),
                 replace(first, given_by=WEI), replace(first, given_by=UserId("wei")),
                 replace(first, sender=UserId("-")),
                 replace(first, kind=MessageKind.UNSUPPORTED)]  # fmt: skip
    alone: tuple[Entry, ...] = (*of_persons, *of_rooms)
    said: list[list[Entry]] = [
        [], [HERE], [first], [HERE, first], [first, HERE], [WHO[ANNA], first],
        [WHO[WEI], HERE, WHO[ANNA], first, HERE],
    ]  # fmt: skip
    said += [[each] for each in alone]
    said += [[HERE, each] for each in of_lines]
    for some in said:
        yield part_case(msgspec.msgpack.encode(some))
    bare = msgspec.to_builtins(first)
    other: tuple[object, ...] = ([[9, "x"]], [["1"]], [[]], [1], {}, None, [[3]], [bare],
                [[*bare, "later"]],
                [msgspec.to_builtins(HERE), bare[:-2]], [msgspec.to_builtins(HERE), bare[:-3]],
                [msgspec.to_builtins(HERE), [*bare[:3], "whisper", *bare[4:]]],
                [msgspec.to_builtins(HERE), [*bare, "later", 1.5]])  # fmt: skip
    for each in other:
        yield part_case(msgspec.msgpack.encode(each))
    for raw in (b"", b"\xc1", b"\x90\x00", b"\xdc\x00\x00", b"\xdd\xff\xff\xff\xff"):
        yield part_case(raw)
    for change in changes(msgspec.msgpack.encode([HERE, WHO[ANNA], first])):
        yield part_case(change)


# --- how lines are divided -----------------------------------------------------------------
#
# A line is told by its number, how often its text has a letter, that letter, and who said it.

Told = tuple[int, int, str, int]
PACKED: Final[tuple[tuple[Told, ...], ...]] = (
    (),
    tuple((n, 1000, "x", n % 2) for n in range(1, 601)),
    ((1, 4, "x", 0), (2, 140_000, "ü", 0), (3, 4, "x", 1)),
    tuple((n, 30_000 + n, "🙂"[: n % 2] or "x", n % 2) for n in range(1, 30)),
)


def packed(lines: tuple[Told, ...]) -> Case:
    packer, full = Packer(), list[bytes]()
    packer.enter(HERE)
    for number, times, letter, who in lines:
        each = line(number, letter * times, (ANNA, WEI)[who])
        body = packer.add(each, [WHO[each.sender]])
        full += [] if body is None else [body]
    full.append(packer.take())
    return {"lines": lines, "parts": [_told(each) for each in full]}


def _told(content: bytes) -> list[object]:
    return [len(content), hashlib.sha256(content).hexdigest()]


# --- the way through a history --------------------------------------------------------------


def given() -> Case:
    """Return what is made of a store, and again from where each part ended."""
    records = {
        room: ConversationRecord(room, direct=False, phase=Phase.JOINED, title=f"Raum {at}")
        for at, room in enumerate(ROOMS)
    }
    people = {ANNA: PersonRecord(ANNA, "anna", "Anna", identity_key=b"k" * 32)}
    lines = [
        Line(f"{at % 5}.{at}", ROOMS[at % 2], at // 3, MessageKind.TEXT, (ANNA, WEI)[at % 2],
             TIME + at, "x" * (7 * at), LineState.FAILED if at % 50 == 9 else LineState.SENT,
             (("by", WEI), ("who", f"{WEI},{ANNA}"), ("title", ANNA)) if at % 7 == 0 else ())
        for at in range(1200)
    ]  # fmt: skip
    store = MemoryStore()
    store.commit([PutLine(each) for each in lines])
    made = [*bodies(store, records, people, Wanted(since_ms=TIME + 50))]
    again = [
        next(bodies(store, records, people, Wanted(since_ms=TIME + 50), each.cursor))
        for each in made[:-1]
    ]
    return {
        "made": [[*_told(each.content), each.cursor, each.last, each.lines] for each in made],
        "again": [_told(each.content) for each in again],
    }


def bounds() -> list[list[object]]:
    policies = ("all", "none", "7", "0", "00", "007", "", "-1", "1.5", "٣", " 7", "7\n", "99999",
                "9" * 400, "1e3", "All")  # fmt: skip
    return [[each, bound(each, TIME)] for each in policies]


# --- manifests ------------------------------------------------------------------------------


def segment(number: int) -> Segment:
    return Segment(
        identifier(bytes([number]) * 16), bytes(number), bytes([number]) * 32, number,
        bytes([255 - number]) * 32,
    )  # fmt: skip


def manifests() -> Iterator[Case]:
    many: tuple[Room, ...] = tuple(
        (ConversationId(identifier(n.to_bytes(16, "big"))), n,
         tuple((m, m + 1) for m in range(0, 32, 2)))
        for n in range(1_000)
    )  # fmt: skip
    few: tuple[Room, ...] = ((ROOMS[0], 1, ((0, 7), (9, 2**53 - 1))), (ROOMS[1], 0, ()))
    for count, rooms, version in ((0, (), 1), (1, few, 4), (3, few, 2**53 - 1), (2, many, 2)):
        made = Manifest(tuple(map(segment, range(count))), Coverage(rooms))
        sealed = made.seal(KEY, ANNA, version, NONCE)
        kept = Manifest.open(KEY, ANNA, version, sealed)
        yield {
            "segments": count, "rooms": rooms if rooms is few else len(rooms), "version": version,
            "user": ANNA, "kept": len(kept.coverage.rooms), "sealed": _told(sealed)
        } | ({"bytes": sealed.hex()} if rooms is not many else {})  # fmt: skip


def insides() -> Iterator[Case]:
    """Return what may stand inside a manifest, whoever has sealed it, and what may not."""
    good: list[object] = [identifier(b"s" * 16), b"head", b"k" * 32, 3, b"c" * 32]
    room: list[object] = [ROOMS[0], 1, [[0, 7]]]
    said: list[object] = [
        [VERSION, [good], [room]], [VERSION, [good] * 64, []], [VERSION, [good] * 65, []],
        [VERSION + 1, [], []], [VERSION + 1], [VERSION + 9, "another", {}], [0, [], []],
        [str(VERSION + 1), [], []], [[VERSION + 1], [], []],
        [VERSION, [], [], "later"], [VERSION, []], [], None, b"",
        [VERSION, [], [room[:2]]], [VERSION, [], [[*room, 1]]], [VERSION, [], [[ROOMS[0], -1, []]]],
        [VERSION, [], [[ROOMS[0], 1, [[0]]]]], [VERSION, [], [[ROOMS[0], 1, [[0, 2**53]]]]],
        [VERSION, [], [["room", 1, []]]], [VERSION, [[*good, "later"]], []],
    ]  # fmt: skip
    others: tuple[tuple[object, ...], ...] = (
        ("s", ""), (bytes(256), bytes(257)), (bytes(31), bytes(33)), (-1, 2**53), (bytes(31), "c")
    )  # fmt: skip
    for at, values in enumerate(others):
        said += [[VERSION, [[*good[:at], each, *good[at + 1 :]]], []] for each in values]
    for each in said:
        data = msgspec.msgpack.encode(each)
        label = b"teamchat history backup\x00" + b"a" * 16 + (4).to_bytes(8, "big")
        key = hashlib.blake2b(key=KEY, person=b"tc-hist-manifest", digest_size=32).digest()
        sealed = sealing.seal(key, data, label, NONCE)
        try:
            Manifest.open(KEY, ANNA, 4, sealed)
        except ManifestError as error:
            newer = {"newer": True} if isinstance(error, NewerManifestError) else {}
            yield {"sealed": sealed.hex(), "refused": True} | newer
        else:
            yield {"sealed": sealed.hex()}


# --- what a backup holds that was deleted since -----------------------------------------------


def outdated() -> Case:
    """Return lines, what backups cover, and of which lines a backup holds what was deleted since.

    A line is its position, where it was deleted (null: it was not), and whether that waits.
    """
    lines: tuple[tuple[int, int | None, bool], ...] = (
        (5, None, False), (5, 12, False), (10, 11, False), (10, 10, False), (5, 9, False),
        (11, 12, False), (5, 0, True), (5, 12, True), (-3, 11, False), (-3, -3, False),
    )  # fmt: skip
    records = ((0, 12, 1, 0), (0, 10, 1, 0), (0, 12, 1, 100), (4, 12, 1, -3), (0, 2, 2, 10))
    rooms: tuple[tuple[Room, ...], ...] = (
        ((ROOMS[0], 1, ((0, 10),)),), ((ROOMS[0], 1, ((0, 3), (6, 10))),),
        ((ROOMS[1], 1, ((0, 10),)),), ((ROOMS[0], 1, ()),), (),
    )  # fmt: skip
    made: list[Case] = []
    for covered in rooms:
        for first, seq, epoch, shift in records:
            record = ConversationRecord(
                ROOMS[0], direct=False, phase=Phase.JOINED, log_epoch=epoch, first=first, seq=seq,
                shift=shift,
            )  # fmt: skip
            held = []
            for position, deleted, waits in lines:
                done = None if deleted is None else Withdrawn("y", ANNA, deleted, 1, waits)
                kept = Line("x", ROOMS[0], position, MessageKind.TEXT, ANNA, 1, "", LineState.SENT)
                store = MemoryStore()
                store.commit([PutLine(msgspec.structs.replace(kept, withdrawn=done))])
                held.append(coverage.is_outdated(Coverage(covered), [record], store))
            made.append({"rooms": covered, "record": [first, seq, epoch, shift], "held": held})
    return {"lines": lines, "made": made}


def make() -> Case:
    made: Case = {
        "parts": [*parts()], "packed": [*map(packed, PACKED)], "given": given(),
        "bounds": bounds(), "manifests": [*manifests()], "insides": [*insides()],
        "outdated": outdated(),
    }  # fmt: skip
    as_json: Case = json.loads(json.dumps(made))
    return as_json


def test_the_answers_are_the_same() -> None:
    made = make()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        DATA.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    assert json.loads(DATA.read_text(encoding="utf-8")) == made
