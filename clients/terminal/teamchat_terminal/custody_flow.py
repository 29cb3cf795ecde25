"""What one does with custodians, and as one of them: each asked, done, and said what came of it."""

from collections.abc import Awaitable, Sequence

from textual.content import Content

from teamchat.client.account import Account
from teamchat.client.custody_asking import Asking
from teamchat.client.errors import AccountError
from teamchat.wire.custody import Custodians
from teamchat_terminal.custody_words import asker, given, listed, since, waiting
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import DIM
from teamchat_terminal.own_key import typed_words
from teamchat_terminal.screens.step import Choice, LineStep, ListStep, NotTakenError, Step

DIGITS, GROUP = 30, 5
"""How long a code is, and how it is written."""


async def entrust(flow: Flow, account: Account, found: Custodians) -> None:
    """Entrust the recovery words, after it was said what the custodians could do with them."""
    say = flow.say
    confirm = say("tui-custody-confirm", threshold=found.threshold)
    words = Content.assemble(listed(found, flow.voice), "\n\n", confirm)
    if not await _yes(flow, say("tui-custody-entrust-question"), words, say("tui-next")):
        return
    typed = await flow.ask(typed_words(flow, say("tui-custody-entrust-words")))
    if not typed:
        return

    def intent() -> Awaitable[object]:
        return account.custody.entrust(typed)

    if await flow.do(say("tui-custody-entrusting"), say("tui-custody-takes"), intent):
        done = say("cli-custody-entrusted", threshold=found.threshold)
        await flow.tell(say("tui-custody-entrusted"), done)


async def withdraw(flow: Flow, account: Account) -> None:
    """Take back what was entrusted."""
    say = flow.say
    question, words = say("tui-custody-withdraw-question"), say("tui-custody-withdraw-words")
    if not await _yes(flow, question, words, say("tui-custody-button-withdraw")):
        return
    title = say("tui-custody-withdrawing")
    if await flow.do(title, say("tui-custody-takes"), account.custody.withdraw):
        await flow.tell(say("tui-custody-withdrawn"), say("cli-custody-withdrawn"))


async def accept(flow: Flow, account: Account) -> None:
    """Accept to be a custodian."""
    say = flow.say
    found: list[Custodians] = []

    async def intent() -> None:
        found.append(await account.custody.accept())

    question, words = say("tui-custody-accept-question"), say("tui-custody-accept-words")
    if not await _yes(flow, question, words, say("tui-custody-button-accept")):
        return
    if await flow.do(say("tui-custody-accepting"), say("tui-custody-takes"), intent):
        now, count = found[-1], len(found[-1].custodians)
        done = say("cli-custody-accepted", threshold=now.threshold, count=count)
        await flow.tell(say("tui-custody-accepted"), done)


async def answer(flow: Flow, account: Account, requests: Sequence[Asking]) -> None:
    """Give one's part to somebody who asks, or decline."""
    say = flow.say
    request = await _which(flow, waiting(requests), "tui-custody-which-words")
    if request is None:
        return
    choices = [
        Choice("decline", say("tui-custody-decline")),
        Choice("later", say("tui-cancel")),
    ]
    if not request.called:
        choices.insert(0, Choice("code", say("tui-custody-type-code"), primary=True))
    title, strange = say("tui-custody-asks", name=asker(request)), bool(request.called)
    step = Step(flow.voice, title, _who_asks(flow, request), choices, danger=strange)
    said = await flow.ask(step)
    if said == "code" and (request.met or await _sure(flow, request)):
        await _approve(flow, account, request)
    elif said == "decline":
        await _decline(flow, account, request)


async def take_back(flow: Flow, account: Account, requests: Sequence[Asking]) -> None:
    """Take back the part that was given for one of the requests."""
    say = flow.say
    request = await _which(flow, given(requests), "tui-custody-which-given")
    if request is None:
        return
    name = asker(request)
    question = say("tui-custody-take-back-question", name=name)
    words = say("tui-custody-take-back-words", name=name)
    if not await _yes(flow, question, words, say("tui-custody-button-take-back")):
        return

    def intent() -> Awaitable[None]:
        return account.custody.take_back(request)

    if await flow.do(say("tui-custody-withdrawing"), say("tui-custody-takes"), intent):
        await flow.tell(say("tui-custody-withdrawn"), say("cli-custody-taken-back", name=name))


def _who_asks(flow: Flow, request: Asking) -> str:
    name, user = asker(request), request.user_name
    if request.called:
        return flow.say("error-custody-name", name=name, called=request.called)
    if not request.met:
        return flow.say("cli-custody-never-met", name=name, user=user)
    when = since(request, flow.voice)
    return flow.say("tui-custody-who-asks", name=name, user=user, when=when)


async def _sure(flow: Flow, request: Asking) -> bool:
    """Have the user name typed of somebody whom the custodian has never met."""
    say = flow.say

    def read(typed: str) -> str:
        if typed.strip().removeprefix("@").casefold() != request.user_name:
            raise NotTakenError(say("tui-custody-other-name", user=request.user_name))
        return typed

    title, words = say("tui-custody-never-met"), say("cli-custody-never-met-sure")
    return bool(await flow.ask(LineStep(flow.voice, title, words, say("tui-next"), read)))


async def _which(flow: Flow, requests: Sequence[Asking], words: str) -> Asking | None:
    if len(requests) == 1:
        return requests[0]
    rows = [
        (each.request.id, Content.assemble(asker(each), (f"  {since(each, flow.voice)}", DIM)))
        for each in requests
    ]
    title = flow.say("tui-custody-which")
    chosen = await flow.ask(ListStep(flow.voice, title, flow.say(words), rows))
    return next((each for each in requests if each.request.id == chosen), None)


async def _approve(flow: Flow, account: Account, request: Asking) -> None:
    """Ask for the code until it is the right one, or the custodian gives up."""
    say, name = flow.say, asker(request)
    words: str | Content = say("tui-custody-code-words", name=name)
    typed = ""
    while typed := await flow.ask(_code(flow, words, typed)):
        wrong: list[AccountError] = []

        async def intent(typed: str = typed, wrong: list[AccountError] = wrong) -> None:
            try:
                await account.custody.approve(request, typed)
            except AccountError as error:
                if error.key != "error-custody-code":
                    raise
                wrong.append(error)

        if not await flow.do(say("tui-custody-giving"), say("tui-custody-takes"), intent):
            return
        if not wrong:
            await flow.tell(say("tui-custody-given"), say("tui-custody-given-words", name=name))
            return
        words = Content.assemble((say("error-custody-code", name=name), "bold $tc-danger"))


def _code(flow: Flow, words: str | Content, before: str) -> LineStep:
    say = flow.say

    def read(typed: str) -> str:
        digits = "".join(sign for sign in typed if sign.isascii() and sign.isdecimal())
        if len(digits) != DIGITS:
            raise NotTakenError(say("tui-custody-digits", typed=len(digits), count=DIGITS))
        return " ".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))

    title = say("cli-custody-ask-code")
    return LineStep(flow.voice, title, words, say("tui-custody-give"), read, before=before)


async def _decline(flow: Flow, account: Account, request: Asking) -> None:
    say, name = flow.say, asker(request)
    question, words = say("tui-custody-decline-question"), say("tui-custody-decline-words")
    if not await _yes(flow, question, words, say("tui-custody-decline")):
        return

    def intent() -> Awaitable[None]:
        return account.custody.decline(request)

    if await flow.do(say("tui-custody-declining"), say("tui-custody-takes"), intent):
        await flow.tell(say("tui-custody-not-given"), say("cli-custody-not-given", name=name))


async def _yes(flow: Flow, title: str, words: str | Content, yes: str) -> bool:
    choices = (Choice("no", flow.say("tui-cancel")), Choice("yes", yes, primary=True))
    return await flow.ask(Step(flow.voice, title, words, choices)) == "yes"
