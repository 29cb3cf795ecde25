"""The operator's log: one line for each thing that matters, and no stranger can fill it.

Of an exception only the kind and the place are written, and of what a library says only its own
words: everything else may be a stranger's.
"""

import logging
import sys
import time
import traceback
from typing import Final

from teamchat.clock import Clock

LINES: Final = 5
"""How often the same is said in a minute."""
_MINUTE: Final = 60.0


class Brake(logging.Filter):
    """Lets the same be said a few times a minute; all that one library says counts as the same."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is written."""
        now, words = self._clock.monotonic(), str(record.msg) if _ours(record) else record.name
        since, count = self._said.get(words, (now, 0))
        if now - since >= _MINUTE:
            since, count = now, 0
        self._said[words] = since, count + 1
        return count < LINES


class Formatter(logging.Formatter):
    """Writes a record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        words = record.getMessage() if _ours(record) else f"{record.name}: {record.msg}"
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = f"{when} {record.levelname.lower()} {words}{_place(record)}"
        return "".join(each if each.isprintable() else "?" for each in line)


def start(clock: Clock) -> None:
    """Send the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    handler.addFilter(Brake(clock))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == "teamchat"


def _place(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)
    place = f", {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f" ({kind.__name__}{place})"
