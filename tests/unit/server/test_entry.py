import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """
import signal, sys
from teamchat.server import entry, hang_ups
heard = []
class Finder:  # stands before all others: what is imported after the signal is heard
    def find_spec(self, name, path=None, target=None):
        if name == "teamchat.server.cli":
            heard.append(signal.getsignal(signal.SIGHUP))
sys.meta_path.insert(0, Finder())
sys.argv[1:] = [WORD, "--help"]
try:
    entry.main()
finally:
    print(heard[0] == signal.SIG_DFL)
"""


@pytest.mark.parametrize(("word", "is_default"), [("serve", "False"), ("migrate", "True")])
def test_the_signal_is_heard_before_the_long_imports(word: str, is_default: str) -> None:
    """Of a server only: whoever closes a terminal ends everything else."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("WORD", repr(word))],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    assert ran.stdout.splitlines()[-1] == is_default
    assert f"teamchat-server {word}" in ran.stdout or "Usage" in ran.stdout
