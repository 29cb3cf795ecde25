"""A server that sits between the two devices, and knows the code where it can.

It plays the existing device to the new one and a new device to the existing one. What it can
reach is one guess: that both devices show the same by chance.
"""

from dataclasses import dataclass

import pytest

from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.existing_device import ExistingCompares, enter
from teamchat.identity.linking.messages import Answered, Revealed, decode, encode
from teamchat.identity.linking.new_device import NewCompares, offer
from tests.unit.identity.linking.pair import (
    NONCE,
    NOW,
    entered,
    handover,
    linked,
    offered,
    random,
    vouched,
)
from tests.unit.identity.people import TABLET, TABLETS_KEY

RUNS = 1000


@dataclass(frozen=True)
class Between:
    """What both sides show when Mallory has spoken with each, and what she has of her own."""

    new: NewCompares
    existing: ExistingCompares
    to_new: ExistingCompares
    to_existing: NewCompares


def between(seed: int, *, new_first: bool) -> Between:
    """Sit in the middle of a linking with a typed code, of which the secret was found out."""
    honest = offered(Way.TYPED, seed=4 * seed)
    laptop = entered(honest, seed=4 * seed + 1)
    ghost = offer(
        Way.TYPED, secret=honest.code.secret, ephemeral=random(4 * seed + 2),
        device=TABLET, key=TABLETS_KEY, name="Annas Telefon", now=NOW,
    )  # fmt: skip
    fake = enter(honest.code, ephemeral=random(4 * seed + 3), now=NOW)
    to_new = fake.receive(honest.message, NOW)
    awaits = laptop.receive(ghost.message, NOW)
    if new_first:
        new = honest.receive(to_new.message, NOW)
        to_existing = ghost.receive(awaits.message, NOW)
    else:
        to_existing = ghost.receive(awaits.message, NOW)
        new = honest.receive(to_new.message, NOW)
    existing = awaits.receive(to_existing.message, NOW)
    return Between(new, existing, to_new.receive(new.message, NOW), to_existing)


@pytest.mark.parametrize("new_first", [True, False])
def test_the_two_devices_show_different_things(new_first: bool) -> None:  # noqa: FBT001
    """And each picture is as likely to be the same as one of 64 is."""
    runs = [between(seed, new_first=new_first) for seed in range(1, RUNS + 1)]
    for run in runs:
        assert run.new.sas != run.existing.sas
        assert run.new.sas.pictures() != run.existing.sas.pictures()
        assert run.new.sas.numbers() != run.existing.sas.numbers()
        assert (run.to_new.sas, run.to_existing.sas) == (run.new.sas, run.existing.sas)
    shown = [(run.new.sas.pictures(), run.existing.sas.pictures()) for run in runs]
    for place in range(7):
        alike = sum(one[place] == other[place] for one, other in shown)
        assert RUNS / 64 / 3 < alike < RUNS / 64 * 3


def test_the_comparison_is_what_keeps_her_out() -> None:
    """Whoever says "the same" where it is not lets the server in: it is no formality."""
    run = between(1, new_first=True)
    ghost = run.to_existing.confirm(NONCE, NOW)
    fooled = run.existing.confirm(NOW).receive(ghost.message, NOW).agreed()
    assert fooled is not None
    assert fooled.newcomer.device == TABLET
    last = fooled.hand_over(handover(vouched(fooled)), NONCE, NOW)
    assert ghost.receive(last, NOW)[1].device_key == TABLETS_KEY.public
    assert run.existing.agreed() is None, "without that word there is nothing"


def test_she_cannot_choose_after_she_has_seen() -> None:
    """Neither another answer after the reveal, nor another key than she is committed to."""
    honest = offered(Way.TYPED)
    laptop = entered(honest)
    answers = [
        enter(honest.code, ephemeral=bytes([seed]) * 32, now=NOW).receive(honest.message, NOW)
        for seed in (1, 2)
    ]
    shown = honest.receive(answers[0].message, NOW)
    with pytest.raises(LinkingError) as caught:
        shown.receive(answers[1].message, NOW)
    assert caught.value.fault is Fault.DISTURBED
    ghosts = [offered(Way.TYPED, seed=seed, device=TABLET, key=TABLETS_KEY) for seed in (3, 4)]
    awaits = laptop.receive(ghosts[0].message, NOW)
    other = ghosts[1].receive(awaits.message, NOW)
    with pytest.raises(LinkingError) as caught:
        awaits.receive(other.message, NOW)
    assert caught.value.fault is Fault.FORGED


def test_nobody_stands_in_for_a_device_whose_code_was_scanned() -> None:
    """Even who has read the code off the screen: it holds the commitment."""
    honest = offered(Way.SCANNED)
    ghost = offered(Way.SCANNED, seed=77, device=TABLET, key=TABLETS_KEY)
    with pytest.raises(LinkingError) as caught:
        entered(honest).receive(ghost.message, NOW)
    assert caught.value.fault is Fault.FORGED


def test_a_server_cannot_even_play_the_existing_device_where_the_code_was_scanned() -> None:
    """It does not know the secret, so it knows neither what is shown nor the keys."""
    honest = offered(Way.SCANNED)
    guess = LinkingCode(bytes(16), honest.code.commitment)
    fake = enter(guess, ephemeral=bytes([9]) * 32, now=NOW).receive(honest.message, NOW)
    shown = honest.receive(fake.message, NOW)
    compared = fake.receive(shown.message, NOW)
    assert compared.sas != shown.sas
    with pytest.raises(LinkingError) as caught:
        compared.receive(shown.confirm(NONCE, NOW).message, NOW)
    assert caught.value.fault is Fault.FORGED


@pytest.mark.parametrize("way", Way)
def test_a_code_that_was_used_leads_nowhere(way: Way) -> None:
    """A colleague has photographed it, and the server plays all that was said once more."""
    first = linked(way)
    late = entered(first.offered, seed=99)
    again = late.receive(first.offered.message, NOW)
    with pytest.raises(LinkingError) as caught:
        first.new.receive(again.message, NOW)
    assert caught.value.fault is Fault.DISTURBED, "the new device answers once"
    compared = again.receive(first.new.message, NOW)
    assert compared.sas != first.new.sas
    with pytest.raises(LinkingError) as caught:
        compared.receive(first.waiting.message, NOW)
    assert caught.value.fault is Fault.FORGED
    assert compared.confirm(NOW).agreed() is None


def test_a_code_that_has_expired_is_not_answered() -> None:
    honest = offered(Way.SCANNED)
    laptop = entered(honest, now=NOW + 60).receive(honest.message, NOW + 60)
    with pytest.raises(LinkingError) as caught:
        honest.receive(laptop.message, NOW + 60)
    assert caught.value.fault is Fault.EXPIRED


def test_what_comes_back_is_not_taken() -> None:
    """Reflection: each side gets its own messages, and its own key in the other's message."""
    link = linked()
    for state, own in (
        (link.offered, link.offered.message),
        (link.new, link.new.message),
        (link.waiting, link.waiting.message),
        (link.awaits, link.awaits.message),
        (link.agreed, link.last),
    ):
        with pytest.raises(LinkingError) as caught:
            state.receive(own, NOW)
        assert caught.value.fault is Fault.DISTURBED
    revealed = decode(link.new.message)
    assert isinstance(revealed, Revealed)
    with pytest.raises(LinkingError) as caught:
        link.offered.receive(encode(Answered(revealed.public)), NOW)
    assert caught.value.fault is Fault.FORGED
    twin = offered(Way.TYPED, seed=22)  # the key that the laptop will have
    awaits = entered(twin).receive(twin.message, NOW)
    with pytest.raises(LinkingError) as caught:
        awaits.receive(twin._revealed, NOW)
    assert caught.value.fault is Fault.FORGED


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\x01" + bytes(31),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ],
)
def test_a_key_that_gives_everybody_the_same_is_refused(key: bytes) -> None:
    with pytest.raises(LinkingError) as caught:
        offered().receive(encode(Answered(key)), NOW)
    assert caught.value.fault is Fault.FORGED
