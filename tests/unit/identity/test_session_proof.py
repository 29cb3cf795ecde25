import hashlib

import pytest

from teamchat.identity import session_proof
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId, UserId
from tests.unit.identity.people import ANNA, LAPTOP, LAPTOPS_KEY, WEI, WEIS_KEY

TOKEN = "a-token"
HASH = hashlib.sha256(TOKEN.encode()).digest()
PROOF = session_proof.sign(LAPTOPS_KEY, user=ANNA, device=LAPTOP, token=TOKEN)


def check(
    *,
    key: bytes = LAPTOPS_KEY.public,
    proof: bytes = PROOF,
    user: UserId = ANNA,
    device: DeviceId = LAPTOP,
    token_hash: bytes = HASH,
) -> None:
    session_proof.verify(key, proof, user=user, device=device, token_hash=token_hash)


def test_a_device_proves_that_a_session_is_its_own() -> None:
    check()


def test_a_proof_is_for_one_session_one_device_and_one_person() -> None:
    bent = PROOF[:-1] + bytes([PROOF[-1] ^ 1])
    with pytest.raises(IdentityError):
        check(token_hash=hashlib.sha256(b"another").digest())
    with pytest.raises(IdentityError):
        check(user=WEI)
    with pytest.raises(IdentityError):
        check(device=DeviceId(WEI))
    with pytest.raises(IdentityError):
        check(key=WEIS_KEY.public)
    for proof in (bent, PROOF[:-1], LAPTOPS_KEY.sign(HASH)):
        with pytest.raises(IdentityError):
            check(proof=proof)


def test_what_is_no_hash_or_no_identifier_is_refused() -> None:
    with pytest.raises(IdentityError, match="32 bytes"):
        check(token_hash=b"short")
    with pytest.raises(IdentityError, match="identifier"):
        session_proof.sign(LAPTOPS_KEY, user=UserId("nobody"), device=LAPTOP, token=TOKEN)


def test_no_text_of_mls_begins_like_the_proof() -> None:
    """MLS begins with the length of a label; its two top bits say how long that length is."""
    assert session_proof.CONTEXT[0] >> 6 == 1  # a length of 64 and more: no label is as long
