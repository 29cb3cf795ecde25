"""The key directory as services and clients use it: entries are appended, and everything is read.

An entry is appended in the transaction of the change that it tells (docs/spec/key-directory.md).
Nothing is shown that is not signed.
"""

import logging
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from sqlalchemy import Connection

from teamchat.identity import statements
from teamchat.identity.statements import Statement
from teamchat.server.services.key_log_signer import NOT_YET, Signer
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.key_log import StoredLog
from teamchat.transparency import (
    Checkpoint,
    EntryBundle,
    FormatError,
    Signature,
    SignatureType,
    SignedNote,
    Tile,
    TiledTree,
    TLogProof,
    TransparencyError,
    UsageError,
    VerifierKey,
    encode_bundle,
    tile_at,
    tiles_for_consistency,
    tiles_for_inclusion,
)
from teamchat.transparency.hashing import HASH_BYTES
from teamchat.wire import bodies
from teamchat.wire.problems import Code, ProblemError
from teamchat.wire.web_build import WebBuild

_log = logging.getLogger(__name__)

FULL: Final = 256
"""The width of a full tile."""

PIECES: Final = 64
"""How many are kept in memory, the last used: after each checkpoint everybody asks for the same
few, and what stands at a path never changes."""

Place: TypeAlias = Tile | EntryBundle


@dataclass(frozen=True, slots=True)
class Piece:
    """A tile or a bundle of entries; one that is full never changes."""

    data: bytes
    full: bool


class KeyLog:
    """The newest log of the key directory, and what is left of older ones."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self._pieces: OrderedDict[tuple[int, Place], Piece] = OrderedDict()

    def append(self, connection: Connection, statement: Statement) -> int:
        """Say something in the directory; return its place.

        Args:
            connection: The transaction of the change that it tells.
            statement: What is said.

        Raises:
            ProblemError: OVERLOADED, there is no log that could say it.
        """
        index = key_log.append_entry(connection, statements.encode(statement))
        if index is None:
            raise ProblemError(Code.OVERLOADED, "the key directory is being put in order")
        after_commit(connection, self._signer.wake)
        return index

    async def shown(self) -> bodies.KeyLog:
        """Return where the log is and how far; what waits is signed first.

        Raises:
            ProblemError: NOT_FOUND, there is no log.
        """
        await self._settle()
        log, note = await self._database.read(lambda c: _with_note(c, key_log.newest_log(c)))
        key = VerifierKey(log.origin, SignatureType.ED25519, log.public)
        return bodies.KeyLog(log.origin, key.vkey, note.encode().decode())

    async def checkpoint(self, begun: int) -> bytes:
        """Return the signed note of a log; of the newest, what waits is signed first.

        Raises:
            ProblemError: NOT_FOUND.
        """
        await self._settle()
        _, note = await self._database.read(lambda c: _with_note(c, key_log.log_begun_at(c, begun)))
        return note.encode()

    async def piece(self, begun: int, path: str) -> Piece:
        """Return a tile or a bundle of what was signed.

        Args:
            begun: Which log.
            path: Below the log's prefix, as tlog-tiles writes it: `tile/0/x001/067.p/3`.

        Raises:
            ProblemError: NOT_FOUND.
        """
        place = _place(path)
        piece = self._pieces.get((begun, place))
        if piece is None:
            piece = await self._database.read(lambda c: _piece(c, begun, place))
            self._pieces[begun, place] = piece
        self._pieces.move_to_end((begun, place))
        if len(self._pieces) > PIECES:
            self._pieces.popitem(last=False)
        return piece

    async def proof(self, begun: int, index: int) -> TLogProof:
        """Return the proof that an entry stands in a log; its extra data are the entry.

        Args:
            begun: Which log.
            index: Where the entry stands.

        Raises:
            ProblemError: NOT_FOUND, there is no such entry; OVERLOADED, it is not signed yet.
        """
        await self._settle()
        return await self._database.read(lambda c: _proof(c, begun, index))

    async def proved_build(self, manifest: bytes, place: key_log.Place, known: int) -> WebBuild:
        """Return a build of the web client with the proof of the entry that names it.

        Args:
            manifest: Of the build.
            place: Where the entry stands.
            known: The size of the tree that whoever asks knows already.

        Raises:
            ProblemError: NOT_FOUND; OVERLOADED, the entry is not signed yet.
        """
        await self._settle()

        def work(connection: Connection) -> WebBuild:
            proof = _proof(connection, place.begun, place.index)
            log = key_log.log_begun_at(connection, place.begun)
            key = VerifierKey(log.origin, SignatureType.ED25519, log.public) if log else None
            if log is None or key is None:
                raise ProblemError(Code.NOT_FOUND)
            continues = _continuation(connection, log, known)
            return WebBuild(manifest.decode(), key.vkey, proof.encode().decode(), continues)

        return await self._database.read(work)

    async def _settle(self) -> None:
        """Sign what waits; if that cannot be, what was signed is shown all the same."""
        with suppress(*NOT_YET):  # the signer tries again by itself, and has said so
            await self._signer.settle()


def _with_note(connection: Connection, log: StoredLog | None) -> tuple[StoredLog, SignedNote]:
    """Return a log, and what was signed last with the cosignatures of just that."""
    if log is None:
        raise ProblemError(Code.NOT_FOUND)
    size = Checkpoint.decode(log.signed.text).size
    lines = [each.line for each in key_log.cosignatures(connection, log.begun) if each.size == size]
    return log, log.signed.with_signatures(*(Signature.parse(line) for line in lines))


def _proof(connection: Connection, begun: int, index: int) -> TLogProof:
    log, note = _with_note(connection, key_log.log_begun_at(connection, begun))
    head = Checkpoint.decode(log.signed.text).head
    if index >= head.size:
        raise ProblemError(Code.OVERLOADED, "this is not signed yet", retry_after=1)
    wanted = tiles_for_inclusion(index, head.size)
    entries = key_log.log_entries(connection, begun, first=index, count=1)
    try:
        tree = TiledTree.authenticate(head, key_log.log_tiles(connection, begun, wanted))
        return TLogProof(index, tree.inclusion_proof(index), note, *entries)
    except TransparencyError:
        _missing(EntryBundle(index // FULL, index % FULL + 1))


def _continuation(connection: Connection, log: StoredLog, known: int) -> tuple[bytes, ...]:
    """Prove that what was signed last continues a smaller tree."""
    head = Checkpoint.decode(log.signed.text).head
    if not 0 < known < head.size:
        return ()
    wanted = tiles_for_consistency(known, head.size)
    try:
        tree = TiledTree.authenticate(head, key_log.log_tiles(connection, log.begun, wanted))
    except TransparencyError:
        _missing(EntryBundle(known // FULL, known % FULL + 1))
    return tree.consistency_proof(known)


def _place(path: str) -> Place:
    try:
        if path.startswith("tile/entries/"):
            return EntryBundle.parse(path)
        return Tile.parse(path)
    except FormatError:
        raise ProblemError(Code.NOT_FOUND) from None


def _piece(connection: Connection, begun: int, place: Place) -> Piece:
    log = key_log.log_begun_at(connection, begun)
    if log is None:
        raise ProblemError(Code.NOT_FOUND)
    level = place.level if isinstance(place, Tile) else 0
    try:
        widest = tile_at(level, place.index, Checkpoint.decode(log.signed.text).size)
    except UsageError:
        raise ProblemError(Code.NOT_FOUND) from None
    if place.width > widest.width:
        raise ProblemError(Code.NOT_FOUND)
    full = place.width == FULL
    if isinstance(place, Tile):
        data = key_log.log_tiles(connection, begun, [place]).get(place, b"")
        whole = len(data) == place.width * HASH_BYTES
        return Piece(data, full) if whole else _missing(place)
    entries = key_log.log_entries(connection, begun, first=place.index * FULL, count=place.width)
    return Piece(encode_bundle(entries), full) if len(entries) == place.width else _missing(place)


def _missing(place: Place) -> NoReturn:
    """Somebody has changed the database: what is left of it is not shown as if it were whole."""
    _log.error("key-directory-damaged", extra={"fields": {"where": place.path}})
    raise ProblemError(Code.NOT_FOUND, "this is missing; teamchat-server doctor says more")
