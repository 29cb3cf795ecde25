"""Between the account and the widgets."""

import gc

from teamchat_terminal.messages import Done
from tests.terminal.stage import on_stage


async def test_what_is_no_longer_asked_before_it_was_begun_leaves_nothing() -> None:
    """A screen that goes takes its questions with it; Python complains of one never awaited."""
    begun = []

    async def intent() -> None:
        begun.append(1)

    async with on_stage() as stage:
        bridge = stage.chat.desk.bridge
        bridge.ask(stage.chat, intent, lambda _: Done("asked")).cancel()
        await stage.settle()
        gc.collect()
    assert not begun
