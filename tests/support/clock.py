"""A clock that stands still until a test moves it."""


class FakeClock:
    """Starts at 2026-01-01T00:00:00Z."""

    def __init__(self, now: float = 1_767_225_600.0) -> None:
        self._now = now

    def now(self) -> int:
        return int(self._now)

    def now_ms(self) -> int:
        return int(self._now * 1000)

    def monotonic(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds
