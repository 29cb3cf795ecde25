"""The demonstration's office: a server process, and people who really enter and log in."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from teamchat.client import enrol
from teamchat.client.account import Account
from teamchat.client.vault_file import Passphrase
from teamchat.identity.vault import Cost

ORGANISATION: Final = "Musterwerk GmbH"
STUTTGART: Final = "Stuttgart"
SHANGHAI: Final = "Shanghai"
PATIENCE: Final = 30.0
CHEAP: Final = Cost(passes=1, memory_kib=8 * 1024)
"""The demonstration's vaults are opened often and protect nothing."""


class DemoError(Exception):
    """Something that the demonstration promised did not hold."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Somebody who plays a part."""

    user_name: str
    name: str
    site: str
    role: str = "employee"
    language: str = "de"


@dataclass(slots=True)
class Enrolled:
    """Somebody who has entered: their open account and what they log in with."""

    cast: Cast
    password: str = field(repr=False)
    account: Account


async def run(*command: str, home: Path | None = None, typed: str = "") -> str:
    """Run one of teamchat's commands as a person would; return what it printed.

    Raises:
        DemoError: It failed.
    """
    environment = os.environ | ({"TEAMCHAT_HOME": str(home)} if home else {})
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    out, err = await process.communicate(typed.encode())
    if process.returncode:
        raise DemoError(f"{' '.join(command)}: {err.decode(errors='replace').strip()}")
    return out.decode()


def program(name: str) -> str:
    """Return the path of an installed command, `teamchat` or `teamchat-server`."""
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Office:
    """The server process and the accounts of this demonstration; an async context."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server_data = root / "server"
        self.port = free_port()
        self.people: dict[str, Enrolled] = {}
        self.passwords: dict[str, str] = {}
        self.further: list[Account] = []
        """Open accounts on further computers."""
        self.recovery_keys: dict[str, str] = {}
        """What lets each of them in on a further computer, shown once when they entered."""
        self._process: asyncio.subprocess.Process | None = None
        self._log = root / "server.log"

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> int:
        """The server's process number; 0 before it was opened."""
        return self._process.pid if self._process else 0

    def home(self, user_name: str) -> Path:
        """Return the folder that holds a person's client."""
        return self.root / "clients" / user_name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close_accounts()
        await self._stop()

    async def close_accounts(self) -> None:
        """Close what everybody has open; nothing is lost."""
        for account in [*(person.account for person in self.people.values()), *self.further]:
            await account.close()

    async def found(self) -> str:
        """Make the organisation with its two sites; return the administrator's invitation link."""
        printed = await run(
            program("teamchat-server"), "init", "--json",
            "--data", str(self.server_data),
            "--organisation", ORGANISATION,
            "--site", f"{STUTTGART}=Europe/Berlin",
            "--site", f"{SHANGHAI}=Asia/Shanghai",
            "--admin", "it.admin",
            "--public-url", self.url,
        )  # fmt: skip
        link: str = json.loads(printed)["invitation"]["link"]
        return link

    async def open(self) -> None:
        """Start the server process and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                program("teamchat-server"), "serve",
                "--data", str(self.server_data), "--port", str(self.port),
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _ in range(int(PATIENCE * 20)):
            if self._process.returncode is not None:
                raise DemoError(f"the server ended: {self._log.read_text(errors='replace')}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        raise DemoError("the server did not start in time")

    async def enter(self, cast: Cast, link: str) -> Enrolled:
        """Redeem an invitation, log in, and open the account."""
        password = await self.log_in(cast, link)
        account = await self._open(self.home(cast.user_name), password)
        await account.wait_online(PATIENCE)
        self.people[cast.user_name] = Enrolled(cast, password, account)
        return self.people[cast.user_name]

    async def further_device(self, cast: Cast) -> Account:
        """Log somebody in on a further computer, with their recovery key, and open it there."""
        home, password = self.home(f"{cast.user_name}-2"), self.passwords[cast.user_name]
        await self._log_in(cast, home, "demo-2")
        account = await self._open(home, password)
        self.further.append(account)
        await account.arrive(PATIENCE, lambda _: None)
        return account

    @staticmethod
    async def _open(home: Path, password: str) -> Account:
        account = await Account.open(home / "default", Passphrase(lambda: password, CHEAP))
        return await account.__aenter__()

    async def log_in(self, cast: Cast, link: str) -> str:
        """Redeem an invitation and log in; return the password."""
        password = secrets.token_urlsafe(12)
        await enrol.redeem_invitation(link, password)
        self.passwords[cast.user_name] = password
        await self._log_in(cast, self.home(cast.user_name), "demo")
        return password

    async def _log_in(self, cast: Cast, home: Path, device_name: str) -> None:
        password = self.passwords[cast.user_name]

        async def recovery_key() -> str:
            if cast.user_name not in self.recovery_keys:
                raise DemoError("a first device was asked for a recovery key")
            return self.recovery_keys[cast.user_name]

        entered = await enrol.login(
            self.url,
            cast.user_name,
            password,
            device_name,
            profile_dir=home / "default",
            key_source=Passphrase(lambda: password, CHEAP),
            ask_recovery_key=recovery_key,
        )
        if entered.recovery_key is not None:
            self.recovery_keys[cast.user_name] = entered.recovery_key

    async def invite(self, cast: Cast, admin: Cast) -> str:
        """Provision a person with the administrator's command line; return their link."""
        password_file = self.root / "passphrase"
        password_file.touch(mode=0o600)
        password_file.write_text(self.passwords[admin.user_name], encoding="utf-8")
        printed = await run(
            program("teamchat"), "--json", "--passphrase-file", str(password_file),
            "admin", "user", "add", cast.user_name,
            "--name", cast.name, "--site", cast.site, "--role", cast.role,
            "--language", cast.language,
            home=self.home(admin.user_name),
        )  # fmt: skip
        link: str = json.loads(printed)["link"]
        return link

    async def _stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
