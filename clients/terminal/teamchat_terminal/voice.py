"""What the client says: one language, one time zone, one clock.

Every text a person reads comes out of the catalogue; what is put into it has been made
harmless before. Times are those of the reader's own wall clock, or of a named zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from teamchat.clock import Clock
from teamchat_terminal.visible import one_line


class Words(Protocol):
    """A catalogue of texts in one language."""

    @property
    def language(self) -> str: ...

    def text(self, key: str, /, **arguments: str | int) -> str: ...

    def day(self, day: date) -> str: ...


LAST_MS: Final = 253_402_128_000_000
"""The last day but one of the year 9999: a day later would not exist in every time zone."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the client speaks to its reader; `zone` None is the zone of this machine."""

    words: Words
    clock: Clock
    zone: tzinfo | None = None

    def say(self, key: str, /, **arguments: str | int) -> str:
        """Return a text of the catalogue; arguments are shown as one line of data."""
        safe = {
            name: one_line(value, 200) if isinstance(value, str) else value
            for name, value in arguments.items()
        }
        return self.words.text(key, **safe)

    def tell(self, key: str, arguments: Iterable[tuple[str, str]]) -> str:
        """Return a text whose arguments came with a message or an alarm."""
        return self.say(key, **dict(arguments))

    def moment(self, time_ms: int) -> datetime:
        """Return when something happened, on the reader's wall clock.

        What a hostile clock says is brought into the years 1970 to 9999.
        """
        sane = max(0, min(time_ms, LAST_MS))
        return datetime.fromtimestamp(sane / 1000, self.zone).astimezone(self.zone)

    def time(self, time_ms: int) -> str:
        """Return hours and minutes."""
        return f"{self.moment(time_ms):%H:%M}"

    def offset(self, time_ms: int) -> str:
        """Return which time zone the times of a moment are shown in."""
        ahead = f"{self.moment(time_ms):%z}"
        return f"UTC{ahead[:3]}:{ahead[3:5]}"

    def today(self) -> date:
        """Return the reader's date."""
        return self.moment(self.clock.now_ms()).date()

    def day(self, day: date) -> str:
        """Return a day in words, within a sentence: today, yesterday, a weekday with its date."""
        ago = (self.today() - day).days
        if ago in {0, 1}:
            return self.say("tui-day-today" if ago == 0 else "tui-day-yesterday")
        return self.say(
            "tui-day" if day.year == self.today().year else "tui-day-year",
            weekday=self.say(f"tui-weekday-{day.isoweekday()}"),
            day=str(day.day),
            month=self.say(f"tui-month-{day.month}"),
            year=str(day.year),
        )

    def day_alone(self, day: date) -> str:
        """Return a day in words, with which a line begins."""
        words = self.day(day)
        return words[:1].upper() + words[1:]

    def exact_moment(self, time_ms: int) -> str:
        """Return date and time, as they stand in a sentence."""
        return f"{self.words.day(self.moment(time_ms).date())}, {self.time(time_ms)}"

    def short_moment(self, time_ms: int) -> str:
        """Return the time if it was today, otherwise the shortest date that is clear."""
        then = self.moment(time_ms)
        ago = (self.today() - then.date()).days
        if ago <= 0:
            return f"{then:%H:%M}"
        if ago < 7:
            return self.say(f"tui-weekday-short-{then.isoweekday()}")
        return self.say("tui-date-short", day=f"{then:%d}", month=f"{then:%m}", year=f"{then:%y}")

    def there(self, zone_name: str) -> str | None:
        """Return what time it is in a zone, or nothing if it is the reader's own time."""
        try:
            zone = ZoneInfo(zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
        here = self.moment(self.clock.now_ms())
        there = here.astimezone(zone)
        return None if there.utcoffset() == here.utcoffset() else f"{there:%H:%M}"
