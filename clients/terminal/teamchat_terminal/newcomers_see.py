"""What new members of a group see of earlier messages: asked, said what it means, then set."""

from textual.content import Content

from teamchat.client.account import Account
from teamchat.engine.model import Conversation
from teamchat.wire.room_policy import ALL, MAX_DAYS, NONE, History
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import DIM
from teamchat_terminal.screens.step import LineStep, ListStep, NotTakenError

CHOICES = ("none", "days", "all")
USUAL_DAYS = 30
"""What stands in the line at first, if no number is set."""
MOST_DIGITS = len(str(MAX_DAYS))


async def decide_what_newcomers_see(flow: Flow, account: Account, here: Conversation) -> None:
    """Ask an administrator of a group, and set it; Esc leaves it as it is."""
    say = flow.say
    answer = await flow.ask(
        ListStep(
            flow.voice,
            say("tui-see-heading"),
            say("tui-see-words"),
            [(choice, _row(flow, choice, here)) for choice in CHOICES],
        )
    )
    history = (
        await _days(flow, here) if answer == "days" else {"none": NONE, "all": ALL}.get(answer)
    )
    if history is None or history == here.history:
        return
    await flow.do(
        say("tui-see-setting"),
        say("tui-see-setting-words"),
        lambda: account.room_policies.set_history(here.id, history),
    )


def _row(flow: Flow, choice: str, here: Conversation) -> Content:
    now = flow.say("tui-see-now") if choice == here.newcomers_see else ""
    return Content.assemble(
        flow.say(f"tui-see-{choice}", days=max(here.history, 0)), (f"  {now}" if now else "", DIM)
    )


async def _days(flow: Flow, here: Conversation) -> History | None:
    say = flow.say

    def read(typed: str) -> str:
        digits = typed.strip()
        short = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
        if not short or not 1 <= int(digits) <= MAX_DAYS:
            raise NotTakenError(say("tui-see-how-many", most=MAX_DAYS))
        return digits

    title, words = say("tui-see-days-heading"), say("tui-see-days-words")
    before = str(here.history if here.history > 0 else USUAL_DAYS)
    step = LineStep(flow.voice, title, words, say("tui-see-set"), read, before=before)
    typed = await flow.ask(step)
    return int(typed) if typed else None
