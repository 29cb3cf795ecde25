"""The recovery key: what a person writes down to bring their identity to another device.

160 random bits and 16 of check, written as 16 words of a German or English list. Identity seed and
history key are sealed under it; the server keeps the box and cannot open it
(docs/spec/recovery.md). The key is random, so no slow hash is needed to protect it.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final, NoReturn

from teamchat.identity.errors import IdentityError, Slip, WrongRecoveryKeyError
from teamchat.identity.keys import SEED_BYTES, IdentityKey
from teamchat.identity.sealing import OVERHEAD, seal, unseal
from teamchat.identity.words import phrase
from teamchat.ids import UserId, identifier_bytes

KEY_BYTES: Final = 20
WORDS: Final = 16
"""That a recovery key has."""
VERSION: Final = 2
"""Of the box."""
HISTORY_KEY_BYTES: Final = 32
BOX_BYTES: Final = 1 + OVERHEAD + SEED_BYTES + HISTORY_KEY_BYTES
_CHECK_BYTES: Final = 2
_CHECK_CONTEXT: Final = b"teamchat recovery words check\x00"
_PERSON: Final = b"tc-recovery-v2"
_BOX_CONTEXT: Final = b"teamchat recovery box\x00"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a recovery box holds.

    Attributes:
        identity: The person's identity key.
        history_key: 32 random bytes that the backup of the history is sealed under.

    Raises:
        IdentityError: The history key has another length.
    """

    identity: IdentityKey
    history_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.history_key) != HISTORY_KEY_BYTES:
            raise IdentityError(f"a history key has {HISTORY_KEY_BYTES} bytes")


class RecoveryKey:
    """A recovery key; it prints nothing, `written` is for the person's eyes.

    Args:
        secret: 20 random bytes.

    Raises:
        IdentityError: There are not 20 bytes.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise IdentityError(f"a recovery key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret: Final = secret

    @classmethod
    def read(cls, text: str) -> "RecoveryKey":
        """Read the words as typed, in either language, by their first four letters at least.

        Case does not matter; numbers, hyphens and the like between the words are skipped.

        Raises:
            WrongRecoveryKeyError: It is mistyped; the error says in which way.
        """
        words = phrase.typed(text)
        wrong = phrase.unknown(words)
        if wrong is not None:
            raise WrongRecoveryKeyError(
                Slip.UNKNOWN, place=wrong.place, meant=wrong.meant, count=len(words)
            )
        if len(words) != WORDS:
            raise WrongRecoveryKeyError(Slip.COUNT, count=len(words))
        for number in phrase.numbers(words):
            whole = number.to_bytes(KEY_BYTES + _CHECK_BYTES, "big")
            key = cls(whole[:KEY_BYTES])
            if hmac.compare_digest(key._check(), whole[KEY_BYTES:]):
                return key
        raise WrongRecoveryKeyError(Slip.MIXED, count=len(words))

    def written(self, language: str) -> str:
        """Return the 16 words, with spaces between them.

        Args:
            language: The language of the person: German words for `de`, otherwise English ones.
        """
        number = int.from_bytes(self._secret + self._check(), "big")
        return phrase.written(number, WORDS, language)

    @property
    def secret(self) -> bytes:
        """The key itself, to be split for custodians; never to be shown."""
        return self._secret

    def seal(self, kept: Kept, user: UserId, nonce: bytes) -> bytes:
        """Return the box that the server keeps, sealed for this person.

        Args:
            kept: What goes into it.
            user: Whose it is.
            nonce: 24 random bytes.

        Raises:
            IdentityError: The nonce or the identifier is malformed.
        """
        inside, bound = kept.identity.seed + kept.history_key, _bound_to(user, kept.identity.public)
        return bytes([VERSION]) + seal(self._box_key(), inside, bound, nonce)

    def open(self, box: bytes, user: UserId, identity_key: bytes) -> Kept:
        """Return what is in a box.

        Args:
            box: What `seal` returned.
            user: Whose identity it is.
            identity_key: The public key that must come out.

        Raises:
            WrongRecoveryKeyError: This recovery key does not open the box.
            IdentityError: The box is malformed or holds another key.
        """
        if len(box) != BOX_BYTES:
            raise IdentityError("the recovery box has the wrong length")
        if box[0] != VERSION:
            raise IdentityError(f"a recovery box of version {box[0]} is not known")
        try:
            inside = unseal(self._box_key(), box[1:], _bound_to(user, identity_key))
        except IdentityError as error:
            raise WrongRecoveryKeyError(Slip.OTHER) from error
        identity = IdentityKey(inside[:SEED_BYTES])
        if not hmac.compare_digest(identity.public, identity_key):
            raise IdentityError("the recovery box holds another identity")
        return Kept(identity, inside[SEED_BYTES:])

    def _check(self) -> bytes:
        return hashlib.sha256(_CHECK_CONTEXT + self._secret).digest()[:_CHECK_BYTES]

    def _box_key(self) -> bytes:
        return hashlib.blake2b(key=self._secret, person=_PERSON, digest_size=32).digest()

    def __repr__(self) -> str:
        return "RecoveryKey(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecoveryKey) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._box_key())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def _bound_to(user: UserId, identity_key: bytes) -> bytes:
    try:
        return _BOX_CONTEXT + identifier_bytes(user) + identity_key
    except ValueError as error:
        raise IdentityError("not an identifier of a person") from error
