"""Keys of notes: their names, their ids, and what a signature of each type signs.

Two types of c2sp.org/signed-note are known: 0x01, Ed25519 over the text, for logs; and 0x04, the
timestamped cosignature of c2sp.org/tlog-cosignature, for witnesses. Keys are made from seeds that
are handed in, and secrets never print.
"""

import hmac
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, NoReturn, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat.transparency.encoding import (
    MAX_NUMBER,
    decode_base64,
    encode_base64,
    is_line,
)
from teamchat.transparency.errors import FormatError, SignatureError, UsageError

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
KEY_ID_BYTES: Final = 4
TIMESTAMP_BYTES: Final = 8
MAX_NAME_BYTES: Final = 255
"""As long as a name may be in the newest cosignatures, which give its length in one byte."""
MAX_SIGNATURE_BYTES: Final = 6_144
"""Signatures of types we do not know are skipped, not refused; post-quantum ones are this long."""


class SignatureType(IntEnum):
    """The signature type identifier bytes that are known here."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Attributes:
        name: The key's name.
        key_id: Four bytes; with the name they say which key it is, of which type.
        value: The signature, as its type defines it.
    """

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        """Refuse what no line can hold.

        Raises:
            FormatError: A part is too short, too long, or no name.
        """
        check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not 1 <= len(self.value) <= MAX_SIGNATURE_BYTES:
            raise FormatError("a signature has the wrong length")

    @property
    def line(self) -> str:
        """The line as a note has it, with its newline."""
        return f"— {self.name} {encode_base64(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line back, given without its newline.

        Raises:
            FormatError: It is not the one form of a signature line.
        """
        dash, name, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
        if dash != "—":
            raise FormatError("not a signature line")
        data = decode_base64(encoded)
        return cls(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key, under a name and for one type of signature.

    Attributes:
        name: A URL without scheme, by custom: `chat.example/audit/1`.
        type: What its signatures sign.
        public: 32 bytes, Ed25519 (RFC 8032).
    """

    name: str
    type: SignatureType
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or key that cannot be one.

        Raises:
            FormatError: The name has a space or a plus, or the key has the wrong length.
        """
        check_name(self.name)
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise FormatError(f"a public key has {PUBLIC_KEY_BYTES} bytes")

    @property
    def key_id(self) -> bytes:
        """Four bytes: enough to find the key, not to trust it."""
        return sha256(self.name.encode() + b"\n" + self._encoded).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text, as it is printed and configured."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._encoded)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a key back.

        Raises:
            FormatError: It is not a key, its id is not its own, or its type is not known here.
        """
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        if len(vkey) > 2 * MAX_NAME_BYTES:
            raise FormatError("a verifier key is too long")
        data = decode_base64(encoded)
        try:
            kind = SignatureType(int.from_bytes(data[:1], "big"))
        except ValueError as error:
            raise FormatError("a verifier key of an unknown type") from error
        key = cls(name, kind, data[1:])
        if key.key_id.hex() != key_id:
            raise FormatError("a verifier key under another key's id")
        return key

    def made(self, signature: Signature) -> bool:
        """Whether a signature says that it is this key's; it still has to verify."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def verify(self, text: bytes, signature: Signature) -> int | None:
        """Check a signature over a note's text.

        Returns:
            When it was made, in POSIX seconds, if signatures of this type say so.

        Raises:
            SignatureError: It is not this key's over this text.
        """
        if not self.made(signature):
            raise SignatureError("the signature is another key's")
        if self.type is SignatureType.ED25519:
            self._verify(text, signature.value)
            return None
        stamp, value = signature.value[:TIMESTAMP_BYTES], signature.value[TIMESTAMP_BYTES:]
        time = int.from_bytes(stamp, "big")
        if time > MAX_NUMBER:
            raise SignatureError("the time is out of bounds")
        self._verify(cosigned_message(text, time), value)
        return time

    @property
    def _encoded(self) -> bytes:
        return bytes([self.type]) + self.public

    def _verify(self, message: bytes, value: bytes) -> None:
        if len(value) != SIGNATURE_BYTES:
            raise SignatureError("a signature has the wrong length")
        try:
            bindings.crypto_sign_open(value + message, self.public)
        except (CryptoError, ValueError) as error:
            raise SignatureError(f"the signature of {self.name} is wrong") from error


class _SigningKey:
    """A key that signs; the subclass says what."""

    __slots__ = ("_secret", "verifier")
    TYPE: SignatureType

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise UsageError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        public, secret = bindings.crypto_sign_seed_keypair(seed)
        self.verifier: Final = VerifierKey(name, self.TYPE, bytes(public))
        self._secret: Final = bytes(secret)

    def _sign(self, message: bytes, before: bytes = b"") -> Signature:
        value = bytes(bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES])
        return Signature(self.verifier.name, self.verifier.key_id, before + value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.verifier.vkey})"

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and self.verifier == other.verifier
            and hmac.compare_digest(self._secret, other._secret)
        )

    def __hash__(self) -> int:
        return hash(self.verifier)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret key is not pickled")


class LogKey(_SigningKey):
    """The key of a log, type 0x01.

    Args:
        name: The log's origin.
        seed: 32 random bytes; the whole key follows from them.

    Raises:
        UsageError: There are not 32 bytes.
        FormatError: The name has a space or a plus.
    """

    __slots__ = ()
    TYPE = SignatureType.ED25519

    def sign(self, text: bytes) -> Signature:
        """Sign a note's text."""
        return self._sign(text)


class WitnessKey(_SigningKey):
    """The key of a witness, type 0x04.

    The signed message does not say who signs, so one key serves one witness only.

    Args:
        name: The witness's name.
        seed: 32 random bytes; the whole key follows from them.

    Raises:
        UsageError: There are not 32 bytes.
        FormatError: The name has a space or a plus.
    """

    __slots__ = ()
    TYPE = SignatureType.COSIGNATURE_V1

    def sign(self, text: bytes, time: int) -> Signature:
        """Sign a checkpoint's text.

        Args:
            text: The text of the note.
            time: Now, in POSIX seconds.

        Raises:
            UsageError: There is no such time.
        """
        if not 0 <= time <= MAX_NUMBER:
            raise UsageError("the time is out of bounds")
        return self._sign(cosigned_message(text, time), time.to_bytes(TIMESTAMP_BYTES, "big"))


def cosigned_message(text: bytes, time: int) -> bytes:
    """Return what a witness signs (c2sp.org/tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {time}\n".encode() + text


def check_name(name: str) -> None:
    """Refuse what cannot be a key's name.

    Raises:
        FormatError: It is empty or too long, or has a space of any kind, a plus or a control.
    """
    if not is_line(name) or "+" in name or any(each.isspace() for each in name):
        raise FormatError("a key's name has no spaces, plus signs or control characters")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise FormatError("a key's name is too long")
