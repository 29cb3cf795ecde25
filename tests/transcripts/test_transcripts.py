"""The command line, as people see it: what is typed, what is written, how it ends.

A transcript is a text file. `$` is a command; `<` is typed into it; `#` sets the scene
(`# offline`); `|` is written to stdout and `!` to stderr; `=` is the exit code. All commands
of one file work on the same fake account. `TEAMCHAT_WRITE_TRANSCRIPTS=1` writes down what is.
"""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.client.errors import AccountError
from teamchat.engine.model import Standing
from teamchat.ids import ConversationId, UserId
from tests.support.fake_account import DIRECT, JONAS, LI, MARA, PHONE, PROJECT, WEI, FakeAccount
from tests.support.fake_custody import CODE
from tests.support.fake_doors import LINK, RECOVERY_KEY, FakeDoors

FOLDER = Path(__file__).parent
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


def _attack(doors: FakeDoors) -> None:
    doors.fake.receive(DIRECT, WEI, "rot\x1b[31m\x1b]0;Titel\x07 \u202egnp.exe\u2028neu \x9b2J")


def _write(doors: FakeDoors, text: str) -> None:
    doors.fake.receive(PROJECT, MARA, text)


def _distrust(doors: FakeDoors) -> None:
    doors.fake.untrusted = AccountError(
        "error-certificate", server="chat.example", reason="self-signed certificate"
    )
    doors.fake.go_offline()


def _come_in_between(doors: FakeDoors) -> None:
    """Let somebody come in after the person was shown who is there."""
    accept = doors.fake.accept_members

    async def late(conversation: ConversationId, shown: Iterable[UserId] | None = None) -> None:
        doors.fake.accept_members = accept  # type: ignore[method-assign] # once
        doors.fake.come_in(conversation, LI.id)
        await accept(conversation, shown)

    doors.fake.accept_members = late  # type: ignore[method-assign] # the scene


def _still_enter(doors: FakeDoors) -> None:
    doors.fake.rooms[PROJECT].title = ""
    doors.fake.rooms[DIRECT].standing = Standing.ENTERING


SCENES: dict[str, Callable[[FakeDoors], None]] = {
    "Wei asks the custodians": lambda doors: doors.fake.custody.ask(WEI),
    "Li asks, and the server says that it is Wei": lambda doors: doors.fake.custody.ask(
        WEI, known_as=LI
    ),
    "Li asks, who was never met": lambda doors: doors.fake.custody.ask(LI, met=False),
    "somebody asks for Anna's key": lambda doors: doors.fake.custody.be_asked_for(),
    "offline": lambda doors: doors.fake.go_offline(),
    "the session has ended": lambda doors: doors.fake.end_session(),
    "a login goes on with the device": lambda doors: setattr(doors, "signed_out", True),
    "the device was removed": lambda doors: setattr(doors, "removed", True),
    "the certificate is not trusted": _distrust,
    "Anna wants German": lambda doors: setattr(doors, "spoken", "de"),
    "Anna's account is German": lambda doors: setattr(doors, "wanted", "de"),
    "the environment wants English": lambda doors: setattr(
        doors, "environment", {"TEAMCHAT_LANGUAGE": "en"}
    ),
    "nobody was seen to add Jonas": lambda doors: doors.fake.come_in(PROJECT, JONAS.id),
    "Li comes in while the person is asked": _come_in_between,
    "the conversation is broken": lambda doors: doors.fake.fall_apart(PROJECT),
    "one conversation has no title, another is not joined": _still_enter,
    "the phone vouched for a tablet": lambda doors: doors.fake.link_tablet(),
    "the device was removed meanwhile": lambda doors: doors.fake.be_wiped(),
    "a device that is linked waits for an administrator": lambda doors: setattr(
        doors.fake.linking, "needs_admin", True
    ),
    "online": lambda doors: doors.fake.go_online(),
    "Wei is deactivated": lambda doors: doors.fake.gone.add(WEI.id),
    "nobody is logged in": lambda doors: setattr(doors, "logged_in", False),
    "a passphrase protects the account": lambda doors: setattr(doors, "locked", True),
    "there is another device already": lambda doors: setattr(doors, "first_device", False),
    "the account is empty": lambda doors: setattr(doors, "fake", FakeAccount(empty=True)),
    "Wei has another key": lambda doors: doors.fake.change_key(WEI.id),
    "Wei writes with another key": lambda doors: doors.fake.change_key(WEI.id, in_use=True),
    "the list of devices was not read yet": lambda doors: doors.fake.key_log.unread(),
    "an entry of the list of devices breaks a rule": lambda doors: doors.fake.key_log.refuse(
        3, "Wei Zhang", "not vouched for"
    ),
    "the server shows two lists of devices": lambda doors: doors.fake.key_log.fork(),
    "Mara has seen another list of devices": lambda doors: doors.fake.key_log.split("Mara Keller"),
    "somebody has listed a device of Wei": lambda doors: doors.fake.key_log.haunt("Wei Zhang"),
    "the witnesses do not sign": lambda doors: doors.fake.key_log.stay_away(a_day=False),
    "they have not for a day": lambda doors: doors.fake.key_log.stay_away(a_day=True),
    "Wei writes what a terminal would obey": _attack,
    "Mara writes two lines": lambda doors: _write(doors, "Erstens\r\nZweitens"),
    "the server refuses": lambda doors: doors.fake.refuse("error-not-allowed"),
    "the phone has asked for older messages": lambda doors: doors.fake.history.wish(PHONE),
    "giving to the phone was broken off": lambda doors: doors.fake.history.wish(PHONE, mine=True),
    "the organisation lets new devices have a week": lambda doors: setattr(
        doors.fake.history, "policy", "7"
    ),
    "German": lambda doors: setattr(doors, "environment", {"LANG": "de_DE.UTF-8"}),
    "what waits will not be sent": lambda doors: doors.fake.fail_queued(DIRECT),
}


@dataclass
class Step:
    """One command, or one change of scene."""

    head: str
    typed: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


def steps(text: str) -> Iterator[Step]:
    step: Step | None = None
    for line in text.splitlines():
        if line.startswith(("$ ", "# ")):
            if step:
                yield step
            step = Step(line)
        elif step and line.startswith("<"):
            step.typed.append(line[2:])
        elif step and line:
            step.seen.append(line)
    if step:
        yield step


def play(step: Step, doors: FakeDoors) -> list[str]:
    if step.head.startswith("# "):
        SCENES[step.head[2:]](doors)
        return []
    program, *arguments = shlex.split(step.head[2:])
    assert program == "teamchat"
    typed = "".join(f"{line}\n" for line in step.typed)
    result = CliRunner().invoke(
        teamchat,
        arguments,
        input=typed,
        obj=Invocation(doors, zone=ZoneInfo("Europe/Berlin")),
        prog_name="teamchat",
        env={"NO_COLOR": "", "TEAMCHAT_PROFILE": ""},
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return [
        *(f"| {line}".rstrip() for line in result.stdout.split("\n")[:-1]),
        *(f"! {line}".rstrip() for line in result.stderr.split("\n") if line),
        f"= {result.exit_code}",
    ]


def written(step: Step) -> str:
    return "\n".join([step.head, *(f"< {line}" for line in step.typed), *step.seen]) + "\n"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "passphrase").write_text("eine lange Passphrase\nzweite Zeile\n")
    (tmp_path / "password").write_text("richtig Pferd Batterie\n")
    (tmp_path / "new-password").write_text("ein anderes langes\n")
    (tmp_path / "recovery-key").write_text(f"{RECOVERY_KEY}\n")
    (tmp_path / "link").write_text(f"{LINK}\n")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "code").write_text(f"{CODE}\n")
    doors = FakeDoors()
    played = list(steps(path.read_text(encoding="utf-8")))
    found = [Step(step.head, step.typed, play(step, doors)) for step in played]
    if os.environ.get("TEAMCHAT_WRITE_TRANSCRIPTS"):
        path.write_text("\n".join(map(written, found)), encoding="utf-8")
        return
    assert "\n".join(map(written, found)) == path.read_text(encoding="utf-8")


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 8
