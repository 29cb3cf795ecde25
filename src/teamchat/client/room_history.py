"""Carries what is given to new members: from the store into a file on the server, and back.

A file lies sealed in the profile's folder until it is at the server, or is wholly taken in; one
part of it is held in memory. What was fetched is checked from end to end before the first line of
it is stored, so that a changed or false archive changes nothing here. Only a file that was taken in
is let go, once its last line is stored: a member may name another's file as theirs, in any
conversation with the same people.
"""

import asyncio
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import msgspec

from teamchat.client.blob_files import LATER, PIECE, Progress
from teamchat.client.errors import NotStoredError
from teamchat.client.http import OfflineError, RefusedError
from teamchat.client.settings import PART
from teamchat.content.archive import (
    ID_BYTES,
    KEY_BYTES,
    NONCE_BYTES,
    ArchiveError,
    ArchiveKey,
    Fault,
    Head,
    Origin,
    Place,
    open_part,
    require_end,
    seal,
)
from teamchat.content.archive_file import Unframer, framed
from teamchat.content.given import MAX_LINES, Given
from teamchat.engine import gifts, sharing
from teamchat.engine.commands import FetchHistory, GatherHistory
from teamchat.engine.events import Event, HistoryFailed, HistoryGathered, HistoryOpened
from teamchat.engine.history.entries import LineEntry, Packer, line_entry, read, room_entry
from teamchat.engine.model import Change, HistoryMoved, MessageKind
from teamchat.engine.records import ConversationRecord, Line, Offer
from teamchat.engine.store import Cut, Store, Table
from teamchat.ids import BlobId, ConversationId, DeviceId
from teamchat.wire.limits import MIB

PAGE: Final = 200
MOST: Final = 96 * MIB
"""Of one file; a server takes 100 MiB, unless its settings say otherwise. Others give the rest."""
NOTHING: Final = BlobId("")

Tell = Callable[[Event], Awaitable[None]]
"""Returns once what was told is stored."""


@dataclass(slots=True)
class _Tally:
    """What was written so far."""

    count: int = 0
    since_ms: int = 2**53
    until_ms: int = 0

    def add(self, line: Line) -> None:
        self.count += 1
        self.since_ms = min(self.since_ms, line.time_ms)
        self.until_ms = max(self.until_ms, line.time_ms)


class Files(Protocol):
    """The encrypted files of a server (`blob_files`)."""

    async def give(self, path: Path, takers: Sequence[DeviceId], progress: Progress, /) -> BlobId:
        """Keep a file on the server until these devices have taken it, or its time is over."""
        ...

    async def download(self, blob: BlobId, path: Path, size: int, progress: Progress, /) -> None:
        """Fetch a file."""
        ...

    async def taken(self, blob: BlobId, /) -> None:
        """Say that this device has no more use for a file that was given to it."""
        ...


class RoomHistory:
    """Carries histories of conversations.

    Args:
        profile: The folder of the profile.
        store: Where the lines are.
        files: Those of the server.
        show: Told how far it has come.
    """

    def __init__(
        self, profile: Path, store: Store, files: Files, show: Callable[[Change], None]
    ) -> None:
        self._profile = profile
        self._store = store
        self._files = files
        self._show = show
        for left in self._left():  # an earlier run was killed
            left.unlink(missing_ok=True)

    async def carry(self, errand: GatherHistory | FetchHistory, tell: Tell) -> None:
        """Do an errand, and tell what comes of it."""
        blob = errand.offer.blob if isinstance(errand, FetchHistory) else NOTHING
        try:
            if isinstance(errand, FetchHistory):
                async for event in self._fetched(errand):
                    await tell(event)
                await self._release(blob)
            else:
                await tell(await self._gathered(errand))
        except (OfflineError, NotStoredError, OSError):
            await tell(HistoryFailed(errand.conversation, blob, final=False))
        except RefusedError as error:
            final = error.code not in LATER
            await tell(HistoryFailed(errand.conversation, blob, final=final))
        except ArchiveError:  # it is not let go: it may be another's, for another conversation
            await tell(HistoryFailed(errand.conversation, blob, final=True))

    def _left(self) -> set[Path]:
        """Return the files that nobody goes on with."""
        given, taken = ({*self._profile.glob(f"{x}-*{PART}")} for x in ("giving", "taking"))
        if not taken:
            return given
        kept = self._store.table(Table.CONVERSATION).values()
        records = [msgspec.msgpack.decode(each, type=ConversationRecord) for each in kept]
        wanted = {self._path(each.id, offer) for each in records for offer in each.offers}
        return given | taken - wanted

    # --- giving -------------------------------------------------------------------------------

    async def _gathered(self, errand: GatherHistory) -> HistoryGathered:
        path = self._profile / f"giving-{secrets.token_hex(8)}{PART}"
        key, tally = ArchiveKey(secrets.token_bytes(KEY_BYTES)), _Tally()
        try:
            await self._write(path, errand, key, tally)
            if not tally.count:
                return HistoryGathered(errand.conversation, errand.arrived.epoch, None)
            size, digest = path.stat().st_size, await asyncio.to_thread(_digest, path)
            moved = self._progress(errand.conversation, size)
            blob = await self._files.give(path, errand.takers, moved)
        finally:
            path.unlink(missing_ok=True)
        given = Given(
            blob=blob, key=key.secret, size=size, digest=digest, epoch=errand.arrived.epoch,
            users=errand.arrived.users, since_ms=tally.since_ms, until_ms=tally.until_ms,
            count=tally.count,
        )  # fmt: skip
        return HistoryGathered(errand.conversation, errand.arrived.epoch, given)

    async def _write(
        self, path: Path, errand: GatherHistory, key: ArchiveKey, tally: _Tally
    ) -> None:
        head = Head(
            archive=secrets.token_bytes(ID_BYTES), origin=Origin.ROOM, user=errand.by,
            device=errand.device, created=errand.now, since_ms=errand.since_ms, lines=0,
        )  # fmt: skip
        place, packer = Place.first(head), Packer()
        packer.enter(room_entry(errand.record))
        with path.open("xb") as file:
            file.write(framed(head.encode()))
            for lines in self._pages(errand):
                for line in lines:
                    full = packer.add(line_entry(line))
                    if full is not None:
                        place = _append(file.write, key, head, place, full, last=False)
                    tally.add(line)
                await asyncio.sleep(0)  # others have their turn
                if file.tell() > MOST or tally.count > MAX_LINES - PAGE:
                    break
            _append(file.write, key, head, place, packer.take(), last=True)

    def _pages(self, errand: GatherHistory) -> Iterator[list[Line]]:
        """Go through the lines that may be given, the newest page first."""
        below: Cut = self._end(errand), ""
        bounds = errand.since_ms, errand.before_ms
        while True:
            page = self._store.lines(errand.conversation, below, PAGE)
            yield [line for line in page if sharing.may_give(line, errand.by, *bounds)]
            read = [line for line in page if _is_read(line)]
            older = read and all(line.time_ms < errand.since_ms for line in read)
            if len(page) < PAGE or older:
                return
            below = page[0].position, page[0].id

    def _end(self, errand: GatherHistory) -> int:
        """Return a position behind all that is to be given: others may have given what follows.

        Lines that were read here stand in the order of their times, so that most are not looked
        at. Where there are only others, it is taken for too early: then more are looked at.
        """
        low, high = 0, errand.arrived.below
        while high - low > 1:
            middle = (low + high) // 2
            found = self._read_below(errand.conversation, middle)
            if found is None or found.time_ms < errand.before_ms:
                low = middle
            else:
                high = max(low, found.position)
        return high

    def _read_below(self, conversation: ConversationId, position: int) -> Line | None:
        for limit in (1, PAGE):
            page = self._store.lines(conversation, (position, ""), limit)
            for line in reversed(page):
                if _is_read(line):
                    return line
        return None

    # --- taking -------------------------------------------------------------------------------

    async def _release(self, blob: BlobId) -> None:
        """Say that a file is taken; if nobody hears it, it stays until its time is over."""
        with contextlib.suppress(OfflineError, RefusedError):
            await self._files.taken(blob)

    async def _fetched(self, errand: FetchHistory) -> AsyncIterator[HistoryOpened]:
        offer = errand.offer
        path = self._path(errand.conversation, offer)
        moved = self._progress(errand.conversation, offer.size)
        try:
            await self._files.download(offer.blob, path, offer.size, moved)
            await self._check(path, errand)
        except (RefusedError, ArchiveError):
            path.unlink(missing_ok=True)
            raise
        for opened in _opened(path, errand):
            if opened.index >= offer.taken:
                yield opened
        path.unlink(missing_ok=True)

    def _path(self, conversation: ConversationId, offer: Offer) -> Path:
        return self._profile / f"taking-{conversation}-{offer.digest.hex()}{PART}"

    async def _check(self, path: Path, errand: FetchHistory) -> None:
        """Check all of a file before any of it is taken.

        Raises:
            ArchiveError: It is not the one its giver meant, or not what they said.
        """
        if not await asyncio.to_thread(_is_whole, path, errand.offer):
            raise ArchiveError(Fault.CHANGED, "the file is not the one its giver meant")
        count, senders = 0, set[str]()
        for opened in _opened(path, errand):
            count += gifts.check(errand.conversation, errand.offer, opened.entries)
            senders.update(each.sender for each in opened.entries if isinstance(each, LineEntry))
            if len(senders) > gifts.SENDERS:
                raise ArchiveError(Fault.MALFORMED, "more people than a conversation has")
            await asyncio.sleep(0)
        if count != errand.offer.count:
            raise ArchiveError(Fault.MALFORMED, "not as many lines as its giver said")

    def _progress(self, conversation: ConversationId, total: int) -> Callable[[int], None]:
        return lambda done: self._show(HistoryMoved(conversation, done, total))


def _is_read(line: Line) -> bool:
    """Whether a line stands where its time says: of what is given, others set the place."""
    return line.kind is MessageKind.TEXT and not line.given_by


def _append(
    write: Callable[[bytes], object],
    key: ArchiveKey,
    head: Head,
    place: Place,
    body: bytes,
    *,
    last: bool,
) -> Place:
    part = seal(key, head, place, body, last=last, nonce=secrets.token_bytes(NONCE_BYTES))
    write(framed(part))
    return place.after(part, last=last)


def _opened(path: Path, errand: FetchHistory) -> Iterator[HistoryOpened]:
    """Open a file part by part.

    Raises:
        ArchiveError: It is not what its giver wrote.
    """
    offer, key = errand.offer, ArchiveKey(errand.offer.key)
    found = _frames(path)
    head = Head.read(next(found, b""))
    if (head.origin, head.user, head.device) != (Origin.ROOM, offer.by, offer.device):
        raise ArchiveError(Fault.MALFORMED, "made by somebody else, or for something else")
    place = Place.first(head)
    for part in found:
        body, place = open_part(key, head, place, part)
        yield HistoryOpened(
            errand.conversation, offer.blob, place.index - 1, tuple(read(body)), place.ended
        )
    require_end(place)


def _frames(path: Path) -> Iterator[bytes]:
    unframer = Unframer()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield from unframer.add(piece)
    unframer.end()


def _is_whole(path: Path, offer: Offer) -> bool:
    same = hmac.compare_digest(_digest(path), offer.digest)
    return path.stat().st_size == offer.size and same


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
