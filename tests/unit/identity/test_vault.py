import json
import pickle

import pytest

from teamchat.identity import vault
from teamchat.identity.errors import IdentityError, WrongPassphraseError
from teamchat.identity.vault import DEFAULT_COST, Cost, Method, VaultKey

SECRET = bytes(range(32))
KEY = VaultKey(SECRET)
SALT, NONCE, WRAPPING = bytes(16), bytes(24), bytes([9]) * 32
CHEAP = Cost(passes=1, memory_kib=8)
FILE = KEY.wrapped_by_passphrase("Grüße 你好", salt=SALT, nonce=NONCE, cost=CHEAP)
KEYRING_FILE = KEY.wrapped_by_key(WRAPPING, nonce=NONCE)


def changed(file: bytes, **fields: object) -> bytes:
    return json.dumps(json.loads(file) | fields).encode()


def test_the_passphrase_unlocks() -> None:
    assert vault.method(FILE) is Method.PASSPHRASE
    assert vault.unlock_with_passphrase(FILE, "Grüße 你好") == KEY
    assert SECRET not in FILE


def test_the_keyring_unlocks() -> None:
    assert vault.method(KEYRING_FILE) is Method.KEYRING
    assert vault.unlock_with_key(KEYRING_FILE, WRAPPING) == KEY


def test_what_does_not_unlock() -> None:
    with pytest.raises(WrongPassphraseError):
        vault.unlock_with_passphrase(FILE, "Grüße")
    with pytest.raises(IdentityError):
        vault.unlock_with_passphrase(FILE, "")
    with pytest.raises(IdentityError):
        vault.unlock_with_passphrase(FILE, "x" * 5000)
    with pytest.raises(IdentityError, match="keyring"):
        vault.unlock_with_passphrase(KEYRING_FILE, "Grüße 你好")
    with pytest.raises(WrongPassphraseError):
        vault.unlock_with_key(KEYRING_FILE, bytes(32))
    with pytest.raises(WrongPassphraseError):
        vault.unlock_with_key(KEYRING_FILE, bytes(31))
    with pytest.raises(IdentityError, match="passphrase"):
        vault.unlock_with_key(FILE, WRAPPING)


def test_the_parameters_are_bound_to_the_key() -> None:
    for fields in ({"passes": 2}, {"memory_kib": 16}, {"hint": "Grüße"}):
        with pytest.raises(WrongPassphraseError):
            vault.unlock_with_passphrase(changed(FILE, **fields), "Grüße 你好")


@pytest.mark.parametrize(
    "file",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 4000, b" " * 5000 + FILE,
        changed(FILE, format="x"), changed(FILE, version=2), changed(FILE, method="x"),
        changed(FILE, passes=0), changed(FILE, passes=17), changed(FILE, memory_kib=7),
        changed(FILE, memory_kib=2**30), changed(FILE, passes=1.5), changed(FILE, salt="AAAA"),
        changed(FILE, salt="!"), changed(FILE, wrapped=1), changed(FILE, wrapped="é"),
        changed(FILE, wrapped=""),
    ],
)  # fmt: skip
def test_a_damaged_file(file: bytes) -> None:
    with pytest.raises(IdentityError):
        vault.unlock_with_passphrase(file, "Grüße 你好")


def test_a_field_opens_in_its_place_only() -> None:
    sealed = KEY.seal(b"Moin", b"messages/body/7", bytes(24))
    assert KEY.open(sealed, b"messages/body/7") == b"Moin"
    assert b"Moin" not in sealed
    with pytest.raises(IdentityError):
        KEY.open(sealed, b"messages/body/8")
    with pytest.raises(IdentityError):
        VaultKey(bytes(32)).open(sealed, b"messages/body/7")


def test_an_index_finds_without_showing() -> None:
    assert KEY.index(b"a", b"b") == KEY.index(b"a", b"b")
    assert len({KEY.index(b"a", b"b"), KEY.index(b"ab", b""), KEY.index(b"", b"ab")}) == 3
    assert KEY.index(b"a", b"b") != VaultKey(bytes(32)).index(b"a", b"b")


def test_a_vault_key_never_prints() -> None:
    assert repr(KEY) == "VaultKey(…)"
    assert hash(KEY) == hash(VaultKey(SECRET))
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    with pytest.raises(IdentityError):
        VaultKey(bytes(31))
    with pytest.raises(IdentityError):
        KEY.wrapped_by_passphrase("x", salt=b"", nonce=NONCE, cost=CHEAP)


def test_the_default_cost_is_what_the_rfc_advises_or_more() -> None:
    assert DEFAULT_COST.memory_kib * DEFAULT_COST.passes >= 64 * 1024 * 3


def test_a_vault_has_the_default_cost_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vault, "DEFAULT_COST", Cost(passes=2, memory_kib=16))
    head = json.loads(KEY.wrapped_by_passphrase("Grüße", salt=SALT, nonce=NONCE))
    assert (head["passes"], head["memory_kib"]) == (2, 16)
