"""The stock: asked for once, refilled when low, private keys stored before they are published."""

import pytest

from teamchat.engine.commands import Ask, Command, Persist
from teamchat.engine.events import Answered, TimerFired
from teamchat.engine.key_packages import HELD, LOW, STOCK, STOCK_TAKE
from teamchat.engine.store import Put, Table
from teamchat.wire.bodies import AddKeyPackages, KeyPackageCount
from tests.support.simulator import Peer, World


@pytest.fixture
def anna() -> Peer:
    return World().person("anna")


def asked(commands: list[Command]) -> list[Ask]:
    return [each for each in commands if isinstance(each, Ask)]


def test_it_is_asked_once_at_a_time(anna: Peer) -> None:
    assert [x.query.path for x in asked(anna.engine.handle(TimerFired(STOCK_TAKE)))] == [
        "/key-packages"
    ]
    assert asked(anna.engine.handle(TimerFired(STOCK_TAKE))) == []


@pytest.mark.parametrize("left", [0, LOW - 1, LOW, STOCK])
def test_a_low_stock_is_filled_and_stored_first(anna: Peer, left: int) -> None:
    (question,) = asked(anna.engine.handle(TimerFired(STOCK_TAKE)))
    commands = anna.engine.handle(Answered(question.request, KeyPackageCount(left)))
    refills = asked(commands)
    if left >= LOW:
        assert refills == []
        return
    (refill,) = refills
    assert isinstance(refill.query.body, AddKeyPackages)
    published = refill.query.body.key_packages
    assert len(published) == STOCK - left
    first = next(each for each in commands if isinstance(each, Persist))
    assert commands.index(first) < commands.index(refill)
    kept = [x.value for x in first.writes if isinstance(x, Put) and x.table is Table.KEY_PACKAGE]
    assert all(any(each in value for value in kept) for each in published)


def test_a_server_that_is_always_out_of_keys_gets_only_so_many(anna: Peer) -> None:
    published = []
    for _ in range(2 * HELD // STOCK):
        (question,) = asked(anna.engine.handle(TimerFired(STOCK_TAKE)))
        refills = asked(anna.engine.handle(Answered(question.request, KeyPackageCount(0))))
        for refill in refills:
            assert isinstance(refill.query.body, AddKeyPackages)
            published += refill.query.body.key_packages
            anna.engine.handle(Answered(refill.request, KeyPackageCount(0)))
    assert HELD - 2 * STOCK < len(published) <= HELD
