"""`python -m benchmarks.mls`: what the encryption core costs, and whether it reaches its targets.

CPU milliseconds of one process; the tree's inside is blank, which is the dearest case for an
update. `--json FILE` keeps the figures.
"""

import argparse
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

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
    measured = [
        [measure(cipher_suite(suite), members) for members in asked.members]
        for suite in asked.suites
    ]
    for row in measured:
        print_table(row)
    rotations = {suite: rotate(cipher_suite(suite), max(asked.members)) for suite in asked.suites}
    for suite, rotation in rotations.items():
        print_rotation(rotation, STEADY_BYTES.get(suite))
    if asked.json:
        kept = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "figures": [asdict(figures) for row in measured for figures in row],
            "rotations": [asdict(rotation) for rotation in rotations.values()],
        }
        asked.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    all_reached = report_targets([figures for row in measured for figures in row])
    return 1 if asked.strict and not all_reached else 0


def print_table(row: list[Figures]) -> None:
    """Print one suite: operations down, group sizes across."""
    print(f"\n{row[0].suite}, CPU ms" + "".join(f"{f'N={each.members}':>12}" for each in row))
    width = len(f"{row[0].suite}, CPU ms")
    for name in row[0].seconds:
        cells = "".join(f"{each.seconds[name] * 1000:12.3f}" for each in row)
        print(f"{name:{width}}{cells}")
    print(f"{'bytes':{width}}")
    for name in row[0].size:
        print(f"{name:{width}}" + "".join(f"{each.size[name]:12,}" for each in row))


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


def report_targets(figures: list[Figures]) -> bool:
    """Compare with the targets, if they were measured; tell whether none was missed."""
    for each in figures:
        if each.members == 1000 and "X25519" in each.suite:
            missed = {n: t for n, t in TARGETS.items() if each.seconds[n] > t}
            for name, target in TARGETS.items():
                verdict = "MISSED" if name in missed else "reached"
                print(f"{verdict}: {name}, {each.seconds[name]:.5f} s of {target} s CPU")
            return not missed
    return True


if __name__ == "__main__":
    sys.exit(main())
