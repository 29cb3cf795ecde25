"""What is kept of a request to the custodians says whose it is, and no more without a password."""

from pathlib import Path

import pytest

from teamchat.client.custody_pending import PENDING, Begun, KeptRequest, Pending, begun, forget
from teamchat.mls.crypto.default import DefaultCrypto

CRYPTO = DefaultCrypto()
ANNA = Begun("https://chat.example", "anna")
REQUEST = Pending("a" * 26, b"the slot", b"the secret", b"the claim")


def kept(folder: Path, typed: str = "richtig") -> KeptRequest:
    return KeptRequest(folder, ANNA, typed, CRYPTO)


def test_it_is_there_for_who_knows_the_password(tmp_path: Path) -> None:
    kept(tmp_path).keep(REQUEST)
    assert kept(tmp_path).read() == REQUEST
    assert kept(tmp_path, "falsch").read() is None


def test_whose_it_is_can_be_read_without_a_password_and_nothing_else(tmp_path: Path) -> None:
    assert begun(tmp_path) is None
    kept(tmp_path).keep(REQUEST)
    assert begun(tmp_path) == ANNA
    written = (tmp_path / PENDING).read_bytes()
    assert not any(part in written for part in (b"secret", b"slot", b"claim"))
    assert (tmp_path / PENDING).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damaged", [b"", b"{}", b'{"vault":"","sealed":""}', b"\xff", b"[" * 9999])
def test_a_damaged_file_is_none(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / PENDING).write_bytes(damaged)
    assert begun(tmp_path) is None
    assert kept(tmp_path).read() is None


def test_it_is_forgotten_once_and_twice(tmp_path: Path) -> None:
    kept(tmp_path).keep(REQUEST)
    kept(tmp_path).forget()
    forget(tmp_path)
    assert begun(tmp_path) is None


def test_what_it_holds_does_not_print() -> None:
    assert "secret" not in repr(REQUEST)
    assert "claim" not in repr(REQUEST)
