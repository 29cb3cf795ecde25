"""What `log prove` writes is accepted by a checker that shares no code with it."""

import pytest
from nacl.exceptions import BadSignatureError

from tests.support.fake_log import FakeKeyLog
from tests.support.proof_checker import checked


@pytest.mark.parametrize("index", range(5))
def test_a_proof_is_accepted_by_another_checker(index: int) -> None:
    log = FakeKeyLog()
    assert checked(log.proof(index), log.status.key) == f'{{"entry":{index}}}'.encode()


def test_a_proof_that_was_changed_is_not() -> None:
    log = FakeKeyLog()
    proof = log.proof(2)
    for old, new in (("index 2", "index 3"), ("extra eyJ", "extra eyK")):
        with pytest.raises(AssertionError):
            checked(proof.replace(old, new), log.status.key)
    with pytest.raises(BadSignatureError):
        checked(proof.replace("\n5\n", "\n6\n"), log.status.key)
