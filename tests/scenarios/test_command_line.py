"""The commands as people run them: one process each, a real server, a vault under a passphrase."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.server import PASSWORD, RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


class Desk:
    """One person's computer."""

    def __init__(self, server: RunningServer, folder: Path, name: str) -> None:
        self._server = server
        self._home = folder / name
        self._home.mkdir()
        self.name = name
        (self._home / "passphrase").write_text(f"Passphrase von {name}\n")
        (self._home / "password").write_text(f"{PASSWORD}\n")

    async def enter(self) -> None:
        await self._server.enter(self.name, await self._server.create(self.name))
        code, _out, err = await self.run(
            "login", self._server.url, self.name, "--password-file", str(self._home / "password")
        )
        assert code == 0, err

    async def run(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        environment = {
            **os.environ, "TEAMCHAT_HOME": str(self._home / "home"), "LANG": "en_GB.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from teamchat.cli.main import main; main()", *arguments,
            "--no-input", "--passphrase-file", str(self._home / "passphrase"), env=environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate(typed.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def must(self, *arguments: str, typed: str = "") -> str:
        code, out, err = await self.run(*arguments, typed=typed)
        assert code == 0, (arguments, out, err)
        return out


async def test_two_people_talk_in_commands(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        anna, wei = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "wei")
        await anna.enter()
        await wei.enter()

        made = json.loads(await anna.must("new", "--title", "Werk 深圳", "wei", "--json"))
        assert (made["title"], made["members"]) == ("Werk 深圳", 2)
        await anna.must("send", "werk", "Grüß Gott 🙂\nzweite Zeile")

        (line,) = [
            json.loads(each)
            for each in (await wei.must("tail", "werk", "--json")).splitlines()
            if json.loads(each)["kind"] == "text"
        ]
        assert line["text"] == "Grüß Gott 🙂\nzweite Zeile"
        assert line["sender_name"] == "Anna"
        assert json.loads(await wei.must("conversations", "--json"))["title"] == "Werk 深圳"

        await wei.must("send", "werk", "-", typed="aus der Leitung\n")
        assert "Wei: aus der Leitung" in await anna.must("read", "werk")
        assert not await anna.must("read", "werk")

        ours = await anna.must("verify", "wei", "--confirm", "--yes")
        theirs = await wei.must("verify", "anna")
        assert ours == theirs
        assert "compared" in await anna.must("members", "werk")
        await wei.must("verify", "anna", "--matches", ours)

        await anna.must("remove", "werk", "wei", "--yes")
        await anna.must("send", "werk", "ohne Wei")
        code, _out, err = await wei.run("send", "werk", "Hallo?")
        assert code == 1, err
        assert "ohne Wei" not in await wei.must("export", "werk")

        code, out, _err = await anna.run("admin", "user", "list")
        assert (code, out) == (1, "")

    code, _out, err = await anna.run("send", "werk", "ohne Server", "--wait", "0.5")
    assert (code, "waits" in err) == (4, True)
    code, out, _err = await anna.run("status", "--json")
    assert code == 4
    assert json.loads(out)["queued"] == 1


async def test_nobody_is_logged_in(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        desk = Desk(server, tmp_path, "anna")
        code, out, err = await desk.run("status", "--json")
        assert (code, out) == (3, "")
        assert json.loads(err)["error"] == "error-not-logged-in"
