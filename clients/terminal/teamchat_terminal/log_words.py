"""What is to be said of the key directory: pure functions from its status to words."""

from base64 import b64encode
from collections.abc import Iterator

from textual.content import Content

from teamchat.engine.model import LogStatus
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.voice import Voice

GROUP = 4

Part = Content | str | tuple[str, str]


def verdict(status: LogStatus, voice: Voice) -> Iterator[Part]:
    """Yield whether all is right; if not, what is not and what to do, the newest first."""
    say, required = voice.say, status.required
    if status.findings or (required is not None and required.missing):
        yield say("tui-log-bad"), "bold $tc-danger"
        if required is not None and required.missing:
            yield "\n" + say("alarm-witnesses-missing")
        for found in reversed(status.findings):
            yield f"\n{moment_alone(found.time_ms // 1000, voice)}", DIM
            yield "\n" + say(found.key, who=found.who)
        return
    if not status.origin:
        yield say("tui-log-unread"), BOLD
        yield "\n" + say("cli-log-not-read")
        return
    if required is not None and required.late:
        yield say("tui-log-late"), "bold $tc-attention"
        yield "\n" + say("notice-witnesses-late") + "\n"
    else:
        yield say("tui-log-good"), "bold $tc-positive"
        yield "\n"
    day, time = moment(status.checked, voice)
    yield say("tui-log-good-words", count=status.size, day=day, time=time)


def moment(seconds: int, voice: Voice) -> tuple[str, str]:
    """Return the day and the time of something, in words."""
    then = voice.moment(seconds * 1000)
    return voice.day(then.date()), voice.time(seconds * 1000)


def moment_alone(seconds: int, voice: Voice) -> str:
    """Return the day and the time of something, on a line of its own."""
    return f"{voice.day_alone(voice.moment(seconds * 1000).date())}, {voice.time(seconds * 1000)}"


def checksum(root: bytes) -> str:
    """Return the root of the tree in groups of four, as `log status` writes it in one."""
    written = b64encode(root).decode()
    return " ".join(written[at : at + GROUP] for at in range(0, len(written), GROUP))
