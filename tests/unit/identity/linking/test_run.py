"""Both sides together: what goes well, and every message that comes wrong."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity import certificate
from teamchat.identity.errors import Fault, IdentityError, LinkingError
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.linking.channel import FROM_EXISTING
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.messages import (
    MAX_BYTES,
    Answered,
    Confirmed,
    HandedOver,
    decode,
    encode,
    encode_handover,
)
from teamchat.identity.linking.run import RUN_SECONDS, ending
from teamchat.identity.statements import Added
from teamchat.identity.statements import encode as entry
from tests.unit.identity.linking.pair import (
    ACCOUNT,
    NONCE,
    NOW,
    PIN,
    Linking,
    entered,
    handover,
    linked,
    offered,
    random,
    vouched,
)
from tests.unit.identity.people import (
    ANNA,
    ANNAS_KEY,
    LAPTOP,
    LAPTOPS_KEY,
    PHONE,
    PHONES_KEY,
    TABLET,
    TABLETS_KEY,
    WEIS_KEY,
)

Step = Callable[[bytes, int], object]
GOOD = linked()
OTHER = linked(seed=31)
MESSAGES = {
    1: GOOD.offered.message,
    2: GOOD.awaits.message,
    3: GOOD.new.message,
    4: GOOD.waiting.message,
    5: GOOD.last,
}
STEPS: dict[str, tuple[Step, int]] = {
    "offered": (GOOD.offered.receive, 2),
    "new compares": (GOOD.new.receive, 0),
    "waiting": (GOOD.waiting.receive, 5),
    "entered": (GOOD.entered.receive, 1),
    "awaits": (GOOD.awaits.receive, 3),
    "existing compares": (GOOD.existing.receive, 4),
    "agreed": (GOOD.agreed.receive, 0),
}
"""What each state takes, and which message is the one to come."""
each_step = pytest.mark.parametrize("name", STEPS)


def fault_of(step: Callable[..., object], *arguments: object) -> Fault:
    with pytest.raises(LinkingError) as caught:
        step(*arguments)
    return caught.value.fault


@pytest.mark.parametrize("way", Way)
def test_a_device_is_linked(way: Way) -> None:
    link = linked(way)
    assert link.new.sas == link.existing.sas
    assert link.new.sas.pictures() == link.existing.sas.pictures()
    assert link.existing.name == link.agreed.newcomer.name == "Annas Telefon"
    assert link.offered.code.mailbox() == link.entered.mailbox
    given_over, proven = link.waiting.receive(link.last, NOW)
    assert given_over == handover(vouched(link.agreed))
    assert (given_over.log, given_over.account) == (PIN, ACCOUNT)
    assert (proven.user_id, proven.device_id, proven.by) == (ANNA, PHONE, LAPTOP)
    assert proven.device_key == PHONES_KEY.public


def test_the_key_directory_takes_the_device() -> None:
    first = certificate.issue(
        ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=1
    )
    given_over, _ = GOOD.waiting.receive(GOOD.last, NOW)
    said = (
        Added(ANNA, LAPTOP, first, "2026-11-20"),
        Added(ANNA, PHONE, given_over.certificate, "2026-11-21"),
    )
    directory, told = KeyDirectory().after(entry(each) for each in said)
    assert [each.refused for each in told] == ["", ""]
    assert directory.lists(given_over.certificate)


def test_whoever_confirms_first_waits_for_the_other() -> None:
    assert GOOD.existing.agreed() is None
    here = GOOD.existing.confirm(NOW)
    assert here.agreed() is None
    there = GOOD.existing.receive(GOOD.waiting.message, NOW)
    assert there.agreed() is None
    assert here.receive(GOOD.waiting.message, NOW).agreed() == GOOD.agreed
    assert there.confirm(NOW).agreed() == GOOD.agreed


def test_no_secret_is_ever_in_the_mailbox_or_in_print() -> None:
    written = b"".join(MESSAGES.values())
    secrets = [PHONES_KEY.seed, LAPTOPS_KEY.seed, ANNAS_KEY.seed, GOOD.offered.code.secret]
    for secret in (*secrets, b"one session", b"Anna Schmidt"):
        assert secret not in written
    states = (
        GOOD.offered, GOOD.entered, GOOD.awaits, GOOD.new, GOOD.existing, GOOD.waiting, GOOD.agreed,
    )  # fmt: skip
    ephemeral = [random(21), random(22)]
    for state in states:
        for secret in (*secrets, *ephemeral, b"one session"):
            assert repr(secret)[2:-1] not in repr(state)
            assert secret.hex() not in repr(state)
        assert GOOD.offered.code.written() not in repr(state)
        with pytest.raises(TypeError):
            pickle.dumps(state)
    assert "one session" not in repr(handover(b"c"))


def test_a_state_is_a_value() -> None:
    assert linked() == GOOD
    assert linked(seed=31) == OTHER != GOOD
    before = copy.copy(GOOD.offered)
    with pytest.raises(LinkingError):
        GOOD.offered.receive(b"", NOW)
    assert GOOD.offered == before


# --- whatever comes wrong -------------------------------------------------------------


@each_step
def test_only_the_message_to_come_next_is_taken(name: str) -> None:
    """Repeated, late and reordered ones, and our own that come back."""
    step, next_one = STEPS[name]
    for number, message in MESSAGES.items():
        if number == next_one:
            step(message, NOW)
        else:
            assert fault_of(step, message, NOW) is Fault.DISTURBED


def test_a_confirmation_is_taken_once() -> None:
    there = GOOD.existing.receive(GOOD.waiting.message, NOW)
    assert fault_of(there.receive, GOOD.waiting.message, NOW) is Fault.DISTURBED


@each_step
@pytest.mark.parametrize(
    "message", [b"", b"\xff", bytes(MAX_BYTES), bytes(MAX_BYTES + 1), b"\x83\x01\x07\x40"]
)
def test_what_is_no_message_or_too_large(name: str, message: bytes) -> None:
    assert fault_of(STEPS[name][0], message, NOW) is Fault.DISTURBED


@each_step
def test_every_changed_byte_of_what_is_protected_is_noticed(name: str) -> None:
    step, next_one = STEPS[name]
    if next_one in {0, 2}:  # nothing protects message 2: pictures and keys are others then
        return
    good = MESSAGES[next_one]
    for at in range(len(good)):
        changed = bytearray(good)
        changed[at] ^= 1
        assert fault_of(step, bytes(changed), NOW) in {
            Fault.DISTURBED, Fault.FORGED,
        }  # fmt: skip


@given(st.binary(max_size=200))
def test_any_bytes_end_in_one_way(data: bytes) -> None:
    for step, _ in STEPS.values():
        with pytest.raises(LinkingError):
            step(data, NOW)


@each_step
def test_messages_of_another_linking_are_refused_or_give_other_pictures(name: str) -> None:
    foreign = {
        2: OTHER.awaits.message, 5: OTHER.last,
        1: OTHER.offered.message, 3: OTHER.new.message, 4: OTHER.waiting.message,
    }  # fmt: skip
    step, next_one = STEPS[name]
    if next_one == 2:
        assert GOOD.offered.receive(foreign[2], NOW).sas != GOOD.new.sas
    elif next_one:
        assert fault_of(step, foreign[next_one], NOW) is Fault.FORGED


def test_a_changed_answer_gives_other_pictures_and_other_keys() -> None:
    ours = decode(GOOD.awaits.message)
    assert isinstance(ours, Answered)
    bent = encode(Answered(ours.public[:-1] + bytes([ours.public[-1] ^ 2])))
    new = GOOD.offered.receive(bent, NOW)
    assert new.sas != GOOD.existing.sas
    confirmed = new.confirm(NONCE, NOW).message
    assert fault_of(GOOD.existing.receive, confirmed, NOW) is Fault.FORGED


@each_step
def test_the_other_side_may_end_it_at_any_time(name: str) -> None:
    step, _ = STEPS[name]
    assert fault_of(step, ending(Fault.DIFFERENT), NOW) is Fault.DIFFERENT
    assert fault_of(step, ending(Fault.CANCELLED), NOW) is Fault.CANCELLED
    assert ending(Fault.FORGED) == ending(Fault.CANCELLED)


# --- time -----------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "seconds"), [(Way.SCANNED, 60), (Way.TYPED, 600)])
def test_a_code_lives_only_so_long(way: Way, seconds: int) -> None:
    new = offered(way)
    answer = entered(new).receive(new.message, NOW).message
    new.receive(answer, NOW + seconds - 1)
    assert fault_of(new.receive, answer, NOW + seconds) is Fault.EXPIRED
    assert fault_of(new.receive, answer, NOW - 1) is Fault.EXPIRED


@each_step
def test_no_step_is_taken_too_late(name: str) -> None:
    step, next_one = STEPS[name]
    late = NOW + RUN_SECONDS
    assert fault_of(step, MESSAGES[next_one or 4], late) is Fault.EXPIRED
    assert fault_of(step, ending(Fault.CANCELLED), late) is Fault.EXPIRED


def test_nobody_confirms_or_hands_over_too_late() -> None:
    late, ready = NOW + RUN_SECONDS, handover(vouched(GOOD.agreed))
    assert fault_of(GOOD.new.confirm, NONCE, late) is Fault.EXPIRED
    assert fault_of(GOOD.existing.confirm, late) is Fault.EXPIRED
    assert fault_of(GOOD.agreed.hand_over, ready, NONCE, late) is Fault.EXPIRED
    assert GOOD.agreed.hand_over(ready, NONCE, late - 1) == GOOD.last


def test_whoever_has_met_in_time_has_ten_minutes_to_compare() -> None:
    """Also where the code lived for one only; it was scanned in its last second."""
    new = offered(Way.SCANNED)
    met = NOW + 59
    shown = new.receive(entered(new, now=met).receive(new.message, met).message, met)
    shown.confirm(NONCE, met + RUN_SECONDS - 1)
    assert fault_of(shown.confirm, NONCE, met + RUN_SECONDS) is Fault.EXPIRED


# --- what is handed over --------------------------------------------------------------


def test_nothing_is_handed_over_that_is_not_for_this_device() -> None:
    good = handover(vouched(GOOD.agreed))
    first = certificate.issue(
        ANNAS_KEY, user=ANNA, device=PHONE, device_key=PHONES_KEY.public, created=1
    )
    tablets = certificate.vouch(
        LAPTOPS_KEY, by=LAPTOP, user=ANNA, identity_key=ANNAS_KEY.public,
        device=TABLET, device_key=TABLETS_KEY.public, created=1,
    )  # fmt: skip
    wrong = (
        replace(good, certificate=first),  # the identity key is not what vouches here
        replace(good, certificate=tablets),
        replace(good, certificate=b"none"),
        replace(good, by_key=TABLETS_KEY.public),
        replace(good, identity_key=WEIS_KEY.public),
        replace(good, user=type(ANNA)(LAPTOP)),
    )
    for each in wrong:
        assert fault_of(GOOD.agreed.hand_over, each, NONCE, NOW) is Fault.FORGED
        sealed = GOOD.agreed._channel.seal(FROM_EXISTING, encode_handover(each), NONCE)
        message = encode(HandedOver(sealed))
        assert fault_of(GOOD.waiting.receive, message, NOW) is Fault.FORGED
    with pytest.raises(IdentityError):
        GOOD.agreed.hand_over(good, b"short", NOW)


def test_what_is_sealed_but_no_handover_ends_it() -> None:
    sealed = GOOD.agreed._channel.seal(FROM_EXISTING, b"noise", NONCE)
    message = encode(HandedOver(sealed))
    assert fault_of(GOOD.waiting.receive, message, NOW) is Fault.DISTURBED


def test_a_new_device_without_the_key_it_names_is_refused() -> None:
    """It confirms with another key than the one that it revealed."""
    forger = replace(GOOD.new, _key=TABLETS_KEY).confirm(NONCE, NOW)
    assert fault_of(GOOD.existing.receive, forger.message, NOW) is Fault.FORGED


def test_a_confirmation_is_the_new_devices_and_no_echo() -> None:
    """What the existing device would seal for the other direction does not come back as one."""
    sealed = GOOD.agreed._channel.seal(FROM_EXISTING, bytes(64), NONCE)
    echo = encode(Confirmed(sealed))
    assert fault_of(GOOD.existing.receive, echo, NOW) is Fault.FORGED


def test_a_wrong_code_meets_nobody() -> None:
    """Without the secret of the code the keys are others, even where the mailbox was found."""
    new = offered(Way.TYPED)
    begun = replace(entered(new), _code=LinkingCode(bytes(5)))
    assert begun.mailbox != new.code.mailbox()
    awaits = begun.receive(new.message, NOW)
    compared = new.receive(awaits.message, NOW)
    assert awaits.receive(compared.message, NOW).sas != compared.sas


def test_linkings_are_not_alike() -> None:
    assert isinstance(GOOD, Linking)
    shown = {linked(seed=seed).new.sas.pictures() for seed in range(100, 140)}
    assert len(shown) == 40
