"""A store in memory, and a clock that stands still until it is moved."""

from collections.abc import Mapping, Sequence

from teamchat.engine import fold
from teamchat.engine.records import Line
from teamchat.engine.store import (
    AddLine,
    AmendLine,
    Clear,
    Cut,
    Drop,
    DropLine,
    Put,
    PutLine,
    Table,
    Write,
)
from teamchat.ids import ConversationId

START = 1_790_000_000


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = float(START)

    def now(self) -> int:
        return int(self.seconds)

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds


class MemoryStore:
    """A store that forgets nothing until the test ends; `commit` is all or nothing."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[str, bytes]] = {table: {} for table in Table}
        self.kept: dict[tuple[ConversationId, str], Line] = {}
        self.bytes_written = 0
        self.commits = 0

    def commit(self, writes: Sequence[Write]) -> None:
        self.commits += 1
        for write in writes:
            match write:
                case Put(table, key, value):
                    self.tables[table][key] = value
                    self.bytes_written += len(value)
                case Drop(table, key):
                    self.tables[table].pop(key, None)
                case Clear(table, prefix):
                    kept = self.tables[table]
                    for key in [each for each in kept if each.startswith(prefix)]:
                        del kept[key]
                case PutLine(line):
                    self._change(self.line(line.conversation, line.id), write)
                case AddLine(line):
                    named = self.message(line.conversation, line.message)
                    self._change(self.line(line.conversation, line.id), write, named)
                case AmendLine(conversation, message, _):
                    self._change(self.message(conversation, message), write)
                case DropLine(conversation, line_id):
                    self.kept.pop((conversation, line_id), None)

    def table(self, table: Table) -> Mapping[str, bytes]:
        return dict(self.tables[table])

    def last_lines(self) -> Mapping[ConversationId, Line]:
        found = {line.conversation for line in self._ordered()}
        last = {each: fold.leading(self.lines(each, None, fold.LOOKED_AT)) for each in found}
        return {each: line for each, line in last.items() if line is not None}

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> Sequence[Line]:
        found = [each for each in self._ordered() if each.conversation == conversation]
        kept = [each for each in found if before is None or (each.position, each.id) < before]
        return kept[-limit:]

    def line(self, conversation: ConversationId, line: str) -> Line | None:
        return self.kept.get((conversation, line))

    def message(self, conversation: ConversationId, message: bytes) -> Line | None:
        lines = (each for each in self.kept.values() if each.conversation == conversation)
        return next((each for each in lines if message and each.message == message), None)

    def _change(
        self, old: Line | None, write: PutLine | AddLine | AmendLine, named: Line | None = None
    ) -> None:
        line = fold.after(old, write, named)
        if line is not None:
            self.kept[line.conversation, line.id] = line
            self.bytes_written += len(line.encode())

    def count(self) -> int:
        return len(self.kept)

    def _ordered(self) -> list[Line]:
        shown = (each for each in self.kept.values() if not each.hidden)
        return sorted(shown, key=lambda each: (each.position, each.id))
