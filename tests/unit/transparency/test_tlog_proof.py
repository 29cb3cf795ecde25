# ruff: noqa: E501 - a proof file as it is
import pytest

from teamchat.transparency.errors import FormatError, PolicyError, ProofError, SignatureError
from teamchat.transparency.hashing import leaf_hash
from teamchat.transparency.tlog_proof import TLogProof
from teamchat.transparency.witness import Policy
from tests.support.tlog import ALL_WITNESSES, LOG_KEY, LOG_ONLY, WITNESSES, entries, log_of

FILE = """\
c2sp.org/tlog-proof@v1
index 2
ycS/r7B0IXR9Gi1Ps5L3D9jbGMZMRcGQTlHZAdGYjJA=
OcaLq9QahtlQgT3ey9+h5mzvl1EuAjlHkMbdGx+BZF8=
ezKQNPXSfBr8benrGkZvZ2oOqrgC+bKQsgRp5VIXyDY=

chat.example/audit/1
5
oJ0bp7Zy8+JS5S0T2BLwZ3rraoO8AiJY+6xeInY48Qg=

— chat.example/audit/1 N7Tibmo7FIT9ActISb2A3PKpj96HGjTNXpU35d+sY+o8nFNO7q98eWNF9fWyRSOZPTSZbcsH2nkbZFn30P3zUZMPFw4=
— witness.example/1 9AMTSAAAAABqsTuAzYu3MQOCYNqjRBsRgoXycxRK/MTyHU2eXUN8LXdxVppF64Cbl+mCqmGM9wNFPALAwlBJdiXTh1Whnr1VMlP1CA==
— witness.example/2 1kDA0gAAAABqsTuAK9UfiyNeqxh2PCFUKhjuLwlkRLAlE3flv7mGofgmmYZ0VG9AINEejou9IEnFHH46bjdlg4HxPp4ClhfZ0JBzCA==
— witness.example/3 ruWJqAAAAABqsTuARFa9PoQ08sDXqFO/grCdlmDzesJ/wDdkxdZnwaWW7O+tQzdCPBpCyqEMbsQbR+K+qSXpJ4SDs8IACvV1+n55Bw==
"""
"""Written by this package, and accepted by transparency-dev/formats, transparency-dev/merkle and
golang.org/x/mod (Go 1.27.3), so that an accident here cannot change the format unseen."""
ENTRY = entries(1, 2)[0]


def proof() -> TLogProof:
    log = log_of(5)
    log.publish()
    return log.proof_file(2)


def test_a_proof_file_has_one_form_for_good() -> None:
    assert proof().encode().decode() == FILE
    assert TLogProof.decode(FILE.encode()) == proof()


def test_a_proof_file_proves_an_entry_without_the_log() -> None:
    trusted = TLogProof.decode(FILE.encode()).verify(leaf_hash(ENTRY), ALL_WITNESSES)
    assert trusted.signed.checkpoint.size == 5
    assert len(trusted.cosigned) == 3


def test_another_entry_is_not_proven() -> None:
    with pytest.raises(ProofError):
        proof().verify(leaf_hash(b"another"), ALL_WITNESSES)


def test_another_place_is_not_proven() -> None:
    moved = TLogProof.decode(FILE.replace("index 2", "index 3").encode())
    with pytest.raises(ProofError):
        moved.verify(leaf_hash(ENTRY), ALL_WITNESSES)


def test_a_checkpoint_with_another_size_is_not_trusted() -> None:
    larger = TLogProof.decode(FILE.replace("\n5\n", "\n6\n").encode())
    with pytest.raises(SignatureError):
        larger.verify(leaf_hash(ENTRY), LOG_ONLY)


def test_the_policy_decides_how_many_witnesses_it_takes() -> None:
    note = proof().note
    alone = TLogProof(2, proof().hashes, type(note)(note.text, note.signatures[:1]))
    alone.verify(leaf_hash(ENTRY), LOG_ONLY)
    with pytest.raises(PolicyError):
        alone.verify(leaf_hash(ENTRY), Policy(LOG_KEY.verifier, (WITNESSES[0].verifier,), 1))


def test_extra_data_are_carried_and_vouch_for_nothing() -> None:
    extra = TLogProof(2, proof().hashes, proof().note, b"for the application")
    data = extra.encode()
    assert data.split(b"\n")[1] == b"extra Zm9yIHRoZSBhcHBsaWNhdGlvbg=="
    assert TLogProof.decode(data) == extra
    extra.verify(leaf_hash(ENTRY), ALL_WITNESSES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("c2sp.org", " c2sp.org"),
        ("index 2\n", ""),
        ("index 2", "index 02"),
        ("index 2", "index -2"),
        ("index 2", "index  2"),
        ("index 2", "Index 2"),
        ("index 2", "extra \nindex 2"),
        ("index 2", "extra QQ\nindex 2"),
        ("index 2", "extra QQ==\nextra QQ==\nindex 2"),
        ("index 2", "index 2\nindex 2"),
        ("index 2\n", "index 2\nQUJD\n"),
        ("index 2\n", "index 2\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 64),
        ("index 2", "index 9223372036854775808"),
        ("\n\n", "\n"),
        ("\n", "\r\n"),
    ],
)
def test_what_is_no_proof_file_is_refused(old: str, new: str) -> None:
    with pytest.raises(FormatError):
        TLogProof.decode(FILE.replace(old, new).encode())


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(FormatError, match="too large"):
        TLogProof.decode(b"\xff" * 300_000)
    for index, hashes, extra in [
        (-1, (), b""),
        (2**63, (), b""),
        (2, (b"h",), b""),
        (2, (b"h" * 32,) * 65, b""),
        (2, (), b"x" * 65_536),
    ]:
        with pytest.raises(FormatError):
            TLogProof(index, hashes, proof().note, extra)
