"""Custodians in words: who they are, what one has entrusted to them, who asks one of them."""

from collections.abc import Sequence

from textual.content import Content

from teamchat.client.custody_asking import Asking
from teamchat.ids import UserId
from teamchat.wire.custody import Custodian, Custodians, Custody, Standing, Verdict
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.log_words import moment, moment_alone
from teamchat_terminal.messages import CustodiansRead
from teamchat_terminal.visible import name_line, one_line
from teamchat_terminal.voice import Voice

Part = Content | str | tuple[str, str]


def is_one(found: Custodians, user: UserId) -> bool:
    """Say whether somebody is a custodian."""
    return any(each.user.id == user for each in found.custodians)


def accepted(found: Custodians, user: UserId) -> bool:
    """Say whether somebody is a custodian and has accepted it."""
    return any(each.user.id == user and each.key is not None for each in found.custodians)


def entrusted(read: CustodiansRead) -> bool:
    """Say whether something of one's own is entrusted to the custodians of now."""
    return bool(read.own.deposit) and read.own.set == read.found.set


def can_help(found: Custodians, user: UserId) -> bool:
    """Say whether all have accepted, and enough of them are somebody else."""
    others = sum(each.user.id != user for each in found.custodians)
    return others >= found.threshold and all(each.key for each in found.custodians)


def is_asked(own: Custody) -> bool:
    """Say whether somebody asks for one's own words and can still be refused."""
    return own.request is not None and own.request.standing is not Standing.USED


def waiting(requests: Sequence[Asking]) -> list[Asking]:
    """Return what waits for an answer of the custodian who asks."""
    return [each for each in requests if each.request.verdict is Verdict.WAITING]


def given(requests: Sequence[Asking]) -> list[Asking]:
    """Return what the custodian who asks has given their part for, perhaps not yet handed on."""
    return [each for each in requests if each.request.verdict is Verdict.APPROVED]


def listed(found: Custodians, voice: Voice) -> Content:
    """Return who the custodians are, what they could do together, and who has accepted."""
    count = len(found.custodians)
    parts: list[Part] = [voice.say("cli-custody-who", threshold=found.threshold, count=count)]
    for each in found.custodians:
        parts += ["\n  ", _named(each), (f"  {voice.say(_state(each))}", DIM)]
    return Content.assemble(*parts)


def standing(read: CustodiansRead, user: UserId, voice: Voice) -> Content:
    """Return all there is to say to somebody."""
    if not read.found.set:
        return Content(voice.say("error-no-custodians"))
    parts: list[Part] = [listed(read.found, voice), "\n\n"]
    parts += [(voice.say("tui-custody-yours-heading"), BOLD), "\n", *_own(read, user, voice)]
    if is_one(read.found, user):
        parts += ["\n\n", (voice.say("tui-custody-one-heading"), BOLD), "\n"]
        if accepted(read.found, user):
            parts += _asking(read.requests, voice)
        else:
            parts.append(voice.say("tui-custody-to-accept"))
    return Content.assemble(*parts)


def asker(who: Asking) -> str:
    """Return the name of who asks, as one line."""
    return name_line(who.name, 40)


def since(who: Asking, voice: Voice) -> str:
    """Return since when somebody asks."""
    day, time = moment(who.request.made, voice)
    return f"{day}, {time}"


def _named(each: Custodian) -> tuple[str, str]:
    return f"{one_line(each.user.display_name, 28)} @{one_line(each.user.user_name, 20)}", BOLD


def _state(each: Custodian) -> str:
    if not each.active:
        return "cli-inactive"
    return "cli-custody-has-accepted" if each.key is not None else "cli-custody-not-accepted"


def _own(read: CustodiansRead, user: UserId, voice: Voice) -> list[Part]:
    say = voice.say
    if not entrusted(read):
        if not all(each.key for each in read.found.custodians):
            return [say("tui-custody-not-yet")]
        return [
            say("tui-custody-nothing" if can_help(read.found, user) else "error-custody-oneself")
        ]
    day, _ = moment(read.own.made, voice)
    parts: list[Part] = [voice.say("tui-custody-yours", day=day)]
    if is_asked(read.own):
        parts += ["\n", (voice.say("tui-custody-somebody-asks"), "$tc-attention")]
    return parts


def _asking(requests: Sequence[Asking], voice: Voice) -> list[Part]:
    if not requests:
        return [voice.say("cli-custody-nobody-asks")]
    lines: list[Part] = []
    for each in requests:
        said = voice.say(f"cli-custody-{each.request.verdict.value}")
        lines += ["\n" if lines else "", (asker(each), BOLD), f"  {said}"]
        lines.append((f"\n  {moment_alone(each.request.made, voice)}", DIM))
    return lines
