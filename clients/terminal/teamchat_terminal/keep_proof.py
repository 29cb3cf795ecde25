"""A proof out of the key directory is made, checked and put into a file."""

from collections.abc import Sequence

from textual.content import Content

from teamchat.client.account import Account
from teamchat.engine.model import OwnDevice
from teamchat.ids import DeviceId
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD
from teamchat_terminal.keep_file import keep_file
from teamchat_terminal.screens.step import ListStep
from teamchat_terminal.visible import one_line

ENDING = ".tlog-proof"


async def keep_proof(flow: Flow, account: Account, devices: Sequence[OwnDevice]) -> None:
    """Lead through it."""
    say = flow.say
    chosen = await _which(flow, account, devices)
    if chosen is None:
        return
    name = next((each.name for each in devices if each.id == chosen), "")
    proofs: list[str] = []

    async def make() -> None:
        proofs.append(await account.log_proof(chosen))

    if not await flow.do(say("tui-proof-making"), say("tui-proof-making-words"), make):
        return
    path = await keep_file(flow, _file_name(name), proofs[0])
    if path is None:
        return
    words = Content.assemble(
        (say("tui-file-path", path=str(path)), BOLD),
        "\n\n",
        say("tui-proof-check"),
        "\n",
        one_line(account.log_status().key, 200),
    )
    await flow.tell(say("tui-proof-done"), words)


async def _which(flow: Flow, account: Account, devices: Sequence[OwnDevice]) -> DeviceId | None:
    say, status = flow.say, account.log_status()
    listed = {each.device for each in status.own}
    known = sorted((each for each in devices if each.id in listed), key=lambda each: not each.this)
    if len(known) < 2:
        return account.profile.device
    rows = [
        (each.id, Content(one_line(each.name, 40) + _mark(flow, this=each.this))) for each in known
    ]
    title, words = say("tui-proof-which"), say("tui-proof-which-words")
    return DeviceId(await flow.ask(ListStep(flow.voice, title, words, rows))) or None


def _mark(flow: Flow, *, this: bool) -> str:
    return f" · {flow.say('tui-device-this')}" if this else ""


def _file_name(device: str) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in device.lower()).strip("-")
    return f"{plain[:40] or 'teamchat'}{ENDING}"
