"""What the documents say is there."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")],
    key=lambda path: path.as_posix(),
)
NAMED = re.compile(r"(?:^|`)make ([a-z]+)\b", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[path.relative_to(CHECKOUT).as_posix() for path in DOCUMENTS]
)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing


def test_every_make_command_that_is_named_exists() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        command
        for document in DOCUMENTS
        for command in re.findall(
            r"(?:^|`)make ([a-z]+)\b", document.read_text("utf-8"), re.MULTILINE
        )
    }
    assert {"demo", "test"} <= named
    assert named <= targets


def test_make_alone_explains_every_command() -> None:
    shown = subprocess.run(
        ["make", "-s"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    explained = {line.split()[0] for line in shown.splitlines()}
    assert {"demo", "run", "test", "check", "bench", "clean", "soak"} <= explained
