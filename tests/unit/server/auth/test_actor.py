import pytest

from teamchat.ids import DeviceId, SessionId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.permissions import Action
from teamchat.wire.bodies import Role
from teamchat.wire.problems import Code, ProblemError


def actor(*roles: Role, device: str | None = None) -> Actor:
    return Actor(
        user=UserId("u"),
        session=SessionId("s"),
        roles=frozenset(roles),
        device=None if device is None else DeviceId(device),
    )


def test_without_the_role_it_is_forbidden() -> None:
    with pytest.raises(ProblemError) as caught:
        actor(Role.EMPLOYEE, device="d").require(Action.ADD_PEOPLE)
    assert caught.value.code is Code.FORBIDDEN


def test_without_a_device_there_is_no_conversation() -> None:
    with pytest.raises(ProblemError) as caught:
        actor(Role.EMPLOYEE).require(Action.CONVERSE)
    assert caught.value.code is Code.NO_DEVICE
    with pytest.raises(ProblemError):
        actor(Role.EMPLOYEE).on_device()


def test_with_both_it_is_allowed() -> None:
    somebody = actor(Role.EMPLOYEE, device="d")
    somebody.require(Action.CONVERSE)
    assert somebody.on_device() == "d"
