"""Every key, printed from the registry of actions."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from teamchat_terminal.actions import Action, Scope, description, in_scope, keys_label, name
from teamchat_terminal.format import DIM
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.voice import Voice


class HelpSheet(Sheet):
    """Keys and what they do, by where they work."""

    def heading(self) -> str:
        return self.voice.say("tui-help-heading")

    def content(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(help_text(self.voice), id="help-text", markup=False)


def help_text(voice: Voice) -> Content:
    """Return the whole help."""
    parts: list[str | tuple[str, str] | Content] = [voice.say("tui-help-words"), "\n\n"]
    for scope in Scope:
        parts.extend(((voice.say(f"tui-scope-{scope.value}"), "bold $accent"), "\n\n"))
        parts.extend(_entry(action, voice) for action in in_scope(scope))
    return Content.assemble(*parts)


def _entry(action: Action, voice: Voice) -> Content:
    keys = keys_label(action, voice) or voice.say("tui-help-palette-only")
    return Content.assemble(
        (keys, "bold" if action.keys else DIM),
        "  ",
        name(action, voice),
        "\n",
        (description(action, voice), DIM),
        "\n\n",
    )
