"""A computer on somebody's desk: `teamchat` as a process of its own, with a folder of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.cheap_vaults import PROGRAM
from tests.support.server import PASSWORD, ReachedServer


class Desk:
    """One computer of one person.

    Args:
        server: Where they log in.
        folder: Of the test.
        name: Their user name.
        computer: The name of the device.
    """

    def __init__(
        self, server: ReachedServer, folder: Path, name: str, computer: str = "laptop"
    ) -> None:
        self._server = server
        self._home = folder / f"{name}-{computer}"
        self._home.mkdir()
        self.name = name
        self.computer = computer
        (self._home / "passphrase").write_text(f"Passphrase von {name}\n")
        (self._home / "password").write_text(f"{PASSWORD}\n")

    async def enter(self) -> str:
        """Be invited and log in for the first time; return the recovery key."""
        await self._server.enter(self.name, await self._server.create(self.name))
        (entered,) = await self._log_in("--json")
        return str(json.loads(entered)["recovery_key"])

    async def come_too(self, recovery_key: str) -> list[str]:
        """Log in as a further device; return what was said."""
        (self._home / "recovery-key").write_text(f"{recovery_key}\n")
        return await self._log_in("--recovery-key-file", str(self._home / "recovery-key"))

    async def _log_in(self, *more: str) -> list[str]:
        code, out, err = await self.run(
            "login", self._server.url, self.name, "--device-name", self.computer,
            "--password-file", str(self._home / "password"), *more,
        )  # fmt: skip
        assert code == 0, err
        return (out or err).splitlines()

    async def run(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        """Run a command; return its exit code and what it wrote."""
        process = await self._start(*arguments)
        out, err = await process.communicate(typed.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def must(self, *arguments: str, typed: str = "") -> str:
        """Run a command that must succeed; return what it wrote."""
        code, out, err = await self.run(*arguments, typed=typed)
        assert code == 0, (arguments, out, err)
        return out

    @asynccontextmanager
    async def runs(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Let a command run beside the test, and end it."""
        process = await self._start(*arguments)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    @asynccontextmanager
    async def asks(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Let a command run that asks questions, and end it."""
        process = await self._start(*arguments, asks=True)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    @property
    def profile(self) -> Path:
        """Where its profile is."""
        return self._home / "home" / "default"

    async def _start(self, *arguments: str, asks: bool = False) -> asyncio.subprocess.Process:
        environment = {
            **os.environ, "TEAMCHAT_HOME": str(self._home / "home"),
            "TEAMCHAT_LANGUAGE": "en", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, *arguments,
            *(() if asks else ("--no-input",)),
            "--passphrase-file", str(self._home / "passphrase"), env=environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
