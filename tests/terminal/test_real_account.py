"""The full-screen client on a real account and a real server: stuck, back, accepted, talking."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from teamchat.client.account import Account
from teamchat.engine.company import remembered
from teamchat.engine.records import Phase
from teamchat.ids import ConversationId
from teamchat_terminal.app import TeamchatApp
from teamchat_terminal.screens.newcomers import NewcomersSheet
from teamchat_terminal.theme import DARK_NAME
from tests.scenarios.test_real_server import account_of, texts, until
from tests.support.server import running_server
from tests.terminal.stage import Stage, StagedAccount, StagedOpener, voice

pytestmark = pytest.mark.slow


def get_stuck(account: Account, talk: ConversationId) -> None:
    """Put a conversation into the state in which it cannot be followed any more."""
    held = account._engine._held
    state = held.conversations[talk]
    record = msgspec.structs.replace(remembered(state), phase=Phase.BROKEN)
    held.conversations[talk] = replace(state, record=record, group=None, roster=())


async def test_a_stuck_group_is_joined_again_its_newcomer_accepted_and_talked_in(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna, bo, cem = [
            await stack.enter_async_context(account_of(server, name, tmp_path))
            for name in ("anna", "bo", "cem")
        ]
        users = {name: (await anna.find_people(name))[0].id for name in ("bo", "cem")}
        talk = await bo.create_group("Werk", [anna.profile.user])
        await until(lambda: len(anna.conversations()) == 1 and anna.conversations()[0].title)
        app = TeamchatApp(StagedOpener(anna), voice(), DARK_NAME)
        async with app.run_test(size=(120, 40)) as pilot:
            stage = Stage(app, pilot, StagedAccount(), StagedOpener(anna))
            await stage.until("Werk")
            get_stuck(anna, talk)
            await bo.add(talk, [users["cem"]])
            await bo.send_text(talk, "dazwischen")
            await stage.press("enter")
            await stage.until("got stuck on this device")
            await stage.press("f5")
            await stage.until("will be missing")
            await stage.press("tab", "enter")
            await stage.until("Cem came in while this device was away")
            assert not texts(anna, talk), "what was written meanwhile is missing, as was said"
            await until(lambda: stage.chat.composer.has_focus)
            await stage.type("nur für Bekannte")
            await stage.press("enter")
            assert isinstance(app.screen, NewcomersSheet)
            assert not texts(anna, talk)
            await stage.click("#accept")
            await until(lambda: not anna.conversations()[0].newcomers)
            await stage.settle()
            await stage.press("enter")
            await until(lambda: texts(cem, talk)[-1:] == ["nur für Bekannte"])
            await until(lambda: texts(bo, talk)[-1:] == ["nur für Bekannte"])
            await stage.until("delivered")
