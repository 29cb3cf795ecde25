"""Signed notes (c2sp.org/signed-note): text, an empty line, signature lines.

The text of a note means nothing until `verify_note` has found a signature of a known key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from teamchat.transparency.encoding import decode_text
from teamchat.transparency.errors import FormatError, SignatureError
from teamchat.transparency.keys import Signature, VerifierKey

MAX_NOTE_BYTES: Final = 131_072
"""Room for sixteen post-quantum signatures, which every reader must accept."""
MAX_SIGNATURES: Final = 64


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note; its signatures are not yet checked.

    Attributes:
        text: The signed text with its last newline.
        signatures: In the order of their lines.
    """

    text: bytes
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        """Refuse what could not be read back.

        Raises:
            FormatError: The text is not UTF-8 or does not end with a newline, has other control
                characters, or there are no signatures or too many.
        """
        if not decode_text(self.text).endswith("\n"):
            raise FormatError("a note's text ends with a newline")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise FormatError(f"a note has 1 to {MAX_SIGNATURES} signatures")
        if len(self.encode()) > MAX_NOTE_BYTES:
            raise FormatError("a note is too large")

    def encode(self) -> bytes:
        """Write the note."""
        return self.text + "".join(["\n", *(each.line for each in self.signatures)]).encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a note.

        Raises:
            FormatError: It is not one.
        """
        if len(data) > MAX_NOTE_BYTES:
            raise FormatError("a note is too large")
        text, empty, lines = decode_text(data).rpartition("\n\n")
        if not empty or not lines.endswith("\n"):
            raise FormatError("a note has an empty line before its signatures")
        signatures = lines.removesuffix("\n").split("\n", MAX_SIGNATURES)
        return cls(f"{text}\n".encode(), tuple(Signature.parse(line) for line in signatures))

    def with_signatures(self, *more: Signature) -> Self:
        """Return the note with further signatures at its end.

        Raises:
            FormatError: There are too many.
        """
        return replace(self, signatures=(*self.signatures, *more))


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that is a known key's over the note's text.

    Attributes:
        key: Whose.
        time: When it was made, in POSIX seconds, if signatures of its type say so.
    """

    key: VerifierKey
    time: int | None


def verify_note(note: SignedNote, keys: Sequence[VerifierKey]) -> tuple[Verified, ...]:
    """Check the signatures of known keys; those of others are ignored.

    Raises:
        SignatureError: One of them is wrong, or there is none.
    """
    verified = tuple(
        Verified(key, key.verify(note.text, signature))
        for signature in note.signatures
        for key in keys
        if key.made(signature)
    )
    if not verified:
        raise SignatureError("no known key has signed the note")
    return verified
