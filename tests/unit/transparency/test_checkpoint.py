import pytest

from teamchat.transparency.checkpoint import Checkpoint, open_checkpoint
from teamchat.transparency.errors import FormatError, SignatureError, UsageError
from teamchat.transparency.keys import LogKey
from teamchat.transparency.note import SignedNote
from tests.support.tlog import LOG_KEY, WITNESSES, checkpoint, log_of

HEAD = log_of(5).tree.head
TEXT = Checkpoint("chat.example/audit/1", 5, HEAD.root).encode()


def test_a_checkpoint_has_three_lines() -> None:
    assert TEXT.count(b"\n") == 3
    assert TEXT.startswith(b"chat.example/audit/1\n5\n")
    assert Checkpoint.decode(TEXT).head == HEAD


def test_extension_lines_of_others_are_kept() -> None:
    extended = Checkpoint("a log with spaces", 0, HEAD.root, ("one", "two three"))
    assert Checkpoint.decode(extended.encode()) == extended


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        TEXT[:-1],
        TEXT + b"\n",
        TEXT + b"extension",
        TEXT + b"one\n\ntwo\n",
        TEXT + b"x\n" * 17,
        TEXT + b"x" * 1_025 + b"\n",
        TEXT.replace(b"\n5\n", b"\n05\n"),
        TEXT.replace(b"\n5\n", b"\n-5\n"),
        TEXT.replace(b"\n5\n", b"\n5 \n"),
        TEXT.replace(b"\n5\n", b"\n9223372036854775808\n"),
        TEXT.replace(b"\n5\n", b"\n\n"),
        TEXT.replace(b"chat.example/audit/1", b""),
        TEXT.replace(b"=\n", b"\n"),
        TEXT.replace(b"=\n", b"==\n"),
        b"origin\n5\nQUJD\n",
        b"\xff" + TEXT,
    ],
)
def test_what_is_no_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(FormatError):
        Checkpoint.decode(text)


@pytest.mark.parametrize("origin", ["", "a\nb", "a\rb", "a\x1b[31mb", "x" * 1_025])
def test_an_origin_cannot_make_lines_of_its_own(origin: str) -> None:
    with pytest.raises(FormatError):
        Checkpoint(origin, 5, HEAD.root)


def test_a_line_separator_of_unicode_separates_no_lines() -> None:
    odd = Checkpoint("a\u2028b\u0085c", 5, HEAD.root)
    assert Checkpoint.decode(odd.encode()) == odd


@pytest.mark.parametrize(("size", "root"), [(-1, b"r" * 32), (2**63, b"r" * 32), (5, b"r" * 31)])
def test_what_no_tree_has_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(FormatError):
        Checkpoint("a", size, root)


def test_a_checkpoint_is_opened_with_the_key_of_its_log() -> None:
    note = checkpoint(HEAD)
    assert open_checkpoint(note, LOG_KEY.verifier).checkpoint.head == HEAD


def test_a_checkpoint_of_another_log_is_refused() -> None:
    text = Checkpoint("another.example", 5, HEAD.root).encode()
    with pytest.raises(SignatureError, match="another log"):
        open_checkpoint(SignedNote(text, (LOG_KEY.sign(text),)), LOG_KEY.verifier)


def test_a_checkpoint_its_log_did_not_sign_is_refused() -> None:
    note = checkpoint(HEAD, LogKey(LOG_KEY.verifier.name, bytes(32)))
    with pytest.raises(SignatureError):
        open_checkpoint(note, LOG_KEY.verifier)


def test_a_changed_checkpoint_is_refused() -> None:
    note = checkpoint(HEAD)
    changed = SignedNote(note.text.replace(b"\n5\n", b"\n6\n"), note.signatures)
    with pytest.raises(SignatureError):
        open_checkpoint(changed, LOG_KEY.verifier)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    text = b"a vote of thanks\n"
    with pytest.raises(FormatError):
        open_checkpoint(SignedNote(text, (LOG_KEY.sign(text),)), LOG_KEY.verifier)


def test_a_witness_is_no_log() -> None:
    with pytest.raises(UsageError):
        open_checkpoint(checkpoint(HEAD), WITNESSES[0].verifier)
