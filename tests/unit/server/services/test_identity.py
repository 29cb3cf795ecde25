import asyncio

import pytest

from teamchat.wire.bodies import Identity, SetIdentity
from teamchat.wire.problems import Code, ProblemError
from tests.support.office import NETWORK, Office


async def test_another_identity_is_refused_once_there_is_a_device(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    kept = Identity(mei.person.identity.public, b"sealed")
    for wanted in (SetIdentity(b"k" * 32, b"sealed"), SetIdentity(kept.identity_key, b"other")):
        with pytest.raises(ProblemError) as caught:
            await desk.services.identities.publish(mei.actor, wanted)
        assert caught.value.code is Code.CONFLICT
    assert await desk.services.identities.own(mei.actor, network=NETWORK) == kept
    same = SetIdentity(kept.identity_key, kept.recovery_box)
    assert await desk.services.identities.publish(mei.actor, same) == kept


async def test_not_even_when_that_device_was_removed(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await desk.services.devices.remove(mei.actor, device.id)
    with pytest.raises(ProblemError) as caught:
        await desk.services.identities.publish(mei.actor, SetIdentity(b"k" * 32, b"sealed"))
    assert caught.value.code is Code.CONFLICT


async def test_without_a_device_it_is_nobodys_yet_and_can_be_published_anew(desk: Office) -> None:
    mei = await desk.worker("mei")
    for key in (b"1" * 32, b"2" * 32):
        await desk.services.identities.publish(mei.actor, SetIdentity(key, b"sealed"))
        assert await desk.services.identities.own(mei.actor, network=NETWORK) == Identity(b"", b"")


async def test_many_who_publish_for_the_first_time_at_once_are_all_answered(desk: Office) -> None:
    people = [await desk.worker(f"p{n}") for n in range(4)]
    answers = await asyncio.gather(*(desk.publish(each) for each in people for _ in range(8)))
    assert len(answers) == 32


async def test_of_two_first_identities_the_devices_is_the_one_that_counts(desk: Office) -> None:
    mei = await desk.worker("mei")
    other = desk.services.identities.publish(mei.actor, SetIdentity(b"k" * 32, b"sealed"))
    await asyncio.gather(desk.publish(mei), other)
    with pytest.raises(ProblemError) as caught:
        await desk.services.devices.add(mei.actor, desk.device(mei))
    assert caught.value.code is Code.INVALID
    await desk.equip(mei)
