"""Settings that every kind of test shares."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from teamchat.garbage import look_seldom
from teamchat.identity import vault
from tests.support.cheap_vaults import CHEAP

MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30
"""Bytes that must be free there: a run leaves half a gigabyte, and its failures stay to be read."""
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    # What is written is synced thousands of times; a disk takes milliseconds for each.
    os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None
os.environ["SSL_CERT_FILE"] = os.devnull
"""Each process would read the system's authorities for 40 ms; no test wants any of them."""
look_seldom()

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile(
    "ci", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what lives until the end: that took a third of the collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def cheap_vaults() -> Iterator[None]:
    """Let a passphrase cost little to try, where no cost is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "DEFAULT_COST", CHEAP)
        yield


class Unforeseen(logging.Handler):
    """Gathers the errors that the engine went on behind."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


@pytest.fixture(autouse=True)
def unforeseen() -> Iterator[list[str]]:
    """Fail a test in which the engine went on behind an unforeseen error, unless it clears this."""
    handler, log = Unforeseen(), logging.getLogger("teamchat.engine.unforeseen")
    log.addHandler(handler)
    yield handler.told
    log.removeHandler(handler)
    assert not handler.told
