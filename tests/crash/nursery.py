"""Processes that are to die, forked by one that has imported what they need.

Of the twenty that a test kills each would import it for a second, which is longer than it lives.

A module whose `__main__` calls `serve` reads orders, one a line: arguments and environment. Each is
obeyed by a child, with its standard error in a file; `pid N` is written before, `ended CODE` after.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


def serve(live: Callable[[list[str]], None]) -> None:
    """Fork a child for each order, and wait until it is gone."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _obey(live, order)
        os.write(1, f"pid {child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


def _obey(live: Callable[[list[str]], None], order: dict[str, object]) -> None:
    code = 1
    try:
        environment, arguments = order["environment"], order["arguments"]
        assert isinstance(environment, dict)
        assert isinstance(arguments, list)
        os.environ.update(environment)
        os.dup2(os.open(str(order["says"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        live(arguments)
        code = 0
    except BaseException:  # noqa: BLE001 - it goes no further: the test reads it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class Nursery:
    """A process that forks children one after the other.

    Args:
        module: Calls `serve`.
        folder: Where what a child says goes.
        environment: What differs from ours, for all its children.
    """

    def __init__(self, module: str, folder: Path, environment: Mapping[str, str] = {}) -> None:
        self._says = folder / "says"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        self.returncode: int | None = None
        """Of the last child; None while it lives."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=60)

    def bear(self, arguments: Sequence[str], environment: Mapping[str, str] = {}) -> int:
        """Let a child live; return its pid."""
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "says": str(self._says),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self.returncode = None
        word, _, pid = self._process.stdout.readline().partition(" ")
        assert word == "pid"
        return int(pid)

    def lines(self) -> Iterator[str]:
        """Return what the child writes until it is gone."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, code = line.partition(" ")
            if word == "ended":
                self.returncode = int(code)
                return
            yield line
        raise AssertionError("the nursery is gone")

    @property
    def said(self) -> str:
        """What the last child wrote to its standard error."""
        return self._says.read_text(encoding="utf-8")
