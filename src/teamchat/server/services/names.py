"""What people type as a name: one line that can be shown anywhere."""

import re
from typing import Final

from teamchat.wire.problems import Code, ProblemError, Reason

_JOINERS: Final = re.compile(r"(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f\u200c\u200d])")
"""What joins or parts letters in Persian or Hindi, say, and signs of emoji; among Latin letters it
would be there only to make a name look like another."""


def one_line(name: str) -> str:
    """Return a name without superfluous spaces.

    Raises:
        ProblemError: INVALID, it is empty, or holds what cannot be seen or could move a cursor.
    """
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ProblemError(Code.INVALID, "a name is not empty", reason=Reason.NAME_NOT_USABLE)
    if not _JOINERS.sub("", cleaned).isprintable():
        detail = "a name is one line of characters that are seen"
        raise ProblemError(Code.INVALID, detail, reason=Reason.NAME_UNSEEN)
    return cleaned
