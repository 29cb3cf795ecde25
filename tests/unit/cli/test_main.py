"""The command line starts at once: nothing heavy is imported before it is needed."""

import subprocess
import sys

HEAVY = {
    "aiohttp", "asyncio", "cryptography", "fluent", "keyring", "msgspec", "nacl", "textual",
    "sqlite3", "teamchat.client", "teamchat.engine", "teamchat.identity", "teamchat.mls",
}  # fmt: skip
PROGRAM = """
import sys
from importlib import import_module
from teamchat.cli.main import COMMANDS
for module in {target.split(":")[0] for target in COMMANDS.values()}:
    import_module(f"teamchat.cli.{module}")
print(*sys.modules)
"""


def test_nothing_heavy_is_imported_to_show_help() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert not HEAVY & set(run.stdout.split())
    assert "click" in run.stdout.split()
