"""A server as its operator runs it: `teamchat-server init` and `serve`, in a process of its own.

It serves several tests of one module, each of which reaches it over sockets of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from teamchat.identity.keys import IdentityKey
from teamchat.ids import UserId
from tests.support.server import ADMIN, CHEAP, PASSWORD, Person, ReachedServer, secret_in

MAIN: Final = "from teamchat.server.entry import main; main()"


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server that serves, and the secret by which its first administrator enters."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    site: str
    admin: UserId


def environment() -> dict[str, str]:
    """Return what a server process of the tests finds in its environment."""
    cheap = {f"TEAMCHAT_{name.upper()}": str(value).lower() for name, value in CHEAP.items()}
    return {**os.environ, **cheap, "PYTHONUNBUFFERED": "1"}


@contextmanager
def server_process(
    data: Path, settings: Callable[[Path], str] = lambda _: ""
) -> Iterator[ServerProcess]:
    """Found an organisation and serve it until the block ends.

    Args:
        data: Its folder; it is made.
        settings: Given that folder, says what else is to stand in the settings file.
    """
    variables = environment()
    founded = subprocess.run(
        [
            sys.executable, "-c", MAIN, "init", "--data", str(data),
            "--organisation", "Beispiel AG", "--admin", ADMIN, "--json",
        ],
        env=variables, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    with (data / "teamchat.toml").open("a", encoding="utf-8") as file:
        file.write(settings(data))
    made = json.loads(founded.stdout)
    with (data.parent / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "serve", "--data", str(data), "--port", "0"],
            stdout=log, stderr=subprocess.PIPE, text=True, env=variables,
        )  # fmt: skip
    try:
        assert process.stderr is not None
        url = process.stderr.readline().rpartition(" ")[2].strip()
        _redeem(url, secret_in(made["invitation"]["link"]))
        yield ServerProcess(process, url, data, made["sites"][0]["id"], made["admin"]["id"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _redeem(url: str, secret: str) -> None:
    import requests

    wanted = {"secret": secret, "password": PASSWORD}
    got = requests.post(f"{url}/v1/invitations/redeem", json=wanted, timeout=30)
    assert got.status_code == 204, got.text


@asynccontextmanager
async def reached(server: ServerProcess, url: str = "") -> AsyncIterator[ReachedServer]:
    """Log its administrator in; `url` is where people are told it is, if not where it is."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        nobody = Person(server.admin, ADMIN, "", IdentityKey(os.urandom(32)))
        found = ReachedServer(url or server.url, http, nobody, server.site)
        nobody.token = (await found.log_in(ADMIN)).token
        yield found
