"""`teamchat-witness` as its operator runs it: commands, and a process that serves."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

MAIN: Final = "from teamchat.witness.cli import main; main()"
LATER: Final = "import time; now = time.time; time.time = lambda: now() + {}; "
"""What a clock is that has gone on by so many seconds, on a machine of its own."""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command of it."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Serving:
    """A process that serves.

    Args:
        directory: Of the witness.
        *more: Options.
        environment: What else it finds there.
        port: Where; any free one if 0.
        later: By how many seconds its machine's clock is ahead.
    """

    def __init__(
        self,
        directory: Path,
        *more: object,
        environment: Mapping[str, str] | None = None,
        port: int = 0,
        later: int = 0,
    ) -> None:
        main = (LATER.format(later) if later else "") + MAIN
        command = [sys.executable, "-c", main, "serve", str(directory)]
        self.process = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{port}", *map(str, more)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline()
        self.url = self.said.split()[-1]
        self.port = int(self.url.rpartition(":")[2])

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        self.said += out + err
        return self.process.returncode

    def post(self, content: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            return posted(connection, content)


@contextlib.contextmanager
def serving(directory: Path, *more: object, port: int = 0, later: int = 0) -> Iterator[Serving]:
    """Let a witness serve until the block ends."""
    process = Serving(directory, *more, port=port, later=later)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.end(signal.SIGKILL)


def posted(connection: http.client.HTTPConnection, content: bytes) -> tuple[int, bytes]:
    """Ask for a cosignature; return status and body of the answer."""
    connection.request("POST", "/add-checkpoint", content)
    with connection.getresponse() as answer:
        return answer.status, answer.read()


def witness_of(directory: Path, log: str, name: str) -> str:
    """Make a witness that follows a log; return its key as a vkey line."""
    key = run("init", directory, "--name", name).stdout.strip()
    followed = run("follow", directory, log)
    assert followed.returncode == 0, followed.stderr
    return key
