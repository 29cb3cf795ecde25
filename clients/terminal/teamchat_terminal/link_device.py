"""Another device is taken in from here: its code, the same pictures, and it is one's own."""

from teamchat.client.account import Account
from teamchat.client.linking import Comparison
from teamchat.identity.errors import LinkingError
from teamchat.identity.linking.code import LinkingCode
from teamchat_terminal.flow import Flow
from teamchat_terminal.pictures import OTHER, SAME, compared
from teamchat_terminal.screens.step import LineStep, NotTakenError
from teamchat_terminal.visible import one_line


async def link_device(flow: Flow, account: Account) -> bool:
    """Lead through it; return whether there is another device now, or soon."""
    say = flow.say
    found: list[Comparison] = []
    while code := await flow.ask(_code(flow)):

        async def meet(code: str = code) -> None:
            found.append(await account.linking.begin(code))

        title, words = say("tui-link-meeting"), say("tui-link-meeting-words")
        if await flow.do(title, words, meet, stops=True):
            return await _compare(flow, found[-1])
    return False


async def _compare(flow: Flow, met: Comparison) -> bool:
    say, name = flow.say, one_line(met.name, 40)
    title, words = say("tui-link-compare"), say("tui-link-compare-words", name=name)
    answer = await compared(flow, title, words, met.sas)
    if answer == OTHER:
        await met.refuse()
        await flow.tell(say("tui-link-differs"), say("error-linking-different"), danger=True)
    elif answer == SAME:
        return await _let_in(flow, met, name)
    else:
        await met.cancel()
    return False


async def _let_in(flow: Flow, met: Comparison, name: str) -> bool:
    say = flow.say
    there: list[bool] = []

    async def confirm() -> None:
        there.append(await met.confirm())

    title, words = say("tui-link-waiting", name=name), say("tui-link-waiting-words")
    if not await flow.do(title, words, confirm, stops=True):
        return False
    if there[0]:
        await flow.tell(say("tui-link-done", name=name), say("tui-link-done-words"))
    else:
        await flow.tell(say("tui-link-admin", name=name), say("tui-link-admin-words"))
    return True


def _code(flow: Flow) -> LineStep:
    say = flow.say

    def read(typed: str) -> str:
        try:
            LinkingCode.read(typed)
        except LinkingError as error:
            key = "error-linking-mistyped" if typed.strip() else "tui-empty"
            raise NotTakenError(say(key)) from error
        return typed.strip()

    words = f"{say('tui-link-code-words')}\n\n{say('tui-link-own-hand')}"
    return LineStep(flow.voice, say("tui-link-heading"), words, say("tui-next"), read)
