"""A server in a process of its own that can be killed, and comes back where it was.

    python -m tests.support.mortal_server POINT COUNT serve ...

It is `teamchat-server`, gone by SIGKILL at a point of its work: when it takes its COUNTth message
or commit (`before` the transaction is durable, or `after` it is and nobody has heard of it), or
when it refuses the COUNTth message because a device has ended (`refusing`). `never` is never.
The web client that it serves is the one in the folder that BUILT names, if it names one.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from teamchat.server import main as server_main
from teamchat.server.cli import main
from teamchat.server.services import admission
from teamchat.server.services.admission import Accepted, Refused
from teamchat.server.services.group_changes import Header
from teamchat.server.storage.database import after_commit
from teamchat.server.storage.queries import logs
from teamchat.server.storage.queries.logs import Entry, Standing
from teamchat.server.web.files import WebClient, read_files
from teamchat.wire.frames import NackCode, Send
from tests.support.server_process import environment

BUILT: Final = "TEAMCHAT_TESTS_BUILT"


class MortalServer:
    """The server of a folder, on a port that it keeps.

    Args:
        data: Where an organisation was founded.
        port: Where it is reached.
    """

    def __init__(self, data: Path, port: int) -> None:
        self._data = data
        self._port = port
        self.process: subprocess.Popen[str] | None = None

    def start(self, point: str = "never", count: int = 0) -> None:
        """Serve; return when it does."""
        command = [sys.executable, "-m", "tests.support.mortal_server", point, str(count)]
        self.process = subprocess.Popen(
            [*command, "serve", "--data", str(self._data), "--port", str(self._port)],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment(),
        )  # fmt: skip
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        assert " listens on " in said, said

    def kill(self) -> None:
        """End it without a warning."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.is_gone()

    def end(self) -> None:
        """Let everybody finish, and end it."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=60)

    def is_gone(self) -> None:
        """Wait until it has died as it was to."""
        assert self.process is not None
        self.process.communicate(timeout=60)
        assert self.process.returncode == -signal.SIGKILL


class Counted:
    """Ends the process the so-manieth time."""

    def __init__(self, count: int) -> None:
        self.left = count

    def is_now(self) -> bool:
        self.left -= 1
        return self.left == 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def when_it_takes(counted: Counted, durable: bool) -> None:  # noqa: FBT001 - of two
    append = logs.append

    def appended(connection: Connection, entry: Entry, *, epoch: int | None = None) -> None:
        append(connection, entry, epoch=epoch)
        if counted.is_now():
            after_commit(connection, die) if durable else die()

    logs.append = appended


def when_it_refuses(counted: Counted) -> None:
    at_once = admission.at_once

    def answered(
        connection: Connection, send: Send, standing: Standing | None, header: Header
    ) -> Accepted | Refused | None:
        answer = at_once(connection, send, standing, header)
        ended = isinstance(answer, Refused) and answer.code is NackCode.DEVICE_ENDED
        if ended and counted.is_now():
            die()
        return answer

    admission.at_once = answered


def hand_out(folder: Path) -> None:
    """Serve the web client that was built into a folder."""

    def read(_: Path) -> WebClient:
        return read_files(folder)

    setattr(server_main, "read_files", read)  # noqa: B010 - it is exported to nobody


if __name__ == "__main__":
    if built := os.environ.get(BUILT):
        hand_out(Path(built))
    point, count = sys.argv[1], int(sys.argv[2])
    del sys.argv[1:3]
    if point == "refusing":
        when_it_refuses(Counted(count))
    elif point != "never":
        when_it_takes(Counted(count), point == "after")
    main()
