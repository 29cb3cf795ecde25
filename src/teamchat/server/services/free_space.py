"""How much of the disk has to stay free: a log that grows must not take what all else needs.

The database shares its disk with everything the server still has to write when there is no
room for messages: who was ended, who was removed, what was read and may go.
"""

import shutil
from pathlib import Path
from typing import Final

from teamchat.clock import Clock
from teamchat.wire.problems import Code, ProblemError

_SECONDS: Final = 1.0
"""How long a look at the disk holds."""
RETRY_SECONDS: Final = 60


class FreeSpace:
    """Says no while too little is free.

    Args:
        directory: Where the data is.
        clock: Measures how old the last look is.
        reserve: How many bytes have to stay free.
    """

    def __init__(self, directory: Path, clock: Clock, *, reserve: int) -> None:
        self._directory = directory
        self._clock = clock
        self._reserve = reserve
        self._looked = float("-inf")
        self._free = 0

    def require(self, share: float = 1.0) -> None:
        """Insist that so much of the reserve is free.

        Raises:
            ProblemError: STORAGE_FULL.
        """
        now = self._clock.monotonic()
        if now - self._looked >= _SECONDS:
            self._looked, self._free = now, shutil.disk_usage(self._directory).free
        if self._free < self._reserve * share:
            detail = "the server's disk is nearly full"
            raise ProblemError(Code.STORAGE_FULL, detail, retry_after=RETRY_SECONDS)
