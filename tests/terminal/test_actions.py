import os
import re
from itertools import chain
from pathlib import Path

import pytest

from teamchat.i18n import LANGUAGES, source
from teamchat_terminal.actions import (
    ACTIONS,
    Scope,
    description,
    in_scope,
    key_label,
    keys_label,
    name,
)
from teamchat_terminal.palette import action_entries, best
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.help import help_text
from teamchat_terminal.screens.members import MembersSheet
from teamchat_terminal.screens.verify import VerifySheet
from teamchat_terminal.widgets.composer import Composer
from teamchat_terminal.widgets.timeline import Timeline
from tests.terminal.stage import voice

TARGETS: dict[Scope, type] = {
    Scope.EVERYWHERE: ChatScreen,
    Scope.CONVERSATION: ChatScreen,
    Scope.MESSAGE: Timeline,
    Scope.COMPOSER: Composer,
    Scope.MEMBERS: MembersSheet,
    Scope.VERIFY: VerifySheet,
}
DOCS = Path(__file__).parents[2] / "docs/use/terminal-screen.md"
BEGIN, END = "<!-- keys: printed from actions.py -->", "<!-- end of keys -->"
SOURCES = Path(__file__).parents[2] / "clients/terminal/teamchat_terminal"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_can_be_done(action: object) -> None:
    for one in ACTIONS:
        if one is action:
            assert callable(getattr(TARGETS[one.scope], f"action_{one.method}"))
            assert one.keys or one.palette, "there is a way to it"


def test_no_two_actions_share_a_key_where_both_work() -> None:
    screen = list(
        chain.from_iterable(
            action.keys for action in in_scope(Scope.EVERYWHERE, Scope.CONVERSATION)
        )
    )
    for scope in Scope:
        own = [] if TARGETS[scope] is ChatScreen else [k for a in in_scope(scope) for k in a.keys]
        together = screen + own
        assert len(together) == len(set(together)), scope


def test_readline_is_not_taken_away() -> None:
    taken = {
        key for action in in_scope(Scope.EVERYWHERE, Scope.CONVERSATION) for key in action.keys
    }
    assert taken.isdisjoint({"ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+y"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_and_key_has_words(language: str) -> None:
    speaker = voice(language)
    for action in ACTIONS:
        assert not name(action, speaker).startswith("tui-")
        assert not description(action, speaker).startswith("tui-")
        assert "tui-" not in keys_label(action, speaker)
    assert "tui-" not in help_text(speaker).plain


def test_keys_are_written_as_on_the_keyboard() -> None:
    assert key_label("ctrl+p", voice("de")) == "Strg+P"
    assert key_label("alt+up", voice()) == "Alt+↑"
    assert key_label("shift+f6", voice("de")) == "Umschalt+F6"


def test_the_palette_finds_by_name() -> None:
    entries = action_entries(voice("de"))
    assert best(entries, "umben")[0].choice == "rename"
    assert best(entries, "") == entries
    assert best(entries, "xyzzy") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_used_is_in_the_catalogue(language: str) -> None:
    used = {
        key
        for path in SOURCES.rglob("*.py")
        for key in re.findall(r'"(tui-[a-z0-9-]+[a-z0-9])"', path.read_text(encoding="utf-8"))
    }
    written = re.findall(r"^(tui-[a-z0-9-]+) =", source(language), re.MULTILINE)
    assert len(written) == len(set(written))
    assert used - set(written) == set()


def test_both_languages_say_the_same_things() -> None:
    keys = [
        re.findall(r"^(tui-[a-z0-9-]+) =", source(language), re.MULTILINE) for language in LANGUAGES
    ]
    assert sorted(keys[0]) == sorted(keys[1])


def keys_table() -> str:
    """Return the table of keys for the manual."""
    speaker = voice("en")
    lines: list[str] = []
    for scope in Scope:
        heading = speaker.say(f"tui-scope-{scope.value}")
        lines += [f"### {heading}", "", "| Keys | Action | What it does |", "|---|---|---|"]
        for action in in_scope(scope):
            keys = ", ".join(f"`{key_label(key, speaker)}`" for key in action.keys) or "commands"
            said = f"{name(action, speaker)} | {description(action, speaker)}"
            lines.append(f"| {keys} | {said} |")
        lines.append("")
    return "\n".join(lines)


def test_the_manual_holds_the_keys_as_they_are() -> None:
    manual = DOCS.read_text(encoding="utf-8")
    if os.environ.get("TEAMCHAT_WRITE_SNAPSHOTS"):
        before, _, rest = manual.partition(BEGIN)
        manual = f"{before}{BEGIN}\n\n{keys_table()}\n{END}{rest.partition(END)[2]}"
        DOCS.write_text(manual, encoding="utf-8")
    assert f"{BEGIN}\n\n{keys_table()}\n{END}" in manual
