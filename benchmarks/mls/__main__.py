"""`python -m benchmarks.mls`: what the encryption cores cost, and whether they reach their targets.

CPU milliseconds of one process, Python and TypeScript (in Node) side by side; the tree's inside
is blank, which is the dearest case for an update. `--json FILE` keeps the figures.
"""

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.mls import web
from benchmarks.mls.measure import Figures, measure
from benchmarks.mls.rotation import Rotation, rotate
from teamchat.mls.crypto import cipher_suite

TARGETS: Final = {
    "join": 0.4,
    "update: process": 0.05,
    "add one: process": 0.05,
    "remove one: process": 0.05,
    "encrypt": 0.0002,
    "decrypt": 0.0002,
}
"""At 1,000 members and suite 0x0001, in CPU seconds."""

Both = tuple[Figures, Figures | None]
"""The same group in Python and in TypeScript."""

STEADY_BYTES: Final = {1: 3_000, 0xF00D: 30_000}
"""What a commit may weigh at 1,000 members once all have renewed their keys, by suite."""


def main() -> int:
    """Measure, print, compare; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mls", description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[2, 10, 100, 1000])
    parser.add_argument("--suites", type=lambda text: int(text, 0), nargs="+", default=[1, 0xF00D])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed")
    asked = parser.parse_args()
    measured = measure_all(asked.suites, asked.members)
    for first in range(0, len(measured), len(asked.members)):
        print_table(measured[first : first + len(asked.members)])
    rotations = {suite: rotate(cipher_suite(suite), max(asked.members)) for suite in asked.suites}
    for suite, rotation in rotations.items():
        print_rotation(rotation, STEADY_BYTES.get(suite))
    if asked.json:
        kept = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "figures": [asdict(ours) for ours, _ in measured],
            "web": [asdict(theirs) for _, theirs in measured if theirs],
            "rotations": [asdict(rotation) for rotation in rotations.values()],
        }
        asked.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    all_reached = report_targets(measured)
    return 1 if asked.strict and not all_reached else 0


def measure_all(suites: Sequence[int], sizes: Sequence[int]) -> list[Both]:
    """Measure every suite at every size, in both languages if Node is there."""
    measured: list[Both] = []
    with tempfile.TemporaryDirectory() as directory:
        bundle = web.bundled(Path(directory))
        if bundle is None:
            print(
                "TypeScript was left out: it needs Node and clients/web/node_modules (make check)"
            )
        for suite in map(cipher_suite, suites):
            for members in sizes:
                ours = measure(suite, members)
                theirs = None if bundle is None else web.measure(bundle, suite, members)
                measured.append((ours, theirs))
    return measured


def print_table(row: Sequence[Both]) -> None:
    """Print one suite: operations down, group sizes across, and for each Python and TypeScript."""
    ours, _ = row[0]
    title = f"{ours.suite}, CPU ms"
    width = len(title)
    print(f"\n{title}" + "".join(f"{f'N={each.members}':>24}" for each, _ in row))
    print(" " * width + f"{'Python':>12}{'TypeScript':>12}" * len(row))
    for name in ours.seconds:
        print(
            f"{name:{width}}" + "".join(milliseconds(each, name) for both in row for each in both)
        )
    print(f"{'bytes':{width}}")
    for name in ours.size:
        print(f"{name:{width}}" + "".join(size(each, name) for both in row for each in both))


def milliseconds(figures: Figures | None, name: str) -> str:
    """Return a cell of the table: what was not measured is a dash."""
    return f"{'-' if figures is None else f'{figures.seconds[name] * 1000:.3f}':>12}"


def size(figures: Figures | None, name: str) -> str:
    """Return a cell of the table: what was not measured is a dash."""
    return f"{'-' if figures is None else f'{figures.size[name]:,}':>12}"


def print_rotation(rotation: Rotation, target: int | None) -> None:
    """Print what a refresh weighs in a new group, half way, and once all have refreshed."""
    print(
        f"\n{rotation.suite}, N={rotation.members}: a commit that renews keys weighs"
        f" {rotation.first:,} bytes at first, {rotation.half_way:,} when half have done so,"
        f" at most {rotation.steady:,} when all have; {rotation.total:,} together"
    )
    if target is not None and rotation.members == 1000:
        verdict = "MISSED" if rotation.steady > target else "reached"
        print(f"{verdict}: steady-state commit, {rotation.steady:,} of {target:,} bytes")


def report_targets(measured: Sequence[Both]) -> bool:
    """Compare with the targets, if they were measured; tell whether none was missed."""
    missed = False
    for both in measured:
        for language, each in zip(("Python", "TypeScript"), both, strict=True):
            if each is None or each.members != 1000 or "X25519" not in each.suite:
                continue
            for name, target in TARGETS.items():
                is_missed = each.seconds[name] > target
                verdict = "MISSED" if is_missed else "reached"
                seconds = f"{each.seconds[name]:.5f} s of {target} s CPU"
                print(f"{verdict}: {language}, {name}, {seconds}")
                missed |= is_missed
    return not missed


if __name__ == "__main__":
    sys.exit(main())
