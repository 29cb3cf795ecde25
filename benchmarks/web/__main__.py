"""`python -m benchmarks.web`: what the web client costs in Chromium, at a real server.

CPU seconds are those of all processes that show pages, the worker's threads with them; what they
are compared with is measured in the same run. Times on a screen are of this machine under its load:
the least of three where something is done three times. The script in the browser is
`clients/web/tests/ui/benchmarks/measure.ts`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

WEB: Final = Path(__file__).resolve().parents[2] / "clients" / "web"
KILO: Final = 1_000
MEGA: Final = 1_000_000
FIRST_LOAD: Final = 90 * KILO
"""Bytes before the worker, packed with gzip."""
INTERACTIVE_MS: Final = 1_000
"""With the processor slowed down to a sixth."""
OPEN_MS: Final = 300
"""A conversation of 10,000 messages."""
FRAME_MS: Final = 16.7
LATE: Final = 5.0
"""How many frames of a hundred may take longer than two, for somebody to call it smooth."""


class Frames(msgspec.Struct, frozen=True):
    """What frames took, in milliseconds; `late` of a hundred took longer than two of a screen."""

    count: int
    median: float
    p95: float
    longest: float
    late: float
    way: float


class Climbed(msgspec.Struct, frozen=True):
    """How long it took to come to the oldest message, and how many were loaded then."""

    ms: float
    rows: int


class Figures(msgspec.Struct, frozen=True):
    """What the script in the browser has measured."""

    first_load_bytes: int
    interactive_ms: float
    interactive_slow_ms: float
    start_slow_ms: float
    open_ms: float
    open_slow_ms: float
    memory_open_bytes: float | None
    memory_climbed_bytes: float | None
    scroll: Frames
    scroll_fast: Frames
    scroll_long: Frames
    climb: Climbed
    load_cpu_s: float
    scroll_cpu_s: float
    scroll_fast_cpu_s: float
    scroll_long_cpu_s: float
    climb_cpu_s: float
    receive_cpu_s: float
    lines: tuple[int, int]
    browser: str


def main() -> int:
    """Measure, print, compare; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs=2, default=(10_000, 50_000))
    parser.add_argument("--climb-seconds", type=int, default=120)
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    vitest = WEB / "node_modules" / ".bin" / "vitest"
    if shutil.which("node") is None or not vitest.exists():
        print("The web client was left out: it needs Node 20.19 or newer (make install-web)")
        return 0
    settings = {
        "TEAMCHAT_TEN": asked.lines[0],
        "TEAMCHAT_FIFTY": asked.lines[1],
        "TEAMCHAT_CLIMB_MS": asked.climb_seconds * KILO,
        "TEAMCHAT_TRIES": asked.tries,
        "TEAMCHAT_FRAMES": asked.frames,
    }
    figures = measure(vitest, settings)
    if figures is None:
        print("The web client was left out: there is no Chromium")
        return 0
    show(figures)
    if asked.json:
        Path(asked.json).write_bytes(msgspec.json.encode(figures))
    return int(tuple(figures.lines) == (10_000, 50_000) and bool(missed(figures)))


def measure(vitest: Path, settings: Mapping[str, int]) -> Figures | None:
    """Run the script; return what it has written, or nothing where there is no browser."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "figures.json"
        given = {name: str(value) for name, value in settings.items()}
        environment = {**os.environ, **given, "TEAMCHAT_FIGURES": str(written)}
        command = [str(vitest), "run", "--config", "build/benchmarks.config.ts"]
        ended = subprocess.run(
            command, cwd=WEB, env=environment, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise SystemExit(ended.stdout + ended.stderr)
        return msgspec.json.decode(written.read_bytes(), type=Figures) if written.exists() else None


def show(found: Figures) -> None:
    """Print what was measured: CPU first, then what a person waits for."""
    ten, fifty = found.lines
    seconds = found.scroll.count * FRAME_MS / KILO
    print(f"Chromium {found.browser}; conversations of {ten} and {fifty} messages")
    print("CPU of the processes that show pages, in seconds")
    for name, cpu in _costs(found).items():
        print(f"  {name:34} {cpu:8.2f}   {cpu / found.scroll_cpu_s:6.2f} x scrolling")
    print(f"  (scrolling: {found.scroll.count} frames, {seconds:.0f} s at 60 Hz)")
    print("What a person waits for")
    for name, value, unit, budget in _waits(found):
        held = "" if budget is None else f"  (budget {budget:g} {unit})"
        print(f"  {name:34} {value:8.1f} {unit}{held}")
    print("Frames: median, 95 of 100, longest, and how many of 100 took longer than two")
    for name, frames in _frames(found).items():
        spread = f"{frames.median:6.1f} {frames.p95:6.1f} {frames.longest:6.1f} ms"
        print(f"  {name:34} {spread} {frames.late:6.1f}")
    for each in missed(found):
        print(f"MISSED: {each}")


def missed(found: Figures) -> list[str]:
    """Return which budgets were not kept."""
    waits = [
        name for name, value, _, budget in _waits(found) if budget is not None and value > budget
    ]
    late = [name for name, frames in _frames(found).items() if frames.late > LATE]
    return [*waits, *late]


def _costs(found: Figures) -> Mapping[str, float]:
    return {
        "scrolling": found.scroll_cpu_s,
        "until it can be used, first time": found.load_cpu_s,
        "scrolling fast, past what is loaded": found.scroll_fast_cpu_s,
        "scrolling in all that was loaded": found.scroll_long_cpu_s,
        f"going up to {found.climb.rows} messages": found.climb_cpu_s,
        "a message more, with all of it open": found.receive_cpu_s,
    }


def _waits(found: Figures) -> list[tuple[str, float, str, float | None]]:
    megabytes = [
        (name, each / MEGA, "MB", None)
        for name, each in (
            ("memory, one page of messages", found.memory_open_bytes),
            (f"memory, {found.climb.rows} messages", found.memory_climbed_bytes),
        )
        if each is not None
    ]
    return [
        ("first load, packed", found.first_load_bytes / KILO, "kB", FIRST_LOAD / KILO),
        ("can be used, first time", found.interactive_ms, "ms", None),
        ("... at a sixth of the speed", found.interactive_slow_ms, "ms", INTERACTIVE_MS),
        ("conversations, at a sixth", found.start_slow_ms, "ms", None),
        ("opening a conversation", found.open_ms, "ms", OPEN_MS),
        ("... at a sixth of the speed", found.open_slow_ms, "ms", None),
        (f"going up to {found.climb.rows} messages", found.climb.ms, "ms", None),
        *megabytes,
    ]


def _frames(found: Figures) -> Mapping[str, Frames]:
    return {
        "scrolling": found.scroll,
        "scrolling fast, past what is loaded": found.scroll_fast,
        "scrolling in all that was loaded": found.scroll_long,
    }


if __name__ == "__main__":
    sys.exit(main())
