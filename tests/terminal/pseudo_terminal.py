"""The real program in a pretend terminal: keys go in as bytes, what it draws comes out."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|.)"
)
PROGRAM = "from teamchat.cli.main import main; main()"

SECONDS = 60.0
"""After which what was waited for is not drawn any more."""


class PseudoTerminal:
    """`teamchat tui` for the profiles below a folder.

    Args:
        home: The folder of the profiles.
        profile: Which one is opened.
        environment: What differs from a plain terminal with many colours.
    """

    def __init__(self, home: Path, profile: str, environment: Mapping[str, str] = {}) -> None:
        self._master, slave = pty.openpty()
        self.resize(100, 30)
        self._drawn = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "--profile", profile, "tui"],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - it takes no lock
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "TEAMCHAT_HOME": str(home), "TEAMCHAT_LANGUAGE": "en", "TERM": "xterm-256color",
                "COLORTERM": "truecolor", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                **environment,
            },
        )  # fmt: skip
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._reader.join(10)
        os.close(self._master)

    @property
    def raw(self) -> bytes:
        """Everything that was sent to the terminal."""
        return self._drawn

    @property
    def text(self) -> str:
        """What was sent to the terminal, without what moves and colours it."""
        return _SEQUENCE.sub(b"", self._drawn).decode("utf-8", "replace")

    def forget(self) -> None:
        """Look only at what is drawn from now on."""
        self._drawn = b""

    def press(self, keys: bytes) -> None:
        """Type, as a terminal passes it on."""
        view = memoryview(keys)
        while view:
            view = view[os.write(self._master, view[:1024]) :]

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def until(self, words: str) -> None:
        """Wait until words are drawn."""
        self._until(lambda: words in self.text, repr(words))

    def until_drawn(self) -> None:
        """Wait until anything is drawn."""
        self._until(lambda: bool(self._drawn), "anything")

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"{what} was not drawn:\n{self.text[-3000:]}"
            assert self._process.poll() is None or condition(), self.text[-3000:]
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill -9."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def wait(self) -> int:
        """Return the exit code."""
        return self._process.wait(60)

    @property
    def stopped(self) -> bool:
        """Whether the program was put aside by job control."""
        found = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        return found.rpartition(")")[2].split()[0] == "T"

    def carry_on(self) -> None:
        """What `fg` does."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def _read(self) -> None:
        while True:
            try:
                got = os.read(self._master, 65_536)
            except OSError:
                return
            if not got:
                return
            self._drawn += got
