"""Real disks that are full or take nothing, where this machine lets a test mount them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, kib: int) -> Iterator[Path]:
    """Mount a disk of so many KiB in a folder, for as long as this lasts."""
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path, *, left: int) -> Path:
    """Leave so many bytes on a disk; return the file that takes the rest."""
    free = os.statvfs(place)
    filling = place / "filling"
    filling.write_bytes(bytes(free.f_bavail * free.f_frsize - left))
    return filling


def make_read_only(place: Path) -> None:
    """Let a small disk take nothing any more."""
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
