"""The log: JSON lines on standard output, made of allowed fields only.

A record shows its own message as it stands in the code, its level, and the fields that our
code gave it. Arguments that a library wanted to put into a message are left out, and of an
exception only its kind and the lines of code it went through: its text may hold anything.

Libraries write a line for whatever a stranger sends that they cannot read. So each of them has
few lines a minute; of what follows the hundredth, the thousandth and so on are written, which
say how many there were.
"""

import json
import logging
import sys
import traceback
from typing import Final, TextIO

from teamchat.clock import Clock

_FRAMES: Final = 25
_LINES: Final = 10
"""How many lines a library writes in a minute."""
_MINUTE: Final = 60.0


class Brake(logging.Filter):
    """Lets everything of ours through, and a few lines a minute of each library."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is written; note in it how many there were, if some were not."""
        if record.name.partition(".")[0] == "teamchat":
            return True
        now = self._clock.monotonic()
        since, before = self._counts.get(record.name, (now, 0))
        if now - since >= _MINUTE:
            since, before = now, 0
        count = before + 1
        self._counts[record.name] = since, count
        if count <= _LINES:
            return True
        record.fields = {"in_this_minute": count}
        return set(str(count)[1:]) == {"0"} and str(count)[0] == "1"


class Formatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time_ms": self._clock.now_ms(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["at"] = [
                f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-_FRAMES:]
            ]
        return json.dumps(line, default=str, ensure_ascii=False)


def start(clock: Clock, *, stream: TextIO | None = None) -> logging.Handler:
    """Send everything to one stream of JSON lines; return the handler, to be removed."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(Formatter(clock))
    handler.addFilter(Brake(clock))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return handler
