"""What must hold whatever happened: checked from what clients saw and what the database holds.

I1  no acknowledged message is lost            I6  cursors only rise, and never beyond the head
I2  an acknowledged place never changes        I7  one commit for each epoch, in order
I3  places are dense                           I8  Welcomes arrive; key packages are used once
I4  nothing is in a log twice                  I9  who was removed gets nothing after that
I5  every client sees a prefix without gaps    I13 what one device sent in turn stays in turn
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from teamchat.wire.frames import InboxKind, Kind


@dataclass
class History:
    """What one device saw, in the order in which it saw it; whoever drives it fills it in.

    Attributes:
        acknowledged: (conversation, client id, seq) of each SENT.
        received: (conversation, seq, sender, client id) of each item of a BATCH.
        noted: (conversation, seq) of each ACK.
        welcomed: (conversation, epoch) of each WELCOME in the inbox.
        claimed: The single-use key packages it was handed.
    """

    device: str
    acknowledged: list[tuple[str, bytes, int]] = field(default_factory=list)
    received: list[tuple[str, int, str, bytes]] = field(default_factory=list)
    noted: list[tuple[str, int]] = field(default_factory=list)
    welcomed: list[tuple[str, int]] = field(default_factory=list)
    claimed: list[bytes] = field(default_factory=list)


def violations(database: Path, histories: Iterable[History]) -> list[str]:
    """Return every breach, in words; nothing if all is well."""
    told = list(histories)
    with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
        return [
            *_whole(connection),
            *_logs(connection),
            *_epochs(connection),
            *_cursors(connection, told),
            *_acknowledged(connection, told),
            *_streams(connection, told),
            *_welcomes(connection, told),
            *_key_packages(told),
        ]


def _whole(connection: sqlite3.Connection) -> Iterator[str]:
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        yield f"the file is damaged: {verdict}"
    if connection.execute("PRAGMA foreign_key_check").fetchall():
        yield "a row refers to one that is not there"


def _logs(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT c.id, c.min_seq, c.next_seq, count(m.seq), min(m.seq), max(m.seq)"
        " FROM conversation c LEFT JOIN message m ON m.conversation = c.id GROUP BY c.id"
    )
    for which, least, following, count, first, last in rows:
        expected = (least, following - 1, following - least)
        if count and (first, last, count) != expected:
            yield f"I3 {which}: {count} messages from {first} to {last}, not {expected}"
        if not count and following != least:
            yield f"I3 {which}: no messages, but the next is {following}"
    twice = connection.execute(
        "SELECT conversation, count(*) FROM message"
        " GROUP BY conversation, sender, client_id HAVING count(*) > 1"
    )
    for which, count in twice:
        yield f"I4 {which}: a message {count} times"


def _epochs(connection: sqlite3.Connection) -> Iterator[str]:
    for which, final in connection.execute("SELECT id, epoch FROM conversation").fetchall():
        epoch = 0
        log = connection.execute(
            "SELECT seq, kind, epoch FROM message WHERE conversation = ? ORDER BY seq", (which,)
        )
        for seq, kind, made_in in log:
            if made_in > epoch or (kind != Kind.APPLICATION and made_in != epoch):
                yield f"I7 {which}: message {seq} is of epoch {made_in}, the group in {epoch}"
            epoch += kind == Kind.COMMIT
        if epoch != final:
            yield f"I7 {which}: {epoch} commits, but epoch {final}"


def _cursors(connection: sqlite3.Connection, histories: list[History]) -> Iterator[str]:
    beyond = connection.execute(
        "SELECT u.device, u.conversation, u.delivered_seq, c.next_seq - 1 FROM cursor u"
        " JOIN conversation c ON c.id = u.conversation WHERE u.delivered_seq >= c.next_seq"
    )
    for device, which, seq, head in beyond:
        yield f"I6 {device} in {which}: holds {seq} of {head}"
    for history in histories:
        highest: dict[str, int] = {}
        for which, seq in history.noted:
            if seq < highest.get(which, 0):
                yield f"I6 {history.device} in {which}: {highest[which]}, then {seq}"
            highest[which] = seq
        stored = dict(
            connection.execute(
                "SELECT conversation, delivered_seq FROM cursor WHERE device = ?",
                (history.device,),
            ).fetchall()
        )
        for which, seq in stored.items():
            if seq > highest.get(which, 0):
                yield f"I6 {history.device} in {which}: {seq} is stored, never acknowledged"


def _acknowledged(connection: sqlite3.Connection, histories: list[History]) -> Iterator[str]:
    for history in histories:
        last: dict[str, int] = {}
        known: dict[tuple[str, bytes], int] = {}
        for which, client_id, seq in history.acknowledged:
            row = connection.execute(
                "SELECT seq FROM message WHERE conversation = ? AND sender = ? AND client_id = ?",
                (which, history.device, client_id),
            ).fetchone()
            if row is None:
                yield f"I1 {history.device} in {which}: message {seq} is lost"
            elif row[0] != seq:
                yield f"I2 {history.device} in {which}: {seq} is now {row[0]}"
            if known.setdefault((which, client_id), seq) != seq:
                yield f"I2 {history.device} in {which}: one message was two"
            elif seq < last.get(which, 0) and known[which, client_id] == seq:
                yield f"I13 {history.device} in {which}: {last[which]}, then {seq}"
            last[which] = max(seq, last.get(which, 0))


def _streams(connection: sqlite3.Connection, histories: list[History]) -> Iterator[str]:
    for history in histories:
        spans = _spans(connection, history.device)
        expected: dict[str, int] = {}
        for which, seq, sender, client_id in history.received:
            may = spans.get(which, [])
            if not any(first <= seq and (last is None or seq <= last) for first, last in may):
                yield f"I9 {history.device} in {which}: got {seq}, may read {may}"
                continue
            if which in expected and seq > _next(may, expected[which]):
                yield f"I5 {history.device} in {which}: {seq} after {expected[which]}"
            expected[which] = max(seq, expected.get(which, 0))
            row = connection.execute(
                "SELECT sender, client_id FROM message WHERE conversation = ? AND seq = ?",
                (which, seq),
            ).fetchone()
            if row != (sender, client_id):
                yield f"I5 {history.device} in {which}: at {seq} was something else"


def _spans(connection: sqlite3.Connection, device: str) -> dict[str, list[tuple[int, int | None]]]:
    spans: dict[str, list[tuple[int, int | None]]] = {}
    rows = connection.execute(
        "SELECT conversation, from_seq, to_seq FROM membership WHERE device = ?"
        " ORDER BY conversation, from_seq",
        (device,),
    )
    for which, first, last in rows:
        spans.setdefault(which, []).append((first, last))
    return spans


def _next(spans: list[tuple[int, int | None]], after: int) -> int:
    """Return the first place behind `after` that may be read."""
    for first, last in spans:
        if last is None or last > after:
            return max(first, after + 1)
    return after + 1


def _welcomes(connection: sqlite3.Connection, histories: list[History]) -> Iterator[str]:
    """Nothing in an inbox was passed over: what is gone has been seen."""
    for history in histories:
        waiting = {
            (which, epoch)
            for which, epoch in connection.execute(
                "SELECT conversation, epoch FROM inbox WHERE device = ? AND kind = ?",
                (history.device, InboxKind.WELCOME.value),
            )
        }
        joined = connection.execute(
            "SELECT s.conversation, m.epoch + 1, m.sender FROM membership s JOIN message m"
            " ON m.conversation = s.conversation AND m.seq = s.from_seq - 1 WHERE s.device = ?",
            (history.device,),
        )
        for which, epoch, by in joined:
            if by != history.device and (which, epoch) not in waiting | {*history.welcomed}:
                yield f"I8 {history.device} in {which}: no Welcome to epoch {epoch}"


def _key_packages(histories: list[History]) -> Iterator[str]:
    seen: set[bytes] = set()
    for history in histories:
        for key_package in history.claimed:
            if key_package in seen:
                yield f"I8 {history.device}: was handed a key package that was handed out before"
            seen.add(key_package)
