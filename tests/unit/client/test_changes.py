"""Every interface is told every change, at its own pace."""

import asyncio

from teamchat.client.changes import CHANGES, Changes
from teamchat.engine.model import Change, ConversationsChanged, MembersChanged
from teamchat.ids import ConversationId


async def collected(changes: Changes) -> list[Change]:
    return [change async for change in changes.follow()]


async def test_everybody_is_told_until_the_end() -> None:
    changes = Changes()
    readers = [asyncio.create_task(collected(changes)) for _ in range(2)]
    await asyncio.sleep(0)
    told = [MembersChanged(ConversationId(name)) for name in "ab"]
    for change in told:
        changes.publish(change)
    changes.end()
    assert [await reader for reader in readers] == [told, told]


async def test_who_falls_behind_is_told_to_read_everything() -> None:
    changes = Changes()
    reader = asyncio.create_task(collected(changes))
    await asyncio.sleep(0)
    for _ in range(CHANGES + 1):
        changes.publish(MembersChanged(ConversationId("a")))
    changes.end()
    assert await reader == [ConversationsChanged(), MembersChanged(ConversationId("a"))]
