"""The logs as one socket reads them: subscribe, then read, then live.

What arrives live while a log is still being read is only noted: reading goes on until it has
reached it. So nothing is missed between the two, and nothing is sent twice. One piece is read
at a time, in turns, as long as there is credit. A client whose credit is used up hears LAG, and
gets the log from the database when credit comes.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import Final

from teamchat.ids import ConversationId
from teamchat.server.realtime.events import (
    AskDelivered,
    Follow,
    Live,
    LogRead,
    ReadLog,
    Unfollow,
)
from teamchat.server.realtime.feed import Feed, Pace
from teamchat.server.realtime.outlet import Outlet
from teamchat.server.services.announcements import Joined, Left
from teamchat.server.storage.queries.conversations import Span
from teamchat.server.storage.queries.logs import Piece
from teamchat.wire import frames

UNKNOWN: Final = 256
"""Of how many unknown conversations one SYNC is told that there is nothing."""

_FINISHED = frozenset({Pace.LIVE, Pace.ENDED})


class LogReplacedError(Exception):
    """The log is another one than the one that was being read."""


@dataclass(slots=True)
class LogFeeds:
    """The feeds of one socket.

    Attributes:
        positioning: Whether positions are being read; what changes meanwhile is kept for then.
    """

    outlet: Outlet
    positioning: bool = False
    _wanted: dict[ConversationId, tuple[int, int]] = field(default_factory=dict)
    _changes: list[Joined | Left] = field(default_factory=list)
    _noted: dict[ConversationId, int] = field(default_factory=dict)
    _feeds: dict[ConversationId, Feed] = field(default_factory=dict)
    _behind: deque[ConversationId] = field(default_factory=deque)
    _reading: ConversationId | None = None

    @property
    def is_starved(self) -> bool:
        """Whether something is to be sent and only credit is missing."""
        return self.outlet.credit <= 0 and bool(self._behind)

    def may_speak(self, conversation: ConversationId) -> bool:
        """Say whether the device is in the group now."""
        feed = self._feeds.get(conversation)
        return feed is not None and feed.is_open

    def may_hear(self, conversation: ConversationId) -> bool:
        """Say whether the device is still to hear of a conversation."""
        feed = self._feeds.get(conversation)
        return feed is not None and feed.pace is not Pace.ENDED

    # --- where the client stands --------------------------------------------------------------

    def want(self, cursors: Mapping[ConversationId, tuple[int, int]]) -> bool:
        """Note where the client stands; True if positions are now to be read."""
        self._wanted.update(cursors)
        begun, self.positioning = not self.positioning, True
        return begun

    def take_positions(self, spans: Sequence[Span]) -> None:
        """Start a feed for each conversation that is new or that the client has named."""
        first, wanted = not self._feeds, self._wanted
        self._wanted, self.positioning = {}, False
        started: list[ConversationId] = []
        for which, parts in groupby(spans, key=lambda span: span.conversation):
            named = which in wanted or which not in self._feeds
            if named and self._start(list(parts), wanted.get(which)):
                started.append(which)
        for unknown in islice(wanted.keys() - self._feeds.keys(), UNKNOWN):
            self.outlet.tell(frames.CaughtUp(unknown, 0))
        changes, self._changes = self._changes, []
        noted, self._noted = self._noted, {}
        for change in changes:
            self.change(change)
        for which, head in noted.items():
            self.hear_of_head(which, head)
        if first and started:
            self.outlet.do(AskDelivered(tuple(started)))

    def _start(self, spans: list[Span], cursor: tuple[int, int] | None) -> bool:
        """Feed one conversation from where the client stands; False if it has all of it."""
        current = self._newest(spans[-1])
        if cursor is not None:
            seq = self._checked(spans, current, *cursor)
        elif current.to_seq is not None and current.delivered >= current.to_seq:
            return False
        else:
            seq = 0
        self._settle(Feed.start(spans, seq).heard_of(current.head))
        return True

    def _newest(self, span: Span) -> Span:
        """Return where a log stands by all that is known: it was read some time ago."""
        head = max(span.head, self._noted.get(span.conversation, 0))
        earlier = self._feeds.get(span.conversation)
        if earlier is not None and earlier.log_epoch == span.log_epoch:
            head = max(head, earlier.head)
        return replace(span, head=head)

    def _checked(self, spans: list[Span], now: Span, log_epoch: int, seq: int) -> int:
        """Return from where on to send; say RESET if the client's cursor is of no use."""
        same = log_epoch == now.log_epoch
        if same and now.min_seq - 1 <= seq <= now.head:
            return seq
        floor = max(now.min_seq, spans[0].from_seq)
        self.outlet.tell(frames.Reset(now.conversation, now.log_epoch, floor, now.head))
        return min(seq, now.head) if same else 0

    # --- reading ------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Read the next piece of what is missing, if nothing is being read."""
        while self._reading is None and self._behind and self.outlet.credit > 0:
            which = self._behind.popleft()
            feed = self._feeds[which]
            if feed.pace is Pace.BEHIND:
                self._reading = which
                self._feeds[which] = replace(feed, pace=Pace.READING)
                self.outlet.do(ReadLog(which, feed.sent, feed.last))

    def take_piece(self, event: LogRead) -> None:
        """Send what was read.

        Raises:
            LogReplacedError: The client has to come back and start anew.
        """
        self._reading = None
        feed = self._feeds[event.conversation]
        if self._moves(feed) or feed.pace is not Pace.READING or feed.sent != event.after:
            return  # the client moved its cursor meanwhile; the feed knows what it needs
        if event.piece is None or event.piece.log_epoch != feed.log_epoch:
            raise LogReplacedError
        self._settle(self._send(feed.heard_of(event.piece.head), event.piece))

    def _send(self, feed: Feed, piece: Piece) -> Feed:
        which, log_epoch = feed.conversation, feed.log_epoch
        if piece.min_seq > feed.sent + 1:  # it was shortened while we read
            self.outlet.tell(frames.Reset(which, log_epoch, piece.min_seq, piece.head))
            return replace(feed, sent=piece.min_seq - 1)
        if not piece.items:
            raise LogReplacedError
        batch = frames.Batch(which, log_epoch, feed.sent + 1, piece.items)
        self.outlet.tell_batch(frames.encode(batch))
        return replace(feed, sent=feed.sent + len(piece.items), lagging=False)

    def _settle(self, feed: Feed) -> None:
        """Keep a feed; say CAUGHT_UP if nothing is missing."""
        feed = feed.settled()
        self._put(feed)
        if feed.pace in _FINISHED:
            self.outlet.tell(frames.CaughtUp(feed.conversation, feed.sent))

    def _put(self, feed: Feed) -> None:
        which = feed.conversation
        self._feeds[which] = feed
        if feed.pace is Pace.BEHIND and which not in self._behind:
            self._behind.append(which)
        if feed.pace is Pace.ENDED:
            self.outlet.do(Unfollow(which))

    # --- live ---------------------------------------------------------------------------------

    def take_live(self, event: Live) -> None:
        """A message is in a log: send it if it is the next one."""
        self._note(event.conversation, event.seq)
        feed = self._feeds.get(event.conversation)
        if feed is None or event.log_epoch != feed.log_epoch or event.seq <= feed.head:
            return
        feed = feed.heard_of(event.seq)
        if self._moves(feed) or feed.pace is not Pace.LIVE or event.seq > feed.last:
            self._feeds[event.conversation] = feed
        elif event.seq == feed.sent + 1 and self.outlet.credit > 0:
            self.outlet.tell_batch(event.frame)
            self._put(replace(feed, sent=event.seq).settled())
        else:
            self._fall_behind(feed)

    def hear_of_head(self, conversation: ConversationId, head: int) -> None:
        """A log has grown: read what was added."""
        self._note(conversation, head)
        feed = self._feeds.get(conversation)
        if feed is None or head <= feed.head:
            return
        feed = feed.heard_of(head)
        if feed.pace is Pace.LIVE:
            self._fall_behind(feed)
        else:
            self._feeds[conversation] = feed

    def _moves(self, feed: Feed) -> bool:
        """Say whether the client has named another place, from which all is sent soon."""
        return self.positioning and feed.conversation in self._wanted

    def _note(self, conversation: ConversationId, head: int) -> None:
        """Remember a head until the positions are here: they may have been read before it."""
        if self.positioning:
            self._noted[conversation] = max(self._noted.get(conversation, 0), head)

    def _fall_behind(self, feed: Feed) -> None:
        if self.outlet.credit <= 0 and not feed.lagging:
            self.outlet.tell(frames.Lag(feed.conversation, feed.head))
            feed = replace(feed, lagging=True)
        self._put(feed.settled())

    def change(self, event: Joined | Left) -> None:
        """The device joined a group, or left one.

        While positions are read it may be older or newer than they are, so it is done again
        when they are here; but who has left hears nothing more from now on.
        """
        if self.positioning:
            self._changes.append(event)
        feed = self._feeds.get(event.conversation)
        if isinstance(event, Left):
            self._leave(event, feed)
        elif self.positioning:
            self.outlet.do(Follow(event.conversation))  # hear at once of what comes next
        else:
            self._join(event, feed)

    def _leave(self, event: Left, feed: Feed | None) -> None:
        if feed is not None:
            feed = feed.heard_of(event.to_seq).ended_at(event.to_seq)
            self._put(feed if feed.pace is Pace.READING else feed.settled())

    def _join(self, event: Joined, feed: Feed | None) -> None:
        self.outlet.do(Follow(event.conversation))
        head = event.from_seq - 1
        if feed is None:
            spans = ((event.from_seq, None),)
            self._settle(Feed(event.conversation, event.log_epoch, spans, head, head))
        elif not feed.is_open:  # else the positions were read after this had happened
            feed = feed.reopened_at(event.from_seq).heard_of(head)
            if feed.pace is Pace.READING:
                self._put(feed)
            else:
                self._settle(feed)
