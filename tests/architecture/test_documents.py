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
DRAWN_BY = ("tests/terminal/picture.py", "clients/web/tests/ui/pictures/pictures.ts")
"""What `make screenshots` runs."""
TEXTS = sorted(
    [
        *DOCUMENTS,
        CHECKOUT / "Makefile",
        *(CHECKOUT / "config").iterdir(),
        *(
            path
            for room in ("src", "clients/terminal")
            for path in (CHECKOUT / room).rglob("*")
            if path.suffix in {".py", ".ftl", ".html"}
        ),
    ]
)
REGISTERED = re.compile(
    r"\b(?:pip[3x]?|uv)\b[^\n]*\b(?:install|add)\b[^\n]*[\s'\"`]teamchat(?=[\s'\"`=<>~!]|$)"
    r"|(?<![\w/.-])teamchat\["
)
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
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        command
        for document in DOCUMENTS
        for command in re.findall(
            r"(?:^|`)make ([a-z]+)\b", document.read_text("utf-8"), re.MULTILINE
        )
    }
    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_picture_is_shown_by_a_document_and_drawn_by_a_script() -> None:
    pictures = {path.name for path in (CHECKOUT / "docs/images").iterdir()}
    documents = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    shown = set(re.findall(r"docs/images/([\w-]+\.\w+)", documents))
    scripts = "".join((CHECKOUT / script).read_text(encoding="utf-8") for script in DRAWN_BY)
    drawn = {name for name in pictures if f'"{name.removesuffix(".png")}"' in scripts}
    drawn |= {name for name in pictures if f"docs/images/{name}" in scripts}
    assert pictures == shown == drawn


def test_make_alone_explains_every_command() -> None:
    shown = subprocess.run(
        ["make", "-s"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    explained = {line.split()[0] for line in shown.splitlines()}
    assert {"demo", "run", "test", "check", "bench", "clean", "soak"} <= explained


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pip install teamchat", True),
        ("pip install 'teamchat[server]'", True),
        ("pipx install teamchat==0.1.0", True),
        ("Install teamchat[terminal].", True),
        ("pip install --no-deps dist/teamchat-0.1.0-py3-none-any.whl", False),
        ("pip install 'dist/teamchat-0.1.0-py3-none-any.whl[server]'", False),
        ("pip install --no-deps --no-index .", False),
    ],
)
def test_what_sends_people_to_a_public_registry_is_seen(text: str, *, says: bool) -> None:
    assert bool(REGISTERED.search(text)) is says


def test_no_text_sends_anybody_to_a_public_registry_for_teamchat() -> None:
    """The name there is a stranger's: who installs by it runs the stranger's program."""
    found = {
        path.relative_to(CHECKOUT).as_posix(): said
        for path in TEXTS
        if (said := [hit[0] for hit in REGISTERED.finditer(path.read_text(encoding="utf-8"))])
    }
    assert not found
