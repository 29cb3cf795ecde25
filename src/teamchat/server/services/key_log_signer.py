"""Signs the key directory: integrates what was appended, intends, remembers, signs; in this order.

What was read is replaced only if it is still there. What is to be signed is stored, in the
database and beside it, before it is signed. And nothing is signed that does not continue both of
these memories, so that no crash, no second signer and no database that was put back by hand
leads to two histories (docs/spec/transparency-log.md, "What a writer does"). What contradicts them
stops the signer, in one sentence for the operator; everything else goes on.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from teamchat.server.services.announcements import Announce, KeysSigned
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyError, LogKeyFiles
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.key_log import StoredLog
from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    ConflictError,
    ForkRefusedError,
    Intent,
    LogKey,
    ProofError,
    Tile,
    TiledTree,
    TransparencyError,
    edge_tiles,
    integrate,
    intend,
    tiles_for_consistency,
)
from teamchat.wire.problems import ProblemError

BATCH: Final = 4_096
"""How many entries are integrated at once: more would keep other writers waiting."""
PAUSE: Final = 0.5
"""Seconds between an entry and its checkpoint: what comes meanwhile shares it."""
RETRY: Final = 5.0
"""Seconds until the next attempt after the disk or the database refused."""
NOT_YET: Final = (ProblemError, DBAPIError, OSError)
"""What the disk or the database refuses now, and may take later."""
WHAT_TO_DO: Final = (
    "Stop the server, then run `teamchat-server backup` and `teamchat-server restore` with what "
    "it wrote: the key directory begins anew, and clients are told."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A step, worked out from what was read; to be stored before it is signed."""

    before: StoredLog
    tree: CompactRange
    tiles: Mapping[Tile, bytes]
    intent: Intent


class Signer:
    """The one who signs the newest log.

    Args:
        database: Has a log (`key_log_beginning`).
        files: Where its key is.
        announce: Told of every checkpoint that was signed.
    """

    def __init__(self, database: Database, files: LogKeyFiles, *, announce: Announce) -> None:
        self._database = database
        self._files = files
        self._announce = announce
        self._lock = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._opened: tuple[int, LogKey, Checkpoint] | None = None
        self._stopped = ""
        self.paused = False
        """Whether nothing is signed until a witness was asked what it has seen."""
        self.signed: Final = asyncio.Event()
        """Set whenever something was signed; whoever waits for it clears it."""

    @property
    def stopped(self) -> str:
        """Why nothing is signed any more, in a sentence for the operator; empty if it is."""
        return self._stopped

    def stop(self, why: str) -> None:
        """Sign nothing any more."""
        if not self._stopped:
            self._stopped = why
            _log.critical("key-directory-not-signed", extra={"fields": {"why": why}})

    def wake(self) -> None:
        """There is something to sign, or it may be signed now."""
        self._wanted.set()

    async def settle(self) -> None:
        """Sign what waits to be signed; return when nothing does, or nothing can be signed.

        Raises:
            ProblemError: OVERLOADED or STORAGE_FULL: it is still to be signed.
            OSError: A file beside the database cannot be written: the same.
        """
        async with self._lock:
            while not (self._stopped or self.paused) and await self._step():
                pass

    async def run(self) -> None:
        """Sign whatever is appended, within a second, until cancelled."""
        self._wanted.set()
        failing = False
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.settle()
                failing = False
                await asyncio.sleep(PAUSE)
            except NOT_YET:
                if not failing:  # a full disk is full for hours
                    _log.exception("key-directory-not-signed-yet")
                failing = True
                self._wanted.set()
                await asyncio.sleep(RETRY)

    async def _step(self) -> bool:
        """Do one step; say whether there may be another."""
        try:
            begun, key, remembered = await self._open()
            plan = await self._database.read(lambda c: _plan(c, begun, remembered))
            if plan is None:
                return False
            await self._sign(plan, key)
        except ConflictError:
            self._opened = None  # another was faster: read again, what it remembered too
        except (LogKeyError, TransparencyError) as error:
            self.stop(explained(error))
        return True

    async def _open(self) -> tuple[int, LogKey, Checkpoint]:
        if self._opened is None:
            self._opened = await asyncio.to_thread(
                open_log, await self._database.read(key_log.newest_log), self._files
            )
        return self._opened

    async def _sign(self, plan: _Plan, key: LogKey) -> None:
        checkpoint, begun = plan.intent.checkpoint, plan.before.begun
        await self._database.write(lambda c: _store(c, plan))
        await asyncio.to_thread(self._files.remember, begun, checkpoint)
        self._opened = begun, key, checkpoint
        note = plan.intent.sign(key)

        def publish(connection: Connection) -> None:
            if not key_log.put_signed(connection, begun, checkpoint, note):
                raise ConflictError("something else was to be signed since")

        await self._database.write(publish)
        self._announce(KeysSigned(checkpoint.size))
        self.signed.set()


def explained(error: LogKeyError | TransparencyError) -> str:
    """Return why nothing is signed, and what to do, for the operator."""
    match error:
        case LogKeyError():
            return f"The key directory is not signed: {error}. {WHAT_TO_DO}"
        case ForkRefusedError():
            return f"This database is older than the key directory: {error}. {WHAT_TO_DO}"
        case _:
            return f"The stored key directory was changed: {error}. Restore the last backup."


def open_log(log: StoredLog | None, files: LogKeyFiles) -> tuple[int, LogKey, Checkpoint]:
    """Return which log is written, its key, and what it may have signed last.

    Raises:
        LogKeyError: There is no log, or its key is missing, damaged or another's.
    """
    if log is None or log.ended:
        raise LogKeyError("no log was begun")
    key, remembered = files.key(log.begun, log.origin), files.signed(log.begun)
    if key.verifier.public != log.public or remembered.origin != log.origin:
        raise LogKeyError(f"{files.seed_path(log.begun)} is the key of another log")
    return log.begun, key, remembered


def check_continues(
    connection: Connection, log: StoredLog, tree: CompactRange, tiles: Mapping[Tile, bytes],
    remembered: Checkpoint,
) -> Intent:  # fmt: skip
    """Return that a tree may be signed, as what is stored and what is remembered allow it.

    Args:
        connection: To the tiles that are stored.
        log: The log as it is stored.
        tree: The tree that is to be signed.
        tiles: Those of it that are not stored yet.
        remembered: What was signed last, as it is kept beside the database.

    Raises:
        ForkRefusedError: It continues one of them not.
        TransparencyError: The stored tiles are not those of the tree.
    """

    def proof(old: int) -> tuple[bytes, ...]:
        if not 0 < old < tree.size:
            return ()
        wanted = tiles_for_consistency(old, tree.size)
        found = key_log.log_tiles(connection, log.begun, wanted)
        found |= {tile: tiles[tile] for tile in wanted if tile in tiles}
        return TiledTree.authenticate(tree.head, found).consistency_proof(old)

    if tree.size < remembered.size:
        signed = f"{remembered.size} entries of it were signed"
        raise ForkRefusedError(f"{signed}, and only {tree.size} are here")
    if remembered != log.intended:
        intend(log.origin, tree, remembered, proof(remembered.size))
    return intend(log.origin, tree, log.intended, proof(log.intended.size))


def _plan(connection: Connection, begun: int, remembered: Checkpoint) -> _Plan | None:
    """Work out the next step; None if everything is signed."""
    log = key_log.log_begun_at(connection, begun)
    if log is None or log.ended:
        raise ConflictError("another log was begun")
    new = min(BATCH, log.size - log.tree.size)
    tree, tiles = log.tree, dict[Tile, bytes]()
    if new:
        edge = key_log.log_tiles(connection, begun, edge_tiles(tree.size))
        entries = key_log.log_entries(connection, begun, first=tree.size, count=new)
        if len(entries) != new:
            raise ProofError("an entry is missing")
        step = integrate(tree, edge, entries)
        tree, tiles = step.tree, dict(step.tiles)
    intent = check_continues(connection, log, tree, tiles, remembered)
    if log.signed.text == intent.checkpoint.encode():
        return None
    return _Plan(log, tree, tiles, intent)


def _store(connection: Connection, plan: _Plan) -> None:
    stored = key_log.replace_tree(
        connection,
        plan.before,
        tree=plan.tree,
        intended=plan.intent.checkpoint,
        tiles=plan.tiles,
    )
    if not stored:
        raise ConflictError("the stored log is not the one that was read")
