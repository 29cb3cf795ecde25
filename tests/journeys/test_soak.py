"""The short form of `make soak`: a few people, two devices each, everything at once."""

import asyncio

import pytest

from benchmarks.soak.__main__ import Load, soak


@pytest.mark.timeout(400)
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_or_read_twice_or_unreadable(seed: int) -> None:
    load = Load(
        people=5,
        devices=2,
        conversations=4,
        messages=300,
        seed=seed,
        reconnects=0.03,
        changes=0.03,
    )
    verdict, run, _seconds = asyncio.run(soak(load, progress=False))
    assert verdict.faults == []
    assert verdict.written > 250
    assert verdict.sent > 200
    assert verdict.sent + verdict.not_sent == verdict.written
    assert verdict.read > verdict.sent * 2
    assert run.reconnects
    assert run.changes
