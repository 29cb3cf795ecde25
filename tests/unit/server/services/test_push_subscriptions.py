from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.ids import DeviceId
from teamchat.server import upkeep
from teamchat.server.storage.queries import push
from teamchat.server.storage.queries.push import Target
from teamchat.server.storage.tables.push import push_subscription
from teamchat.wire.problems import Code, ProblemError
from tests.support.office import Office, Worker, office

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
CONTACT = {"push_contact": "mailto:it@chat.example"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, **CONTACT) as opened:
        yield opened


def device(worker: Worker) -> DeviceId:
    assert worker.actor.device is not None
    return worker.actor.device


async def equipped(desk: Office, name: str) -> Worker:
    worker = await desk.worker(name)
    await desk.equip(worker)
    return worker


async def kept(desk: Office, worker: Worker) -> Target | None:
    now = desk.clock.now()
    return await desk.parts.database.read(lambda c: push.find(c, device(worker), now=now))


async def rows(desk: Office) -> int:
    return await desk.parts.database.read(
        lambda c: len(c.execute(push_subscription.select()).all())
    )


async def test_a_device_has_one_address_the_last_it_named(desk: Office) -> None:
    mei = await equipped(desk, "mei")
    subscriptions = desk.services.push_subscriptions
    for endpoint in (ENDPOINT, f"{ENDPOINT}d"):
        await subscriptions.subscribe(mei.actor, endpoint)
    first = await kept(desk, mei)
    assert first is not None
    assert (first.endpoint, await rows(desk)) == (f"{ENDPOINT}d", 1)
    await subscriptions.subscribe(mei.actor, ENDPOINT)
    second = await kept(desk, mei)
    assert second is not None
    assert second.topic != first.topic
    assert len(second.topic) == 24
    await subscriptions.unsubscribe(mei.actor)
    await subscriptions.unsubscribe(mei.actor)
    assert await rows(desk) == 0


async def test_an_address_that_is_not_called_is_not_kept_and_not_repeated(desk: Office) -> None:
    mei = await equipped(desk, "mei")
    with pytest.raises(ProblemError) as caught:
        await desk.services.push_subscriptions.subscribe(mei.actor, "https://canary.example/x")
    assert caught.value.code is Code.INVALID
    assert "canary" not in repr(caught.value)
    assert await rows(desk) == 0


async def test_who_has_no_device_has_no_address(desk: Office) -> None:
    mei = await desk.worker("mei")
    with pytest.raises(ProblemError) as caught:
        await desk.services.push_subscriptions.subscribe(mei.actor, ENDPOINT)
    assert caught.value.code is Code.NO_DEVICE


async def test_it_goes_with_the_device(desk: Office) -> None:
    mei = await equipped(desk, "mei")
    await desk.services.push_subscriptions.subscribe(mei.actor, ENDPOINT)
    await desk.services.people.deactivate(desk.owner.actor, mei.user)
    assert await rows(desk) == 0


async def test_it_goes_with_the_session_and_with_the_next_sweep(desk: Office) -> None:
    mei = await equipped(desk, "mei")
    await desk.services.push_subscriptions.subscribe(mei.actor, ENDPOINT)
    await upkeep.sweep(desk.services)
    assert await kept(desk, mei) is not None
    await desk.services.sessions.log_out(mei.actor)
    assert await kept(desk, mei) is None
    await upkeep.sweep(desk.services)
    assert await rows(desk) == 0


async def test_a_server_that_wakes_nobody_says_so_and_forgets_what_it_knew(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        mei = await equipped(desk, "mei")
        subscriptions = desk.services.push_subscriptions
        assert subscriptions.offer().key == b""
        with pytest.raises(ProblemError) as caught:
            await subscriptions.subscribe(mei.actor, ENDPOINT)
        assert caught.value.code is Code.NOT_FOUND
        to = Target(device(mei), ENDPOINT, "x")
        await desk.parts.database.write(lambda c: push.put(c, to, now=0))
        await subscriptions.sweep()
        assert await rows(desk) == 0
