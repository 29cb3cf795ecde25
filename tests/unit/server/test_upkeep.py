"""What has run out is swept while the server runs, and a full disk does not end it."""

import asyncio
from pathlib import Path

import pytest

from teamchat.server import upkeep
from teamchat.wire.problems import Code, ProblemError
from tests.support.office import office


async def test_an_invitation_that_runs_out_is_written_down_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as desk:
        await desk.create("anna")
        fails = [True]
        honest = desk.services.history.sweep

        async def fail_once() -> int:
            if fails.pop() if fails else False:
                raise ProblemError(Code.STORAGE_FULL)
            return await honest()

        monkeypatch.setattr(type(desk.services.history), "sweep", lambda _: fail_once())
        running = asyncio.create_task(upkeep.run(desk.services, every=0.01))
        desk.clock.advance(30 * 86_400)
        async with asyncio.timeout(60):
            while not await desk.audited("invite.expired"):  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        assert not fails
        running.cancel()
        assert len(await desk.audited("invite.expired")) == 1
