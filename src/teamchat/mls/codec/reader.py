"""A bounded cursor over bytes.

Every read is checked against `end`, so a length taken from the input can never lead
outside it. The fields are public because the compiled codecs read them directly.
"""

from teamchat.mls.errors import DecodeError


class Reader:
    """Reads from `position` up to `end`."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.end = len(data)

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes.

        Raises:
            DecodeError: The input ends before that.
        """
        start = self.position
        stop = start + length
        if stop > self.end:
            raise DecodeError(f"{length} bytes expected at {start}, {self.end - start} left")
        self.position = stop
        return self.data[start:stop]

    def take_uint(self, size: int) -> int:
        """Return the next unsigned integer of `size` bytes, big endian.

        Raises:
            DecodeError: The input ends before that.
        """
        return int.from_bytes(self.take(size), "big")

    def finish(self) -> None:
        """Check that nothing is left.

        Raises:
            DecodeError: Bytes follow the end of the value.
        """
        if self.position != self.end:
            raise DecodeError(f"{self.end - self.position} bytes follow the end of the value")
