"""The vault on disk: passphrase or keyring, whole files, for their owner only."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from teamchat.client.errors import VaultLockedError
from teamchat.client.vault_file import (
    Keyring,
    Passphrase,
    best_source,
    has_keyring,
    source_of,
    write_private,
)
from teamchat.identity.vault import Cost

CHEAP = Cost(passes=1, memory_kib=8)


class FakeKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory that claims to be real."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def real_keyring() -> Iterator[FakeKeyring]:
    before, fake = keyring.get_keyring(), FakeKeyring()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


def passphrase(text: str) -> Passphrase:
    return Passphrase(lambda: text, CHEAP)


def test_a_passphrase_opens_what_it_made(tmp_path: Path) -> None:
    made = passphrase("open sesame").create(tmp_path)
    assert passphrase("open sesame").unlock(tmp_path) == made
    with pytest.raises(VaultLockedError, match="error-wrong-passphrase"):
        passphrase("open says me").unlock(tmp_path)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    passphrase("open sesame").create(tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name == "vault.json"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_keyring_opens_what_it_made(tmp_path: Path, real_keyring: FakeKeyring) -> None:
    made = Keyring().create(tmp_path)
    assert Keyring().unlock(tmp_path) == made
    real_keyring.held.clear()
    with pytest.raises(VaultLockedError):
        Keyring().unlock(tmp_path)


def test_the_keyring_is_taken_if_it_is_a_real_one(real_keyring: FakeKeyring) -> None:
    assert has_keyring()
    assert isinstance(best_source(str), Keyring)
    real_keyring.priority = 0.5  # type: ignore[assignment]  # a backend that stores in the clear
    assert not has_keyring()
    assert isinstance(best_source(str), Passphrase)


def test_a_profile_is_opened_as_it_was_made(tmp_path: Path, real_keyring: FakeKeyring) -> None:
    passphrase("open sesame").create(tmp_path / "one")
    Keyring().create(tmp_path / "two")
    assert isinstance(source_of(tmp_path / "one", lambda: ""), Passphrase)
    assert isinstance(source_of(tmp_path / "two", lambda: ""), Keyring)
    with pytest.raises(VaultLockedError):
        source_of(tmp_path / "three", lambda: "")


def test_a_damaged_vault_does_not_open(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_bytes(b"{}")
    with pytest.raises(VaultLockedError):
        passphrase("open sesame").unlock(tmp_path)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, b"old")
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_vault_that_is_lost_is_not_said_to_be_nobodys(tmp_path: Path) -> None:
    with pytest.raises(VaultLockedError, match="error-not-logged-in"):
        source_of(tmp_path, str)
    (tmp_path / "store.db").write_bytes(b"")
    with pytest.raises(VaultLockedError, match="error-vault-locked"):
        source_of(tmp_path, str)
