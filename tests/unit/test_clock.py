from teamchat.clock import SystemClock


def test_the_clocks_of_this_machine_agree_with_each_other() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert abs(clock.now_ms() / 1000 - clock.now()) < 2
    assert clock.now() > 1_700_000_000
    assert clock.monotonic() >= before
