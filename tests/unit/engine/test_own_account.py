"""What the server says of one's own account reaches whoever looks after it."""

from collections.abc import Sequence

import pytest

from teamchat.engine.commands import Command, Show
from teamchat.engine.events import Received, Started
from teamchat.engine.model import OwnChanged
from teamchat.wire.frames import Own, Ready
from tests.support.simulator import Peer, World


@pytest.fixture
def anna() -> Peer:
    return World().person("anna")


def told(commands: Sequence[Command]) -> list[str]:
    shown = [each.change for each in commands if isinstance(each, Show)]
    return [each.kind for each in shown if isinstance(each, OwnChanged)]


def test_a_hint_says_what_to_look_at(anna: Peer) -> None:
    assert told(anna.engine.handle(Received(Own("linking")))) == ["linking"]


def test_a_kind_of_a_newer_server_is_passed_on(anna: Peer) -> None:
    assert told(anna.engine.handle(Received(Own("weather")))) == ["weather"]


def test_each_connection_is_a_reason_to_look_at_everything(anna: Peer) -> None:
    assert anna.engine.handle(Started()) == []
    ready = Ready(1, 0, anna.account.device, 25, 1)
    assert told(anna.engine.handle(Received(ready))) == [""]
