import pytest

from teamchat.transparency.errors import PolicyError, SignatureError, UsageError
from teamchat.transparency.keys import LogKey, VerifierKey, WitnessKey
from teamchat.transparency.witness import CLOCK_SKEW, Policy
from tests.support.tlog import LOG_KEY, LOG_ONLY, NOW, WITNESSES, checkpoint, log_of, witnessed

DAY = 86_400
NOTE = checkpoint(log_of(5).tree.head)
KEYS = tuple(key.verifier for key in WITNESSES)
TWO_OF_THREE = Policy(LOG_KEY.verifier, KEYS, quorum=2)


def test_k_of_n_witnesses_are_enough() -> None:
    trusted = TWO_OF_THREE.check(witnessed(NOTE, *WITNESSES[1:]))
    assert trusted.cosigned == (("witness.example/2", NOW), ("witness.example/3", NOW))


def test_fewer_are_not() -> None:
    with pytest.raises(PolicyError) as refused:
        TWO_OF_THREE.check(witnessed(NOTE, WITNESSES[0]))
    assert (refused.value.needed, refused.value.found, refused.value.stale) == (2, 1, 0)


def test_one_witness_counts_once_however_often_it_signs() -> None:
    note = witnessed(witnessed(NOTE, WITNESSES[0]), WITNESSES[0], time=NOW + 1)
    with pytest.raises(PolicyError) as refused:
        TWO_OF_THREE.check(note)
    assert refused.value.found == 1


def test_a_stranger_does_not_count() -> None:
    stranger = WitnessKey("witness.example/1", b"stranger" * 4)
    with pytest.raises(PolicyError):
        TWO_OF_THREE.check(witnessed(NOTE, stranger, WITNESSES[0]))


def test_a_wrong_cosignature_spoils_the_checkpoint() -> None:
    wrong = WITNESSES[2].sign(b"another text\n", NOW)
    with pytest.raises(SignatureError):
        TWO_OF_THREE.check(witnessed(NOTE).with_signatures(wrong))


def test_a_checkpoint_that_its_log_did_not_sign_is_not_trusted() -> None:
    forged = checkpoint(log_of(5).tree.head, LogKey(LOG_KEY.verifier.name, b"forger.." * 4))
    forged = forged.with_signatures(*(key.sign(forged.text, NOW) for key in WITNESSES))
    with pytest.raises(SignatureError):
        TWO_OF_THREE.check(forged)


@pytest.mark.parametrize("age", [0, DAY, -CLOCK_SKEW])
def test_a_fresh_checkpoint_is_trusted(age: int) -> None:
    note = witnessed(NOTE, *WITNESSES[:2], time=NOW - age)
    assert TWO_OF_THREE.check_fresh(note, now=NOW, maximum_age=DAY).cosigned


@pytest.mark.parametrize("age", [DAY + 1, -CLOCK_SKEW - 1])
def test_a_frozen_log_and_a_clock_ahead_are_noticed(age: int) -> None:
    note = witnessed(NOTE, *WITNESSES[:2], time=NOW - age)
    with pytest.raises(PolicyError) as refused:
        TWO_OF_THREE.check_fresh(note, now=NOW, maximum_age=DAY)
    assert (refused.value.needed, refused.value.found, refused.value.stale) == (2, 0, 2)


def test_an_old_proof_stays_a_proof() -> None:
    assert TWO_OF_THREE.check(witnessed(NOTE, time=1)).cosigned[0][1] == 1


def test_the_latest_cosignature_of_a_witness_counts() -> None:
    note = witnessed(witnessed(NOTE, *WITNESSES[:2]), *WITNESSES[:2], time=1)
    assert TWO_OF_THREE.check_fresh(note, now=NOW, maximum_age=DAY).cosigned


def test_a_policy_without_witnesses_trusts_the_log_alone() -> None:
    assert LOG_ONLY.check(NOTE).cosigned == ()
    with pytest.raises(SignatureError):
        LOG_ONLY.check(checkpoint(log_of(5).tree.head, LogKey(LOG_KEY.verifier.name, b"x" * 32)))


def test_a_policy_cannot_be_satisfied_by_fewer_than_it_says() -> None:
    twin = VerifierKey("another.name", KEYS[0].type, KEYS[0].public)
    namesake = VerifierKey(KEYS[0].name, KEYS[0].type, KEYS[1].public)
    own = VerifierKey("another.name", KEYS[0].type, LOG_KEY.verifier.public)
    for witnesses, quorum in [
        ((KEYS[0], twin), 1),
        ((KEYS[0], namesake), 1),
        ((KEYS[0], own), 1),
        ((KEYS[0], LOG_KEY.verifier), 1),
        (KEYS, 4),
        (KEYS, -1),
        ((), 1),
    ]:
        with pytest.raises(UsageError):
            Policy(LOG_KEY.verifier, witnesses, quorum)
    with pytest.raises(UsageError):
        Policy(KEYS[0], KEYS[1:], 1)
