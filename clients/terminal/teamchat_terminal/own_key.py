"""One's own identity key: a fresh start that somebody asked for is stopped, words are renewed."""

from collections.abc import Awaitable

from textual.content import Content

from teamchat.client.account import Account
from teamchat.client.recovery_words import slip_of
from teamchat.wire.custody import Standing
from teamchat_terminal.bridge import EXPECTED
from teamchat_terminal.broken_off import BrokenOffError
from teamchat_terminal.flow import Flow
from teamchat_terminal.log_words import moment
from teamchat_terminal.new_sheet import new_words
from teamchat_terminal.own_password import stopped
from teamchat_terminal.recovery_words import keep_words
from teamchat_terminal.screens.step import Choice, NotTakenError, Step
from teamchat_terminal.typed_words import TypedWords


async def reset_due(account: Account) -> int:
    """Return when a fresh start is due, in seconds since 1970; 0 for none, or without a server."""
    try:
        return await account.recovery.asked_for()
    except EXPECTED:
        return 0


async def stop_reset(flow: Flow, account: Account, due: int) -> bool:
    """Ask whether it was the person, and stop it if it was not; return whether none is left."""
    say = flow.say
    day, time = moment(due, flow.voice)
    words = say("tui-reset-words", day=day, time=time)
    choices = (
        Choice("stop", say("tui-reset-stop"), primary=True),
        Choice("mine", say("tui-reset-mine")),
    )
    step = Step(flow.voice, say("tui-reset-question"), words, choices, danger=True)
    if await flow.ask(step) != "stop":
        return False
    title, waiting = say("tui-reset-stopping"), say("tui-reset-stopping-words")
    if not await flow.do(title, waiting, account.recovery.cancel):
        return False
    await stopped(flow, account, say("tui-reset-stopped-words"))
    return True


async def custody_asked(account: Account) -> bool:
    """Say whether somebody asks the custodians for the recovery words; not without a server."""
    try:
        request = (await account.custody.own()).request
    except EXPECTED:
        return False
    return request is not None and request.standing is not Standing.USED


async def refuse_custody(flow: Flow, account: Account) -> bool:
    """Ask whether it was the person, and end it if it was not; return whether it is over."""
    say = flow.say
    choices = (
        Choice("stop", say("tui-reset-stop"), primary=True),
        Choice("mine", say("tui-reset-mine")),
    )
    words = say("tui-custody-words")
    step = Step(flow.voice, say("tui-reset-question"), words, choices, danger=True)
    if await flow.ask(step) != "stop":
        return False
    title, waiting = say("tui-reset-stopping"), say("tui-reset-stopping-words")
    if not await flow.do(title, waiting, account.custody.refuse):
        return False
    await stopped(flow, account, say("tui-custody-refused"))
    return True


async def renew_words(flow: Flow, account: Account) -> None:
    """Take other recovery words, if the person has those of now."""
    say = flow.say
    choices = (Choice("no", say("tui-cancel")), Choice("yes", say("tui-next"), primary=True))
    question, words = say("tui-renew-question"), say("tui-renew-words")
    if await flow.ask(Step(flow.voice, question, words, choices)) != "yes":
        return
    old = await flow.ask(typed_words(flow, say("tui-renew-old")))
    if old and await renewed(flow, account, old):
        await flow.tell(say("tui-renewed"), say("tui-renewed-words"))


async def renewed(flow: Flow, account: Account, old: str) -> bool:
    """Take other words for those of now; return whether they hold."""

    async def show(made: str) -> None:
        if not await keep_words(flow, new_words(account.profile, made)):
            raise BrokenOffError

    def renew() -> Awaitable[None]:
        return account.recovery.renew(old, show)

    return await flow.do(flow.say("tui-renewing"), flow.say("tui-renewing-words"), renew)


def typed_words(flow: Flow, title: str, words: str | Content = "") -> TypedWords:
    """Return the step that asks for recovery words, and says what is wrong with them."""
    say = flow.say

    def read(typed: str) -> str:
        slip = slip_of(typed)
        if slip is not None:
            raise NotTakenError(say(slip.key, **slip.arguments))
        return typed

    return TypedWords(
        flow.voice, title, words or say("tui-enter-words-asked"), say("tui-next"), read
    )
