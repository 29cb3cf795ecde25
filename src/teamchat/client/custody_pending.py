"""What is kept of a request to the custodians, on a computer that is no device yet.

It lies in the folder of the profile, for its owner alone, sealed under the password of the account.
Beside it stands whose it is, so that who comes back is asked for the password alone.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from teamchat.client.folder import check_room, told_of
from teamchat.client.vault_file import write_private
from teamchat.identity import vault
from teamchat.identity.errors import IdentityError, WrongPassphraseError
from teamchat.mls.crypto import CryptoProvider

PENDING: Final = "custody-request"
"""What the file is called."""
_PLACE: Final = b"teamchat custody request\x00"
_MOST: Final = 16_384


@dataclass(frozen=True, slots=True)
class Begun:
    """Whose request it is.

    Attributes:
        server: Where it was made.
        user_name: By whom.
    """

    server: str
    user_name: str


class Pending(msgspec.Struct, frozen=True):
    """What is kept of a request, sealed."""

    user: str
    slot: bytes
    secret: bytes
    claim: bytes

    def __repr__(self) -> str:
        return f"Pending({self.user})"


class _File(msgspec.Struct, frozen=True):
    """The file: a vault under the password, what is sealed in it, both in base64; and whose."""

    vault: str
    sealed: str
    server: str = ""
    user_name: str = ""


def begun(profile_dir: Path) -> Begun | None:
    """Return whose request is kept here; None if there is none, or the file does not say."""
    file = _file(profile_dir)
    if file is None or not (file.server and file.user_name):
        return None
    return Begun(file.server, file.user_name)


def forget(profile_dir: Path) -> None:
    """Forget the request: the device is made, and nobody needs it any more."""
    with told_of(profile_dir):
        (profile_dir / PENDING).unlink(missing_ok=True)


class KeptRequest:
    """The request of one person on this computer.

    Args:
        profile_dir: Where it is kept.
        whose: The person.
        password: Of the account: what it is sealed under.
        crypto: The source of randomness.
    """

    def __init__(
        self, profile_dir: Path, whose: Begun, password: str, crypto: CryptoProvider
    ) -> None:
        self._profile = profile_dir
        self._whose = whose
        self._password = password
        self._crypto = crypto

    def keep(self, pending: Pending) -> None:
        """Write it down; what was there before is gone."""
        check_room(self._profile)
        key = vault.VaultKey(self._crypto.random(vault.KEY_BYTES))
        nonce = self._crypto.random(vault.NONCE_BYTES)
        sealed = key.seal(msgspec.msgpack.encode(pending), _PLACE, nonce)
        wrapped = key.wrapped_by_passphrase(
            self._password,
            salt=self._crypto.random(vault.SALT_BYTES),
            nonce=self._crypto.random(vault.NONCE_BYTES),
        )
        written = base64.b64encode(sealed).decode("ascii")
        whose = self._whose
        file = _File(wrapped.decode("ascii"), written, whose.server, whose.user_name)
        with told_of(self._profile):
            write_private(self._profile / PENDING, msgspec.json.encode(file))

    def read(self) -> Pending | None:
        """Return it; None if there is nothing, or nothing that this password opens."""
        file = _file(self._profile)
        if file is None:
            return None
        try:
            key = vault.unlock_with_passphrase(file.vault.encode("ascii"), self._password)
            plain = key.open(base64.b64decode(file.sealed, validate=True), _PLACE)
            return msgspec.msgpack.decode(plain, type=Pending)
        except (ValueError, msgspec.DecodeError, WrongPassphraseError, IdentityError):
            return None

    def forget(self) -> None:
        """Forget it."""
        forget(self._profile)


def _file(profile_dir: Path) -> _File | None:
    try:
        with (profile_dir / PENDING).open("rb") as file:
            return msgspec.json.decode(file.read(_MOST), type=_File)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
