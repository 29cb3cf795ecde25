"""The newcomer's journey: the demonstration runs, holds, and refuses what it must not touch."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(240)


def _demo(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "teamchat.demo", "--exit", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)


def test_the_demonstration_holds(tmp_path: Path) -> None:
    run = _demo(tmp_path / "demo")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "None was found." in run.stdout
    assert "Everything held" in run.stdout
    for name in ("Anna Müller", "Jörg Groß", "张伟 Wei Zhang", "李娜 Li Na"):
        assert f"what {name} sees" in run.stdout
    assert run.stdout.count("最后一条") == 4  # everybody but Jörg, and Anna's second computer
    assert "Dieses Gerät liest jetzt mit." in run.stdout


def test_the_demonstration_replaces_only_what_it_made(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    run = _demo(tmp_path)
    assert run.returncode == 1
    assert "name another folder" in run.stdout
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
