"""Earlier messages in words: who wants them, how far they have come, how the backup stands."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from teamchat.client.history import HistoryStatus, Wish
from teamchat.client.history_parts import Progress
from teamchat.engine.model import OwnDevice
from teamchat_terminal.format import BOLD
from teamchat_terminal.visible import one_line
from teamchat_terminal.voice import Voice

BAR = 30
"""Columns of a bar."""
KIB = 1024


def name_of(device: str, devices: Sequence[OwnDevice], voice: Voice) -> str:
    """Return what a device is called."""
    name = next((each.name for each in devices if each.id == device), "")
    return one_line(name, 40) or voice.say("tui-device-unnamed")


def waiting(wishes: Sequence[Wish]) -> list[Wish]:
    """Return the wishes that nobody else is giving in to."""
    return [wish for wish in wishes if wish.mine or not wish.giver]


def bar(progress: Progress, key: str, voice: Voice) -> Content:
    """Return how far something has come, as a bar and in words."""
    expected = max(progress.lines, progress.expected)
    done = BAR * progress.lines // expected if expected else 0
    words = voice.say(key, lines=progress.lines, expected=expected)
    drawn = ("█" * done, "$accent"), ("░" * (BAR - done), "$tc-rule")
    return Content.assemble(*drawn, "\n", words)


def policy(found: HistoryStatus, voice: Voice) -> str:
    """Return what a new device may have."""
    if found.policy.isdigit():
        return voice.say("cli-history-policy-days", days=int(found.policy))
    return voice.say(
        "cli-history-policy-all" if found.policy == "all" else "cli-history-policy-none"
    )


def standing(found: HistoryStatus, devices: Sequence[OwnDevice], voice: Voice) -> Content:
    """Return how things stand, for the sheet."""
    parts: list[str | Content | tuple[str, str]] = []
    for heading, words in _facts(found, devices, voice):
        parts += [(voice.say(heading), BOLD), "\n", words, "\n\n"]
    return Content.assemble(*parts[:-1])


def _facts(
    found: HistoryStatus, devices: Sequence[OwnDevice], voice: Voice
) -> Iterator[tuple[str, str | Content]]:
    say = voice.say
    wishes = [_wish(wish, devices, voice) for wish in found.wishes]
    if wishes:
        yield "tui-history-wishes", "\n".join(wishes)
    if found.asked and found.giver:
        progress = Progress(found.taken, found.expected)
        yield "tui-history-here", bar(progress, "cli-history-taking", voice)
    elif found.asked:
        yield "tui-history-here", say("tui-history-asked")
    else:
        yield "tui-history-here", say("tui-history-about")
    yield "tui-history-policy", policy(found, voice)
    yield "tui-history-backup", _backup(found, voice)


def _wish(wish: Wish, devices: Sequence[OwnDevice], voice: Voice) -> str:
    name = name_of(wish.device, devices, voice)
    if wish.mine or not wish.giver:
        return voice.say("tui-history-wish", name=name)
    return voice.say("tui-history-given-by", name=name, giver=name_of(wish.giver, devices, voice))


def _backup(found: HistoryStatus, voice: Voice) -> str:
    say, backup = voice.say, found.backup
    if not backup.allowed:
        return say("cli-history-backup-not-allowed")
    if not backup.exists:
        return say("tui-history-backup-none")
    size = max(1, round(backup.size / KIB))
    day = voice.day(voice.moment(backup.changed * 1000).date())
    own = say("tui-history-backup-daily" if backup.wanted else "tui-history-backup-not-daily")
    return f"{say('tui-history-backup-here', day=day, size=size)} {own}"
