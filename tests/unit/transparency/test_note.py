import pytest

from teamchat.transparency.errors import FormatError, SignatureError
from teamchat.transparency.keys import LogKey, Signature
from teamchat.transparency.note import MAX_SIGNATURES, SignedNote, Verified, verify_note
from tests.support.tlog import LOG_KEY, NOW, WITNESSES

TEXT = "Grüße\n\nnach Shanghai\n".encode()
OTHER = LogKey("other.example", bytes(32))
SIGNED = SignedNote(TEXT, (LOG_KEY.sign(TEXT), OTHER.sign(TEXT)))


def test_a_note_is_read_as_it_is_written() -> None:
    data = SIGNED.encode()
    assert SignedNote.decode(data) == SIGNED
    assert data.startswith(TEXT + "\n— chat.example/audit/1 ".encode())


def test_the_text_may_have_empty_lines() -> None:
    assert SignedNote.decode(SIGNED.encode()).text == TEXT


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: data + b"\n\n",
        lambda data: data.replace("— ".encode(), b"- "),
        lambda data: data.replace(b"\n\n\xe2", b"\n\xe2"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"Shanghai", b"Shang\thai"),
        lambda data: data.replace(b"Shanghai", b"\xff"),
        lambda data: b"\xef\xbb\xbf" + data + b" ",
        lambda _: b"",
        lambda _: b"\n",
        lambda _: b"\n\n",
        lambda _: b"text without signatures\n\n",
        lambda data: data + "— a QUJDREVG\n".encode() * MAX_SIGNATURES,
        lambda data: b"x" * 131_072 + data,
    ],
)
def test_what_is_no_note_is_refused(change: object) -> None:
    with pytest.raises(FormatError):
        SignedNote.decode(change(SIGNED.encode()))  # type: ignore[operator]  # a lambda


@pytest.mark.parametrize(
    "text", [b"", b"no newline", b"a\x00\n", b"\xff\n", b"x" * 131_072 + b"\n"]
)
def test_a_text_that_could_not_be_read_back_is_not_signed(text: bytes) -> None:
    with pytest.raises(FormatError):
        SignedNote(text, (LOG_KEY.sign(text),))


def test_a_note_has_signatures_in_bounds() -> None:
    with pytest.raises(FormatError):
        SignedNote(TEXT, ())
    with pytest.raises(FormatError):
        SIGNED.with_signatures(*[LOG_KEY.sign(TEXT)] * MAX_SIGNATURES)


def test_a_note_without_end_is_refused_unread() -> None:
    with pytest.raises(FormatError, match="too large"):
        SignedNote.decode(b"\xff" * 131_073)


def test_sixteen_post_quantum_signatures_fit() -> None:
    many = [Signature(f"w{number}", b"keid", b"s" * 5_000) for number in range(16)]
    assert SignedNote.decode(SIGNED.with_signatures(*many).encode()).signatures[2:] == tuple(many)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    assert verify_note(SIGNED, [OTHER.verifier]) == (Verified(OTHER.verifier, None),)
    namesake = Signature(OTHER.verifier.name, b"\x00" * 4, b"whatever")
    assert verify_note(SIGNED.with_signatures(namesake), [OTHER.verifier])


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(SignatureError, match="no known key"):
        verify_note(SIGNED, [WITNESSES[0].verifier])
    with pytest.raises(SignatureError, match="no known key"):
        verify_note(SIGNED, [])


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = LOG_KEY.sign(b"another text\n")
    with pytest.raises(SignatureError, match="is wrong"):
        verify_note(SIGNED.with_signatures(wrong), [LOG_KEY.verifier, OTHER.verifier])
    assert verify_note(SIGNED.with_signatures(wrong), [OTHER.verifier])


def test_signatures_of_both_types_verify() -> None:
    note = SIGNED.with_signatures(WITNESSES[0].sign(TEXT, NOW))
    verified = verify_note(note, [LOG_KEY.verifier, WITNESSES[0].verifier])
    assert [each.time for each in verified] == [None, NOW]
