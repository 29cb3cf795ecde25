"""Proof files (c2sp.org/tlog-proof): that an entry is in a log, to be checked without the log."""

from dataclasses import dataclass
from typing import Final, Self

from teamchat.transparency.encoding import (
    MAX_NUMBER,
    decode_base64,
    decode_decimal,
    decode_text,
    encode_base64,
)
from teamchat.transparency.errors import FormatError
from teamchat.transparency.hashing import HASH_BYTES
from teamchat.transparency.note import MAX_NOTE_BYTES, SignedNote
from teamchat.transparency.proofs import MAX_PROOF_HASHES, verify_inclusion
from teamchat.transparency.witness import Policy, TrustedCheckpoint

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_EXTRA_BYTES: Final = 65_535


@dataclass(frozen=True, slots=True)
class TLogProof:
    """What a proof file holds.

    Attributes:
        index: Where the entry stands in the log.
        hashes: The inclusion proof.
        note: The signed checkpoint.
        extra: For the application; nothing vouches for it. The line is left out if it is empty.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes = b""

    def __post_init__(self) -> None:
        """Refuse what could not be read back.

        Raises:
            FormatError: A part is out of bounds.
        """
        if not 0 <= self.index <= MAX_NUMBER or len(self.extra) > MAX_EXTRA_BYTES:
            raise FormatError("the index or the extra data are out of bounds")
        if len(self.hashes) > MAX_PROOF_HASHES:
            raise FormatError("the proof is too long")
        if any(len(each) != HASH_BYTES for each in self.hashes):
            raise FormatError(f"a hash has {HASH_BYTES} bytes")

    def encode(self) -> bytes:
        """Write the file."""
        lines = [HEADER, *([f"extra {encode_base64(self.extra)}"] if self.extra else [])]
        lines += [f"index {self.index}", *map(encode_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a file.

        Raises:
            FormatError: It is not a proof file, or not its one canonical form.
        """
        if len(data) > MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES:
            raise FormatError("a proof file is too large")
        head, _, note = data.partition(b"\n\n")
        header, *lines = decode_text(head).split("\n", MAX_PROOF_HASHES + 3)
        if header != HEADER:
            raise FormatError("not a proof file")
        extra = _after("extra ", lines.pop(0)) if lines and lines[0].startswith("extra ") else None
        if not lines or extra == "":
            raise FormatError("a proof file has an index, and no empty extra data")
        return cls(
            decode_decimal(_after("index ", lines[0])),
            tuple(decode_base64(line) for line in lines[1:]),
            SignedNote.decode(note),
            b"" if extra is None else decode_base64(extra),
        )

    def verify(self, leaf: bytes, policy: Policy) -> TrustedCheckpoint:
        """Check that an entry is in the log, as witnessed at any time.

        Args:
            leaf: The hash of the entry, made from the entry itself.
            policy: Which log, and how many witnesses.

        Raises:
            SignatureError: A signature of a known key is wrong, or the log's is missing.
            FormatError: The note is not a checkpoint.
            PolicyError: Too few witnesses have cosigned.
            ProofError: The entry is not in the tree of the checkpoint, at this index.
        """
        trusted = policy.check(self.note)
        tree = trusted.signed.checkpoint.head
        verify_inclusion(leaf, self.index, tree.size, self.hashes, tree.root)
        return trusted


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise FormatError(f"a line does not begin with {word!r}")
    return line.removeprefix(word)
