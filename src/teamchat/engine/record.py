"""What every stored value is: a MessagePack array that grows at its end only."""

import msgspec


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A stored value.

    Never reorder, remove or retype a field: a device reads what its older version wrote. A new
    field goes last and has a default.
    """

    def encode(self) -> bytes:
        """Return the value as it is stored."""
        return msgspec.msgpack.encode(self)
