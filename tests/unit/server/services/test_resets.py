"""Somebody has lost their recovery key: they wait while they have devices, and all of these end."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.identity import statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Reset, Rotated
from teamchat.server.services import restoration
from teamchat.server.services.resets import HOUR
from teamchat.server.storage.queries import custody
from teamchat.server.storage.queries.custody import StoredDeposit
from teamchat.wire.bodies import AddDevice, Device, Identity, RemoveDevice
from teamchat.wire.custody import AppointCustodians, CustodyShare, SetCustody
from teamchat.wire.problems import Code, ProblemError, Reason
from teamchat.wire.recovery import AskReset, PendingReset, Rotate
from tests.support.office import NETWORK, Office, Worker, office, refused
from tests.support.server import device_of

BOX = b"another box"


async def asked(desk: Office, name: str) -> tuple[Worker, PendingReset]:
    """Ask for a reset in a new session, under a new identity key."""
    anew = await desk.log_in(name)
    wanted = AskReset(anew.person.identity.public, BOX)
    return anew, await desk.services.resets.ask(anew.actor, wanted)


async def carried_out(desk: Office, anew: Worker, wanted: AddDevice | None = None) -> Device:
    return await desk.services.resets.carry_out(anew.actor, wanted or device_of(anew.person))


async def problem(desk: Office, anew: Worker) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        await carried_out(desk, anew)
    return caught.value


async def test_who_has_no_device_left_waits_for_nothing(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await desk.services.devices.remove(mei.actor, device.id)
    desk.clock.advance(24 * HOUR)
    anew, pending = await asked(desk, "mei")
    assert pending.due == pending.asked
    made = await carried_out(desk, anew)
    kept = await desk.services.identities.own(anew.actor, network=NETWORK)
    assert kept == Identity(anew.person.identity.public, BOX)
    assert [each.id for each in (await desk.services.devices.own(anew.actor)).devices] == [made.id]


async def test_who_has_devices_waits_and_then_all_of_them_end(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    anew, pending = await asked(desk, "mei")
    assert pending.due - pending.asked == 24 * HOUR
    assert await desk.services.resets.pending(mei.actor) == pending
    assert (await problem(desk, anew)).reason == Reason.RESET_NOT_DUE
    desk.clock.advance(24 * HOUR)
    anew = await desk.log_in("mei")  # sessions without a device do not last so long
    anew_key, second = await asked(desk, "mei")
    assert second.due == second.asked + 24 * HOUR, "asking again begins the waiting anew"
    desk.clock.advance(24 * HOUR - 1)
    assert (await problem(desk, anew_key)).reason == Reason.RESET_NOT_DUE
    desk.clock.advance(1)
    made = await carried_out(desk, anew_key)
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(mei.token)
    assert refused(caught)[0] is Code.REVOKED
    own = await desk.services.devices.own(anew_key.actor)
    assert [each.id for each in own.devices] == [made.id]
    assert (await desk.services.resets.pending(anew_key.actor)).identity_key == b""


async def ended_by_it(desk: Office, mei: Worker, device: Device) -> None:
    await desk.services.company_devices.remove(desk.owner.actor, mei.user, device.id)


async def ended_by_itself(desk: Office, mei: Worker, device: Device) -> None:
    await desk.services.devices.remove(mei.actor, device.id)


ENDINGS = pytest.mark.parametrize("end", [ended_by_it, ended_by_itself])


@ENDINGS
async def test_what_was_asked_for_is_due_no_sooner_when_the_last_device_ends(
    desk: Office, end: Callable[[Office, Worker, Device], Awaitable[None]]
) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    anew, _ = await asked(desk, "mei")
    await end(desk, mei, device)
    assert (await problem(desk, anew)).reason == Reason.RESET_NOT_DUE
    desk.clock.advance(24 * HOUR - 1)
    assert (await problem(desk, anew)).reason == Reason.RESET_NOT_DUE
    desk.clock.advance(1)
    await carried_out(desk, anew)


@ENDINGS
async def test_who_has_just_lost_the_last_device_waits_as_if_it_were_there(
    desk: Office, end: Callable[[Office, Worker, Device], Awaitable[None]]
) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await end(desk, mei, device)
    desk.clock.advance(24 * HOUR - 1)
    anew, pending = await asked(desk, "mei")
    assert pending.due == pending.asked + 24 * HOUR
    assert (await problem(desk, anew)).reason == Reason.RESET_NOT_DUE
    desk.clock.advance(24 * HOUR)
    await carried_out(desk, anew)


async def test_the_password_alone_ends_no_device_and_shortens_nothing(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    thief, _ = await asked(desk, "mei")
    signature = statements.sign_removal(
        DeviceKey(os.urandom(32)), user=mei.user, device=device.id, by=device.id
    )
    for wanted in (None, RemoveDevice(device.id, signature)):
        with pytest.raises(ProblemError) as caught:
            await desk.services.devices.remove(thief.actor, device.id, wanted)
        assert refused(caught)[0] is Code.NO_DEVICE
    assert (await problem(desk, thief)).reason == Reason.RESET_NOT_DUE
    await desk.services.sessions.authenticate(mei.token)
    assert await desk.audited("device.removed") == []


async def test_a_session_that_has_ended_asks_for_nothing(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    anew = await desk.log_in("mei")
    await desk.services.sessions.log_out(anew.actor)
    with pytest.raises(ProblemError) as caught:
        await desk.services.resets.ask(anew.actor, AskReset(os.urandom(32), BOX))
    assert refused(caught)[0] is Code.REVOKED
    assert await desk.audited("identity.reset_asked") == []


async def test_a_device_says_no_and_the_password_alone_does_not(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    anew, _ = await asked(desk, "mei")
    with pytest.raises(ProblemError) as caught:
        await desk.services.resets.cancel(anew.actor)
    assert refused(caught)[0] is Code.FORBIDDEN
    await desk.services.resets.cancel(mei.actor)
    await desk.services.resets.cancel(mei.actor)
    desk.clock.advance(30 * HOUR)
    assert (await problem(desk, anew)).reason == Reason.NO_RESET_ASKED
    assert len(await desk.audited("identity.reset_cancelled")) == 1
    assert len(await desk.audited("identity.reset_asked")) == 1
    assert await desk.audited("identity.reset") == []


async def test_the_key_directory_says_it_and_the_audit_log_does(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await desk.services.devices.remove(mei.actor, device.id)
    desk.clock.advance(24 * HOUR)
    anew, _ = await asked(desk, "mei")
    wanted = device_of(anew.person)
    made = await carried_out(desk, anew, wanted)
    said = await desk.said()
    assert isinstance(said[-1], Reset)
    assert (said[-1].device, said[-1].certificate) == (made.id, wanted.certificate)
    assert len(await desk.audited("identity.reset")) == 1
    again = await desk.services.sessions.authenticate(anew.token)
    assert await desk.services.resets.carry_out(again, wanted) == made
    assert len(await desk.said()) == len(said)


async def test_what_is_not_the_key_that_was_asked_for_is_refused(desk: Office) -> None:
    mei, ben = await desk.worker("mei"), await desk.worker("ben")
    await desk.equip(mei)
    with pytest.raises(ProblemError) as caught:
        await desk.services.resets.ask(ben.actor, AskReset(os.urandom(32), BOX))
    assert refused(caught)[0] is Code.CONFLICT
    for key in (mei.person.identity.public,):
        anew = await desk.log_in("mei")
        with pytest.raises(ProblemError) as caught:
            await desk.services.resets.ask(anew.actor, AskReset(key, BOX))
        assert refused(caught)[0] is Code.CONFLICT
    with pytest.raises(ProblemError) as caught:
        await desk.services.resets.ask(mei.actor, AskReset(os.urandom(32), BOX))
    assert refused(caught)[0] is Code.CONFLICT
    anew, _ = await asked(desk, "mei")
    desk.clock.advance(24 * HOUR)
    anew.person.identity = IdentityKey(os.urandom(32))
    assert (await problem(desk, anew)).code is Code.INVALID


async def test_it_is_asked_for_a_few_times_only(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1) as desk:
        mei = await desk.worker("mei")
        await desk.equip(mei)
        for _ in range(5):
            await asked(desk, "mei")
        with pytest.raises(ProblemError) as caught:
            await asked(desk, "mei")
        assert refused(caught)[0] is Code.TOO_MANY_REQUESTS


async def test_the_box_is_given_out_a_few_times_only_and_that_is_written_down(
    tmp_path: Path,
) -> None:
    async with office(tmp_path, limits_rate_factor=1) as desk:
        mei = await desk.worker("mei")
        await desk.equip(mei)
        anew = await desk.log_in("mei")
        for _ in range(10):
            await desk.services.identities.own(anew.actor, network=NETWORK)
        for _ in range(3):
            with pytest.raises(ProblemError) as caught:
                await desk.services.identities.own(anew.actor, network=NETWORK)
            assert refused(caught)[0] is Code.TOO_MANY_REQUESTS
        await desk.services.identities.own(anew.actor, network="198.51.100.7")
        assert len(await desk.audited("recovery.box_given")) == 11
        tripped = await desk.audited("ratelimit.tripped")
        assert [each[3] for each in tripped] == ['{"rule":"recovery-box"}']


def rotation(mei: Worker, device: Device, new: IdentityKey, by: DeviceKey | None = None) -> Rotate:
    key = by or mei.person.device_key
    assert key is not None
    said = statements.rotate(
        mei.person.identity, new, key, user=mei.user, by=device.id, day="2026-11-21"
    )
    return Rotate(new.public, BOX, device.id, said.former, said.new, said.signature)


async def test_a_key_is_renewed_and_the_devices_stay(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    new = IdentityKey(os.urandom(32))
    for _ in range(2):
        got = await desk.services.identities.rotate(mei.actor, rotation(mei, device, new))
        assert got == Identity(new.public, BOX)
    said = await desk.said()
    assert [type(each) for each in said].count(Rotated) == 1
    assert len(await desk.audited("identity.rotated")) == 1
    await desk.services.sessions.authenticate(mei.token)
    with pytest.raises(ProblemError) as caught:  # the key before does not come back
        await desk.services.identities.rotate(
            mei.actor, Rotate(mei.person.identity.public, BOX, device.id, *[bytes(64)] * 3)
        )
    assert refused(caught)[0] is Code.CONFLICT


async def test_a_key_is_renewed_a_few_times_only(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1) as desk:
        mei = await desk.worker("mei")
        device = await desk.equip(mei)

        async def renew() -> None:
            new = IdentityKey(os.urandom(32))
            wrong = rotation(mei, device, new, DeviceKey(os.urandom(32)))
            with pytest.raises(ProblemError) as caught:  # who cannot renew uses nothing up
                await desk.services.identities.rotate(mei.actor, wrong)
            assert caught.value.code is Code.INVALID
            wanted = rotation(mei, device, new)
            for _ in range(2):
                await desk.services.identities.rotate(mei.actor, wanted)
            mei.person.identity = new

        for _ in range(5):
            await renew()
        with pytest.raises(ProblemError) as caught:
            await renew()
        assert refused(caught) == (Code.TOO_MANY_REQUESTS, Reason.TOO_MANY_RENEWALS)
        assert caught.value.retry_after > 0
        desk.clock.advance(HOUR)
        await renew()
        assert [type(each) for each in await desk.said()].count(Rotated) == 6


async def test_a_renewal_needs_both_keys_and_this_device(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    new = IdentityKey(os.urandom(32))
    wrong = rotation(mei, device, new, DeviceKey(os.urandom(32)))
    with pytest.raises(ProblemError) as caught:
        await desk.services.identities.rotate(mei.actor, wrong)
    assert refused(caught)[0] is Code.INVALID
    anew = await desk.log_in("mei")
    with pytest.raises(ProblemError) as caught:
        await desk.services.identities.rotate(anew.actor, rotation(mei, device, new))
    assert refused(caught)[0] is Code.NO_DEVICE
    assert await desk.audited("identity.rotated") == []


async def test_a_new_device_is_certified_with_the_renewed_key(desk: Office) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    new = IdentityKey(os.urandom(32))
    await desk.services.identities.rotate(mei.actor, rotation(mei, device, new))
    anew = await desk.log_in("mei")
    anew.person.identity = mei.person.identity
    with pytest.raises(ProblemError):
        await desk.services.devices.add(anew.actor, device_of(anew.person))
    anew.person.identity = new
    await desk.services.devices.add(anew.actor, device_of(anew.person))


async def entrusted(desk: Office, mei: Worker) -> None:
    """Let custodians hold something of hers."""
    workers = [await desk.worker(name) for name in ("council", "dpo")]
    wanted = AppointCustodians(2, [each.user for each in workers])
    which = (await desk.services.custodians.appoint(desk.owner.actor, wanted)).set

    def work(connection: Connection) -> None:
        shares = [CustodyShare(each.user, n, b"x", bytes(32)) for n, each in enumerate(workers, 1)]
        custody.insert_deposit(connection, mei.user, StoredDeposit(mei.user, which, 1), shares)

    await desk.parts.database.write(work)


@pytest.mark.parametrize("how", ["renewed", "lost"])
async def test_what_custodians_hold_of_the_old_key_goes(desk: Office, how: str) -> None:
    mei = await desk.worker("mei")
    device = await desk.equip(mei)
    await entrusted(desk, mei)
    if how == "renewed":
        wanted = rotation(mei, device, IdentityKey(os.urandom(32)))
        await desk.services.identities.rotate(mei.actor, wanted)
    else:
        anew, _ = await asked(desk, "mei")
        desk.clock.advance(24 * HOUR)
        await carried_out(desk, anew)
    assert await desk.parts.database.read(lambda c: custody.deposit_of(c, mei.user)) is None
    assert len(await desk.audited("custody.withdrawn")) == 1


async def test_a_backup_that_is_put_back_brings_no_reset_that_may_have_been_stopped(
    desk: Office,
) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    anew, _ = await asked(desk, "mei")
    await desk.parts.database.write(lambda c: restoration.mark(c, sha256="", now=2))
    assert (await desk.services.resets.pending(anew.actor)).identity_key == b""


async def test_something_is_entrusted_a_few_times_only(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1) as desk:
        mei = await desk.worker("mei")
        await desk.equip(mei)
        wanted = SetCustody(mei.user, mei.user, [])
        for code in [Code.CONFLICT] * 10 + [Code.TOO_MANY_REQUESTS]:
            with pytest.raises(ProblemError) as caught:
                await desk.services.custody.entrust(mei.actor, wanted)
            assert caught.value.code is code
