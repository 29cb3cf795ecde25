"""Which part of a long timeline is held: a value, moved by whole pages.

At most three pages are in memory. Going back past them lets the newest go; where it began is
remembered, so that the way forward again is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from teamchat.engine.model import Message
from teamchat.engine.store import Cut

PAGE = 200
PAGES = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Read with `timeline(conversation, before=window.before, limit=window.limit)`."""

    limit: int = PAGE
    bounds: tuple[Cut, ...] = ()
    """Where pages newer than this window begin, the newest first."""

    @property
    def before(self) -> Cut | None:
        """The cut that all messages of this window precede; None at the newest."""
        return self.bounds[-1] if self.bounds else None

    @property
    def newest(self) -> bool:
        """Whether the newest message is in this window."""
        return not self.bounds

    def older(self, held: Sequence[Message]) -> "Window":
        """Return the window one page further back; the same one at the beginning."""
        if len(held) < self.limit:
            return self
        if self.limit < PAGE * PAGES:
            return replace(self, limit=min(self.limit + PAGE, PAGE * PAGES))
        first = held[-PAGE]
        return replace(self, bounds=(*self.bounds, (first.position, first.id)))

    def newer(self) -> "Window":
        """Return the window one page further on; the same one at the newest."""
        return replace(self, bounds=self.bounds[:-1])

    def grown(self, arrived: int) -> "Window":
        """Return the window with room for what arrived while somebody reads further up."""
        if not self.newest:
            return self
        return replace(self, limit=min(self.limit + arrived, PAGE * PAGES))

    @classmethod
    def with_unread(cls, unread: int) -> "Window":
        """Return a window at the newest that shows where the unread begins, if three pages do."""
        return cls(limit=min(max(PAGE, unread + PAGE // 4), PAGE * PAGES))
