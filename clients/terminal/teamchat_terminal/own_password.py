"""Another password for one's account: by itself, or after somebody was stopped who knows it."""

from collections.abc import Awaitable

from teamchat.client.account import Account
from teamchat_terminal.enter_lines import Lines
from teamchat_terminal.flow import Flow
from teamchat_terminal.screens.step import Choice, Step


async def change_password(flow: Flow, account: Account) -> None:
    """Set another password, with the one of now."""
    say, lines = flow.say, Lines(flow)
    least: list[int] = []

    async def look() -> None:
        least.append(await account.password.characters())

    if not await flow.do(say("tui-action-password"), say("tui-password-looking"), look):
        return
    old = await flow.ask(lines.line("old-password", secret=True))
    if not old:
        return
    words = say("tui-enter-new-password", count=least[-1])
    new = await lines.twice(say("tui-password-new"), words, least[-1])
    if not new:
        return

    def change() -> Awaitable[None]:
        return account.password.change(old, new)

    if await flow.do(say("tui-password-changing"), say("tui-custody-takes"), change):
        await flow.tell(say("tui-password-changed"), say("tui-password-changed-words"))


async def stopped(flow: Flow, account: Account, words: str) -> None:
    """Say that somebody was stopped who knows the password, and offer to change it now."""
    say = flow.say
    choices = (
        Choice("password", say("tui-action-password"), primary=True),
        Choice("later", say("tui-password-later")),
    )
    if await flow.ask(Step(flow.voice, say("tui-reset-stopped"), words, choices)) == "password":
        await change_password(flow, account)
