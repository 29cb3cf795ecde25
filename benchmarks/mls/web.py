"""The same measurement of the TypeScript core, in Node.

The script is `clients/web/tests/benchmarks/measure.ts`, the twin of `measure.py`.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from benchmarks.mls.measure import Figures
from teamchat.mls.crypto import CipherSuite

_WEB: Final = Path(__file__).resolve().parents[2] / "clients" / "web"
_ESBUILD: Final = _WEB / "node_modules" / ".bin" / "esbuild"


def bundled(directory: Path) -> Path | None:
    """Bundle the script into a directory; None if Node or its packages are not there."""
    if shutil.which("node") is None or not _ESBUILD.exists():
        return None
    bundle = directory / "measure.mjs"
    entry = "tests/benchmarks/measure.ts"
    options = ["--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}"]
    command = [str(_ESBUILD), entry, *options, "--log-level=warning"]
    subprocess.run(command, cwd=_WEB, check=True)
    return bundle


def measure(bundle: Path, suite: CipherSuite, members: int) -> Figures:
    """Found a group of so many members in a process of its own, and put it through its life."""
    command = ["node", str(bundle), str(suite.id), str(members)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Figures(**json.loads(printed))
