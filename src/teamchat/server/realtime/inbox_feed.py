"""The inbox as one socket reads it: the next batch goes when the last is acknowledged."""

from dataclasses import dataclass

from teamchat.server.realtime.events import InboxRead, ReadInbox
from teamchat.server.realtime.outlet import Outlet
from teamchat.wire.frames import InboxBatch


@dataclass(slots=True)
class InboxFeed:
    """Where the client stands in its inbox."""

    outlet: Outlet
    sent: int = 0
    held: int = 0
    reading: bool = False
    hinted: bool = False

    def start(self, held: int) -> None:
        """The client holds everything up to here."""
        self.sent = self.held = held

    def read(self) -> None:
        """Read on, unless the client has not yet taken what it was sent."""
        if self.hinted and not self.reading and self.held >= self.sent:
            self.reading, self.hinted = True, False
            self.outlet.do(ReadInbox(self.sent))

    def take(self, event: InboxRead) -> None:
        """Send what was read."""
        self.reading = False
        if event.items:
            self.sent = event.first + len(event.items) - 1
            self.outlet.tell(InboxBatch(event.first, list(event.items)))
            self.hinted = True  # there may be more
        else:
            self.outlet.tell(InboxBatch(self.sent + 1, []))  # that was all
