"""The one registry of what a person can do: bindings, palette, help and manual come from it.

An action's name and description are in the catalogue as `tui-action-<id>` and
`tui-about-<id>`; `call` is the method that does it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding

from teamchat_terminal.voice import Voice


class Scope(Enum):
    """Where an action's keys work."""

    EVERYWHERE = "everywhere"
    CONVERSATION = "conversation"
    MESSAGE = "message"
    COMPOSER = "composer"
    MEMBERS = "members"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do."""

    id: str
    scope: Scope
    keys: tuple[str, ...] = ()
    call: str = ""
    palette: bool = False
    yields: bool = False
    """Whether a focused widget may use the key first."""

    @property
    def method(self) -> str:
        """The name of the action method, without `action_`."""
        return self.call or self.id.replace("-", "_")


def _everywhere(name: str, *keys: str, palette: bool = True, yields: bool = False) -> Action:
    return Action(name, Scope.EVERYWHERE, keys, palette=palette, yields=yields)


def _conversation(name: str, *keys: str) -> Action:
    return Action(name, Scope.CONVERSATION, keys, palette=True)


def _composer(name: str, call: str, *keys: str) -> Action:
    return Action(name, Scope.COMPOSER, keys, call)


ACTIONS: tuple[Action, ...] = (
    _everywhere("palette", "ctrl+p", palette=False),
    _everywhere("help", "f1"),
    _everywhere("help-sign", "question_mark", palette=False, yields=True),
    _everywhere("go-to", "ctrl+g"),
    _everywhere("new-conversation", "ctrl+n"),
    _everywhere("next-unread", "alt+a"),
    _everywhere("previous-conversation", "alt+up", palette=False),
    _everywhere("next-conversation", "alt+down", palette=False),
    _everywhere("next-pane", "f6", palette=False),
    _everywhere("previous-pane", "shift+f6", palette=False),
    _everywhere("back", "escape", palette=False, yields=True),
    _everywhere("devices", "f9"),
    _everywhere("notices", "f8"),
    _everywhere("key-list", "f7"),
    _everywhere("history"),
    _everywhere("recovery-words"),
    _everywhere("password"),
    _everywhere("custodians", "alt+c"),
    _everywhere("theme"),
    _everywhere("language"),
    _everywhere("suspend"),
    _everywhere("sign-out"),
    _everywhere("quit", "ctrl+q"),
    _conversation("members", "f2"),
    _conversation("readers", "f3"),
    _conversation("verify", "f4"),
    _conversation("add-people"),
    _conversation("rename"),
    _conversation("leave"),
    _conversation("resolve", "f5"),
    _conversation("accept-members"),
    _conversation("rejoin"),
    _conversation("to-newest", "alt+end"),
    Action("message-previous", Scope.MESSAGE, ("up",)),
    Action("message-next", Scope.MESSAGE, ("down",)),
    Action("page-back", Scope.MESSAGE, ("pageup",)),
    Action("page-on", Scope.MESSAGE, ("pagedown",)),
    Action("message-first", Scope.MESSAGE, ("home",)),
    Action("message-last", Scope.MESSAGE, ("end",)),
    Action("message-open", Scope.MESSAGE, ("enter",)),
    Action("message-answer", Scope.MESSAGE, ("r",)),
    Action("message-react", Scope.MESSAGE, ("plus",)),
    Action("message-edit", Scope.MESSAGE, ("e",)),
    Action("message-copy", Scope.MESSAGE, ("y",)),
    Action("message-delete", Scope.MESSAGE, ("delete",)),
    Action("message-retry", Scope.MESSAGE, ("t",)),
    Action("message-discard", Scope.MESSAGE, ("d",)),
    _composer("send", "send", "enter"),
    _composer("line-break", "line_break", "alt+enter", "ctrl+j", "shift+enter"),
    _composer("line-start", "cursor_line_start", "ctrl+a", "home"),
    _composer("line-end", "cursor_line_end", "ctrl+e", "end"),
    _composer("character-back", "cursor_left", "ctrl+b", "left"),
    _composer("character-on", "cursor_right", "ctrl+f", "right"),
    _composer("word-back", "cursor_word_left", "alt+b", "ctrl+left"),
    _composer("word-on", "cursor_word_right", "alt+f", "ctrl+right"),
    _composer("delete-on", "delete_right", "ctrl+d", "delete"),
    _composer("kill-word-back", "kill_word_back", "ctrl+w", "alt+backspace"),
    _composer("kill-word-on", "kill_word_on", "alt+d", "alt+delete"),
    _composer("kill-to-start", "kill_to_start", "ctrl+u"),
    _composer("kill-to-end", "kill_to_end", "ctrl+k"),
    _composer("yank", "yank", "ctrl+y"),
    _composer("undo", "undo", "ctrl+underscore", "ctrl+z"),
    _composer("redo", "redo", "alt+z"),
    _composer("timeline-back", "timeline_back", "pageup"),
    _composer("timeline-on", "timeline_on", "pagedown"),
    Action("member-add", Scope.MEMBERS, ("a",)),
    Action("member-remove", Scope.MEMBERS, ("r",)),
    Action("member-admin", Scope.MEMBERS, ("m",)),
    Action("member-verify", Scope.MEMBERS, ("v",)),
    Action("member-see", Scope.MEMBERS, ("n",)),
    Action("member-leave", Scope.MEMBERS, ("l",)),
    Action("verify-enter", Scope.VERIFY, ("e",)),
    Action("verify-code", Scope.VERIFY, ("q",)),
)


def in_scope(*scopes: Scope) -> Iterable[Action]:
    """Return the actions of some scopes in the order of the registry."""
    return (action for action in ACTIONS if action.scope in scopes)


def bindings(*scopes: Scope) -> list[Binding]:
    """Return the bindings of some scopes; those of everywhere go before the focused widget."""
    return [
        Binding(
            ",".join(action.keys),
            action.method,
            action.id,
            show=False,
            priority=action.scope in {Scope.EVERYWHERE, Scope.CONVERSATION} and not action.yields,
        )
        for action in in_scope(*scopes)
        if action.keys
    ]


def keys_of(name: str) -> tuple[str, ...]:
    """Return the keys of an action."""
    return next(action.keys for action in ACTIONS if action.id == name)


_SIGNS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "question_mark": "?",
    "plus": "+",
    "underscore": "_",
}


def key_label(key: str, voice: Voice) -> str:
    """Return a key as it is written on a keyboard of the reader's language."""
    return "+".join(_part(part, voice) for part in key.split("+"))


def keys_label(action: Action, voice: Voice) -> str:
    """Return all keys of an action."""
    return ", ".join(key_label(key, voice) for key in action.keys)


def _part(part: str, voice: Voice) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    if len(part) == 1:
        return part.upper()
    if part[0] == "f" and part[1:].isdecimal():
        return part.upper()
    return voice.say(f"tui-key-{part}")


def name(action: Action, voice: Voice) -> str:
    """Return what an action is called."""
    return voice.say(f"tui-action-{action.id}")


def description(action: Action, voice: Voice) -> str:
    """Return what an action does, in one sentence."""
    return voice.say(f"tui-about-{action.id}")
