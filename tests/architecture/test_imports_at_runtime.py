"""The promise that the server cannot decrypt, checked in a running interpreter."""

import subprocess
import sys

import pytest

FORBIDDEN = (
    "teamchat.client",
    "teamchat.content",
    "teamchat.engine",
    "teamchat.mls.framing.private",
    "teamchat.mls.group",
    "teamchat.mls.schedule.epoch",
    "teamchat.mls.schedule.psk",
    "teamchat.mls.schedule.secret_tree",
)


def _loaded(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(run.stdout.split())


def test_a_server_that_serves_has_loaded_nothing_that_decrypts() -> None:
    loaded = _loaded("import teamchat.server.main, teamchat.server.cli")
    assert "teamchat.mls.public_group" in loaded
    guilty = {
        name for name in loaded if f"{name}.".startswith(tuple(f"{room}." for room in FORBIDDEN))
    }
    assert not guilty


def test_importing_teamchat_imports_nothing_else_of_it() -> None:
    assert {name for name in _loaded("import teamchat") if name.startswith("teamchat")} == {
        "teamchat"
    }


@pytest.mark.parametrize("heavy", ["textual", "sqlalchemy", "aiohttp"])
def test_asking_the_command_line_for_help_loads_no_heavy_library(heavy: str) -> None:
    assert heavy not in _loaded("import teamchat.cli.main")
