"""A device is lost: which one, what is done about it, and what is left to do."""

from collections.abc import Callable, Sequence

from textual.content import Content

from teamchat.client.account import Account
from teamchat.engine.model import came_through
from teamchat.ids import DeviceId
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD
from teamchat_terminal.own_devices import Shown
from teamchat_terminal.screens.step import Choice, ListStep, Step


async def lose(
    flow: Flow, account: Account, devices: Sequence[Shown], removed: Callable[[DeviceId], None]
) -> None:
    """Lead through it; `removed` is told of each device that was taken out."""
    say = flow.say
    others = [device for device in devices if not device.this]
    if not others:
        await flow.tell(say("tui-lost-heading"), say("tui-lost-none"))
        return
    chosen = await _which(flow, others)
    if chosen is None or not await _sure(flow, chosen):
        return
    after = came_through(chosen.id, account.log_status().own)
    if not await _take_out(flow, account, chosen, removed):
        return
    for device in others:
        if device.id in after and await _strange(flow, device, chosen):
            await _take_out(flow, account, device, removed)
    await flow.tell(say("tui-lost-done", name=chosen.name), _what_is_left(flow))


async def _which(flow: Flow, others: Sequence[Shown]) -> Shown | None:
    say = flow.say
    rows = [(device.id, device.row()) for device in others]
    step = ListStep(flow.voice, say("tui-lost-heading"), say("tui-lost-which"), rows)
    answer = await flow.ask(step)
    return next((device for device in others if device.id == answer), None)


async def _sure(flow: Flow, device: Shown) -> bool:
    say = flow.say
    words = Content.assemble(
        (say("tui-lost-now"), BOLD),
        "\n",
        say("tui-lost-now-words"),
        "\n\n",
        (say("tui-lost-finder"), BOLD),
        "\n",
        say("tui-lost-finder-words"),
    )
    choices = (
        Choice("no", say("tui-cancel")),
        Choice("yes", say("tui-lost-remove"), primary=True),
    )
    title = say("tui-device-question", name=device.name)
    return await flow.ask(Step(flow.voice, title, words, choices)) == "yes"


async def _take_out(
    flow: Flow, account: Account, device: Shown, removed: Callable[[DeviceId], None]
) -> bool:
    say = flow.say
    title = say("tui-lost-removing", name=device.name)
    words = say("tui-lost-removing-words")
    if not await flow.do(title, words, lambda: account.remove_device(device.id)):
        return False
    removed(device.id)
    return True


async def _strange(flow: Flow, device: Shown, lost: Shown) -> bool:
    """Ask about a device that came through the lost one."""
    say = flow.say
    words = say("tui-lost-through", name=device.name, lost=lost.name)
    choices = (
        Choice("mine", say("tui-lost-mine")),
        Choice("strange", say("tui-device-remove"), primary=True),
    )
    title = say("tui-lost-through-question", name=device.name)
    return await flow.ask(Step(flow.voice, title, words, choices)) == "strange"


def _what_is_left(flow: Flow) -> Content:
    say = flow.say
    return Content.assemble(
        say("tui-lost-done-words"),
        "\n\n",
        (say("tui-lost-left"), BOLD),
        "\n",
        say("tui-lost-left-words"),
    )
