"""Finding colleagues: the server cannot put somebody else in the place of who is known."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from teamchat.client.colleagues import Colleagues
from teamchat.client.errors import AccountError
from teamchat.engine.commands import Decline
from teamchat.engine.events import DirectAsked, Event, GroupAsked
from teamchat.wire.bodies import User, Users
from tests.support.simulator import Peer, World

if TYPE_CHECKING:
    from teamchat.client.http import Http
    from teamchat.client.runner import Runner


class Office:
    """Anna, who knows bo; and what the server answers to her."""

    def __init__(self) -> None:
        self.world = World()
        self.anna, self.bo = self.world.person("anna"), self.world.person("bo")
        self.anna.ask(lambda call: DirectAsked(call, self.bo.account.user))
        self.world.advance(5)
        self.answer: list[User] = []
        http, runner = cast("Http", self), cast("Runner", self)
        self.colleagues = Colleagues(self.anna.engine, runner, http)

    async def ask(self, _method: str, _path: str, _answer: type[Users]) -> Users:
        return Users(self.answer)

    async def call(self, make: Callable[[int], Event]) -> str:
        call = self.anna.tell(make)
        self.world.run()
        answer = self.anna.replies[call]
        if isinstance(answer, Decline):
            raise AccountError(answer.key, **dict(answer.arguments))
        return answer

    def user(self, peer: Peer, **changes: str) -> User:
        return msgspec.structs.replace(self.world.server.users[peer.account.user], **changes)

    @property
    def alarms(self) -> list[str]:
        return [each.key for each in self.anna.engine.alarms]


@pytest.fixture
def office() -> Office:
    return Office()


async def test_who_is_known_is_found(office: Office) -> None:
    office.answer = [office.user(office.bo)]
    assert [each.id for each in await office.colleagues.find("bo", 20)] == [office.bo.account.user]
    assert office.alarms == []


@pytest.mark.parametrize("written", ["bo", "BO"])
async def test_nobody_else_is_found_by_the_user_name_of_who_is_known(
    office: Office, written: str
) -> None:
    ghost = office.world.person("ghost")
    office.answer = [office.user(ghost, user_name=written)]
    for _ in range(2):
        with pytest.raises(AccountError, match="error-name-claimed") as refusal:
            await office.colleagues.find("bo", 20)
        assert refusal.value.arguments == {"who": "Bo"}
    assert office.alarms == ["alarm-name-claimed"]


async def test_ones_own_user_name_is_nobody_elses(office: Office) -> None:
    ghost = office.world.person("ghost")
    office.answer = [office.user(ghost, user_name="anna")]
    with pytest.raises(AccountError, match="error-name-claimed"):
        await office.colleagues.find("an", 20)


async def test_who_is_left_out_of_the_answer_is_found_before_a_namesake(office: Office) -> None:
    ghost = office.world.person("ghost")
    office.answer = [office.user(ghost, display_name="bo")]
    found = await office.colleagues.find("bo", 20)
    assert [each.id for each in found] == [office.bo.account.user, ghost.account.user]


async def test_a_stranger_in_a_group_is_not_called_by_the_name_of_who_is_known(
    office: Office,
) -> None:
    ghost, bo = office.world.person("ghost"), office.bo.account.user
    office.world.server.users[ghost.account.user] = office.user(ghost, user_name="bo")
    office.anna.ask(lambda call: GroupAsked(call, "Team", (bo, ghost.account.user)))
    office.world.advance(5)
    people = office.anna.engine.people
    assert people[ghost.account.user].user_name == ghost.account.user
    assert people[bo].user_name == "bo"
    assert office.alarms == ["alarm-name-claimed"]
