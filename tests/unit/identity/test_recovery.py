import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity.errors import IdentityError, WrongRecoveryKeyError
from teamchat.identity.recovery import BOX_BYTES, Kept, RecoveryKey
from teamchat.identity.sealing import seal
from tests.unit.identity.people import ANNA, ANNAS_KEY, WEI, WEIS_KEY

KEY = RecoveryKey(bytes(range(100, 120)))
NONCE = bytes(24)
KEPT = Kept(ANNAS_KEY, bytes(range(200, 232)))
BOX = KEY.seal(KEPT, ANNA, NONCE)


def test_the_box_gives_identity_and_history_key_back() -> None:
    assert KEY.open(BOX, ANNA, ANNAS_KEY.public) == KEPT
    assert ANNAS_KEY.seed not in BOX
    assert KEPT.history_key not in BOX
    assert len(BOX) == BOX_BYTES


def test_a_history_key_of_another_length() -> None:
    with pytest.raises(IdentityError, match="history key"):
        Kept(ANNAS_KEY, bytes(31))


def test_a_box_of_another_version() -> None:
    with pytest.raises(IdentityError, match="version 1"):
        KEY.open(b"\x01" + BOX[1:], ANNA, ANNAS_KEY.public)


@given(st.binary(min_size=20, max_size=20))
def test_what_is_written_is_read(secret: bytes) -> None:
    key = RecoveryKey(secret)
    written = key.written()
    assert [len(group) for group in written.split("-")] == [5] * 7
    assert RecoveryKey.read(written) == key
    sloppy = written.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert RecoveryKey.read(f"  {sloppy}\n") == key


def test_a_typing_error_is_found() -> None:
    written = KEY.written()
    found = 0
    tries = [(at, other) for at in range(len(written)) for other in "0Z" if written[at] != other]
    for at, other in tries:
        try:
            RecoveryKey.read(written[:at] + other + written[at + 1 :])
        except WrongRecoveryKeyError:
            found += 1
    assert found == len(tries)


@pytest.mark.parametrize("typed", ["", "-", KEY.written()[:-1], KEY.written() + "0", "U" * 35])
def test_what_is_no_recovery_key(typed: str) -> None:
    with pytest.raises(WrongRecoveryKeyError):
        RecoveryKey.read(typed)


def test_what_does_not_open() -> None:
    with pytest.raises(WrongRecoveryKeyError):
        RecoveryKey(bytes(20)).open(BOX, ANNA, ANNAS_KEY.public)
    with pytest.raises(WrongRecoveryKeyError):
        KEY.open(BOX, WEI, ANNAS_KEY.public)
    with pytest.raises(WrongRecoveryKeyError):
        KEY.open(BOX, ANNA, WEIS_KEY.public)
    with pytest.raises(IdentityError, match="length"):
        KEY.open(BOX[:-1], ANNA, ANNAS_KEY.public)
    for at in range(len(BOX)):
        changed = bytearray(BOX)
        changed[at] ^= 1
        with pytest.raises(IdentityError):
            KEY.open(bytes(changed), ANNA, ANNAS_KEY.public)


def test_a_box_with_another_identity_inside() -> None:
    bound = b"teamchat recovery box\x00" + bytes(range(16)) + ANNAS_KEY.public
    forged = b"\x02" + seal(KEY._box_key(), WEIS_KEY.seed + bytes(32), bound, NONCE)
    with pytest.raises(IdentityError, match="another identity"):
        KEY.open(forged, ANNA, ANNAS_KEY.public)


def test_a_recovery_key_never_prints() -> None:
    assert repr(KEY) == "RecoveryKey(…)"
    assert str(KEY) == "RecoveryKey(…)"
    assert repr(KEPT.history_key) not in repr(KEPT)
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    with pytest.raises(IdentityError):
        RecoveryKey(bytes(16))
    assert hash(KEY) == hash(RecoveryKey(bytes(range(100, 120))))
