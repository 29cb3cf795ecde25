"""What `make bench` calls still runs: each measurement once, as small as it goes.

No figure is looked at here; a machine under load has none to give.
"""

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SMALL = {
    "mls": ["--members", "2", "--suites", "1"],
    "key_log.client": ["--people", "20"],
    "key_log.server": ["--entries", "300", "--single", "3"],
    "messages": ["--people", "4", "--scale", "0.01"],
    "messages.large_group": ["--members", "4", "--batch", "2", "--suite", "1"],
    "messages.slow_disk": ["--seconds", "0.05"],
    "history": ["--lines", "500"],
    "history.transfer": ["--lines", "500"],
    "web": ["--lines", "70", "130", "--tries", "1", "--frames", "10", "--climb-seconds", "30"],
}


@pytest.mark.parametrize("name", SMALL)
def test_it_runs_to_its_end(name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", *SMALL[name]]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "100"}
    )
    assert ended.returncode == 0, ended.stderr
    assert any(each.isdigit() for each in ended.stdout)
