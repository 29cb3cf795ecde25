import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from teamchat.identity import session_proof
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId
from teamchat.server.services.sessions import DAY
from teamchat.wire.bodies import Device, TakeDevice
from teamchat.wire.problems import Code, ProblemError, Reason
from tests.support.office import NETWORK, Office, Worker, office, refused
from tests.support.server import device_of

NOBODY = DeviceId("a" * 26)


def proof(worker: Worker, device: DeviceId, key: DeviceKey) -> TakeDevice:
    """Return the proof that a device's key is here, for the session of a worker."""
    signature = session_proof.sign(key, user=worker.user, device=device, token=worker.token)
    return TakeDevice(device, signature)


async def test_a_certificate_of_somebody_else_is_refused(desk: Office) -> None:
    mei, ben = await desk.worker("mei"), await desk.worker("ben")
    await desk.publish(ben)
    devices = desk.services.devices
    with pytest.raises(ProblemError) as caught:
        await devices.add(mei.actor, desk.device(mei))
    assert caught.value.detail == "publish the identity key first"
    await desk.publish(mei)
    for wrong in (
        desk.device(ben),
        msgspec.structs.replace(desk.device(mei), certificate=b"nonsense"),
        msgspec.structs.replace(desk.device(mei), last_resort=desk.device(ben).last_resort),
        msgspec.structs.replace(desk.device(mei), name="\n"),
    ):
        with pytest.raises(ProblemError) as caught:
            await devices.add(mei.actor, wrong)
        assert refused(caught)[0] is Code.INVALID
    assert (await devices.own(mei.actor)).devices == []
    assert await desk.audited("device.added") == []


async def test_of_two_registrations_at_once_one_device_comes(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.publish(mei)
    wishes = [desk.device(mei) for _ in range(2)]
    done = await asyncio.gather(
        *(desk.services.devices.add(mei.actor, each) for each in wishes), return_exceptions=True
    )
    assert [each.code for each in done if isinstance(each, ProblemError)] == [Code.CONFLICT]
    assert len((await desk.services.devices.own(mei.actor)).devices) == 1


async def test_the_same_registration_at_once_is_one_and_answered_alike(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.publish(mei)
    wanted = desk.device(mei)
    done = await asyncio.gather(*(desk.services.devices.add(mei.actor, wanted) for _ in range(4)))
    assert done == [done[0]] * 4
    assert len(await desk.audited("device.added")) == 1


async def test_the_same_registration_again_changes_nothing(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.publish(mei)
    wanted = desk.device(mei)
    first = await desk.services.devices.add(mei.actor, wanted)
    mei.actor = await desk.services.sessions.authenticate(mei.token)
    assert await desk.services.devices.add(mei.actor, wanted) == first
    with pytest.raises(ProblemError) as caught:
        await desk.services.devices.add(mei.actor, desk.device(mei))
    assert refused(caught)[0] is Code.CONFLICT
    assert len(await desk.audited("device.added")) == 1


async def test_a_spent_id_or_key_never_comes_back(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    key = mei.person.device_key
    await desk.services.devices.remove(mei.actor, device.id)
    again = await desk.log_in("mei")
    again.person.identity = mei.person.identity
    for wanted in (device_of(again.person, device=device.id), device_of(again.person, key=key)):
        with pytest.raises(ProblemError) as caught:
            await desk.services.devices.add(again.actor, wanted)
        assert refused(caught)[0] is Code.CONFLICT


async def test_a_foreign_device_is_neither_removed_nor_taken(desk: Office) -> None:
    mei, ben = await desk.worker("mei"), await desk.worker("ben")
    device = await desk.equip(ben)
    await desk.equip(mei)
    devices = desk.services.devices
    for which in (device.id, NOBODY):
        with pytest.raises(ProblemError) as caught:
            await devices.remove(mei.actor, which)
        assert refused(caught)[0] is Code.NOT_FOUND
        with pytest.raises(ProblemError) as caught:
            await devices.take(mei.actor, proof(mei, which, ben.person.device_key), network=NETWORK)
        assert refused(caught)[0] is Code.NOT_FOUND
    await desk.services.sessions.authenticate(ben.token)
    assert await desk.audited("device.removed", "auth.step_up") == []


async def test_a_device_is_taken_by_its_key_alone(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    again, third = await desk.log_in("mei"), await desk.log_in("mei")
    key = mei.person.device_key
    devices = desk.services.devices
    for wrong in (
        proof(again, device.id, DeviceKey(os.urandom(32))),
        proof(third, device.id, key),
        TakeDevice(device.id, bytes(64)),
    ):
        with pytest.raises(ProblemError) as caught:
            await devices.take(again.actor, wrong, network=NETWORK)
        assert refused(caught)[0] is Code.INVALID
    await desk.services.sessions.authenticate(mei.token)
    taken = await devices.take(again.actor, proof(again, device.id, key), network=NETWORK)
    assert taken.id == device.id
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(mei.token)
    assert refused(caught)[0] is Code.REVOKED
    outcomes = [detail for *_, detail in await desk.audited("auth.step_up")]
    assert [("success" in detail) for detail in outcomes] == [False, False, False, True]


async def test_a_removed_device_is_out_at_once_and_not_taken_again(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await desk.services.devices.remove(mei.actor, device.id)
    with pytest.raises(ProblemError) as caught:
        await desk.services.devices.remove(mei.actor, device.id)
    assert refused(caught)[0] is Code.REVOKED
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(mei.token)
    assert refused(caught)[0] is Code.REVOKED
    again = await desk.log_in("mei")
    with pytest.raises(ProblemError) as caught:
        await desk.services.devices.take(
            again.actor, proof(again, device.id, mei.person.device_key), network=NETWORK
        )
    assert refused(caught)[0] is Code.NOT_FOUND
    assert len(await desk.audited("device.removed")) == 1


async def one_more(desk: Office, mei: Worker) -> Device:
    """Bring one more device, with the recovery words."""
    anew = await desk.log_in("mei")
    anew.person.identity = mei.person.identity
    return await desk.services.devices.add(anew.actor, desk.device(anew))


async def test_one_person_writes_into_the_directory_so_often_and_removing_is_never_refused(
    tmp_path: Path,
) -> None:
    async with office(tmp_path, limits_rate_factor=1) as desk:
        mei = await desk.worker("mei")
        first = await desk.equip(mei)
        second = await one_more(desk, mei)
        for _ in range(48):
            desk.services.devices.count_change(mei.user)
        with pytest.raises(ProblemError) as caught:
            await one_more(desk, mei)
        assert refused(caught) == (Code.TOO_MANY_REQUESTS, Reason.TOO_MANY_DEVICE_CHANGES)
        await desk.services.devices.remove(mei.actor, second.id)
        desk.clock.advance(3_600)
        await one_more(desk, mei)
        await one_more(desk, mei)
        with pytest.raises(ProblemError):
            await one_more(desk, mei)
        await desk.services.company_devices.remove(desk.owner.actor, mei.user, first.id)


async def test_nobody_has_devices_without_end(tmp_path: Path) -> None:
    async with office(tmp_path, limits_devices=2) as desk:
        mei = await desk.worker("mei")
        first = await desk.equip(mei)
        desk.clock.advance(2 * DAY)
        further = [await desk.log_in("mei") for _ in range(2)]
        for each in further:
            each.person.identity = mei.person.identity
        await desk.services.devices.add(further[0].actor, desk.device(further[0]))
        wanted = desk.device(further[1])
        with pytest.raises(ProblemError) as caught:
            await desk.services.devices.add(further[1].actor, wanted)
        assert refused(caught) == (Code.CONFLICT, Reason.TOO_MANY_DEVICES)
        assert f"2 devices at most: end one first, such as {first.id}" in caught.value.detail
        await desk.services.devices.remove(further[0].actor, first.id)
        made = await desk.services.devices.add(further[1].actor, wanted)
        assert await desk.services.devices.add(further[1].actor, wanted) == made
