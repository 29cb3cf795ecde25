import gc
import subprocess
import sys

import pytest

from teamchat.garbage import SELDOM

PROGRAM = """
import gc
from {module} import main
try:
    main()
finally:
    print(gc.isenabled(), gc.get_threshold()[0])
"""


@pytest.mark.parametrize("module", ["teamchat.cli.main", "teamchat.server.entry"])
def test_a_program_looks_seldom_but_looks(module: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=module), "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == f"True {SELDOM}"


def test_the_tests_look_seldom_too() -> None:
    assert gc.get_threshold()[0] == SELDOM
