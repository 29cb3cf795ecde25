"""A person requires a witness that then stays away: a warning first, a day later nothing is sent.

A server process, a witness process that is killed and comes back a day later by its own clock, and
a client whose clock goes with it.
"""

import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.i18n import LANGUAGES, Catalogue
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, texts
from tests.scenarios.test_real_server import until as until_within
from tests.support.clock import FakeClock
from tests.support.hostile_proxy import stolen_key
from tests.support.server import PASSWORD, ReachedServer
from tests.support.server_process import reached, server_process
from tests.support.witness_process import Serving, witness_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

NAME = "witness.example/council"
HOUR = 3_600
DAY = 24 * HOUR


async def until(condition: object, seconds: float = 60) -> None:
    """Wait for what comes by itself, on a machine that is busy with other tests."""
    await until_within(condition, seconds)


@dataclass
class Council:
    """Whoever runs the witness."""

    box: Path
    key: str = ""
    serving: Serving | None = None

    def settings(self, data: Path) -> str:
        """Follow the log of a server, and tell it where."""
        self.key = witness_of(self.box, stolen_key(data).verifier.vkey, NAME)
        self.serving = Serving(self.box)
        return f'[[key_log.witnesses]]\nurl = "{self.serving.url}"\nkey = "{self.key}"\n'

    def away(self) -> None:
        assert self.serving is not None
        self.serving.end(signal.SIGKILL)

    def again(self, later: int) -> None:
        assert self.serving is not None
        self.serving = Serving(self.box, port=self.serving.port, later=later)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[tuple[ReachedServer, Council, AsyncExitStack]]:
    council = Council(tmp_path / "box")
    async with AsyncExitStack() as stack:
        try:
            running = stack.enter_context(server_process(tmp_path / "data", council.settings))
            yield await stack.enter_async_context(reached(running)), council, stack
        finally:
            if council.serving is not None:
                council.serving.process.kill()
                council.serving.process.communicate()


async def of_anna(server: ReachedServer, folder: Path, clock: FakeClock) -> Account:
    await server.enter("anna", await server.create("anna"))
    await login(
        server.url, "anna", PASSWORD, "laptop", profile_dir=folder / "anna",
        key_source=source(), ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    return await Account.open(folder / "anna", source(), clock=clock)


def said(account: Account, key: str) -> list[str]:
    """Return a text that the person has read, in both languages."""
    found = [each for each in account.alarms() if each.key == key]
    assert len(found) <= 1
    return [
        Catalogue(language).text(each.key, **dict(each.arguments))
        for language in LANGUAGES
        for each in found
    ]


async def test_a_required_witness_that_is_away_is_a_warning_and_a_day_later_a_stop(
    scene: tuple[ReachedServer, Council, AsyncExitStack], tmp_path: Path
) -> None:
    server, council, stack = scene
    clock = FakeClock(time.time())
    anna = await stack.enter_async_context(await of_anna(server, tmp_path, clock))
    await anna.wait_online(60)
    bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
    talk = await anna.create_direct(bo.profile.user)
    await until(lambda: anna.log_status().size)
    await anna.require_witnesses([council.key], 1, HOUR)
    await until(lambda: NAME in anna.log_status().cosigners)
    await anna.send_text(talk, "witnessed")
    await until(lambda: texts(bo, talk) == ["witnessed"])

    council.away()
    clock.advance(HOUR + 60)
    async with account_of(server, "cem", tmp_path):  # something new in the directory
        await until(lambda: said(anna, "notice-witnesses-late"))
    assert said(anna, "notice-witnesses-late") == [
        (
            "The witnesses that you require have not signed the list of devices lately. Messages"
            " are still sent for a day. Ask the person who runs the witness."
        ),
        (
            "Die Zeugen, die Sie verlangen, haben die Geräteliste in letzter Zeit nicht"
            " unterschrieben. Nachrichten werden noch einen Tag lang gesendet. Fragen Sie, wer den"
            " Zeugen betreibt."
        ),
    ]
    await anna.send_text(talk, "late")
    await until(lambda: texts(bo, talk) == ["witnessed", "late"])

    clock.advance(DAY + 60)
    async with account_of(server, "dora", tmp_path):
        await until(lambda: said(anna, "alarm-witnesses-missing"))
    assert said(anna, "alarm-witnesses-missing") == [
        (
            "For a day, the witnesses that you require have not signed the list of devices, so"
            " nothing is sent any more. Ask the person who runs the witness, and write nothing"
            " confidential."
        ),
        (
            "Seit einem Tag haben die Zeugen, die Sie verlangen, die Geräteliste nicht"
            " unterschrieben; deshalb wird nichts mehr gesendet. Fragen Sie, wer den Zeugen"
            " betreibt, und schreiben Sie nichts Vertrauliches."
        ),
    ]
    with pytest.raises(AccountError, match="error-witnesses-missing"):
        await anna.send_text(talk, "secret")
    await bo.send_text(talk, "what others write still comes")
    await until(lambda: texts(anna, talk)[-1:] == ["what others write still comes"])

    council.again(later=DAY + HOUR + 300)
    await until(lambda: NAME in anna.log_status().cosigners)
    await until(lambda: not (required := anna.log_status().required) or not required.missing)
    await anna.send_text(talk, "again")
    await until(lambda: texts(bo, talk)[-1:] == ["again"])
    assert "secret" not in texts(bo, talk)
