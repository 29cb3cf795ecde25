"""The books: what was written, and what every device must therefore hold, no more and no less.

The truth about who may read what is the server's table of memberships; the truth about what
was written is what `send_text` returned. Everything else is compared with these two.

A message that was encrypted before somebody was added, and put into the log after that, is not
for the newcomer: its writer did not know of them. So a device must hold what lies within its
membership and was encrypted in its first epoch there or later.

A message may fail for one reason only: its writer was removed or left before it went out. Then
it is not sent by itself when they are added again, because other people may be in the group by
then; it stays with its writer, who sends it again or does not. So that nothing hides behind
this, the books ask the server's log whether the very membership in which a message was typed
has ended; and in the end every failed message whose writer is in the group is sent again, and
has to arrive like every other.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak.crowd import Client, Crowd
from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat.ids import ConversationId, DeviceId

Place = tuple[ConversationId, int]
OPEN = 1 << 60
"""The end of a membership that goes on."""


@dataclass(slots=True)
class Books:
    """Every text that a client has taken, by its unique words."""

    written: dict[str, tuple[Client, ConversationId]] = field(default_factory=dict)
    typed_at: dict[str, int] = field(default_factory=dict)
    """How far each writer had read when they typed: in which of their memberships it was."""

    def write(self, client: Client, conversation: ConversationId, text: str, at: int) -> None:
        """Note that a client has taken a text."""
        self.written[text] = (client, conversation)
        self.typed_at[text] = at


@dataclass(slots=True)
class Verdict:
    """What the comparison found."""

    written: int = 0
    sent: int = 0
    not_sent: int = 0
    """Failed because the writer was removed before it went out; told to the writer, who is not
    in the group now."""
    sent_again: int = 0
    """Failed for the same reason, and sent again by a writer who is in the group again."""
    read: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    undecryptable: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Read by a device outside the time of its membership."""
    disordered: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return self.lost + self.duplicated + self.undecryptable + self.foreign + self.disordered


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that its writer was told had failed."""

    text: str
    client: Client
    conversation: ConversationId
    line: str

    @property
    def retriable(self) -> bool:
        """Whether its writer is in the group."""
        return _still_in(self.client, self.conversation)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a log that a device reads; `last` is inclusive."""

    conversation: ConversationId
    first: int
    last: int
    epoch: int
    """The epoch in which the device came in."""

    def holds(self, place: Place, epoch: int) -> bool:
        """Say whether a message at this place and of this epoch is for the device."""
        conversation, seq = place
        inside = conversation == self.conversation and self.first <= seq <= self.last
        return inside and epoch >= self.epoch


@dataclass(frozen=True, slots=True)
class Log:
    """What the server's database says: who reads what, and each message's epoch."""

    windows: dict[DeviceId, list[Window]]
    epochs: dict[Place, int]

    def has_ended(self, device: DeviceId, conversation: ConversationId, seq: int) -> bool:
        """Say whether the membership has ended in which a device had read up to `seq`."""
        windows = [
            each
            for each in self.windows[device]
            if each.conversation == conversation and each.first - 1 <= seq
        ]
        return bool(windows) and max(windows, key=lambda each: each.first).last < OPEN


def read_log(database: Path) -> Log:
    """Read the server's database."""
    windows: dict[DeviceId, list[Window]] = defaultdict(list)
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        epochs = {
            (ConversationId(conversation), seq): epoch
            for conversation, seq, epoch in rows.execute(
                "SELECT conversation, seq, epoch FROM message"
            )
        }
        for device, conversation, first, last in rows.execute(
            "SELECT device, conversation, from_seq, coalesce(to_seq, ?) FROM membership", (OPEN,)
        ):
            came = epochs.get((conversation, first - 1), -1) + 1
            windows[device].append(Window(conversation, first, last, came))
    rows.close()
    return Log(windows, epochs)


def failures(books: Books) -> list[Failure]:
    """Return what has failed, as its writers' devices say."""
    lines = _own_lines(books)
    return [
        Failure(text, client, conversation, line.id)
        for text, (client, conversation) in books.written.items()
        if (line := lines[id(client), conversation].get(text)) and line.delivery is Delivery.FAILED
    ]


def unfounded(books: Books, failed: Iterable[Failure], database: Path) -> list[str]:
    """Return what has failed although the membership in which it was typed goes on."""
    log = read_log(database)
    return [
        f"{each.text!r} failed although its writer was a member all the time"
        for each in failed
        if not log.has_ended(each.client.device, each.conversation, books.typed_at[each.text])
    ]


def compare(books: Books, crowd: Crowd, database: Path) -> Verdict:
    """Compare what every device holds with what it must hold."""
    verdict = Verdict(written=len(books.written))
    places = _places(books, verdict)
    log = read_log(database)
    for client in crowd.clients():
        _compare_client(client, places, log, verdict)
    return verdict


def _places(books: Books, verdict: Verdict) -> dict[Place, str]:
    """Return where each sent text lies, as its writer's device says."""
    places: dict[Place, str] = {}
    lines = _own_lines(books)
    for text, (client, conversation) in books.written.items():
        line = lines[id(client), conversation].get(text)
        if line is None:
            verdict.lost.append(f"{text!r} is gone from its own device")
        elif line.delivery is Delivery.FAILED:
            verdict.not_sent += 1
            if _still_in(client, conversation):
                verdict.lost.append(f"{text!r} failed although its writer is a member")
        elif line.delivery is Delivery.QUEUED:
            verdict.lost.append(f"{text!r} is still waiting")
        else:
            verdict.sent += 1
            places[conversation, line.position] = text
    return places


def _own_lines(books: Books) -> dict[tuple[int, ConversationId], dict[str, Message]]:
    """Return what each writer's device holds of its person, by conversation and text."""
    writers = {(id(client), where): client for client, where in books.written.values()}
    return {
        (key, where): {line.text: line for line in _lines(client, where) if line.own}
        for (key, where), client in writers.items()
    }


def _compare_client(
    client: Client,
    places: dict[Place, str],
    log: Log,
    verdict: Verdict,
) -> None:
    who = f"{client.person.name}/{client.number}"
    windows = log.windows[client.device]
    for conversation in {window.conversation for window in windows}:
        must = {
            text: place
            for place, text in places.items()
            if place[0] == conversation
            and any(window.holds(place, log.epochs[place]) for window in windows)
        }
        lines = _lines(client, conversation)
        unreadable = [line for line in lines if line.text == "system-undecryptable"]
        verdict.undecryptable += [f"{who} at {line.position}" for line in unreadable]
        texts = [line for line in lines if _counts(line)]
        seen = Counter(line.text for line in texts)
        verdict.read += len(texts)
        verdict.duplicated += [f"{text!r} at {who}" for text, n in seen.items() if n > 1]
        verdict.lost += [f"{text!r} at {who}" for text in must.keys() - seen.keys()]
        verdict.foreign += [f"{text!r} at {who}" for text in seen.keys() - must.keys()]
        positions = [line.position for line in texts]
        if positions != sorted(positions):
            verdict.disordered.append(f"{conversation} at {who}")


def _counts(line: Message) -> bool:
    sent = line.delivery not in {Delivery.FAILED, Delivery.QUEUED}
    return line.kind is MessageKind.TEXT and sent


def _lines(client: Client, conversation: ConversationId) -> list[Message]:
    if all(each.id != conversation for each in client.account.conversations()):
        return []
    return client.account.timeline(conversation, limit=1_000_000)


def _still_in(client: Client, conversation: ConversationId) -> bool:
    known = client.account.conversations()
    return any(each.id == conversation and each.joined for each in known)
