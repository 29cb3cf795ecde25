"""Checkpoints (c2sp.org/tlog-checkpoint): a tree's size and root, signed by its log."""

from dataclasses import dataclass
from typing import Final, Self

from teamchat.transparency.compact import TreeHead
from teamchat.transparency.encoding import (
    MAX_NUMBER,
    decode_base64,
    decode_decimal,
    decode_text,
    encode_base64,
    is_line,
)
from teamchat.transparency.errors import FormatError, SignatureError, UsageError
from teamchat.transparency.hashing import HASH_BYTES
from teamchat.transparency.keys import SignatureType, VerifierKey
from teamchat.transparency.note import SignedNote, verify_note

MAX_LINE_CHARACTERS: Final = 1_024
MAX_EXTENSIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of a checkpoint.

    Attributes:
        origin: Which log.
        size: How many leaves its tree has.
        root: The root over them.
        extensions: Further lines. Ours have none: nobody audits them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be read back.

        Raises:
            FormatError: A line is empty, too long or has a control character; there are too many;
                or the size or the root's length is out of bounds.
        """
        if len(self.extensions) > MAX_EXTENSIONS:
            raise FormatError("a checkpoint has too many extension lines")
        for line in (self.origin, *self.extensions):
            if not is_line(line) or len(line) > MAX_LINE_CHARACTERS:
                raise FormatError("a line of a checkpoint is empty or too long")
        if not 0 <= self.size <= MAX_NUMBER or len(self.root) != HASH_BYTES:
            raise FormatError("no tree has this size or root")

    @property
    def head(self) -> TreeHead:
        """The tree."""
        return TreeHead(self.size, self.root)

    def encode(self) -> bytes:
        """Write the text, as it is signed."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def decode(cls, text: bytes) -> Self:
        """Read the text of a note.

        Raises:
            FormatError: It is not a checkpoint's.
        """
        lines = decode_text(text).split("\n", MAX_EXTENSIONS + 4)
        if len(lines) < 4 or lines.pop():
            raise FormatError("a checkpoint has at least three lines, each with a newline")
        origin, size, root, *extensions = lines
        return cls(origin, decode_decimal(size), decode_base64(root), tuple(extensions))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that its log has signed; made by `open_checkpoint`.

    Attributes:
        checkpoint: What it says.
        note: What was signed, with all signatures.
    """

    checkpoint: Checkpoint
    note: SignedNote


def open_checkpoint(note: SignedNote, log: VerifierKey) -> SignedCheckpoint:
    """Take a checkpoint from a note that its log has signed.

    Raises:
        SignatureError: The log's signature is wrong or missing, or the origin is another log's.
        FormatError: The text is not a checkpoint's.
        UsageError: The key is not one for logs.
    """
    if log.type is not SignatureType.ED25519:
        raise UsageError("a log's key is of type 0x01")
    verify_note(note, [log])
    checkpoint = Checkpoint.decode(note.text)
    if checkpoint.origin != log.name:
        raise SignatureError("the origin is another log's")
    return SignedCheckpoint(checkpoint, note)
