"""The inverse of `Reader`: bytes, appended."""


class Writer:
    """Collects the encoding of a value in `buffer`."""

    __slots__ = ("buffer",)

    def __init__(self) -> None:
        self.buffer = bytearray()

    def put(self, data: bytes | bytearray) -> None:
        """Append `data` as it is."""
        self.buffer += data

    def put_uint(self, value: int, size: int) -> None:
        """Append an unsigned integer of `size` bytes, big endian."""
        self.buffer += value.to_bytes(size, "big")
