import pytest

from teamchat.transparency import FormatError, Signature
from teamchat.transparency.encoding import encode_base64
from teamchat.witness.request import MAX_PROOF_LINES, MAX_REQUEST_BYTES, AddCheckpoint
from tests.support.tlog import LOG_KEY, checkpoint, log_of
from tests.support.witnessing import asked, body

NOTE = checkpoint(log_of(5).tree.head)
HASH = encode_base64(b"h" * 32)
LINES = f"old 3\n{HASH}\n\n".encode()


def test_a_request_is_an_old_size_a_proof_and_a_checkpoint() -> None:
    read = AddCheckpoint.decode(LINES + NOTE.encode())
    assert read == AddCheckpoint(3, (b"h" * 32,), NOTE)
    assert read.origin == LOG_KEY.verifier.name


def test_a_first_request_has_no_proof() -> None:
    assert AddCheckpoint.decode(asked(log_of(5), 0)) == AddCheckpoint(0, (), NOTE)


def test_a_proof_has_at_most_63_lines() -> None:
    most = AddCheckpoint.decode(body(3, [b"h" * 32] * MAX_PROOF_LINES, NOTE))
    assert len(most.proof) == MAX_PROOF_LINES == 63
    with pytest.raises(FormatError, match="63"):
        AddCheckpoint.decode(body(3, [b"h" * 32] * 64, NOTE))


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\n\n",
        b"old 3",
        b"old 3\n" + NOTE.encode(),
        NOTE.encode(),
        b"old 3\n\n",
        b"old 3\n\n" + NOTE.text,
        b"\nold 3\n\n" + NOTE.encode(),
        b"old 3\r\n\r\n" + NOTE.encode(),
        b"old  3\n\n" + NOTE.encode(),
        b"old 3 \n\n" + NOTE.encode(),
        b"old 03\n\n" + NOTE.encode(),
        b"old -1\n\n" + NOTE.encode(),
        b"old +3\n\n" + NOTE.encode(),
        b"old\n\n" + NOTE.encode(),
        b"old \xd9\xa3\n\n" + NOTE.encode(),
        b"Old 3\n\n" + NOTE.encode(),
        f"old {2**63}\n\n".encode() + NOTE.encode(),
        b"old 3\nnot base64\n\n" + NOTE.encode(),
        b"old 3\n" + HASH[:-1].encode() + b"\n\n" + NOTE.encode(),
        b"old 3\n" + encode_base64(b"h" * 31).encode() + b"\n\n" + NOTE.encode(),
        b"old 3\n" + HASH.encode() + b" \n\n" + NOTE.encode(),
        b"old \xff\n\n" + NOTE.encode(),
        LINES + b"\xff" + NOTE.encode(),
        LINES + NOTE.encode()[:-1],
        LINES + NOTE.encode() + b"\n",
    ],
)
def test_what_is_written_another_way_is_refused(written: bytes) -> None:
    with pytest.raises(FormatError):
        AddCheckpoint.decode(written)


def test_a_request_is_bounded() -> None:
    with pytest.raises(FormatError, match="too large"):
        AddCheckpoint.decode(LINES + b"x" * MAX_REQUEST_BYTES)


def test_the_largest_that_must_be_read_is_not_too_large() -> None:
    """63 lines of proof, and 16 signatures of 5,000 bytes (c2sp.org/signed-note)."""
    note = NOTE.with_signatures(
        *(Signature(f"stranger.example/{n}", b"0000", b"s" * 5_000) for n in range(15))
    )
    assert AddCheckpoint.decode(body(3, [b"h" * 32] * 63, note)).note == note
