"""The vault: one random key encrypts what a device stores; this file says how it is kept.

The vault key lies wrapped in the vault file, under a passphrase (argon2id) or under a key
that the operating system's keyring holds (docs/spec/vault.md). Changing the passphrase
wraps the same key again; nothing stored is rewritten. Bytes in, bytes out.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import Enum
from typing import Final, NoReturn

from nacl import exceptions, pwhash

from teamchat.identity import sealing
from teamchat.identity.errors import IdentityError, WrongPassphraseError

KEY_BYTES: Final = sealing.KEY_BYTES
NONCE_BYTES: Final = sealing.NONCE_BYTES
SALT_BYTES: Final = pwhash.argon2id.SALTBYTES
MAX_FILE_BYTES: Final = 4096
MAX_PASSPHRASE_BYTES: Final = 4096
_FORMAT: Final = "teamchat vault"
_VERSION: Final = 1
_WRAP_CONTEXT: Final = b"teamchat vault key\x00"
_FIELD_PERSON: Final = b"tc-vault-field"
_INDEX_PERSON: Final = b"tc-vault-index"


class Method(Enum):
    """How a vault is unlocked."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of the method
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a passphrase costs (RFC 9106): passes, and memory in KiB."""

    passes: int
    memory_kib: int

    def __post_init__(self) -> None:
        if not (1 <= self.passes <= 16 and 8 <= self.memory_kib <= 1024 * 1024):
            raise IdentityError("the vault asks for a cost that is not allowed")


DEFAULT_COST: Final = Cost(passes=3, memory_kib=256 * 1024)


class VaultKey:
    """Encrypts and decrypts what a device stores; it prints nothing.

    Args:
        secret: 32 random bytes.

    Raises:
        IdentityError: There are not 32 bytes.
    """

    __slots__ = ("_field_key", "_index_key", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise IdentityError(f"a vault key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret: Final = secret
        self._field_key: Final = _derive(secret, _FIELD_PERSON)
        self._index_key: Final = _derive(secret, _INDEX_PERSON)

    def seal(self, plaintext: bytes, place: bytes, nonce: bytes) -> bytes:
        """Encrypt one field.

        Args:
            plaintext: What is stored.
            place: Where it is stored (table, column, row): it opens nowhere else.
            nonce: 24 random bytes, never used before.

        Raises:
            IdentityError: The nonce has the wrong length.
        """
        return sealing.seal(self._field_key, plaintext, place, nonce)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Decrypt one field.

        Raises:
            IdentityError: It was changed, moved, or belongs to another vault.
        """
        return sealing.unseal(self._field_key, sealed, place)

    def index(self, column: bytes, value: bytes) -> bytes:
        """Return 16 bytes to look a value up by, without storing the value."""
        keyed = hashlib.blake2b(key=self._index_key, digest_size=16)
        keyed.update(len(column).to_bytes(2, "big") + column + value)
        return keyed.digest()

    def wrapped_by_passphrase(
        self, passphrase: str, *, salt: bytes, nonce: bytes, cost: Cost | None = None
    ) -> bytes:
        """Return a vault file that `passphrase` unlocks, at `DEFAULT_COST` if none is given.

        Raises:
            IdentityError: Passphrase, salt or nonce are not of an allowed length.
        """
        if len(salt) != SALT_BYTES:
            raise IdentityError(f"a salt has {SALT_BYTES} bytes")
        cost = cost or DEFAULT_COST
        head: dict[str, object] = {
            "format": _FORMAT, "version": _VERSION, "method": Method.PASSPHRASE.value,
            "passes": cost.passes, "memory_kib": cost.memory_kib, "salt": _written(salt),
        }  # fmt: skip
        return self._file(head, _stretch(passphrase, salt, cost), nonce)

    def wrapped_by_key(self, wrapping: bytes, *, nonce: bytes) -> bytes:
        """Return a vault file that the 32 bytes of `wrapping`, kept in a keyring, unlock.

        Raises:
            IdentityError: Key or nonce have the wrong length.
        """
        head: dict[str, object] = {
            "format": _FORMAT, "version": _VERSION, "method": Method.KEYRING.value,
        }  # fmt: skip
        return self._file(head, wrapping, nonce)

    def _file(self, head: dict[str, object], wrapping: bytes, nonce: bytes) -> bytes:
        wrapped = sealing.seal(wrapping, self._secret, _WRAP_CONTEXT + _canonical(head), nonce)
        return _canonical(head | {"wrapped": _written(wrapped)}) + b"\n"

    def __repr__(self) -> str:
        return "VaultKey(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VaultKey) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._index_key)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def method(file: bytes) -> Method:
    """Say how a vault file is unlocked.

    Raises:
        IdentityError: It is no vault file of a known version.
    """
    return _read(file).method


def unlock_with_passphrase(file: bytes, passphrase: str) -> VaultKey:
    """Return the vault key.

    Raises:
        WrongPassphraseError: The passphrase is another one, or the file was changed.
        IdentityError: It is no vault file with a passphrase.
    """
    content = _read(file)
    if content.cost is None:
        raise IdentityError("this vault is unlocked by the keyring")
    return content.unlock(_stretch(passphrase, content.salt, content.cost))


def unlock_with_key(file: bytes, wrapping: bytes) -> VaultKey:
    """Return the vault key.

    Raises:
        WrongPassphraseError: The key is another one, or the file was changed.
        IdentityError: It is no vault file for a keyring.
    """
    content = _read(file)
    if content.method is not Method.KEYRING:
        raise IdentityError("this vault is unlocked by a passphrase")
    if len(wrapping) != KEY_BYTES:
        raise WrongPassphraseError("the keyring holds no key of this vault")
    return content.unlock(wrapping)


# --- the file -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    method: Method
    cost: Cost | None
    salt: bytes
    wrapped: bytes
    bound_to: bytes

    def unlock(self, wrapping: bytes) -> VaultKey:
        try:
            return VaultKey(sealing.unseal(wrapping, self.wrapped, self.bound_to))
        except IdentityError as error:
            raise WrongPassphraseError("this does not unlock the vault") from error


def _read(file: bytes) -> _File:
    if len(file) > MAX_FILE_BYTES:
        raise IdentityError("the vault file is too large")
    try:
        head = json.loads(file.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise IdentityError("the vault file is damaged") from error
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise IdentityError("this is no vault file")
    if head.get("version") != _VERSION:
        raise IdentityError("the vault file is of a version that this program does not know")
    wrapped = _bytes(head.pop("wrapped", None))
    bound_to = _WRAP_CONTEXT + _canonical(head)
    match head:
        case {"method": "passphrase", "passes": int(passes), "memory_kib": int(memory),
              "salt": str(salt)} if len(_bytes(salt)) == SALT_BYTES:  # fmt: skip
            return _File(Method.PASSPHRASE, Cost(passes, memory), _bytes(salt), wrapped, bound_to)
        case {"method": "keyring"}:
            return _File(Method.KEYRING, None, b"", wrapped, bound_to)
        case _:
            raise IdentityError("the vault file is damaged")


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    typed = passphrase.encode("utf-8", "surrogatepass")
    if not 1 <= len(typed) <= MAX_PASSPHRASE_BYTES:
        raise IdentityError("a passphrase is neither empty nor endless")
    try:
        stretched: bytes = pwhash.argon2id.kdf(
            KEY_BYTES, typed, salt, opslimit=cost.passes, memlimit=cost.memory_kib * 1024
        )
    except (exceptions.CryptoError, MemoryError) as error:
        raise IdentityError("not enough memory to unlock the vault") from error
    return stretched


def _derive(secret: bytes, person: bytes) -> bytes:
    return hashlib.blake2b(key=secret, person=person, digest_size=KEY_BYTES).digest()


def _canonical(head: dict[str, object]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode("ascii")


def _written(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise IdentityError("the vault file is damaged")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise IdentityError("the vault file is damaged") from error
