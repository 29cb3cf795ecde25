"""Fixtures for tests about two people: a world, Anna and Bo in it, and their conversation.

A folder takes them into its `conftest.py`; a test that needs another `talk` has its own.
"""

import pytest

from teamchat.engine.events import DirectAsked
from teamchat.ids import ConversationId
from tests.support.simulator import Peer, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def anna(world: World) -> Peer:
    return world.person("anna")


@pytest.fixture
def bo(world: World) -> Peer:
    return world.person("bo")


@pytest.fixture
def talk(anna: Peer, bo: Peer) -> ConversationId:
    return ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
