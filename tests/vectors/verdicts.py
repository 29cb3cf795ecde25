"""What a reader says to bytes that were changed: told so that another language can say the same.

Every byte of something good is changed in two ways, and it is cut off at every length. The verdicts
are kept in the order of the changes, equal ones together.
"""

from collections.abc import Callable, Iterator
from itertools import groupby

Told = list[list[object]]
FLIPS = (0x01, 0x80)


def verdict(family: type[Exception], read: Callable[..., object], *arguments: object) -> str:
    """Return what comes of it: the text that was read, `accepted`, or the error's kind and text."""
    try:
        found = read(*arguments)
    except family as error:
        return f"{type(error).__name__}: {error}"
    return found if isinstance(found, str) else "accepted"


def verdicts(family: type[Exception], read: Callable[[bytes], object], data: bytes) -> Told:
    """Return the verdicts over every change of some bytes."""
    found = (verdict(family, read, each) for each in changes(data))
    return [[text, len([*same])] for text, same in groupby(found)]


def changes(data: bytes) -> Iterator[bytes]:
    """Return the data with each byte changed, and cut off at each length."""
    for flip in FLIPS:
        for at, byte in enumerate(data):
            yield data[:at] + bytes([byte ^ flip]) + data[at + 1 :]
    for length in range(len(data)):
        yield data[:length]
