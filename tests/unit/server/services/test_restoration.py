import json
from pathlib import Path

import pytest

from teamchat.server.services import restoration
from teamchat.wire.frames import InboxKind
from teamchat.wire.problems import Code, ProblemError
from tests.support.delivery import delivery_half
from tests.support.office import Office, secret_of

SHA256 = "ab" * 32


async def mark(desk: Office) -> restoration.Restored:
    now = desk.clock.now()
    return await desk.parts.database.write(
        lambda connection: restoration.mark(connection, sha256=SHA256, now=now)
    )


async def test_open_invitations_end_and_used_ones_stay_used(desk: Office) -> None:
    made = await desk.create("mei")
    restored = await mark(desk)
    assert restored.invitations == 1
    with pytest.raises(ProblemError) as caught:
        await desk.enter("mei", secret_of(made))
    assert caught.value.code is Code.INVITATION_USED
    assert (await mark(desk)).invitations == 0


async def test_stocks_are_emptied_and_what_was_in_them_never_comes_back(desk: Office) -> None:
    mei = await desk.worker("mei")
    wanted = desk.device(mei)
    await desk.publish(mei)
    device = await desk.services.devices.add(mei.actor, wanted)
    mei.actor = await desk.services.sessions.authenticate(mei.token)
    restored = await mark(desk)
    assert (restored.devices, restored.key_packages) == (1, 1)
    held = await desk.parts.database.read(
        lambda c: c.exec_driver_sql("SELECT last_resort FROM key_package").fetchall()
    )
    assert [tuple(row) for row in held] == [(1,)]
    kinds = await desk.parts.database.read(
        lambda c: c.exec_driver_sql("SELECT kind, device FROM inbox").fetchall()
    )
    assert [tuple(row) for row in kinds] == [(InboxKind.KEY_PACKAGES_LOW.value, device.id)]


async def test_those_who_are_gone_are_not_told(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    await desk.services.people.deactivate(desk.owner.actor, mei.user)
    assert (await mark(desk)).devices == 0


async def test_it_is_written_down_by_the_operator(desk: Office) -> None:
    before = len(await desk.audited())
    await mark(desk)
    event, actor, subject, detail = (await desk.audited())[-1]
    assert (event, actor, subject) == ("backup.restored", "operator", "backup")
    assert json.loads(detail) == {"sha256": SHA256, "log_size": before}


async def test_a_log_is_another_one_each_time_also_when_the_clock_stands_still(
    tmp_path: Path,
) -> None:
    async with delivery_half(tmp_path) as half:
        await half.converse(await half.member(1))
        epochs = []
        for now in (5_000, 5_000, 100):
            await half.database.write(
                lambda c, now=now: restoration.mark(c, sha256=SHA256, now=now)  # type: ignore[misc]  # the default binds it
            )
            ((epoch,),) = await half.sql("SELECT log_epoch FROM conversation")
            epochs.append(epoch)
        assert epochs == [5_000, 5_001, 5_002]
