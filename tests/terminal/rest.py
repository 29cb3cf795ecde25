"""When the client has come to rest: nothing is left to do until somebody or something comes.

At rest is a client whose loop has nothing ready, whose short timers (the pauses after typing)
have run out and whose screen is drawn. What waits for a person, for a gate that a test has
closed or for the network does not count: that is how it looks while it waits.

No test waits for short timers: they run out at once. So it makes no difference how fast the
machine is, and nothing here sleeps unless something moves by the clock (an animation).
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

AT_MOST = 20.0
"""Seconds until a client that never rests fails its test."""

SHORT = 1.0
"""Seconds of the longest timer that is part of an answer; notices stay longer."""

FRAME = 1 / 60


async def rest(app: App[None]) -> None:
    """Wait until a client has come to rest.

    Raises:
        AssertionError: It moves on and on; says what.
    """
    moving = ["its loop"]
    try:
        async with asyncio.timeout(AT_MOST):
            await quiet()
            while app.is_running and not app._exit and (moving := list(_moved(app))):
                await quiet()
                if app.animator._animations or app._batch_count:
                    await asyncio.sleep(FRAME)
    except TimeoutError:
        raise AssertionError(f"it does not come to rest: {', '.join(moving)}") from None


async def quiet(*_: float) -> None:
    """Wait until the loop has nothing ready: each of its tasks waits for something."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # no public name
    while True:
        await asyncio.sleep(0)
        if not ready:
            return


@contextmanager
def keys_at_once() -> Iterator[None]:
    """Let Textual go on after a key when its work is done.

    Of itself it guesses that from the time the processor took, 40 ms or more for a key: wrong
    on a loaded machine, and slow on any other.
    """
    with ExitStack() as patches:
        for place in ("textual.app", "textual.pilot"):
            patches.enter_context(patch(f"{place}.wait_for_idle", quiet))
        yield


def _moved(app: App[None]) -> Iterator[str]:
    """Let what is due by the clock happen now; yield what that was."""
    for timer in _short_timers(app):
        timer.stop()
        assert timer._callback is not None
        timer._callback()
        yield f"timer {timer.name} of {timer._target_repr}"
    if app.animator._animations:
        yield f"animations {list(app.animator._animations.values())}"
    if app._batch_count:
        yield "a batch of updates"
    elif _is_undrawn(app.screen):
        app.screen._on_timer_update()
        yield f"drawing of {app.screen}"


def _short_timers(app: App[None]) -> list[Timer]:
    """Return the timers that fire once and soon, the shortest first."""
    pumps = {app, *app._registry}
    timers = [timer for pump in pumps for timer in pump._timers if _is_short(timer)]
    return sorted(timers, key=lambda timer: timer._interval)


def _is_short(timer: Timer) -> bool:
    pending = timer._task is not None and not timer._task.done()
    return pending and timer._repeat == 0 and timer._interval < SHORT


def _is_undrawn(screen: Screen[object]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
