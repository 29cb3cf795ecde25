"""The only module that reads the time.

Order never depends on a clock: sequence numbers do that. Time is for lifetimes and for people.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> int:
        """Return seconds since 1970-01-01T00:00:00Z."""
        ...

    def now_ms(self) -> int:
        """Return milliseconds since 1970-01-01T00:00:00Z."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps, for measuring intervals."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> int:
        return int(time.time())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()
