"""The newcomer's journey: the demonstration runs, holds, and refuses what it must not touch."""

import re
import signal
import subprocess
import sys
import urllib.request
from itertools import takewhile
from pathlib import Path
from typing import Final

import pytest

from teamchat.server.web.files import BUILT, MANIFEST

pytestmark = pytest.mark.timeout(240)


COMMAND: Final = (sys.executable, "-u", "-m", "teamchat.demo", "--data")
LAST: Final = "Ctrl+C ends the demonstration."


def test_the_demonstration_holds_and_stays_up_until_it_is_ended(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, str(tmp_path / "demo")], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        try:
            assert running.stdout is not None
            shown = "".join(takewhile(lambda line: LAST not in line, running.stdout))
            assert "None was found." in shown
            assert "Everything held" in shown
            for name in ("Anna Müller", "Jörg Groß", "张伟 Wei Zhang", "李娜 Li Na"):
                assert f"what {name} sees" in shown
            assert shown.count("最后一条") == 4  # everybody but Jörg, and Anna's second computer
            assert "Dieses Gerät liest jetzt mit." in shown
            _check_web_client(shown)
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 0
        finally:
            running.kill()  # one that hangs would fail the tests that come after


def _check_web_client(shown: str) -> None:
    """The browser's part is there if the web client was built, and says so if it was not."""
    if not (BUILT / MANIFEST).exists():
        assert "The web client was not built" in shown
        return
    (link,) = re.findall(r"^  (http://127\.0\.0\.1:\d+/join)#\S+$", shown, re.MULTILINE)
    with urllib.request.urlopen(link, timeout=30) as page:  # noqa: S310  # ours, just printed
        assert '<div id="app">' in page.read().decode()
    logins = r"^  anna, the password is \S+\n    recovery words: \w+( \w+){15}$"
    assert re.search(logins, shown, re.MULTILINE)


def test_the_demonstration_replaces_only_what_it_made(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    run = subprocess.run(
        [*COMMAND, str(tmp_path)], capture_output=True, text=True, check=False, timeout=200
    )
    assert run.returncode == 1
    assert "name another folder" in run.stdout
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
