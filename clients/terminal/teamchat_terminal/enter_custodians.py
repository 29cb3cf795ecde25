"""Coming back with the custodians: the code to read out, how far it is, and other words at the end.

Whoever leaves in between has lost nothing: what was asked is kept here, and goes on with the
password alone.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from textual.content import Content

from teamchat.client.account import Account
from teamchat.client.custody_opening import Asked
from teamchat.client.errors import AccountError
from teamchat.wire.custody import Custodians, Verdict
from teamchat_terminal.entrance import Entrance
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import ACCENT, BOLD, DIM
from teamchat_terminal.log_words import moment
from teamchat_terminal.own_key import renewed
from teamchat_terminal.recovery_words import numbered
from teamchat_terminal.screens.busy import DONE, ReportingStep
from teamchat_terminal.screens.step import NARROW, OUT, WIDEST, Choice, Step
from teamchat_terminal.visible import one_line
from teamchat_terminal.voice import Voice

Who = tuple[str, str, str]
"""Server, user name, password."""

HELPED: Final = "helped"
"""The answer of whoever wants the custodians."""


class AskingStep(ReportingStep):
    """Shows the code while the custodians are waited for."""

    leave = "tui-custody-pause"


async def which_way(flow: Flow, found: Custodians) -> str:
    """Ask whether the custodians are to help: `HELPED`, "anew", or `OUT`."""
    say = flow.say
    choices = (
        Choice(HELPED, say("tui-custody-helped"), primary=True),
        Choice("anew", say("tui-lost-all-begin")),
        Choice("back", say("tui-back")),
    )
    names = ", ".join(one_line(each.user.display_name, 28) for each in found.custodians)
    words = say("tui-custody-help-words", threshold=found.threshold, names=names)
    answer = await flow.ask(Step(flow.voice, say("tui-custody-help"), words, choices))
    return OUT if answer == "back" else answer


async def words_from_custodians(flow: Flow, entrance: Entrance, who: Who) -> str:
    """Ask the custodians until enough of them have given their part.

    Returns:
        The recovery words; empty for whoever leaves.
    """
    say, got = flow.say, list[str]()
    elsewhere: list[AccountError] = []

    def ask(report: Callable[[Content], None]) -> Awaitable[object]:
        async def work() -> None:
            try:
                words = await entrance.ask_custodians(
                    *who, lambda now: report(shown(now, flow.voice))
                )
            except AccountError as error:
                if error.key != "error-reason-custody-asked":
                    raise
                elsewhere.append(error)
            else:
                got.append(words)

        return work()

    title, waiting = say("tui-custody-asking"), say("tui-custody-asking-words")
    while await flow.ask(AskingStep(flow.errands, flow.voice, title, waiting, ask)) == DONE:
        if got:
            return got[-1]
        if not await _taken_back(flow, entrance, who):
            break
    return ""


async def _taken_back(flow: Flow, entrance: Entrance, who: Who) -> bool:
    """Offer to take back what was asked on another computer."""
    say = flow.say
    choices = (
        Choice("back", say("tui-back"), primary=True),
        Choice("here", say("tui-custody-ask-here")),
    )
    title, words = say("tui-custody-asked-elsewhere"), say("tui-custody-asked-elsewhere-words")
    if await flow.ask(Step(flow.voice, title, words, choices)) != "here":
        return False
    title, words = say("tui-custody-taking-back"), say("tui-custody-takes")
    return await flow.do(title, words, lambda: entrance.take_back(*who))


async def renew_opened(flow: Flow, account: Account, words: str) -> None:
    """Take other words at once, for those that the custodians have opened; or show these."""
    say = flow.say
    choices = (
        Choice("now", say("tui-custody-renew-now"), primary=True),
        Choice("later", say("tui-custody-renew-later")),
    )
    step = Step(flow.voice, say("tui-custody-back"), say("tui-custody-renew"), choices)
    if await flow.ask(step) == "now" and await renewed(flow, account, words):
        await flow.tell(say("tui-renewed"), say("tui-custody-renewed-words"))
        return
    width = flow.app.size.width
    listed = numbered(words.split(), min(WIDEST, width) - (5 if width < NARROW else 7))
    kept = Content.assemble(say("tui-custody-old-words"), "\n\n", listed)
    await flow.tell(say("tui-custody-old"), kept)


def shown(asked: Asked, voice: Voice) -> Content:
    """Return what to do, the code, who has agreed, and until when it can be asked."""
    say, request = voice.say, asked.request
    approved = sum(each.verdict is Verdict.APPROVED for each in request.answers)
    threshold = asked.custodians.threshold
    parts: list[Content | str | tuple[str, str]] = [
        say("cli-custody-code"),
        "\n\n  ",
        (asked.code, ACCENT),
        "\n\n",
        (say("cli-custody-answers", approved=approved, threshold=threshold), BOLD),
    ]
    for each in request.answers:
        said = say(f"tui-custody-{each.verdict.value}")
        parts += ["\n  ", one_line(each.user.display_name, 28), (f"  {said}", DIM)]
    day, time = moment(request.opens, voice)
    last_day, last_time = moment(request.expires, voice)
    until = say("tui-custody-until", day=day, time=time, last=f"{last_day}, {last_time}")
    return Content.assemble(*parts, "\n\n", (until, DIM))
