"""Every status of c2sp.org/tlog-witness, from values alone."""

from dataclasses import replace

import pytest

from teamchat.transparency import (
    EMPTY_ROOT,
    Checkpoint,
    LogKey,
    Signature,
    SignedNote,
    TreeHead,
    verify_note,
)
from teamchat.transparency.witness import CLOCK_SKEW
from teamchat.witness.decision import Followed, Verdict, decide
from teamchat.witness.request import AddCheckpoint
from tests.support.tlog import LOG_KEY, NOW, StoredLog, checkpoint, entries, log_of
from tests.support.witnessing import NEW, POLICY, WITNESS, body, request, two_stories


def after(log: StoredLog, *, now: int = NOW) -> Followed:
    """What is remembered when a log was cosigned as it stands."""
    followed, answer = decide(NEW, request(log, 0), WITNESS, now)
    assert answer.verdict is Verdict.COSIGNED
    return followed


def refused(followed: Followed, asked: AddCheckpoint) -> tuple[Verdict, bytes]:
    """The answer, of which nothing is remembered."""
    kept, answer = decide(followed, asked, WITNESS, NOW)
    assert kept is followed
    return answer.verdict, answer.body


FIVE = after(log_of(5))
STATUS = {
    "COSIGNED": 200,
    "MALFORMED": 400,
    "OLD_IS_LARGER": 400,
    "NOT_SIGNED": 403,
    "UNKNOWN_LOG": 404,
    "OTHER_SIZE": 409,
    "INCONSISTENT": 422,
    "NOT_STORED": 503,
    "CLOCK_IS_BEHIND": 503,
}


def test_each_verdict_has_the_status_of_the_specification() -> None:
    assert {each.name: each.status for each in Verdict} == STATUS
    assert all(each.sentence for each in Verdict)


@pytest.mark.parametrize("size", [0, 1, 5, 256])
def test_the_first_checkpoint_needs_no_proof(size: int) -> None:
    log = log_of(size)
    followed, answer = decide(NEW, request(log, 0), WITNESS, NOW)
    assert followed.head == log.tree.head
    cosignature = Signature.parse(answer.body.decode().removesuffix("\n"))
    note = checkpoint(log.tree.head)
    assert WITNESS.verifier.verify(note.text, cosignature) == NOW
    assert followed.newest is not None
    assert followed.newest.signed.note == note.with_signatures(cosignature)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (5, 6), (5, 300), (256, 257)])
def test_a_tree_that_continues_is_cosigned(old: int, new: int) -> None:
    log = log_of(old)
    before = after(log)
    followed, answer = decide(
        before, request(log.append(entries(new - old, old)), old), WITNESS, NOW
    )
    assert answer.verdict is Verdict.COSIGNED
    assert (before.head.size, followed.head.size) == (old, new)


def test_the_same_tree_is_cosigned_anew_with_a_newer_time() -> None:
    followed, answer = decide(FIVE, request(log_of(5), 5), WITNESS, NOW + 60)
    assert answer.verdict is Verdict.COSIGNED
    assert followed.head == FIVE.head
    assert followed.time == NOW + 60


def test_the_empty_tree_is_cosigned_and_then_continued() -> None:
    followed, answer = decide(after(log_of(0)), request(log_of(5), 0), WITNESS, NOW)
    assert (answer.verdict, followed.head.size) == (Verdict.COSIGNED, 5)


def test_extension_lines_are_signed_as_they_are() -> None:
    head = log_of(5).tree.head
    text = Checkpoint(LOG_KEY.verifier.name, head.size, head.root, ("more",)).encode()
    note = SignedNote(text, (LOG_KEY.sign(text),))
    _, answer = decide(FIVE, AddCheckpoint(5, (), note), WITNESS, NOW)
    cosigned = SignedNote.decode(note.encode() + answer.body)
    assert len(verify_note(cosigned, [WITNESS.verifier])) == 1


def test_strangers_signatures_are_ignored_and_not_kept() -> None:
    stranger = LogKey(LOG_KEY.verifier.name, b"stranger" * 4)
    asked = request(log_of(5), 0)
    note = asked.note.with_signatures(stranger.sign(b"nothing of this"), *asked.note.signatures)
    followed, answer = decide(NEW, replace(asked, note=note), WITNESS, NOW)
    assert answer.verdict is Verdict.COSIGNED
    assert followed.newest is not None
    kept = followed.newest.signed.note.signatures
    assert [each.key_id for each in kept] == [LOG_KEY.verifier.key_id, WITNESS.verifier.key_id]


# --- 400 ----------------------------------------------------------------------------------------


def test_an_old_size_beyond_the_checkpoint_is_a_bad_request() -> None:
    assert refused(FIVE, replace(request(log_of(4), 0), old=5))[0] is Verdict.OLD_IS_LARGER
    assert refused(NEW, replace(request(log_of(4), 0), old=5))[0] is Verdict.OLD_IS_LARGER


@pytest.mark.parametrize("text", ["\n", "\nfive\n", "\n5\nno hash\n", "\n05\nAAAA\n"])
def test_a_signed_text_that_is_no_checkpoint_is_a_bad_request(text: str) -> None:
    written = (LOG_KEY.verifier.name + text).encode()
    note = SignedNote(written, (LOG_KEY.sign(written),))
    assert refused(FIVE, AddCheckpoint(5, (), note))[0] is Verdict.MALFORMED


# --- 403 ----------------------------------------------------------------------------------------


def test_without_the_signature_of_the_log_it_is_forbidden() -> None:
    forged = checkpoint(log_of(5).tree.head, LogKey(LOG_KEY.verifier.name, b"forger.." * 4))
    assert refused(NEW, AddCheckpoint(0, (), forged))[0] is Verdict.NOT_SIGNED


def test_one_wrong_signature_under_the_logs_key_is_enough_to_be_forbidden() -> None:
    asked = request(log_of(5), 0)
    wrong = LOG_KEY.sign(b"another text\n")
    spoiled = replace(asked, note=asked.note.with_signatures(wrong))
    assert refused(NEW, spoiled)[0] is Verdict.NOT_SIGNED


def test_a_witness_is_no_log() -> None:
    asked = request(log_of(5), 0)
    note = SignedNote(asked.note.text, (WITNESS.sign(asked.note.text, NOW),))
    assert refused(NEW, replace(asked, note=note))[0] is Verdict.NOT_SIGNED


# --- 409 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [0, 4, 6])
def test_another_old_size_is_answered_with_the_right_one(old: int) -> None:
    assert refused(FIVE, request(log_of(9), old)) == (Verdict.OTHER_SIZE, b"5\n")


def test_a_log_never_cosigned_has_the_size_zero() -> None:
    assert refused(NEW, request(log_of(9), 4)) == (Verdict.OTHER_SIZE, b"0\n")


def test_a_smaller_tree_is_never_cosigned() -> None:
    for old in range(5):
        assert refused(FIVE, request(log_of(4), old))[0] in {
            Verdict.OTHER_SIZE,
            Verdict.OLD_IS_LARGER,
        }


# --- 422 ----------------------------------------------------------------------------------------


def test_an_empty_tree_has_one_root() -> None:
    note = checkpoint(TreeHead(0, b"x" * 32))
    assert EMPTY_ROOT != b"x" * 32
    assert refused(NEW, AddCheckpoint(0, (), note))[0] is Verdict.INCONSISTENT


def test_a_proof_from_nothing_is_empty() -> None:
    asked = replace(request(log_of(5), 0), proof=(b"h" * 32,))
    assert refused(NEW, asked)[0] is Verdict.INCONSISTENT


def test_a_proof_from_a_tree_to_itself_is_empty() -> None:
    asked = replace(request(log_of(5), 5), proof=(b"h" * 32,))
    assert refused(FIVE, asked)[0] is Verdict.INCONSISTENT


@pytest.mark.parametrize("change", ["none", "short", "long", "bit", "other"])
def test_a_proof_that_does_not_lead_there_is_refused(change: str) -> None:
    asked = request(log_of(9), 5)
    first, *rest = asked.proof
    proof = {
        "none": (),
        "short": asked.proof[:-1],
        "long": (*asked.proof, first),
        "bit": (bytes([first[0] ^ 1]) + first[1:], *rest),
        "other": request(log_of(10), 5).proof,
    }[change]
    assert refused(FIVE, replace(asked, proof=proof))[0] is Verdict.INCONSISTENT


def test_another_history_is_refused_with_its_own_good_proof() -> None:
    one, other = two_stories(3, 5)
    assert refused(after(one), request(other.append(entries(4, 50)), 5))[0] is Verdict.INCONSISTENT


# --- two histories of one size ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "verdict"),
    [(5, Verdict.INCONSISTENT), (0, Verdict.OTHER_SIZE), (6, Verdict.OLD_IS_LARGER)],
)
def test_two_roots_of_one_size_are_kept_as_evidence(old: int, verdict: Verdict) -> None:
    one, other = two_stories(3, 5)
    before = after(one)
    asked = AddCheckpoint(old, (), checkpoint(other.tree.head))
    followed, answer = decide(before, asked, WITNESS, NOW)
    assert answer.verdict is verdict
    assert (followed.newest, followed.head) == (before.newest, one.tree.head)
    assert followed.fork is not None
    ours, theirs = followed.fork.ours, followed.fork.theirs
    assert all(verify_note(note, [LOG_KEY.verifier]) for note in (ours, theirs))
    assert ours.text != theirs.text
    assert refused(followed, request(other, 5))[0] is Verdict.INCONSISTENT


def test_no_evidence_is_made_from_what_the_log_did_not_sign() -> None:
    head = two_stories(3, 5)[1].tree.head
    forged = checkpoint(head, LogKey(LOG_KEY.verifier.name, b"forger.." * 4))
    assert refused(FIVE, AddCheckpoint(5, (), forged))[0] is Verdict.NOT_SIGNED


def test_evidence_is_no_reason_to_stop() -> None:
    one, other = two_stories(3, 5)
    guilty, _ = decide(after(one), request(other, 5), WITNESS, NOW)
    followed, answer = decide(guilty, request(one.append(entries(2, 5)), 5), WITNESS, NOW)
    assert answer.verdict is Verdict.COSIGNED
    assert followed.fork == guilty.fork


# --- time ---------------------------------------------------------------------------------------


def test_the_time_never_goes_back() -> None:
    followed, answer = decide(FIVE, request(log_of(5), 5), WITNESS, NOW - CLOCK_SKEW)
    assert (answer.verdict, followed.time) == (Verdict.COSIGNED, NOW)


@pytest.mark.parametrize("now", [NOW - CLOCK_SKEW - 1, 0, -1])
def test_a_clock_that_went_back_signs_nothing(now: int) -> None:
    kept, answer = decide(FIVE, request(log_of(5), 5), WITNESS, now)
    assert kept is FIVE
    assert answer.verdict is Verdict.CLOCK_IS_BEHIND


def test_no_cosignature_has_the_time_zero() -> None:
    kept, answer = decide(NEW, request(log_of(5), 0), WITNESS, 0)
    assert kept is NEW
    assert answer.verdict is Verdict.CLOCK_IS_BEHIND


def test_what_is_remembered_satisfies_the_policy() -> None:
    assert FIVE.newest is not None
    assert POLICY.check(FIVE.newest.signed.note) == FIVE.newest


def test_the_bodies_of_refusals_are_sentences() -> None:
    _, words = refused(NEW, replace(request(log_of(4), 0), old=5))
    assert words == b"The old size is larger than the checkpoint's: send the proof from it.\n"
    assert body(5, (), request(log_of(4), 0).note).startswith(b"old 5\n\n")
