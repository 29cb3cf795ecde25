"""The directory of a witness: its key and what it remembers, for one process at a time.

Both are made together and stay together: a key whose memory is gone, or is older than what the
key has signed, could sign two histories, and nobody would notice it here.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teamchat.transparency import FormatError, VerifierKey, WitnessKey
from teamchat.transparency.keys import SEED_BYTES
from teamchat.witness import key_file
from teamchat.witness.errors import WitnessError
from teamchat.witness.ledger import Ledger

KEY: Final = "witness.key"
LEDGER: Final = "witness.db"
LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class Box:
    """An open directory."""

    key: WitnessKey
    ledger: Ledger


def make(directory: Path, name: str) -> VerifierKey:
    """Make a new witness; return its public key.

    Raises:
        WitnessError: The directory is not empty, or the name cannot be one.
        OSError: It cannot be written.
    """
    seed = os.urandom(SEED_BYTES)
    try:
        key = WitnessKey(name, seed)
    except FormatError:
        raise WitnessError(
            "A name is like an address without https, such as witness.example/council: at most "
            "255 bytes, without spaces and plus signs."
        ) from None
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise WitnessError(f"{directory} is not empty: give a new witness a directory of its own.")
    with _locked(directory):
        Ledger.create(directory / LEDGER, key.verifier)
        key_file.write(directory / KEY, key, seed)
    return key.verifier


@contextmanager
def opened(directory: Path) -> Iterator[Box]:
    """Open a witness; no other process can while it is open.

    Raises:
        WitnessError: There is none, it is damaged, or another process has it open.
    """
    key = key_file.read(directory / KEY)
    with _locked(directory), _read(directory, key) as box:
        yield box


@contextmanager
def looked_at(directory: Path) -> Iterator[Box]:
    """Open a witness to read from it; another process may have it open.

    Raises:
        WitnessError: There is none, or it is damaged.
    """
    with _read(directory, key_file.read(directory / KEY)) as box:
        yield box


@contextmanager
def _read(directory: Path, key: WitnessKey) -> Iterator[Box]:
    try:
        with closing(Ledger.open(directory / LEDGER, key.verifier)) as ledger:
            yield Box(key, ledger)
    except sqlite3.OperationalError as error:
        raise WitnessError(
            f"{directory / LEDGER} cannot be read or written ({error}): look whether the disk "
            "is full and whose files these are."
        ) from error


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when the process dies."""
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WitnessError(
                f"Another teamchat-witness uses {directory}: stop that one first."
            ) from error
        yield
    finally:
        os.close(descriptor)
