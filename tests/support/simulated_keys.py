"""The key directory of the server in memory: a real log, and the lies that can be told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from teamchat.identity import statements
from teamchat.identity.statements import Statement
from teamchat.ids import DeviceId
from teamchat.transparency import (
    EntryBundle,
    LogKey,
    SignedNote,
    Tile,
    TLogProof,
    encode_bundle,
    node_hash,
)
from teamchat.transparency.errors import FormatError
from teamchat.transparency.hashing import leaf_hash
from teamchat.wire import bodies
from teamchat.wire.problems import Code
from tests.support.tlog import StoredLog, checkpoint

BEGUN = 1_790_000_000
KEY = LogKey(f"chat.example/v1/keys/{BEGUN}", b"k" * 32)


@dataclass
class KeyLog:
    """One log; a server that lies has another one for some."""

    key: LogKey = KEY
    stored: StoredLog = field(default_factory=lambda: StoredLog(key=KEY))
    shown: Callable[[SignedNote], SignedNote] = field(default=lambda note: note)
    """What becomes of the checkpoint before it is shown."""
    silent: bool = False
    """Whether it answers nothing."""
    asked: int = 0
    """How often somebody asked for the newest checkpoint."""
    fetched: list[str] = field(default_factory=list)
    """Every path that was asked for."""

    def append(self, *said: Statement | bytes) -> None:
        entries = [each if isinstance(each, bytes) else statements.encode(each) for each in said]
        self.stored.append(entries)

    @property
    def size(self) -> int:
        return self.stored.tree.size

    @property
    def note(self) -> SignedNote:
        return checkpoint(self.stored.tree.head, self.key)

    def proof(self, index: int) -> str:
        """Return the proof file of an entry, with the entry in it."""
        entry = self.stored.entries[index]
        proof = TLogProof(index, self.stored.inclusion(index), self.shown(self.note), entry)
        return proof.encode().decode()

    def copy(self) -> "KeyLog":
        return KeyLog(self.key, self.stored.backup(), self.shown)

    def answer(self, path: list[str]) -> object:
        """Answer a request below `/v1/keys`."""
        if self.silent:
            return Code.OVERLOADED
        if not path:
            self.asked += 1
            note = self.shown(self.note).encode().decode()
            return bodies.KeyLog(self.key.verifier.name, self.key.verifier.vkey, note)
        begun, *rest = path
        written = "/".join(rest)
        self.fetched.append(written)
        if begun != self.key.verifier.name.rpartition("/")[2]:
            return Code.NOT_FOUND
        try:
            return self._bundle(EntryBundle.parse(written))
        except FormatError:
            return self._tile(Tile.parse(written))

    def _bundle(self, bundle: EntryBundle) -> object:
        first = bundle.index * 256
        entries = self.stored.entries[first : first + bundle.width]
        return encode_bundle(entries) if len(entries) == bundle.width else Code.NOT_FOUND

    def _tile(self, tile: Tile) -> object:
        """Return a tile as of whatever size it belongs to: hashes never change."""
        row = [leaf_hash(each) for each in self.stored.entries]
        for _ in range(8 * tile.level):
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        hashes = row[tile.index * 256 :][: tile.width]
        return b"".join(hashes) if len(hashes) == tile.width else Code.NOT_FOUND


@dataclass
class KeyLogs:
    """The log that everybody is shown, and those that only some are shown."""

    honest: KeyLog = field(default_factory=KeyLog)
    others: dict[DeviceId, KeyLog] = field(default_factory=dict)

    def of(self, device: DeviceId) -> KeyLog:
        return self.others.get(device, self.honest)
