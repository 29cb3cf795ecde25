from dataclasses import replace
from itertools import combinations

import pytest

from teamchat.identity import custody, custody_key
from teamchat.identity.custody import Deposit, SealedShare
from teamchat.identity.device_box import Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.shamir import Share
from teamchat.ids import BYTES, DeviceId, UserId, identifier
from teamchat.mls.crypto.default import DefaultCrypto

CRYPTO = DefaultCrypto()


def some_id() -> str:
    return identifier(CRYPTO.random(BYTES))


SET = some_id()
ANNA = UserId(some_id())
SECRET = bytes(range(20))
HISTORY = {UserId(some_id()): CRYPTO.random(32) for _ in range(3)}
"""The history keys of three custodians."""
PAIRS = {user: custody.key_pair(CRYPTO, key, user, SET) for user, key in HISTORY.items()}
PUBLIC = {user: pair.public_key for user, pair in PAIRS.items()}
DEVICES = {user: DeviceKey(CRYPTO.random(32)) for user in HISTORY}
PARTIES = {user: Party(user=user, device=DeviceId(some_id())) for user in HISTORY}


@pytest.fixture
def deposit() -> Deposit:
    return Deposit(user=ANNA, identity_key=bytes(32), which=SET, number=some_id(), threshold=2)


def slot(user: UserId = ANNA, purpose: str = custody.PURPOSE) -> SlotKey:
    receiver = Party(user=user, device=DeviceId(some_id()))
    key = DeviceKey(CRYPTO.random(32))
    return SlotKey.make(CRYPTO, key, purpose=purpose, receiver=receiver, now=1_800_000_000)


def handed(deposit: Deposit, request: SlotKey, share: SealedShare) -> Share:
    """Take one share all the way from its custodian to the new device."""
    who = share.custodian
    opened = custody.open_share(CRYPTO, deposit, share, PAIRS[who].private_key)
    box = custody.hand_over(
        CRYPTO, deposit, request.slot, opened, key=DEVICES[who], sender=PARTIES[who]
    )
    return custody.receive(
        CRYPTO, deposit, share, box, slot=request, sender_key=DEVICES[who].public
    )


def test_any_two_of_three_give_the_recovery_key_back(deposit: Deposit) -> None:
    shares = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)
    assert [share.custodian for share in shares] == sorted(HISTORY)
    request = slot()
    for some in combinations(shares, 2):
        got = [handed(deposit, request, share) for share in some]
        assert custody.combine(deposit, got) == SECRET
    assert custody.combine(deposit, [handed(deposit, request, share) for share in shares]) == SECRET


def test_one_alone_is_not_enough(deposit: Deposit) -> None:
    share = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)[0]
    with pytest.raises(IdentityError):
        custody.combine(deposit, [handed(deposit, slot(), share)])


def test_a_share_is_the_custodians_alone(deposit: Deposit) -> None:
    first, second, _ = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)
    with pytest.raises(IdentityError):
        custody.open_share(CRYPTO, deposit, first, PAIRS[second.custodian].private_key)


def test_a_share_is_of_one_person_set_and_deposit(deposit: Deposit) -> None:
    share = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)[0]
    for other in (
        replace(deposit, user=UserId(some_id())),
        replace(deposit, identity_key=b"\x01" * 32),
        replace(deposit, which=some_id()),
        replace(deposit, number=some_id()),
        replace(deposit, threshold=3),
    ):
        with pytest.raises(IdentityError):
            custody.open_share(CRYPTO, other, share, PAIRS[share.custodian].private_key)
    with pytest.raises(IdentityError):
        custody.open_share(
            CRYPTO, deposit, replace(share, number=2), PAIRS[share.custodian].private_key
        )


def test_a_custody_key_comes_back_with_the_history_key_and_is_for_one_set() -> None:
    who = next(iter(HISTORY))
    again = custody.key_pair(CRYPTO, HISTORY[who], who, SET)
    assert again.public_key == PUBLIC[who]
    assert custody.key_pair(CRYPTO, HISTORY[who], who, some_id()).public_key != PUBLIC[who]
    assert custody.key_pair(CRYPTO, HISTORY[who], ANNA, SET).public_key != PUBLIC[who]
    with pytest.raises(IdentityError):
        custody.key_pair(CRYPTO, b"", who, SET)


def test_a_custody_key_that_no_device_has_signed_is_refused() -> None:
    who = next(iter(HISTORY))
    device = PARTIES[who].device
    made = custody_key.publish(DEVICES[who], user=who, which=SET, public_key=PUBLIC[who], by=device)
    made.check(DEVICES[who].public)
    with pytest.raises(IdentityError):
        made.check(DeviceKey(CRYPTO.random(32)).public)
    for other in (
        replace(made, public_key=PUBLIC[min(HISTORY)][::-1]),
        replace(made, user=ANNA),
        replace(made, which=some_id()),
        replace(made, by=DeviceId(some_id())),
        replace(made, public_key=b"short"),
    ):
        with pytest.raises(IdentityError):
            other.check(DEVICES[who].public)


def test_the_code_is_of_the_key_and_only_its_digits_matter() -> None:
    request = slot().slot
    shown = custody.code(request, ANNA, "anna")
    assert len(shown) == 35
    assert custody.is_code(request, ANNA, "anna", shown)
    assert custody.is_code(request, ANNA, "anna", shown.replace(" ", "-\u00a0"))
    other = custody.code(slot().slot, ANNA, "anna")
    for wrong in ("", shown[:-1], shown + "1", "0" * 30, other):
        assert not custody.is_code(request, ANNA, "anna", wrong)


def test_the_code_is_of_the_person_by_id_and_name_as_both_know_them() -> None:
    request = slot().slot
    shown = custody.code(request, ANNA, " @Anna ")
    assert custody.is_code(request, ANNA, "anna", shown)
    assert not custody.is_code(request, ANNA, "mallory", shown)
    assert not custody.is_code(request, UserId(some_id()), "anna", shown)
    with pytest.raises(IdentityError):
        custody.code(request, UserId("nobody"), "anna")


def test_a_server_that_swaps_the_key_of_a_request_has_another_code() -> None:
    mine, theirs = slot().slot, slot().slot
    swapped = Slot(
        purpose=mine.purpose, receiver=mine.receiver, number=mine.number, created=mine.created,
        public_key=theirs.public_key, signature=mine.signature,
    )  # fmt: skip
    shown = custody.code(mine, ANNA, "anna")
    assert not custody.is_code(swapped, ANNA, "anna", shown)


def test_a_share_is_handed_over_for_its_person_and_purpose_only(deposit: Deposit) -> None:
    share = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)[0]
    who = share.custodian
    opened = custody.open_share(CRYPTO, deposit, share, PAIRS[who].private_key)
    for other in (slot(UserId(some_id())), slot(purpose="history")):
        with pytest.raises(IdentityError):
            custody.hand_over(
                CRYPTO, deposit, other.slot, opened, key=DEVICES[who], sender=PARTIES[who]
            )


def test_a_wrong_share_is_told_from_a_right_one(deposit: Deposit) -> None:
    first, second, _ = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)
    who, request = first.custodian, slot()
    forged = Share(first.number, bytes(20))
    box = custody.hand_over(
        CRYPTO, deposit, request.slot, forged, key=DEVICES[who], sender=PARTIES[who]
    )
    key = DEVICES[who].public
    with pytest.raises(IdentityError, match="not the share"):
        custody.receive(CRYPTO, deposit, first, box, slot=request, sender_key=key)
    with pytest.raises(IdentityError, match="another custodian"):
        custody.receive(CRYPTO, deposit, second, box, slot=request, sender_key=key)
    with pytest.raises(IdentityError):
        custody.receive(CRYPTO, deposit, first, box, slot=slot(), sender_key=key)


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_a_threshold_out_of_range_is_refused(deposit: Deposit, threshold: int) -> None:
    with pytest.raises(IdentityError):
        custody.entrust(CRYPTO, replace(deposit, threshold=threshold), SECRET, PUBLIC)


def test_a_key_that_is_none_is_refused(deposit: Deposit) -> None:
    broken = {**PUBLIC, next(iter(PUBLIC)): b"\xff" * 1216}
    with pytest.raises(IdentityError):
        custody.entrust(CRYPTO, deposit, SECRET, broken)


def test_nothing_secret_prints(deposit: Deposit) -> None:
    share = custody.entrust(CRYPTO, deposit, SECRET, PUBLIC)[0]
    assert share.sealed.hex()[:8] not in repr(share)
    assert repr(share.sealed[:4]) not in repr(share)
