"""Tests of a machine that read like the conversation: `>> event << command`.

    Playbook(engine) >> Started() << OpenSocket >> SocketOpened() << SendFrame(Hello(1, "t"))

What is given on the right of `<<` is met by the next command: the command itself, its type,
or a function that says whether it will do. `rests()` says that nothing is left to be done.
"""

from collections import deque
from collections.abc import Callable
from typing import Self

from teamchat.engine.commands import CancelTimer, Command
from teamchat.engine.engine import Engine
from teamchat.engine.events import Event

Expected = Command | type[Command] | Callable[[Command], bool]


class Playbook:
    """Feeds events to an engine and compares its commands, in order.

    Args:
        engine: The engine.
        ignoring: Types of commands that this play is not about.
    """

    def __init__(
        self, engine: Engine, *, ignoring: tuple[type[Command], ...] = (CancelTimer,)
    ) -> None:
        self.engine = engine
        self._ignoring = ignoring
        self._left: deque[Command] = deque()

    def __rshift__(self, event: Event) -> Self:
        self.rests()
        commands = self.engine.handle(event)
        self._left.extend(each for each in commands if not isinstance(each, self._ignoring))
        return self

    def __lshift__(self, expected: Expected) -> Self:
        assert self._left, f"nothing is done, but expected {expected!r}"
        command = self._left.popleft()
        if isinstance(expected, type):
            assert isinstance(command, expected), f"{command!r} is no {expected.__name__}"
        elif callable(expected):
            assert expected(command), f"{command!r} will not do"
        else:
            assert command == expected
        return self

    def rests(self) -> Self:
        """Nothing is left to be done."""
        assert not self._left, f"left to be done: {list(self._left)!r}"
        return self
