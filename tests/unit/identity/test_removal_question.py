import pytest

from teamchat.identity import removal_question
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId
from tests.unit.identity.people import LAPTOP, LAPTOPS_KEY, WEI, WEIS_KEY

NOW = 1_795_000_000
QUESTION = removal_question.sign(LAPTOPS_KEY, device=LAPTOP, time=NOW)


def check(
    *,
    key: bytes = LAPTOPS_KEY.public,
    signature: bytes = QUESTION,
    device: DeviceId = LAPTOP,
    time: int = NOW,
    now: int = NOW,
) -> None:
    removal_question.verify(key, signature, device=device, time=time, now=now)


@pytest.mark.parametrize("off", [-removal_question.SECONDS, 0, removal_question.SECONDS])
def test_a_device_asks_by_its_key_and_clocks_may_differ(off: int) -> None:
    check(now=NOW + off)


def test_a_question_is_of_one_device_and_one_time() -> None:
    bent = QUESTION[:-1] + bytes([QUESTION[-1] ^ 1])
    with pytest.raises(IdentityError):
        check(key=WEIS_KEY.public)
    with pytest.raises(IdentityError):
        check(device=DeviceId(WEI))
    with pytest.raises(IdentityError):
        check(time=NOW + 1)
    for signature in (bent, QUESTION[:-1], b""):
        with pytest.raises(IdentityError):
            check(signature=signature)
    with pytest.raises(IdentityError):
        check(key=b"")  # no such device


@pytest.mark.parametrize("off", [-removal_question.SECONDS - 1, removal_question.SECONDS + 1])
def test_what_was_asked_once_is_not_asked_for_ever(off: int) -> None:
    with pytest.raises(IdentityError, match="another time"):
        check(now=NOW + off)


def test_what_is_no_device_asks_nothing() -> None:
    with pytest.raises(IdentityError, match="identifier"):
        removal_question.sign(LAPTOPS_KEY, device=DeviceId("nobody"), time=NOW)
    with pytest.raises(IdentityError):
        removal_question.sign(LAPTOPS_KEY, device=LAPTOP, time=2**64)


def test_no_text_of_mls_begins_like_the_question() -> None:
    """MLS begins with the length of a label; its two top bits say how long that length is."""
    assert removal_question.CONTEXT[0] >> 6 == 1  # a length of 64 and more: no label is as long
