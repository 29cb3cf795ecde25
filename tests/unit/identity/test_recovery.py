import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity.errors import IdentityError, Slip, WrongRecoveryKeyError
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


@given(st.binary(min_size=20, max_size=20), st.sampled_from(["de", "en", "de-AT", "zh"]))
def test_what_is_written_is_read(secret: bytes, language: str) -> None:
    key = RecoveryKey(secret)
    words = key.written(language).split()
    assert len(words) == 16
    assert RecoveryKey.read(" ".join(words)) == key
    sloppy = "\n".join(f"{at}. {word[:4].upper()} -" for at, word in enumerate(words, 1))
    assert RecoveryKey.read(sloppy) == key


def test_one_wrong_word_or_two_changed_places_are_found() -> None:
    words = KEY.written("de").split()
    other = [word for word in ("apfel", "birke") if word not in words]
    changed = [[*words[:at], each, *words[at + 1 :]] for at in range(16) for each in other]
    swapped = [[*words[:at], words[at + 1], words[at], *words[at + 2 :]] for at in range(15)]
    for wrong in changed + swapped:
        with pytest.raises(WrongRecoveryKeyError) as told:
            RecoveryKey.read(" ".join(wrong))
        assert told.value.slip is Slip.MIXED


def test_a_word_that_is_none_is_named_by_its_place() -> None:
    words = KEY.written("de").split()
    words[4] = "apfell"
    with pytest.raises(WrongRecoveryKeyError) as told:
        RecoveryKey.read(" ".join(words))
    assert (told.value.slip, told.value.place) == (Slip.UNKNOWN, 5)
    assert told.value.meant[0] == "apfel"
    assert "apfell" not in str(told.value)


@pytest.mark.parametrize("kept", [0, 1, 15, 17])
def test_how_many_words_there_are(kept: int) -> None:
    words = [*KEY.written("en").split(), "zoo"][:kept]
    with pytest.raises(WrongRecoveryKeyError) as told:
        RecoveryKey.read(" ".join(words))
    assert (told.value.slip, told.value.count) == (Slip.COUNT, kept)


def test_words_of_two_languages_are_not_mixed() -> None:
    words = KEY.written("de").split()[:8] + KEY.written("en").split()[8:]
    with pytest.raises(WrongRecoveryKeyError) as told:
        RecoveryKey.read(" ".join(words))
    assert told.value.slip is Slip.UNKNOWN


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
