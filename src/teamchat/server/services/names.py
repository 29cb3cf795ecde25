"""What people type as a name: one line that can be shown anywhere."""

from teamchat.wire.problems import Code, ProblemError, Reason


def one_line(name: str) -> str:
    """Return a name without superfluous spaces.

    Raises:
        ProblemError: INVALID, it is empty or holds something that could move a cursor.
    """
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise ProblemError(
            Code.INVALID,
            "a name is one line of readable characters",
            reason=Reason.NAME_NOT_USABLE,
        )
    return cleaned
