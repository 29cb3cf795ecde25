import pickle

import pytest

from teamchat.transparency.errors import FormatError, SignatureError, UsageError
from teamchat.transparency.keys import (
    LogKey,
    Signature,
    SignatureType,
    VerifierKey,
    WitnessKey,
    cosigned_message,
)
from tests.support.tlog import LOG_KEY, NOW, WITNESSES

TEXT = b"some text\n"
VKEY = "chat.example/audit/1+37b4e26e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def test_a_key_is_read_as_it_is_written() -> None:
    assert LOG_KEY.verifier.vkey == VKEY
    assert VerifierKey.parse(VKEY) == LOG_KEY.verifier
    witness = WITNESSES[0].verifier
    assert VerifierKey.parse(witness.vkey) == witness
    assert witness.type is SignatureType.COSIGNATURE_V1


def test_one_public_key_has_another_id_for_another_name_or_type() -> None:
    public = LOG_KEY.verifier.public
    keys = [VerifierKey(name, kind, public) for name in ("a", "b") for kind in SignatureType]
    assert len({key.key_id for key in keys}) == 4


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "chat.example",
        VKEY.replace("37b4e26e", "fa38b25c"),
        VKEY.replace("37b4e26e", "37B4E26E"),
        VKEY.replace("37b4e26e", ""),
        VKEY.replace("audit", "other"),
        VKEY + "\n",
        VKEY[:-4],
        VKEY + "+",
        VKEY.replace("+AQ", "+BQ"),
        "chat.example/audit/1+37b4e26e+",
        "x" * 1_000 + VKEY,
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(FormatError):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize(
    "name",
    ["", "a b", "a+b", "a\u2028b", "a\u00a0b", "a\nb", "a\x1bb", "é" * 128, "\u3000", "\udcff"],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(FormatError):
        LogKey(name, bytes(32))
    with pytest.raises(FormatError):
        Signature(name, b"keid", b"signature")


def test_a_signature_is_of_one_text_key_and_type() -> None:
    signature = LOG_KEY.sign(TEXT)
    assert LOG_KEY.verifier.verify(TEXT, signature) is None
    other = LogKey(LOG_KEY.verifier.name, bytes(32)).verifier
    renamed = Signature(signature.name, other.key_id, signature.value)
    with pytest.raises(SignatureError):
        LOG_KEY.verifier.verify(TEXT + b"more\n", signature)
    with pytest.raises(SignatureError, match="another key"):
        other.verify(TEXT, signature)
    with pytest.raises(SignatureError, match="is wrong"):
        other.verify(TEXT, renamed)


def test_a_cosignature_carries_its_time() -> None:
    key = WITNESSES[0]
    signature = key.sign(TEXT, NOW)
    assert key.verifier.verify(TEXT, signature) == NOW
    later = signature.value[:7] + bytes([signature.value[7] ^ 1]) + signature.value[8:]
    with pytest.raises(SignatureError):
        key.verifier.verify(TEXT, Signature(signature.name, signature.key_id, later))


def test_a_witness_signs_a_message_of_its_own() -> None:
    assert cosigned_message(TEXT, 7) == b"cosignature/v1\ntime 7\nsome text\n"


@pytest.mark.parametrize("length", [1, 63, 65, 71, 73])
def test_a_signature_of_the_wrong_length_is_refused(length: int) -> None:
    for key in (LOG_KEY.verifier, WITNESSES[0].verifier):
        with pytest.raises(SignatureError):
            key.verify(TEXT, Signature(key.name, key.key_id, b"\x01" * length))


def test_a_signature_takes_nothing_of_the_text_with_it() -> None:
    """A signature over more than the text, with the rest of it behind the signature."""
    value = LOG_KEY.sign(b"never said: " + TEXT).value + b"never said: "
    with pytest.raises(SignatureError, match="length"):
        LOG_KEY.verifier.verify(
            TEXT, Signature(LOG_KEY.verifier.name, LOG_KEY.verifier.key_id, value)
        )


def test_a_time_beyond_all_bounds_is_refused() -> None:
    key = WITNESSES[0]
    with pytest.raises(UsageError):
        key.sign(TEXT, 2**63)
    value = b"\xff" * 8 + key.sign(TEXT, NOW).value[8:]
    with pytest.raises(SignatureError, match="time"):
        key.verifier.verify(TEXT, Signature(key.verifier.name, key.verifier.key_id, value))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "— a",
        "- a QUJDREVG",
        "— a QUJDREVG ",
        "—  a QUJDREVG",
        "— a b QUJDREVG",
        "— a QUJD",
        "— a QUJDRA==",
        "— a QUJDRE",
        "— a+b QUJDREVG",
        " — a QUJDREVG",
        "— a " + "QUJD" * 4_000,
        "— a " + "QUJD" * 2_060,
    ],
)
def test_a_signature_line_has_one_form(line: str) -> None:
    with pytest.raises(FormatError):
        Signature.parse(line)


def test_a_signature_line_is_read_as_it_is_written() -> None:
    signature = Signature("a", b"ABCD", b"EF")
    assert signature.line == "— a QUJDREVG\n"
    assert Signature.parse("— a QUJDREVG") == signature


def test_a_secret_is_not_shown_or_stored_by_accident() -> None:
    for key in (LOG_KEY, WITNESSES[0]):
        assert key._secret.hex()[:16] not in repr(key)
        assert key.verifier.vkey in repr(key)
        with pytest.raises(TypeError):
            pickle.dumps(key)


def test_keys_are_equal_if_they_sign_alike() -> None:
    assert LogKey("a", bytes(32)) == LogKey("a", bytes(32))
    assert hash(LogKey("a", bytes(32))) == hash(LogKey("a", bytes(32)))
    assert LogKey("a", bytes(32)) != LogKey("b", bytes(32))
    assert LogKey("a", bytes(32)) != WitnessKey("a", bytes(32))
    with pytest.raises(UsageError):
        LogKey("a", bytes(31))
