"""One's own devices in words: when each was used, how it came, and what does not fit.

The server says what they are called and when they were used; the key directory says which
there are and who vouched for them. Where the two differ, both are shown and it is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content

from teamchat.engine.model import LogDevice, LogStatus, OwnDevice
from teamchat.ids import DeviceId
from teamchat_terminal.format import DIM
from teamchat_terminal.visible import one_line
from teamchat_terminal.voice import Voice

DAY_MS = 86_400_000
LONG_UNUSED = 60
"""Days after which it is said that a device was not used for long."""
SETTLING = 60
"""Seconds that a new device may be known to the server before the directory was read again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A device as it stands in the list of one's own.

    Attributes:
        id: Which one.
        name: What it is called, as its owner said.
        this: Whether it is the one in use.
        facts: When it was used and how it came, one sentence each.
        problem: What does not fit; empty if all does.
        named: Whether the server names it; the others only the directory lists.
    """

    id: DeviceId
    name: str
    this: bool
    facts: tuple[str, ...]
    problem: str
    named: bool = True

    def row(self) -> Content:
        """Return the lines of a list."""
        lines: list[tuple[str, str]] = [(one_line(self.name, 40), "bold")]
        lines += [("\n" + fact, DIM) for fact in self.facts]
        if self.problem:
            lines.append((f"\n! {self.problem}", "$tc-attention"))
        return Content.assemble(*lines)


def shown(
    devices: Sequence[OwnDevice],
    status: LogStatus,
    voice: Voice,
    ended: Iterable[DeviceId] = (),
) -> list[Shown]:
    """Return one's devices as they are shown, this one first.

    Args:
        devices: What the server names.
        status: What the key directory lists.
        voice: How the client speaks.
        ended: Those that were just removed here; the directory may not have been read since.
    """
    listed = {each.device: each for each in status.own}
    names = {each.id: each.name for each in devices}
    ordered = sorted(devices, key=lambda each: (not each.this, -each.last_active_day))
    found = [_named(each, listed.get(each.id), status, names, voice) for each in ordered]
    gone = {*names, *ended}
    return found + [
        _unnamed(each, voice) for each in status.own if not each.ended and each.device not in gone
    ]


def _named(
    device: OwnDevice,
    entry: LogDevice | None,
    status: LogStatus,
    names: dict[DeviceId, str],
    voice: Voice,
) -> Shown:
    facts = [voice.say("tui-device-this") if device.this else _used(device, voice)]
    if entry is not None:
        facts.append(_came(device, entry, status, names, voice))
    old_enough = device.created + SETTLING < status.checked
    lost = status.origin and old_enough and (entry is None or entry.ended)
    problem = voice.say("tui-device-unlisted") if lost else ""
    return Shown(device.id, device.name, device.this, tuple(facts), problem)


def _unnamed(entry: LogDevice, voice: Voice) -> Shown:
    say = voice.say
    facts = (say("tui-device-entry", number=entry.index + 1),)
    problem = say("tui-device-unnamed-words")
    return Shown(entry.device, say("tui-device-unnamed"), False, facts, problem, named=False)  # noqa: FBT003


def _used(device: OwnDevice, voice: Voice) -> str:
    day = voice.moment(device.last_active_day * DAY_MS).date()
    ago = (voice.today() - day).days
    key = "tui-device-unused" if ago > LONG_UNUSED else "tui-device-used"
    return voice.say(key, day=voice.day(day))


def _came(
    device: OwnDevice,
    entry: LogDevice,
    status: LogStatus,
    names: dict[DeviceId, str],
    voice: Voice,
) -> str:
    say, since = voice.say, voice.day(voice.moment(device.created * 1000).date())
    if entry.by is not None and entry.by in names:
        return say("tui-device-by", name=names[entry.by], day=since)
    if entry.by is not None:
        return say("tui-device-by-gone", day=since)
    first = entry == status.own[0]
    return say("tui-device-first" if first else "tui-device-own-key", day=since)
