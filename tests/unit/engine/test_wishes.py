"""What is refused before anything is begun."""

from collections.abc import Callable

import pytest

from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    Event,
    GroupAsked,
    LeaveAsked,
    RemoveAsked,
    RenameAsked,
)
from teamchat.ids import ConversationId, UserId
from tests.support.simulator import Peer, World

NOBODY, NOWHERE = UserId("n" * 26), ConversationId("n" * 26)


@pytest.fixture
def pair() -> tuple[Peer, Peer]:
    world = World()
    return world.person("anna"), world.person("bo")


@pytest.mark.parametrize(
    "make",
    [
        lambda call: AddAsked(call, NOWHERE, (NOBODY,)),
        lambda call: RemoveAsked(call, NOWHERE, NOBODY),
        lambda call: LeaveAsked(call, NOWHERE),
        lambda call: RenameAsked(call, NOWHERE, "title"),
    ],
)
def test_where_one_is_not(pair: tuple[Peer, Peer], make: Callable[[int], Event]) -> None:
    assert pair[0].refused(make) == "error-not-a-member"


def test_two_stay_two(pair: tuple[Peer, Peer]) -> None:
    anna, bo = pair
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    assert anna.refused(lambda call: AddAsked(call, talk, (NOBODY,))) == "error-direct-is-two"
    assert anna.refused(lambda call: LeaveAsked(call, talk)) == "error-direct-is-two"


def test_the_same_two_have_one_conversation(pair: tuple[Peer, Peer]) -> None:
    anna, bo = pair
    talk = anna.ask(lambda call: DirectAsked(call, bo.account.user))
    assert anna.ask(lambda call: DirectAsked(call, bo.account.user)) == talk
    assert bo.ask(lambda call: DirectAsked(call, anna.account.user)) == talk


def test_nobody_talks_to_themselves_or_offline(pair: tuple[Peer, Peer]) -> None:
    anna, bo = pair
    own = anna.account.user
    assert anna.refused(lambda call: DirectAsked(call, own)) == "error-not-with-yourself"
    anna.go_offline()
    users = (bo.account.user,)
    assert anna.refused(lambda call: GroupAsked(call, "T", users)) == "error-offline"


def test_of_all_or_of_none(pair: tuple[Peer, Peer]) -> None:
    anna, bo = pair
    users = (bo.account.user, NOBODY)
    assert anna.refused(lambda call: GroupAsked(call, "T", users)) == "error-no-device"
    assert not anna.engine.conversations


def test_a_title_that_is_none(pair: tuple[Peer, Peer]) -> None:
    anna, bo = pair
    users = (bo.account.user,)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", users)))
    assert anna.refused(lambda call: RenameAsked(call, talk, "a\nb")) == "error-title-not-usable"
    assert anna.state(talk).record.title == "T"
