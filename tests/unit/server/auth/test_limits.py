import contextlib

import pytest

from teamchat.server.auth.limits import (
    BUCKETS,
    Limit,
    Limiter,
    neighbourhood,
    network,
    require_opening,
)
from teamchat.server.services.mailboxes import MAILBOXES
from teamchat.wire.problems import Code, ProblemError
from tests.support.clock import FakeClock


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    burst, per_second = Limit.LOGIN_BY_PAIR.rate
    assert [limiter.take(Limit.LOGIN_BY_PAIR, "a") for _ in range(burst)] == [0.0] * burst
    wait = limiter.take(Limit.LOGIN_BY_PAIR, "a")
    assert wait == pytest.approx(1 / per_second)
    clock.advance(wait + 0.001)
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a") == 0.0
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a") > 0


def test_one_bucket_says_nothing_about_another() -> None:
    limiter = Limiter(FakeClock())
    while not limiter.take(Limit.LOGIN_BY_PAIR, "10.0.0.1 alice"):
        pass
    assert limiter.take(Limit.LOGIN_BY_PAIR, "10.0.0.2 alice") == 0.0
    assert limiter.take(Limit.PASSWORD_BY_ACCOUNT, "10.0.0.1 alice") == 0.0


def test_nobody_is_locked_out_from_elsewhere() -> None:
    """There is no bucket of an account alone that somebody else could empty."""
    assert {limit.name for limit in Limit if "LOGIN" in limit.name} == {
        "LOGIN_BY_PAIR",
        "LOGIN_FAILED_BY_NETWORK",
    }


def test_what_is_given_back_can_be_taken_again_but_not_more() -> None:
    limiter = Limiter(FakeClock())
    burst = Limit.LOGIN_BY_PAIR.rate.burst
    for _ in range(burst):
        limiter.take(Limit.LOGIN_BY_PAIR, "a")
    limiter.give_back(Limit.LOGIN_BY_PAIR, "a")
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a") == 0.0
    limiter.give_back(Limit.LOGIN_BY_PAIR, "b", cost=50)
    assert sum(not limiter.take(Limit.LOGIN_BY_PAIR, "b") for _ in range(60)) == burst


def test_a_refusal_says_how_long_to_wait() -> None:
    limiter = Limiter(FakeClock())
    for _ in range(Limit.PASSWORD_BY_ACCOUNT.rate.burst):
        limiter.require(Limit.PASSWORD_BY_ACCOUNT, "a")
    with pytest.raises(ProblemError) as caught:
        limiter.require(Limit.PASSWORD_BY_ACCOUNT, "a")
    assert caught.value.code is Code.TOO_MANY_REQUESTS
    assert 1 <= caught.value.retry_after <= 61


def test_the_first_refusal_is_told_once_until_the_bucket_gives_again() -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    while not limiter.take(Limit.LOGIN_BY_PAIR, "a"):
        pass
    told = [limiter.first_refusal(Limit.LOGIN_BY_PAIR, "a") for _ in range(3)]
    clock.advance(3_600)
    limiter.take(Limit.LOGIN_BY_PAIR, "a")
    assert [*told, limiter.first_refusal(Limit.LOGIN_BY_PAIR, "a")] == [True, False, False, True]


def test_buckets_are_bounded() -> None:
    limiter = Limiter(FakeClock())
    for number in range(BUCKETS + 10):
        limiter.take(Limit.ANONYMOUS_BY_NETWORK, str(number))
    assert len(limiter._buckets) == BUCKETS


def test_a_cost_beyond_the_burst_takes_the_whole_bucket() -> None:
    limiter = Limiter(FakeClock())
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a", cost=1_000) == 0.0
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a") > 0


@pytest.mark.parametrize(
    ("address", "belongs_to"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_networks(address: str, belongs_to: str) -> None:
    assert network(address) == belongs_to


@pytest.mark.parametrize(
    ("address", "around"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("not an address", "unknown"),
    ],
)
def test_neighbourhoods(address: str, around: str) -> None:
    assert neighbourhood(network(address)) == around


ADDRESSES = ["10.1.2.{}", "2001:db8:1:{:x}::7"]


def openings(limiter: Limiter, addresses: list[str]) -> int:
    """Let all of these open a mailbox in this second, as far as they may; return how many."""
    done = 0
    for each in map(network, addresses):
        with contextlib.suppress(ProblemError):
            limiter.require(Limit.LINKINGS_BY_NETWORK, each)
            require_opening(limiter, each)
            done += 1
    return done


@pytest.mark.parametrize("address", ADDRESSES)
def test_three_networks_keep_none_of_their_neighbours_from_linking(address: str) -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    greedy, honest = [address.format(number) for number in range(3)], address.format(99)
    linked = []
    for second in range(3_600):
        clock.advance(1)
        openings(limiter, greedy)
        if second >= 1_800 and second % 60 == 0:
            linked.append(openings(limiter, [honest]))
    assert linked == [1] * 30


def test_a_whole_neighbourhood_does_not_fill_the_server() -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    opened = 0
    for second in range(600):  # as long as a mailbox stays
        clock.advance(1)
        some = range(100 * second % 65_536, 100 * second % 65_536 + 100)
        opened += openings(limiter, [ADDRESSES[1].format(number) for number in some])
    assert opened <= 1_620
    assert opened < MAILBOXES / 12


def test_what_is_owed_is_waited_for() -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    burst, per_second = Limit.LOGIN_BY_PAIR.rate
    assert limiter.has(Limit.LOGIN_BY_PAIR, "a")
    limiter.owe(Limit.LOGIN_BY_PAIR, "a", cost=burst + 5)
    assert not limiter.has(Limit.LOGIN_BY_PAIR, "a")
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a", cost=0) == pytest.approx(5 / per_second)
    clock.advance(5 / per_second + 0.01)
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a", cost=0) == 0.0
    assert limiter.take(Limit.LOGIN_BY_PAIR, "a") > 0
