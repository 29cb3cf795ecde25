"""The doctor's look at the key directory: is it what was signed, and do its witnesses cosign it?"""

import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from teamchat.server.composition import DATABASE
from teamchat.server.findings import Finding, State
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log_beginning import OLD_DATABASE
from teamchat.server.services.key_log_signer import check_continues, explained, open_log
from teamchat.server.settings import Settings
from teamchat.server.storage import sqlite
from teamchat.server.storage.log_key import LogKeyError, LogKeyFiles
from teamchat.server.storage.queries import governance, key_log
from teamchat.server.storage.queries.key_log import StoredLog
from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    ProofError,
    SignatureType,
    Tile,
    TransparencyError,
    VerifierKey,
    edge_tiles,
    integrate,
)

DAY: Final = 86_400
BATCH: Final = 4_096
_SUBJECT: Final = "key directory"
_UNKNOWN_LOG: Final = 404
"""What a witness answers that does not follow a log (c2sp.org/tlog-witness)."""


def examine(settings: Settings, now: int) -> Iterator[Finding]:
    """Look at the log that is written, in a database of this version's schema.

    Args:
        settings: All settings.
        now: Seconds since 1970.
    """
    files = LogKeyFiles(settings.data)
    try:  # before the database: a server that runs writes there first
        remembered = {begun: files.signed(begun) for begun in files.in_use()}
    except LogKeyError as error:
        yield Finding(_SUBJECT, State.FAILED, explained(error))
        return
    engine = sqlite.reader_engine(settings.data / DATABASE)
    try:
        with engine.begin() as connection:
            yield from _log(connection, settings, files, remembered, now)
    except DBAPIError as error:
        yield Finding(_SUBJECT, State.FAILED, f"the database cannot be read: {error.orig}")
    finally:
        engine.dispose()


def _log(
    connection: Connection,
    settings: Settings,
    files: LogKeyFiles,
    remembered: dict[int, Checkpoint],
    now: int,
) -> Iterator[Finding]:
    try:
        log = key_log.newest_log(connection)
        if log is None or log.ended:
            yield _to_be_begun(log, remembered)
            return
        open_log(log, files)
        _check_entries(connection, log)
        check_continues(connection, log, log.tree, {}, remembered[log.begun])
    except (LogKeyError, TransparencyError) as error:
        yield Finding(_SUBJECT, State.FAILED, explained(error))
        return
    key = VerifierKey(log.origin, SignatureType.ED25519, log.public)
    yield Finding(_SUBJECT, State.WELL, f"entries: {log.size}, signed by {key.vkey}")
    yield from _witnesses(connection, settings, log, now)


def _to_be_begun(log: StoredLog | None, remembered: dict[int, Checkpoint]) -> Finding:
    if log is None and remembered:
        return Finding(_SUBJECT, State.FAILED, OLD_DATABASE)
    return Finding(_SUBJECT, State.WELL, "begins when the server starts")


def _check_entries(connection: Connection, log: StoredLog) -> None:
    """Make the tree and its tiles anew from the entries.

    Raises:
        ProofError: They are not what is stored.
    """
    tree, edge = CompactRange(), dict[Tile, bytes]()
    while tree.size < log.tree.size:
        count = min(BATCH, log.tree.size - tree.size)
        entries = key_log.log_entries(connection, log.begun, first=tree.size, count=count)
        if len(entries) != count:
            raise ProofError("an entry is missing")
        step = integrate(tree, edge, entries)
        made = dict(step.tiles)
        if key_log.log_tiles(connection, log.begun, made) != made:
            raise ProofError("a tile is not the one that was signed")
        kept = edge | made
        tree, edge = step.tree, {tile: kept[tile] for tile in edge_tiles(step.tree.size)}
    if tree != log.tree:
        raise ProofError("an entry is not the one that was signed")


def _refused(connection: Connection, log: StoredLog) -> dict[str, int]:
    """Return with which HTTP status each witness refused last since the log began."""
    told = governance.audit_details(connection, Event.WITNESS_REFUSED.label, since=log.begun)
    details = [json.loads(each) for each in reversed(told)]
    return {each["name"]: each["http_status"] for each in details}


def _not_followed(name: str, log: StoredLog) -> str:
    key = VerifierKey(log.origin, SignatureType.ED25519, log.public)
    return (
        f"{name} answers that it does not follow this log (HTTP status 404), as after a restore, "
        f"when the log begins anew. Whoever runs it stops it, says "
        f'teamchat-witness follow DIRECTORY "{key.vkey}", and starts it again'
    )


def _witnesses(
    connection: Connection, settings: Settings, log: StoredLog, now: int
) -> Iterator[Finding]:
    held = {each.witness: each for each in key_log.cosignatures(connection, log.begun)}
    refused = _refused(connection, log)
    for each in settings.key_log.witnesses:
        name = VerifierKey.parse(each.key).name
        last = held.get(name)
        if last is None and refused.get(name) == _UNKNOWN_LOG:
            yield Finding("witness", State.WARNING, _not_followed(name, log))
        elif last is None:
            words = f"{name} has not cosigned yet; is {each.url} running?"
            yield Finding("witness", State.WARNING, words)
        elif last.size < log.intended.size or now - last.time > DAY:
            words = (
                f"{name} cosigned {last.size} of {log.intended.size} entries "
                f"{(now - last.time) // 3600} hours ago, and not since; is {each.url} running?"
            )
            yield Finding("witness", State.WARNING, words)
        else:
            yield Finding("witness", State.WELL, f"{name} has cosigned all of it")
