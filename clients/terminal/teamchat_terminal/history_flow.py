"""Earlier messages: given to a device of one's own, fetched from one, kept as a backup.

Each is a question, then how far it is, then what came of it. What is broken off goes on by
itself where it was, or with the same command.
"""

from collections.abc import Awaitable, Callable, Sequence

from textual.content import Content

from teamchat.client.account import Account
from teamchat.client.history import Wish
from teamchat.client.history_parts import Progress, Tell
from teamchat.engine.model import OwnDevice
from teamchat_terminal.bridge import EXPECTED
from teamchat_terminal.flow import Flow
from teamchat_terminal.history_words import bar, name_of
from teamchat_terminal.screens.busy import DONE, ReportingStep
from teamchat_terminal.screens.step import Choice, Step
from teamchat_terminal.voice import Voice


async def give(flow: Flow, account: Account, wish: Wish, devices: Sequence[OwnDevice]) -> None:
    """Give this device's messages to one that has asked, if the person wants it."""
    say, name = flow.say, name_of(wish.device, devices, flow.voice)
    question = say("tui-history-give-question", name=name)
    words = say("tui-history-give-words", name=name)
    if not wish.mine and not await _yes(flow, question, words, say("tui-history-give")):
        return
    title = say("tui-history-giving", name=name)
    if await _reported(
        flow, title, "cli-history-giving", lambda tell: account.history.give(wish.id, tell)
    ):
        await flow.tell(say("tui-history-given"), say("tui-history-given-words", name=name))


async def fetch(flow: Flow, account: Account) -> None:
    """Ask one's other devices for earlier messages, and take them in."""
    say = flow.say
    title, words = say("tui-history-asking"), say("tui-history-asking-words")
    if not await flow.do(title, words, account.history.ask):
        return
    waiting = say("tui-history-waiting")
    if await _reported(
        flow, waiting, "cli-history-taking", account.history.follow, "tui-history-waiting-words"
    ):
        await flow.tell(say("tui-history-come"), say("tui-history-come-words"))


async def stop(flow: Flow, account: Account) -> None:
    """Want no earlier messages any more, and give none."""
    title, words = flow.say("tui-history-stopping"), flow.say("cli-history-cancelled")
    await flow.do(title, words, account.history.cancel)


async def back_up(flow: Flow, account: Account) -> None:
    """Make or add to the backup."""
    say = flow.say
    title = say("tui-history-backing-up")
    if await _reported(flow, title, "tui-history-lines", account.history.back_up):
        await flow.tell(say("tui-history-backed-up"), say("tui-history-backed-up-words"))


async def restore(flow: Flow, account: Account) -> None:
    """Take in what the backup holds."""
    say = flow.say
    title = say("tui-history-restoring")
    if await _reported(flow, title, "cli-history-taking", account.history.restore):
        await flow.tell(say("tui-history-come"), say("tui-history-restored-words"))


async def forget(flow: Flow, account: Account) -> None:
    """Remove the backup, if the person wants it."""
    say = flow.say
    question, words = say("tui-history-forget-question"), say("tui-history-forget-words")
    if await _yes(flow, question, words, say("tui-history-forget")):
        title = say("tui-history-forgetting")
        await flow.do(title, words, account.history.forget_backup)


async def wanted(account: Account, voice: Voice) -> list[str]:
    """Return the names of the devices that ask for this one's messages; none without a server."""
    try:
        wishes = [wish for wish in await account.history.wishes() if not wish.giver]
        devices = await account.devices() if wishes else ()
    except EXPECTED:
        return []
    return [name_of(wish.device, devices, voice) for wish in wishes]


async def bring(flow: Flow, account: Account) -> None:
    """Offer somebody who has just come in what was said before; nothing without a server."""
    say = flow.say
    try:
        status, devices = await account.history.status(), await account.devices()
    except EXPECTED:
        return
    if status.policy == "none" or status.asked:
        return
    backup = status.backup
    if backup.exists and backup.key_known:
        if await _yes(
            flow, say("tui-history-bring"), say("tui-history-bring-backup"), say("tui-history-take")
        ):
            await restore(flow, account)
    elif len(devices) > 1 and await _yes(
        flow, say("tui-history-bring"), say("tui-history-bring-device"), say("tui-history-take")
    ):
        await fetch(flow, account)


async def _yes(flow: Flow, title: str, words: str, yes: str) -> bool:
    choices = (Choice("no", flow.say("tui-history-no")), Choice("yes", yes, primary=True))
    return await flow.ask(Step(flow.voice, title, words, choices)) == "yes"


async def _reported(
    flow: Flow,
    title: str,
    key: str,
    intent: Callable[[Tell], Awaitable[object]],
    words: str = "tui-history-stays",
) -> bool:
    def work(report: Callable[[Content], None]) -> Awaitable[object]:
        def tell(progress: Progress) -> None:
            stays = "\n\n" + flow.say("tui-history-stays")
            report(Content.assemble(bar(progress, key, flow.voice), stays))

        return intent(tell)

    step = ReportingStep(flow.errands, flow.voice, title, flow.say(words), work)
    return await flow.ask(step) == DONE
