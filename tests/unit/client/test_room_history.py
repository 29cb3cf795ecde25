"""What is gathered for new members: only what nobody has given yet, and little is looked at."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from teamchat.client import room_history
from teamchat.client.blob_files import Progress
from teamchat.client.http import OfflineError
from teamchat.client.room_history import PAGE, RoomHistory
from teamchat.client.settings import PART
from teamchat.content.given import LATEST_MS, Given
from teamchat.engine.commands import FetchHistory, GatherHistory
from teamchat.engine.events import Event, HistoryFailed, HistoryGathered, HistoryOpened
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Arrived, ConversationRecord, Line, LineState, Offer, Phase
from teamchat.engine.store import Cut, Put, PutLine, Table
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId, identifier
from tests.support.memory_store import MemoryStore

TALK, BLOB = ConversationId(identifier(b"t" * 16)), BlobId(identifier(b"b" * 16))
ELSEWHERE = ConversationId(identifier(b"u" * 16))
ANNA, WEI = UserId(identifier(b"a" * 16)), UserId(identifier(b"w" * 16))
DEVICE, TAKER = DeviceId(identifier(b"d" * 16)), DeviceId(identifier(b"e" * 16))
LINES = 20 * PAGE


class Watched(MemoryStore):
    """Counts how many lines were read."""

    read = 0

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> Sequence[Line]:
        found = super().lines(conversation, before, limit)
        self.read += len(found)
        return found


class Files:
    """Takes everything, and hands out nothing but what was put here."""

    def __init__(self, data: bytes = b"", *, reachable: bool = True) -> None:
        self.given: list[tuple[DeviceId, ...]] = []
        self.let_go: list[BlobId] = []
        self.data = data
        self.reachable = reachable

    async def give(self, path: Path, takers: Sequence[DeviceId], _progress: Progress) -> BlobId:
        self.given.append(tuple(takers))
        self.data = path.read_bytes()  # noqa: ASYNC240 - a test
        return BLOB

    async def download(self, _blob: BlobId, path: Path, _size: int, _progress: Progress) -> None:
        path.write_bytes(self.data)  # noqa: ASYNC240 - a test

    async def taken(self, blob: BlobId) -> None:
        self.let_go.append(blob)
        if not self.reachable:
            raise OfflineError("out of reach")


class Slow(Files):
    """Stops in the middle of the first file that is fetched."""

    def __init__(self, data: bytes, *, reachable: bool) -> None:
        super().__init__(data, reachable=reachable)
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def download(self, blob: BlobId, path: Path, size: int, progress: Progress) -> None:
        if not self.begun.is_set():
            path.write_bytes(self.data[:9])  # noqa: ASYNC240 - a test
            self.begun.set()
            await self.go_on.wait()
            assert path.read_bytes() == self.data[:9]  # noqa: ASYNC240 - a test
        await super().download(blob, path, size, progress)


@pytest.fixture
def store() -> Watched:
    kept = Watched()
    for n in range(1, LINES + 1):
        line = Line(
            id=f"{DEVICE}.{n:032x}", conversation=TALK, position=n, kind=MessageKind.TEXT,
            sender=ANNA, time_ms=1000 * n, text="words", state=LineState.RECEIVED,
        )  # fmt: skip
        kept.commit([PutLine(line)])
    return kept


async def gathered(
    tmp_path: Path,
    store: MemoryStore,
    before_ms: int,
    files: Files | None = None,
    since_ms: int = 0,
) -> Given | None:
    files = files or Files()
    arrived = Arrived(4, (WEI,), LINES + 1, mine=True)
    record = ConversationRecord(TALK, direct=False, phase=Phase.JOINED)
    errand = GatherHistory(
        TALK, record, arrived, since_ms, before_ms, (TAKER,), ANNA, DEVICE, 1_800_000
    )
    told: list[Event] = []

    async def tell(event: Event) -> None:
        told.append(event)

    await RoomHistory(tmp_path, store, files, lambda _: None).carry(errand, tell)
    (event,) = told
    assert isinstance(event, HistoryGathered)
    assert files.given == ([] if event.given is None else [(TAKER,)])
    return event.given


async def test_all_is_given_if_nobody_has_given_anything(tmp_path: Path, store: Watched) -> None:
    given = await gathered(tmp_path, store, LATEST_MS)
    assert given is not None
    assert (given.count, given.since_ms, given.until_ms) == (LINES, 1000, 1000 * LINES)


async def test_only_what_is_older_than_what_was_given(tmp_path: Path, store: Watched) -> None:
    given = await gathered(tmp_path, store, 1000 * 11)
    assert given is not None
    assert (given.count, given.since_ms, given.until_ms) == (10, 1000, 10_000)
    assert store.read < PAGE


async def test_a_file_ends_before_it_is_too_large_for_a_server(
    tmp_path: Path, store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_history, "MOST", 0)
    given = await gathered(tmp_path, store, LATEST_MS)
    assert given is not None
    assert given.until_ms == 1000 * LINES
    rest = await gathered(tmp_path, store, given.since_ms)
    assert rest is not None
    assert rest.until_ms == given.since_ms - 1000


async def test_what_others_gave_of_long_ago_ends_no_way_through_the_rest(
    tmp_path: Path, store: Watched
) -> None:
    for n in range(2 * PAGE):  # all at one place among lines of now
        line = Line(
            id=f"{TAKER}.{n:032x}", conversation=TALK, position=LINES - 9, kind=MessageKind.TEXT,
            sender=WEI, time_ms=999, text="junk", state=LineState.RECEIVED, given_by=WEI,
        )  # fmt: skip
        store.commit([PutLine(line)])
    given = await gathered(tmp_path, store, LATEST_MS, since_ms=1000 * (LINES - 3 * PAGE))
    assert given is not None
    assert given.count == 3 * PAGE + 1
    assert store.read < 8 * PAGE


@pytest.mark.parametrize("junk", [1, 2 * PAGE])
async def test_what_others_gave_of_lately_makes_no_gift_smaller(
    tmp_path: Path, store: Watched, junk: int
) -> None:
    place = LINES // 2 - 1
    for n in range(junk):  # all there, among lines of long ago
        line = Line(
            id=f"{TAKER}.{n:032x}", conversation=TALK, position=place, kind=MessageKind.TEXT,
            sender=WEI, time_ms=1000 * LINES, text="junk", state=LineState.RECEIVED, given_by=WEI,
        )  # fmt: skip
        store.commit([PutLine(line)])
    given = await gathered(tmp_path, store, 1000 * (LINES - 9))
    assert given is not None
    assert (given.count, given.until_ms) == (LINES - 10, 1000 * (LINES - 10))


async def test_who_has_nothing_older_looks_at_little(tmp_path: Path, store: Watched) -> None:
    assert await gathered(tmp_path, store, 1000) is None
    assert store.read < PAGE


async def test_only_a_file_that_nobody_goes_on_with_is_removed(
    tmp_path: Path, store: Watched
) -> None:
    offer = Offer(BLOB, b"k" * 32, 9, b"d" * 32, ANNA, DEVICE, 100, 200, 2, 50, 51)
    record = ConversationRecord(TALK, direct=False, phase=Phase.JOINED, offers=(offer,))
    store.commit([Put(Table.CONVERSATION, TALK, record.encode())])
    wanted = tmp_path / f"taking-{TALK}-{offer.digest.hex()}{PART}"
    for path in (wanted, tmp_path / f"taking-{TALK}-00{PART}", tmp_path / f"giving-00{PART}"):
        path.write_bytes(b"some of it")
    RoomHistory(tmp_path, store, Files(), lambda _: None)
    assert list(tmp_path.iterdir()) == [wanted]  # noqa: ASYNC240 - a test


async def test_what_is_not_as_its_giver_said_is_not_let_go(tmp_path: Path, store: Watched) -> None:
    files, told = Files(b"nonsense"), list[Event]()
    offer = Offer(BLOB, b"k" * 32, 9, b"d" * 32, ANNA, DEVICE, 100, 200, 2, 50, 51)

    async def tell(event: Event) -> None:
        told.append(event)

    carrier = RoomHistory(tmp_path, store, files, lambda _: None)
    await carrier.carry(FetchHistory(TALK, offer), tell)
    assert told == [HistoryFailed(TALK, BLOB, final=True)]
    assert files.let_go == []  # it may be another's, who gave it in another conversation
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240 - a test


@pytest.mark.parametrize("reachable", [True, False])
async def test_two_fetches_of_one_file_do_not_disturb_each_other(
    tmp_path: Path, store: Watched, *, reachable: bool
) -> None:
    source, told = Files(), dict[ConversationId, list[Event]]()
    given = await gathered(tmp_path, store, LATEST_MS, source)
    assert given is not None
    files = Slow(source.data, reachable=reachable)

    async def tell(event: Event) -> None:
        assert isinstance(event, HistoryOpened | HistoryFailed)
        told.setdefault(event.conversation, []).append(event)

    true = Offer(
        BLOB, given.key, given.size, given.digest, ANNA, DEVICE, given.since_ms, given.until_ms,
        given.count, LINES + 1, 51,
    )  # fmt: skip
    false = msgspec.structs.replace(true, size=1, digest=bytes(32))
    carrier = RoomHistory(tmp_path, store, files, lambda _: None)
    first = asyncio.create_task(carrier.carry(FetchHistory(TALK, true), tell))
    await files.begun.wait()
    await carrier.carry(FetchHistory(ELSEWHERE, false), tell)
    assert told == {ELSEWHERE: [HistoryFailed(ELSEWHERE, BLOB, final=True)]}
    assert not files.let_go
    files.go_on.set()
    await first
    assert all(isinstance(each, HistoryOpened) for each in told[TALK])
    assert files.let_go == [BLOB]
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240 - a test
