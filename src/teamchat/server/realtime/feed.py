"""One conversation as one socket reads it: what was sent, what is missing, what is allowed.

A feed reads spans of a log one after the other. It is LIVE when everything up to the head was
sent, and BEHIND when something has to be read from the database first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from teamchat.ids import ConversationId
from teamchat.server.storage.queries.conversations import Span


class Pace(Enum):
    """How a feed gets its messages."""

    BEHIND = "behind"
    READING = "reading"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Feed:
    """The state of one conversation on one socket.

    Attributes:
        spans: (first, last) of what may still be read; `last` is None in the span that goes on.
        sent: The last message sent, or skipped because it may not be read.
        head: The last message known to be in the log.
        lagging: Whether LAG was sent and nothing since.
    """

    conversation: ConversationId
    log_epoch: int
    spans: tuple[tuple[int, int | None], ...]
    sent: int
    head: int
    pace: Pace = Pace.BEHIND
    lagging: bool = False

    @classmethod
    def start(cls, spans: Sequence[Span], sent: int) -> Self:
        """Begin behind `sent`, or at the first message that may be read."""
        first = spans[0]
        floor = max(first.from_seq, first.min_seq)
        parts = tuple((max(span.from_seq, first.min_seq), span.to_seq) for span in spans)
        feed = cls(first.conversation, first.log_epoch, parts, max(sent, floor - 1), first.head)
        return feed.settled()

    @property
    def last(self) -> int:
        """The last message that may be sent now."""
        end = self.spans[0][1] if self.spans else self.sent
        return self.head if end is None else min(end, self.head)

    @property
    def is_open(self) -> bool:
        """Whether the device is in the group now."""
        return any(last is None for _, last in self.spans)

    def settled(self) -> Self:
        """Step over spans that are finished; be LIVE or ENDED if nothing is missing."""
        feed = self
        while feed.spans and feed.spans[0][1] is not None and feed.sent >= feed.spans[0][1]:
            feed = replace(feed, spans=feed.spans[1:])
        if not feed.spans:
            return replace(feed, pace=Pace.ENDED)
        feed = replace(feed, sent=max(feed.sent, feed.spans[0][0] - 1))
        pace = Pace.LIVE if feed.sent >= feed.last else Pace.BEHIND
        return replace(feed, pace=pace)

    def heard_of(self, seq: int) -> Self:
        """There is a message at `seq`."""
        return replace(self, head=max(self.head, seq))

    def ended_at(self, seq: int) -> Self:
        """The device may read up to `seq` and no further."""
        spans = tuple(
            (first, seq if last is None and first <= seq else last) for first, last in self.spans
        )
        return replace(self, spans=spans)

    def reopened_at(self, seq: int) -> Self:
        """The device may read again, from `seq` on."""
        return replace(self, spans=(*self.spans, (seq, None)))
