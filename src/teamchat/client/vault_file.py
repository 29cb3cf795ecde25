"""The vault on disk: who may open the store of a profile (docs/spec/vault.md).

The key that wraps the vault key lies in the keyring of the operating system if there is a
real one; else a passphrase wraps it. Files are for their owner only and are replaced whole.
The keyring's library is imported by what needs it: it takes a tenth of a command's imports.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from teamchat.client.errors import AccountError, VaultLockedError
from teamchat.client.folder import told_of
from teamchat.client.settings import STORE, VAULT
from teamchat.identity import vault
from teamchat.identity.errors import IdentityError, WrongPassphraseError
from teamchat.identity.vault import VaultKey

SERVICE: Final = "teamchat"
REAL_BACKEND: Final = 1
"""Backends of a lower priority store in the clear or nowhere."""


class KeySource(Protocol):
    """Makes and opens the vault of a profile."""

    def create(self, profile: Path) -> VaultKey:
        """Make a vault.

        Raises:
            VaultLockedError: It cannot be kept.
        """
        ...

    def unlock(self, profile: Path) -> VaultKey:
        """Open the vault.

        Raises:
            VaultLockedError: It does not open.
        """
        ...


class Passphrase:
    """A vault under a passphrase.

    Args:
        ask: Returns the passphrase; called once for each opening.
        cost: What one try costs; `vault.DEFAULT_COST` if None.
    """

    def __init__(self, ask: Callable[[], str], cost: vault.Cost | None = None) -> None:
        self._ask = ask
        self._cost = cost

    def create(self, profile: Path) -> VaultKey:
        """Make a vault under the passphrase."""
        key = VaultKey(secrets.token_bytes(vault.KEY_BYTES))
        salt, nonce = secrets.token_bytes(vault.SALT_BYTES), secrets.token_bytes(vault.NONCE_BYTES)
        try:
            file = key.wrapped_by_passphrase(self._ask(), salt=salt, nonce=nonce, cost=self._cost)
        except IdentityError as error:
            raise VaultLockedError("error-passphrase-not-usable") from error
        write_private(profile / VAULT, file)
        return key

    def unlock(self, profile: Path) -> VaultKey:
        """Open the vault with the passphrase."""
        try:
            return vault.unlock_with_passphrase(_read(profile), self._ask())
        except WrongPassphraseError as error:
            raise VaultLockedError("error-wrong-passphrase") from error
        except IdentityError as error:
            raise VaultLockedError from error


class Keyring:
    """A vault under a key in the operating system's keyring."""

    def create(self, profile: Path) -> VaultKey:
        """Make a vault, and keep its wrapping key in the keyring."""
        import keyring.errors

        key = VaultKey(secrets.token_bytes(vault.KEY_BYTES))
        wrapping = secrets.token_bytes(vault.KEY_BYTES)
        try:
            keyring.set_password(SERVICE, _entry(profile), wrapping.hex())
        except keyring.errors.KeyringError as error:
            raise VaultLockedError("error-keyring") from error
        nonce = secrets.token_bytes(vault.NONCE_BYTES)
        write_private(profile / VAULT, key.wrapped_by_key(wrapping, nonce=nonce))
        return key

    def unlock(self, profile: Path) -> VaultKey:
        """Open the vault with the key from the keyring."""
        import keyring.errors

        try:
            held = keyring.get_password(SERVICE, _entry(profile)) or ""
            return vault.unlock_with_key(_read(profile), bytes.fromhex(held))
        except (keyring.errors.KeyringError, ValueError) as error:
            raise VaultLockedError("error-keyring") from error
        except IdentityError as error:
            raise VaultLockedError from error


def has_keyring() -> bool:
    """Say whether the operating system has a keyring that keeps secrets."""
    import keyring

    backend = keyring.get_keyring()
    try:
        return float(backend.priority) >= REAL_BACKEND
    except (RuntimeError, ValueError, TypeError):
        return False


def best_source(ask: Callable[[], str]) -> KeySource:
    """Return how a new profile should be kept: the keyring if there is one."""
    return Keyring() if has_keyring() else Passphrase(ask)


def source_of(profile: Path, ask: Callable[[], str]) -> KeySource:
    """Return how an existing profile is opened.

    Raises:
        VaultLockedError: There is no vault, or it is damaged.
    """
    try:
        method = vault.method(_read(profile))
    except IdentityError as error:
        raise VaultLockedError from error
    return Keyring() if method is vault.Method.KEYRING else Passphrase(ask)


def forget_key(profile: Path) -> None:
    """Take the key of a vault out of the keyring, if it is there."""
    with suppress(AccountError, IdentityError):
        if vault.method(_read(profile)) is vault.Method.KEYRING:
            import keyring.errors

            with suppress(keyring.errors.KeyringError):
                keyring.delete_password(SERVICE, _entry(profile))


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner only: whole, or not at all.

    Raises:
        NotStoredError: The disk is full.
        AccountError: The folder cannot be used.
    """
    with told_of(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(profile: Path) -> bytes:
    with told_of(profile):
        try:
            with (profile / VAULT).open("rb") as file:
                return file.read(vault.MAX_FILE_BYTES + 1)
        except FileNotFoundError as error:
            if (profile / STORE).exists():
                raise VaultLockedError from error
            raise VaultLockedError("error-not-logged-in") from error


def _entry(profile: Path) -> str:
    return str(profile.resolve())
