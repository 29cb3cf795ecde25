"""Both languages say the same, and say all that the code asks for and nothing else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, MessageReference, Term, VariableReference
from fluent.syntax.visitor import Visitor

from teamchat.cli.main import COMMANDS
from teamchat.i18n import LANGUAGES, _texts, source

ROOT = Path(__file__).resolve().parents[3]
CODE = [
    *(ROOT / "src/teamchat").rglob("*.py"),
    *(ROOT / "clients/terminal").rglob("*.py"),
]
PAGES = [
    ROOT / "clients/web/index.html",
    *(path for path in (ROOT / "clients/web/src").rglob("*") if path.suffix in {".ts", ".svelte"}),
]
PLACES = "system|said|link|alarm|notice|trust|error|cli|tui|web"
IN_PAGE = re.compile(
    r"""["'`]([a-z]+(?:-[a-z0-9]+)+)["'`]|`([a-z]+-(?:[a-z0-9]+-)*)\$\{|\{\{\w+ ([a-z0-9-]+)"""
)
"""A key, how one begins that is put together, or a text in the page itself."""
KEY = re.compile(rf"(?:{PLACES})-[a-z0-9]+(?:-[a-z0-9]+)*")
PREFIX = re.compile(rf"(?:{PLACES})-(?:[a-z0-9]+-)+")
JARGON = re.compile(
    r"\b(mls|leaf|epoch|oops|hoppla|successfully|erfolgreich|e2ee?)\b", re.IGNORECASE
)


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - its name
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: MessageReference) -> None:  # noqa: N802 - its name
        raise AssertionError(f"a text is read alone, so it cannot say {node.id.name}")


NAMED = re.compile(rf"\bteamchat (?:{'|'.join(COMMANDS)})\b|`|--[a-z]|\bF[0-9]")
"""A command of the shell, or a key of the terminal."""


@cache
def messages(language: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for entry in FluentParser().parse(source(language)).body:
        assert not isinstance(entry, Junk | Term), entry
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            assert entry.value is not None
            found[entry.id.name] = entry
    return found


def variables(message: Message) -> set[str]:
    seen = Variables()
    seen.visit(message)
    return seen.names


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(messages("en")) == sorted(messages("de"))
    assert list(messages("en")) == list(messages("de")), (
        "the same order, so that one can be read beside the other"
    )


def test_both_languages_use_the_same_variables() -> None:
    assert {key: variables(messages("en")[key]) for key in messages("en")} == {
        key: variables(messages("de")[key]) for key in messages("de")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_read_alone_is_the_text_of_the_whole(language: str) -> None:
    whole, alone = messages(language), _texts(language)
    for key, message in whole.items():
        (found,) = FluentParser().parse(alone._written[key]).body
        assert message.equals(found, ignored_fields=["span", "comment"]), key
    assert list(alone._written) == list(whole)


def test_every_key_belongs_to_a_place() -> None:
    assert [key for key in messages("en") if not KEY.fullmatch(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_jargon(language: str) -> None:
    texts = [line for line in source(language).splitlines() if not line.startswith("#")]
    assert [line for line in texts if JARGON.search(line.partition("=")[2])] == []


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def asked() -> tuple[set[str], set[str]]:
    """Return the keys that stand in the code, and the beginnings of those that are put together."""
    found = {text for path in CODE for text in strings(ast.parse(path.read_text()))}
    for page in PAGES:
        if page.name != "keys.ts":  # that one lists them all
            found |= {text for hit in IN_PAGE.findall(page.read_text("utf-8")) for text in hit}
    keys = {text for text in found if KEY.fullmatch(text)}
    prefixes = {text for text in found if PREFIX.fullmatch(text)}
    return keys, prefixes


def test_every_key_in_the_code_has_a_text() -> None:
    keys, _ = asked()
    assert sorted(keys - set(messages("en"))) == []


def test_every_beginning_in_the_code_has_a_text() -> None:
    _, prefixes = asked()
    assert [p for p in prefixes if not any(key.startswith(p) for key in messages("en"))] == []


def test_every_text_is_asked_for() -> None:
    keys, prefixes = asked()
    used = {key for key in messages("en") if key in keys or key.startswith(tuple(prefixes))}
    said_in_its_own_way = {f"{place}-{key}" for place in ("cli", "tui", "web") for key in used}
    assert sorted(set(messages("en")) - used - said_in_its_own_way) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_in_every_place_names_no_command_and_no_key(language: str) -> None:
    """It is said at the command line and in the terminal in their own way, where that helps."""
    for place in ("alarm", "notice", "system", "link"):
        for key in messages(language):
            if key.startswith(f"{place}-"):
                assert NAMED.search(_texts(language)._written[key]) is None, key
