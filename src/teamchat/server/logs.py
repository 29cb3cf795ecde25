"""The log: JSON lines on standard output, made of allowed fields only.

A record shows its own message as it stands in the code, its level, and the fields that our
code gave it. Arguments that a library wanted to put into a message are left out, and of an
exception only its kind and the lines of code it went through: its text may hold anything.
"""

import json
import logging
import sys
import traceback
from typing import Final, TextIO

from teamchat.clock import Clock

_FRAMES: Final = 25


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
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return handler
