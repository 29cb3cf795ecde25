import pytest

from teamchat.ids import ConversationId, UserId
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import leavers
from teamchat.server.services.leavers import ALONE_SECONDS, TOGETHER_SECONDS, Leavers
from tests.support.clock import FakeClock

ROOM, OTHER = ConversationId("room"), ConversationId("other")
ANNA, BO, EVE = UserId("anna"), UserId("bo"), UserId("eve")


class Desk:
    """Leavers with a clock that one can turn."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.leavers = Leavers(self.clock, Limiter(self.clock))

    def takes(self, by: UserId, epoch: int = 1, leaver: UserId = EVE) -> bool:
        """Say whether a commit without the leaver is taken, and note what follows."""
        if self.leavers.are_awaited(ROOM, epoch, [leaver]):
            self.leavers.refuse(ROOM, epoch, [leaver], by)
            return False
        self.leavers.pass_over(ROOM, [leaver])
        return True


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_two_people_who_have_nothing_to_take_up_are_believed_soon(desk: Desk) -> None:
    assert not desk.takes(ANNA)
    desk.clock.advance(TOGETHER_SECONDS)
    assert not desk.takes(BO)
    assert desk.takes(ANNA)


def test_two_people_at_once_are_not_believed_yet(desk: Desk) -> None:
    assert not desk.takes(ANNA)
    assert not desk.takes(BO)
    desk.clock.advance(TOGETHER_SECONDS - 1)
    assert not desk.takes(BO)


def test_one_person_alone_is_believed_later_however_often_they_ask(desk: Desk) -> None:
    for _ in range(10):
        assert not desk.takes(ANNA)
        desk.clock.advance(ALONE_SECONDS / 10 - 0.1)
    assert not desk.takes(ANNA)
    desk.clock.advance(1)
    assert desk.takes(ANNA)


def test_a_wait_begins_with_the_first_who_is_refused_and_anew_in_each_epoch(desk: Desk) -> None:
    desk.clock.advance(3 * ALONE_SECONDS)
    assert not desk.takes(ANNA)
    assert not desk.takes(BO)
    desk.clock.advance(TOGETHER_SECONDS)
    assert not desk.takes(ANNA, epoch=2)
    assert not desk.takes(ANNA, leaver=BO)
    assert not desk.leavers.are_awaited(ROOM, 1, [])
    assert desk.leavers.are_awaited(OTHER, 1, [EVE])


def test_who_was_waited_for_in_vain_again_and_again_is_not_for_a_while(desk: Desk) -> None:
    burst, per_second = Limit.WAITS_FOR_LEAVER.rate
    for epoch in range(burst):
        assert not desk.takes(ANNA, epoch)
        desk.clock.advance(ALONE_SECONDS)
        assert desk.takes(ANNA, epoch)
    assert desk.takes(ANNA, burst)
    assert not desk.takes(ANNA, burst, BO)
    desk.clock.advance(1 / per_second)
    assert not desk.takes(ANNA, burst + 1)


def test_only_so_many_waits_are_remembered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leavers, "WAITS", 2)
    for leaver in (EVE, BO, ANNA):
        assert not desk.takes(ANNA, leaver=leaver)
    desk.clock.advance(ALONE_SECONDS)
    assert [desk.takes(ANNA, leaver=leaver) for leaver in (BO, ANNA, EVE)] == [True, True, False]
