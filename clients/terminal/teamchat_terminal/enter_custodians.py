"""Coming back with the custodians: the code to read out, how far it is, and the device at the end.

Whoever leaves in between has lost nothing: what was asked is kept here, and the same way in goes
on with it.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from textual.content import Content

from teamchat.client.custody_opening import Asked
from teamchat.wire.custody import Custodians, Verdict
from teamchat_terminal.entrance import Entrance, KeepWords
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import ACCENT, BOLD, DIM
from teamchat_terminal.log_words import moment
from teamchat_terminal.recovery_words import numbered
from teamchat_terminal.screens.busy import DONE, ReportingStep
from teamchat_terminal.screens.step import NARROW, OUT, WIDEST, Choice, Step
from teamchat_terminal.visible import one_line
from teamchat_terminal.voice import Voice

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


async def come_back(
    flow: Flow, entrance: Entrance, who: tuple[str, str, str], passphrase: str, keep: KeepWords
) -> bool:
    """Ask the custodians, and make this computer a device with what they give.

    Args:
        flow: Asks and tells.
        entrance: Lets the person in.
        who: Server, user name, password.
        passphrase: Of this device.
        keep: Shows new words, if the account has none.

    Returns:
        Whether it is a device now.
    """
    say, got = flow.say, list[str]()

    def ask(report: Callable[[Content], None]) -> Awaitable[object]:
        async def work() -> None:
            got.append(
                await entrance.ask_custodians(*who, lambda now: report(shown(now, flow.voice)))
            )

        return work()

    title, waiting = say("tui-custody-asking"), say("tui-custody-asking-words")
    if await flow.ask(AskingStep(flow.errands, flow.voice, title, waiting, ask)) != DONE:
        return False
    words = got[-1]

    async def known() -> str:
        return words

    async def login() -> None:
        await entrance.login(*who, passphrase, known, keep)

    if not await flow.do(say("tui-enter-making"), say("tui-enter-making-words"), login):
        return False
    entrance.forget_custodians()
    width = flow.app.size.width
    listed = numbered(words.split(), min(WIDEST, width) - (5 if width < NARROW else 7))
    renew = Content.assemble(say("tui-custody-renew"), "\n\n", listed)
    await flow.tell(say("tui-custody-back"), renew)
    return True


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
