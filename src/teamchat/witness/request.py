"""The body of `add-checkpoint` (c2sp.org/tlog-witness): an old size, a proof, a checkpoint."""

from dataclasses import dataclass
from typing import Final, Self

from teamchat.transparency import FormatError, SignedNote
from teamchat.transparency.encoding import decode_base64, decode_decimal, decode_text
from teamchat.transparency.hashing import HASH_BYTES
from teamchat.transparency.note import MAX_NOTE_BYTES

MAX_PROOF_LINES: Final = 63
MAX_HEAD_BYTES: Final = 4_096
"""Room for the old size and 63 hashes, 45 bytes each with the newline."""
MAX_REQUEST_BYTES: Final = MAX_HEAD_BYTES + MAX_NOTE_BYTES


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request; nothing of it is checked against anything yet.

    Attributes:
        old: The size that the proof begins at.
        proof: The hashes of the consistency proof.
        note: The checkpoint; its text means nothing until its signature is verified.
    """

    old: int
    proof: tuple[bytes, ...]
    note: SignedNote

    @property
    def origin(self) -> str:
        """Which log the checkpoint says it is of: enough to look for its key."""
        return decode_text(self.note.text).partition("\n")[0]

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Read a body.

        Raises:
            FormatError: It is not one, or not written as it must be.
        """
        if len(body) > MAX_REQUEST_BYTES:
            raise FormatError("the request is too large")
        head, empty, note = body.partition(b"\n\n")
        if not empty:
            raise FormatError("there is no empty line before the checkpoint")
        first, *lines = decode_text(head).split("\n", MAX_PROOF_LINES + 1)
        word, space, size = first.partition(" ")
        if (word, space) != ("old", " "):
            raise FormatError("the first line is not the old size")
        if len(lines) > MAX_PROOF_LINES:
            raise FormatError(f"a proof has at most {MAX_PROOF_LINES} lines")
        old = decode_decimal(size)
        return cls(old, tuple(_hash(line) for line in lines), SignedNote.decode(note))


def _hash(line: str) -> bytes:
    value = decode_base64(line)
    if len(value) != HASH_BYTES:
        raise FormatError(f"a hash has {HASH_BYTES} bytes")
    return value
