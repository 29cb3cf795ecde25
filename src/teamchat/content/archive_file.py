"""How a history archive lies in one file: its head, then its parts, each behind its length.

A length is four bytes, big endian (docs/spec/history-archive.md). Nothing here is secret or
authenticated by itself; the parts are (`archive`).
"""

from typing import Final

from teamchat.content.archive import MAX_HEAD, MAX_PART, ArchiveError, Fault

LENGTH_BYTES: Final = 4


def framed(data: bytes) -> bytes:
    """Return a head or part as it lies in a file."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


class Unframer:
    """Takes a file apart as it comes; holds one part and a piece."""

    __slots__ = ("_bound", "_rest")

    def __init__(self) -> None:
        self._rest = bytearray()
        self._bound = MAX_HEAD

    def add(self, piece: bytes) -> list[bytes]:
        """Take more of the file; return what is whole: the head first, then parts.

        Raises:
            ArchiveError: MALFORMED, a length is that of no head or part.
        """
        self._rest += piece
        found = []
        while len(self._rest) >= LENGTH_BYTES:
            length = int.from_bytes(self._rest[:LENGTH_BYTES], "big")
            if not 0 < length <= self._bound:
                raise ArchiveError(Fault.MALFORMED, "a length that no part has")
            if len(self._rest) < LENGTH_BYTES + length:
                break
            found.append(bytes(self._rest[LENGTH_BYTES : LENGTH_BYTES + length]))
            del self._rest[: LENGTH_BYTES + length]
            self._bound = MAX_PART
        return found

    def end(self) -> None:
        """Nothing follows.

        Raises:
            ArchiveError: CUT_OFF, there is a beginning without an end.
        """
        if self._rest:
            raise ArchiveError(Fault.CUT_OFF, "the file ends within a part")
