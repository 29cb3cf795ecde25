"""A Node process that runs TypeScript members, and the words spoken with it.

The TypeScript is bundled once per session by the web client's own esbuild and run by plain
Node. One line of JSON asks, one line answers; byte strings travel in base64.
"""

import base64
import binascii
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

import pytest

WEB: Final = Path(__file__).resolve().parents[2] / "clients" / "web"
_ESBUILD: Final = WEB / "node_modules" / ".bin" / "esbuild"

_NOT_INSTALLED: Final = ("chacha20poly1305", "dhkem-x448", "hybridkem-x-wing", "ml-kem")
"""What ts-mls would load for suites that it is not asked for here."""


class RefusedError(Exception):
    """A core has turned something down.

    Attributes:
        kind: Which of the core's errors it is: "ValidationError", "DecodeError" ...
        rule: The name of the broken rule, if the error names one.
    """

    def __init__(self, kind: str, rule: str | None, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.rule = rule


def bundled(entry: str, directory: Path) -> Path:
    """Bundle a script of `clients/web/tests/cross`; skip without Node, fail if CI is set."""
    for needed, missing in ((shutil.which("node"), "node"), (_ESBUILD.exists(), "node_modules")):
        if not needed:
            reason = f"no {missing}: the TypeScript members of the cross tests cannot run"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
    bundle = directory / f"{entry}.mjs"
    command = [str(_ESBUILD), f"tests/cross/{entry}.ts", "--bundle", "--platform=node"]
    command += [f"--external:@hpke/{name}" for name in _NOT_INSTALLED]
    command += ["--format=esm", "--log-level=warning", f"--outfile={bundle}"]
    subprocess.run(command, cwd=WEB, check=True, timeout=60)
    return bundle


class Peer:
    """A running process of TypeScript members."""

    def __init__(self, bundle: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)

    def ask(self, what: str, **arguments: object) -> Any:  # noqa: ANN401  # JSON
        """Return the answer.

        Raises:
            RefusedError: The core over there has turned it down.
            AssertionError: The process is at fault.
        """
        request = {"do": what, **{name: _written(value) for name, value in arguments.items()}}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process ended over {what}"
        answer = json.loads(line)
        if "error" not in answer:
            return answer["done"]
        error = answer["error"]
        assert error["kind"] != "bug", f"{what}: {error['text']}"
        raise RefusedError(error["kind"], error["rule"], error["text"])


def data(text: str) -> bytes:
    """Read a byte string of an answer."""
    return binascii.a2b_base64(text)


def _written(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_written(each) for each in value]
    return value
